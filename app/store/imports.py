"""What an import writes beside the Listings: its lock, problems of rows, conflicts of fields."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.domain.errors import ImportRunningError
from app.models import DataVersion, FieldConflict, RowProblem
from app.store.codec import encode

# Any number will do, so long as nothing else in the database locks it.
_ADVISORY_LOCK = 7_133_710


class NewConflict(NamedTuple):
    """A locked field that a source says otherwise of."""

    listing_id: UUID
    source_id: str
    field: str
    incoming: Any


def begin_import(session: Session) -> None:
    """Begin a writing transaction that no other import can be in; raises ImportRunningError.

    On SQLite readers are kept from waiting: a transaction too large for its cache would
    otherwise take the whole file while it spills (https://sqlite.org/pragma.html#pragma_cache_spill).
    """
    if session.in_transaction():
        session.rollback()
    try:
        connection = session.connection(execution_options={"will_write": True})
    except OperationalError as error:
        raise ImportRunningError from error
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA cache_spill=OFF")
        return
    is_ours = connection.execute(
        text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK}
    ).scalar_one()
    if not is_ours:
        raise ImportRunningError
    # As on SQLite, who edits a Listing waits: what the run reads is what it changes.
    connection.execute(select(DataVersion.version).with_for_update())


def save_row_problems(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Keep what was wrong with rows; each row is the columns of RowProblem."""
    if rows:
        session.execute(insert(RowProblem), list(rows))


def save_conflicts(session: Session, conflicts: Sequence[NewConflict], *, now: datetime) -> None:
    """Keep what sources say otherwise of locked fields; the newest word of each replaces the last."""
    for conflict in conflicts:
        session.execute(
            delete(FieldConflict).where(
                FieldConflict.listing_id == conflict.listing_id,
                FieldConflict.source_id == conflict.source_id,
                FieldConflict.field == conflict.field,
            )
        )
    if conflicts:
        session.execute(
            insert(FieldConflict),
            [
                {
                    **conflict._asdict(),
                    "incoming": encode(conflict.incoming).decode(),
                    "seen_at": now,
                }
                for conflict in conflicts
            ],
        )
