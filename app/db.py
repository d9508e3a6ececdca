"""What every table and transaction shares: base class, column types, engine settings."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import LargeBinary, MetaData, event
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import DateTime, TypeDecorator, TypeEngine

# What the engine raises when the database cannot be reached or is locked.
DatabaseUnavailableError = OperationalError

NAMING_CONVENTION: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite before these releases can lose a WAL with several connections (the WAL-reset race,
# fixed in 3.51.3 and carried back to 3.50.7 and 3.44.6: https://sqlite.org/wal.html).
_WAL_FIXED_FROM: Final = (3, 51, 3)
_WAL_FIXED_BACKPORTS: Final = frozenset({(3, 50, 7), (3, 44, 6)})


class Identifier(TypeDecorator[UUID]):
    """A UUID: native on PostgreSQL, 16 bytes on SQLite (half the size of its text)."""

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column type of the engine in use."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(PG_UUID(as_uuid=True))
        return dialect.type_descriptor(LargeBinary(16))

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> UUID | bytes | None:
        """The value as the engine keeps it."""
        if value is None or dialect.name == "postgresql":
            return value
        return value.bytes

    def process_result_value(self, value: UUID | bytes | None, dialect: Dialect) -> UUID | None:
        """The value as Python speaks of it."""
        del dialect
        return UUID(bytes=value) if isinstance(value, bytes) else value


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC; refuses a naive one, which would be somebody's guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC, without its zone on SQLite, which keeps none."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a moment without a time zone"
            raise ValueError(message)
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment, aware."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {UUID: Identifier, datetime: UtcDateTime}


def sqlite_journal_mode(version: tuple[int, int, int]) -> str:
    """WAL where the library is safe with several connections, DELETE otherwise."""
    is_fixed = version >= _WAL_FIXED_FROM or version in _WAL_FIXED_BACKPORTS
    return "WAL" if is_fixed else "DELETE"


def configure_engine(engine: Engine) -> None:
    """Set what each connection needs; call once per engine, before its first connection."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _configure_postgresql)


def _configure_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 (a DBAPI connection has no type)
    # The driver's own transactions begin too late for savepoints; we say BEGIN ourselves.
    connection.isolation_level = None
    mode = sqlite_journal_mode(sqlite3.sqlite_version_info)
    for pragma in (
        "busy_timeout=5000",
        f"journal_mode={mode}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "trusted_schema=OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A reader that becomes a writer later is refused at once, whatever the timeout says:
    # a transaction that will write takes the lock first.
    is_write = connection.get_execution_options().get("will_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")


def _configure_postgresql(connection: Any, _record: object) -> None:  # noqa: ANN401 (a DBAPI connection has no type)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '10s'")
        cursor.execute("SET idle_in_transaction_session_timeout = '300s'")
    connection.commit()


@contextmanager
def transaction(session: Session) -> Iterator[Session]:
    """One writing transaction: committed at the end, rolled back on any error.

    Ends a reading transaction that the session may hold, since on SQLite a reader cannot
    become a writer.
    """
    if session.in_transaction():
        session.rollback()
    session.connection(execution_options={"will_write": True})
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
