"""Tables that staff send back: kept for a day, and written into their Listings at once.

Never commits. A table is the words of one person at one time: each row carries the version of
its Listing, and a row that is behind today's is left out, never written over it.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.domain.errors import DirectoryError, NotFoundError, StaleEditError
from app.models import ServiceAtLocation, TableUpdate
from app.store.edits import edit_listing
from app.store.versions import bump_version

KEPT_FOR: Final = timedelta(hours=24)
_KIND: Final = "table"
_IDS_A_STATEMENT: Final = 500


class TableAppliedError(DirectoryError):
    """The table was applied already; nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTable:
    """One table as it was sent. `saved` and `left_out` are None until it is applied."""

    id: UUID
    file_name: str
    content: bytes
    uploaded_by: str
    uploaded_at: datetime
    applied_by: str | None
    applied_at: datetime | None
    saved: int | None
    left_out: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowUpdate:
    """What one row changes in the Listing that it is of, as it was at `version`."""

    listing_id: UUID
    version: int
    changes: Mapping[str, Any]


def keep_table(session: Session, content: bytes, *, file_name: str, by: str, now: datetime) -> UUID:
    """Keep a table for a day and let older ones go; its id."""
    session.execute(delete(TableUpdate).where(TableUpdate.uploaded_at < now - KEPT_FOR))
    kept_id = uuid4()
    values = {
        "id": kept_id,
        "file_name": file_name,
        "content": zlib.compress(content),
        "uploaded_by": by,
        "uploaded_at": now,
    }
    session.execute(insert(TableUpdate), [values])
    return kept_id


def get_table(session: Session, table_id: UUID) -> KeptTable:
    """The table with this id; raises NotFoundError, also once its day is over."""
    row = session.get(TableUpdate, table_id)
    if row is None:
        raise NotFoundError(kind=_KIND, identifier=table_id)
    return KeptTable(
        id=row.id,
        file_name=row.file_name,
        content=zlib.decompress(row.content),
        uploaded_by=row.uploaded_by,
        uploaded_at=row.uploaded_at,
        applied_by=row.applied_by,
        applied_at=row.applied_at,
        saved=row.saved,
        left_out=row.left_out,
    )


def apply_table(
    session: Session,
    table_id: UUID,
    rows: Sequence[RowUpdate],
    *,
    left_out: int,
    by: str,
    reason: str,
    now: datetime,
) -> tuple[int, int]:
    """Write these rows as edits: how many changed their Listing, and how many rows are left out.

    A row whose Listing moved on is left out, and counted beside `left_out`, the rows that the
    caller left out. Raises TableAppliedError where somebody applied the table before,
    NotFoundError.
    """
    bump_version(session)
    session.expire_all()  # what the session read before it had the lock
    if get_table(session, table_id).applied_at is not None:
        message = "the table was applied already"
        raise TableAppliedError(message)
    versions = _versions(session, [row.listing_id for row in rows])
    current = [row for row in rows if versions.get(row.listing_id) == row.version]
    saved = sum(_apply_row(session, row, by=by, reason=reason, now=now) for row in current)
    skipped = left_out + len(rows) - len(current)
    session.execute(
        update(TableUpdate)
        .where(TableUpdate.id == table_id)
        .values(applied_by=by, applied_at=now, saved=saved, left_out=skipped)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    return saved, skipped


def _apply_row(session: Session, row: RowUpdate, *, by: str, reason: str, now: datetime) -> bool:
    version = row.version
    while True:
        try:
            outcome = edit_listing(
                session,
                row.listing_id,
                form_version=version,
                changes=row.changes,
                by=by,
                reason=reason,
                now=now,
            )
        except StaleEditError as error:
            # Another row of this table spelled the Organization anew, in all its Listings:
            # nobody else can write before this transaction ends.
            if error.current is None or error.current.version == version:
                raise
            version = error.current.version
        else:
            return outcome.is_saved


def _versions(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, int]:
    found: dict[UUID, int] = {}
    for at in range(0, len(ids), _IDS_A_STATEMENT):
        rows = session.execute(
            select(ServiceAtLocation.id, ServiceAtLocation.version).where(
                ServiceAtLocation.id.in_(ids[at : at + _IDS_A_STATEMENT])
            )
        )
        found.update((row.id, row.version) for row in rows)
    return found
