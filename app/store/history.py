"""The history: appended to in the transaction that changes something, read, and verified.

Never commits. A caller that also changes what the public sees takes the data's next version
before it appends, so that all writers take their locks in one order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.orm import Session

from app.domain.history import (
    GENESIS,
    Anchor,
    ChainFault,
    HistoryEntry,
    chain_hash,
    chain_row,
    find_fault,
    parse_moment,
)
from app.models import Metadata

# Any number will do, so long as nothing else in the database locks it.
_ADVISORY_LOCK: Final = 7_133_711
# Where a session keeps the id of the request that it serves: one save can change many things.
REQUEST_ID: Final = "help_first_request_id"
_ROWS_A_FETCH: Final = 5_000

_RAW_COLUMNS: Final = tuple(column.name for column in Metadata.__table__.columns)
_RAW_STATEMENT: Final = text(
    f"SELECT {', '.join(_RAW_COLUMNS)} FROM metadata"  # noqa: S608 (our own column names)
    " WHERE seq > :after ORDER BY seq LIMIT :limit"
)


class HistoryRecord(NamedTuple):
    """One record as it is kept; `before` and `after` are JSON."""

    seq: int
    at: datetime
    by: str
    action: str
    version: int | None
    field: str
    before: str
    after: str
    reason: str | None


def append_history(session: Session, entries: Sequence[HistoryEntry]) -> tuple[int, ...]:
    """Write these records at the end of the chain; their numbers.

    The end is locked until the transaction is over: by the write lock on SQLite (the caller
    holds a writing transaction), by an advisory lock on PostgreSQL. A record that names no
    request gets that of the session.
    """
    if not entries:
        return ()
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    head = read_head(session)
    previous, rows = head.head, []
    request_id = session.info.get(REQUEST_ID)
    for seq, entry in enumerate(entries, start=head.count + 1):
        row = chain_row(replace(entry, request_id=entry.request_id or request_id), seq=seq)
        previous = chain_hash(previous, row)
        rows.append({**row, "resource_id": entry.resource_id, "hash": previous})
    connection.execute(insert(Metadata), rows)
    return tuple(range(head.count + 1, head.count + 1 + len(rows)))


def read_head(session: Session) -> Anchor:
    """The end of the chain as it is now."""
    row = session.execute(
        select(Metadata.seq, Metadata.hash).order_by(Metadata.seq.desc()).limit(1)
    ).one_or_none()
    return Anchor(head=row.hash, count=row.seq) if row else Anchor(head=GENESIS, count=0)


def count_history(session: Session) -> int:
    """How many records the history has."""
    return session.execute(select(func.count()).select_from(Metadata)).scalar_one()


def list_history(
    session: Session, resource_id: UUID, *, after_version: int | None = None
) -> tuple[HistoryRecord, ...]:
    """The records of one thing, the oldest first: all, or those of later versions."""
    statement = select(Metadata).where(Metadata.resource_id == resource_id)
    if after_version is not None:
        statement = statement.where(Metadata.resource_version > after_version)
    rows = session.execute(statement.order_by(Metadata.seq)).scalars()
    return tuple(
        HistoryRecord(
            seq=row.seq,
            at=parse_moment(row.last_action_date),
            by=row.updated_by,
            action=row.last_action_type,
            version=row.resource_version,
            field=row.field_name,
            before=row.previous_value,
            after=row.replacement_value,
            reason=row.reason,
        )
        for row in rows
    )


def verify_history(
    session: Session,
    *,
    anchor: Anchor | None = None,
    progress: Callable[[int], None] | None = None,
) -> tuple[Anchor, ChainFault | None]:
    """How far the chain holds and the first fault in it; `progress` hears of rows read."""
    connection = session.connection()
    with _raw_text(connection):
        return find_fault(_raw_rows(connection, progress=progress), anchor=anchor)


def _raw_rows(
    connection: Connection, *, progress: Callable[[int], None] | None
) -> Iterator[tuple[Mapping[str, Any], object]]:
    """The rows as the engine keeps them, past all types: a type may read two values as one."""
    after = -(2**62)
    while True:
        rows = connection.execute(_RAW_STATEMENT, {"after": after, "limit": _ROWS_A_FETCH})
        fetched = rows.all()
        for values in fetched:
            row: dict[str, Any] = dict(zip(_RAW_COLUMNS, values, strict=True))
            row["resource_id"] = _hex(row["resource_id"])
            yield row, row.pop("hash")
        if progress:
            progress(len(fetched))
        if len(fetched) < _ROWS_A_FETCH:
            return
        after = fetched[-1].seq


def _hex(identifier: object) -> object:
    if isinstance(identifier, UUID):
        return identifier.hex
    # Anything else was not written by us, whatever its letters are.
    return identifier.hex() if isinstance(identifier, bytes) else repr(identifier)


@contextmanager
def _raw_text(connection: Connection) -> Iterator[None]:
    """Read text that is no UTF-8, which SQLite's driver refuses with an error of its own."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    earlier = driver.text_factory
    driver.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = earlier
