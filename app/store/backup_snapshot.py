"""What a copy of the database says of the moment at which it was taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.domain.backup import BackupError, TableMark
from app.domain.history import Anchor
from app.store.history import read_head, verify_history
from app.store.versions import current_version

# Somebody who was shut out must not be let in again by an old backup.
NEVER_COPIED: Final = frozenset({"staff_session"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One moment of the database."""

    schema: str
    history: Anchor
    version: int
    tables: tuple[TableMark, ...]


def take_snapshot(connection: Connection) -> Snapshot:
    """What the database is at the moment that the connection's transaction sees."""
    reflected = sa.MetaData()
    reflected.reflect(connection)
    if "alembic_version" not in reflected.tables:
        message = "The database has no tables yet: run flask setup first."
        raise BackupError(message)
    marks = tuple(
        TableMark(
            name=table.name,
            columns=tuple(column.name for column in table.columns),
            rows=_count(connection, table),
        )
        for table in reflected.sorted_tables
    )
    with Session(connection) as session:
        return Snapshot(
            schema=read_schema(connection),
            history=read_head(session),
            version=current_version(session),
            tables=marks,
        )


def read_schema(connection: Connection) -> str:
    """The revision of the migrations that the tables are at."""
    return str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one())


def check_history(connection: Connection, anchor: Anchor) -> None:
    """Raise BackupError unless the whole history holds and ends at the anchor."""
    with Session(connection) as session:
        end, fault = verify_history(session, anchor=anchor)
    if fault:
        message = f"The history does not hold at record {fault.seq}: {fault.reason}."
        raise BackupError(message)
    if end != anchor:
        message = "The history ends elsewhere than the manifest says."
        raise BackupError(message)


def _count(connection: Connection, table: sa.Table) -> int:
    if table.name in NEVER_COPIED:
        return 0
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
