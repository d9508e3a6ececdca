"""What every table and transaction shares: base class, column types, engine settings."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, ClassVar, Final, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import LargeBinary, MetaData, event
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.engine import Connection, Dialect, Engine, ExceptionContext
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import DateTime, TypeDecorator, TypeEngine

# What the engine raises when the database cannot be reached or is locked.
DatabaseUnavailableError = OperationalError


class NotPermittedError(ProgrammingError):
    """What the role of the connection may not do on PostgreSQL."""


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

# How long one try waits for a lock of SQLite.
LOCK_WAIT_MS: Final = 5_000
# SQLite: somebody else holds the lock. The low byte; the rest says which lock.
_LOCKED_CODES: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
# PostgreSQL: connection lost (08), server going down or coming up, too many clients, lock timeout.
_AWAY_CLASS: Final = "08"
_AWAY_STATES: Final = frozenset({"57P01", "57P02", "57P03", "53300", "55P03"})
# PostgreSQL: a transaction idled for longer than it may. The server ended the connection.
_IDLED: Final = "25P03"
# PostgreSQL: the role lacks the right for that, or for all that only an owner may do.
_NOT_PERMITTED: Final = "42501"

Result = TypeVar("Result")


class Limits(NamedTuple):
    """When PostgreSQL gives up on a connection, in its own words for time; "0" is never."""

    statement: str
    lock: str
    idle_in_transaction: str

    def statements(self, scope: str = "") -> str:
        """What sets them; the scope LOCAL is one transaction."""
        return (
            f"SET {scope} statement_timeout = '{self.statement}'; "
            f"SET {scope} lock_timeout = '{self.lock}'; "
            f"SET {scope} idle_in_transaction_session_timeout = '{self.idle_in_transaction}'"
        )


# Whoever waits for a page waits no longer, and meanwhile its thread answers nobody else.
SERVING: Final = Limits("5s", "2s", "30s")
# Commands and other long work: an import may take an hour, and still nobody waits without end.
LONG_WORK: Final = Limits("0", "10s", "300s")

_is_long_work: Final = ContextVar("_is_long_work", default=False)


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
        event.listen(engine, "commit", _commit_sqlite)
    else:
        event.listen(engine, "connect", _configure_postgresql)
        event.listen(engine, "begin", _begin_postgresql)
        event.listen(engine, "handle_error", _named, retval=True)


def _configure_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 (a DBAPI connection has no type)
    # The driver's own transactions begin too late for savepoints; we say BEGIN ourselves.
    connection.isolation_level = None
    mode = sqlite_journal_mode(sqlite3.sqlite_version_info)
    for pragma in (
        f"busy_timeout={LOCK_WAIT_MS}",
        f"journal_mode={mode}",
        "synchronous=FULL",
        # A mapped file and a file that is cut short meanwhile end the process (SIGBUS).
        "mmap_size=0",
        "foreign_keys=ON",
        "trusted_schema=OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A reader that becomes a writer later is refused at once, whatever the timeout says:
    # a transaction that will write takes the lock first.
    is_write = connection.get_execution_options().get("will_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")


def begin_writing(connection: Connection) -> None:
    """Take SQLite's write lock on a connection outside of a transaction; waits as Patience says."""
    _until_locked("BEGIN IMMEDIATE", connection)


def _commit_sqlite(connection: Connection) -> None:
    # With a rollback journal a commit waits for readers. One that was refused is still whole,
    # and can be asked for again; given up, an import of an hour would be lost to a slow reader.
    raw = connection.connection.dbapi_connection
    if isinstance(raw, sqlite3.Connection) and raw.in_transaction:
        _until_locked("COMMIT", connection)


def _until_locked(statement: str, connection: Connection) -> None:
    """Run a statement that takes a lock of SQLite and changes nothing where it gets none."""
    patience = Patience()
    while True:
        try:
            connection.exec_driver_sql(statement)
        except DatabaseUnavailableError as error:
            if not patience.waits_after(error):
                raise
        else:
            return


def _configure_postgresql(connection: Any, _record: object) -> None:  # noqa: ANN401 (a DBAPI connection has no type)
    with connection.cursor() as cursor:
        cursor.execute(SERVING.statements())
    connection.commit()


def _begin_postgresql(connection: Connection) -> None:
    if _is_long_work.get():
        connection.exec_driver_sql(LONG_WORK.statements("LOCAL"))


def _named(context: ExceptionContext) -> DatabaseUnavailableError | NotPermittedError | None:
    """The error under a name of ours, None where the engine's own name says enough."""
    cause = context.original_exception
    state = getattr(cause, "sqlstate", None)
    if state == _NOT_PERMITTED:
        return NotPermittedError(context.statement, None, cause, hide_parameters=True)
    if state != _IDLED:
        return None
    # The driver takes it for a fault of its own, and not for a connection that is gone.
    return DatabaseUnavailableError(
        context.statement, None, cause, hide_parameters=True, connection_invalidated=True
    )


@contextmanager
def long_work() -> Iterator[None]:
    """Let the transactions that this thread begins inside take their time on PostgreSQL.

    For imports, backups and the like, which `SERVING` would cut short: they have the limits of
    `LONG_WORK`. A transaction that was begun before keeps its own. On SQLite nothing changes.
    """
    earlier = _is_long_work.set(True)
    try:
        yield
    finally:
        _is_long_work.reset(earlier)


def describe_database(engine: Engine) -> str:
    """The engine, its version and, of SQLite, its journal: what a report of a fault needs.

    Raises DatabaseUnavailableError while the database is away.
    """
    if engine.dialect.name == "sqlite":
        [mode] = read_row(engine, "PRAGMA journal_mode") or ("unknown",)
        return f"SQLite {sqlite3.sqlite_version}, journal mode {str(mode).upper()}"
    [version] = read_row(engine, "SHOW server_version") or ("unknown",)
    return f"PostgreSQL {version}"


class Patience:
    """How long one piece of work waits for a database that is away or locked.

    Pauses of 50, 100, 200 and 400 ms, then 500 ms each, until 3 s have passed since the first
    failure. A lock of SQLite is waited for 5 s within each try besides.
    """

    LONGEST_S: ClassVar[float] = 3.0
    _FIRST_PAUSE_S: ClassVar[float] = 0.05
    _LONGEST_PAUSE_S: ClassVar[float] = 0.5

    def __init__(self) -> None:
        self._ends_at: float | None = None
        self._pause_s = self._FIRST_PAUSE_S

    def waits_after(self, error: DatabaseUnavailableError) -> bool:
        """True after a pause where one more try makes sense, False at once where it does not."""
        now = time.monotonic()
        if self._ends_at is None:
            self._ends_at = now + self.LONGEST_S
        if not is_passing(error) or now + self._pause_s > self._ends_at:
            return False
        time.sleep(self._pause_s)
        self._pause_s = min(2 * self._pause_s, self._LONGEST_PAUSE_S)
        return True


def is_passing(error: DatabaseUnavailableError) -> bool:
    """Whether the database is away or locked for now, and not missing a table or out of space."""
    if error.connection_invalidated:
        return True
    cause = error.orig
    if isinstance(cause, sqlite3.OperationalError):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _LOCKED_CODES
    state = getattr(cause, "sqlstate", "")
    # None: the server was never reached.
    return state is None or state.startswith(_AWAY_CLASS) or state in _AWAY_STATES


def read_patiently(
    session: Session, read: Callable[[], Result], *, patience: Patience | None = None
) -> Result:
    """What `read` returns, begun anew on a fresh transaction while the database is away.

    `read` must only read. Raises DatabaseUnavailableError when patience ends.
    """
    patience = patience or Patience()
    while True:
        try:
            return read()
        except DatabaseUnavailableError as error:
            session.rollback()
            if not patience.waits_after(error):
                raise


def read_row(engine: Engine, statement: str) -> tuple[Any, ...] | None:
    """The first row of a statement without parameters, None for none; outside any transaction.

    The driver alone is asked: a session costs many times what a small statement does.
    Raises DatabaseUnavailableError as a session would.
    """
    try:
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(statement)
            row: tuple[Any, ...] | None = cursor.fetchone()
        finally:
            connection.close()
    except engine.dialect.loaded_dbapi.OperationalError as error:
        raise DatabaseUnavailableError(statement, None, error) from error
    return row


@contextmanager
def transaction(session: Session) -> Iterator[Session]:
    """One writing transaction: committed at the end, rolled back on any error.

    Ends a reading transaction that the session may hold, since on SQLite a reader cannot
    become a writer. Waits for its turn as `Patience` says: nothing was written before it begins,
    so beginning again is safe for every caller. What fails later is not tried again here.
    """
    if session.in_transaction():
        session.rollback()
    read_patiently(session, lambda: session.connection(execution_options={"will_write": True}))
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
