"""A backup of SQLite: a copy by its own backup interface, which sees one moment of the database."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import NullPool

from app.db import sqlite_journal_mode
from app.domain.backup import BackupError, Manifest
from app.domain.history import Anchor, parse_anchor
from app.store.backup_snapshot import NEVER_COPIED, Snapshot, check_history, take_snapshot

_FILE: Final = "database.sqlite3"
# A whole copy in one step keeps the database still; in many, each writer would begin it anew.
_ALL_PAGES: Final = -1
_KEPT_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
# The copy waits for others by itself, and would wait for ever.
_LONGEST_WAIT_S: Final = 30.0


def copy_out(engine: Engine, folder: Path) -> Snapshot:
    """Copy the database into the folder, without sessions and without what was deleted."""
    path = folder / _FILE
    with closing(_open(_path_of(engine))) as source, closing(_open(path)) as copy:
        _copy_all(source, copy)
        # The copy needs no journal of its own beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
        there = {name for (name,) in copy.execute("SELECT name FROM sqlite_master")}
        for table in NEVER_COPIED & there:
            copy.execute(f"DELETE FROM {table}")  # noqa: S608 (our own names)
        # Free pages hold what was deleted, some of it because somebody asked for it.
        copy.execute("VACUUM")
    with _reading(path) as connection:
        return take_snapshot(connection)


def verify(folder: Path, manifest: Manifest) -> None:
    """Raise BackupError unless the copy is a whole database that is what the manifest says."""
    with _reading(folder / _FILE) as connection:
        fault = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
        if fault != "ok":
            message = f"The database in it is damaged: {fault}."
            raise BackupError(message)
        snapshot = take_snapshot(connection)
        if snapshot.schema != manifest.schema or snapshot.tables != manifest.tables:
            message = "The database in it has other tables or rows than the manifest says."
            raise BackupError(message)
        check_history(connection, parse_anchor(manifest.history))


def restore(
    engine: Engine, folder: Path, manifest: Manifest, *, version: int, anchor: Anchor
) -> None:
    """Write the copy over the database in one transaction of SQLite's own; servers may run on."""
    del manifest, anchor  # verified, and a copy is byte by byte what was verified
    target = _path_of(engine)
    target.parent.mkdir(parents=True, exist_ok=True)
    work = target.with_name(f"restoring-{secrets.token_hex(8)}")
    try:
        with closing(_open(folder / _FILE)) as kept, closing(_open(work)) as prepared:
            _copy_all(kept, prepared)
            prepared.execute(
                "UPDATE data_version SET version = ?, first_version = ?", (version, version)
            )
            with closing(_open(target)) as live:
                # A database in WAL mode cannot be written over; each connection sets it anew.
                live.execute("PRAGMA journal_mode=DELETE")
                _copy_all(prepared, live)
                live.execute(
                    f"PRAGMA journal_mode={sqlite_journal_mode(sqlite3.sqlite_version_info)}"
                )
    finally:
        work.unlink(missing_ok=True)


def _copy_all(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Copy a database over another one; raises BackupError where somebody keeps either busy."""
    ends_at = time.monotonic() + _LONGEST_WAIT_S

    def look(result: int, _left: int, _total: int) -> None:
        if result in _KEPT_BUSY and time.monotonic() > ends_at:
            message = "Somebody else keeps the database busy. Stop the site and try again."
            raise BackupError(message)

    source.backup(target, pages=_ALL_PAGES, progress=look, sleep=0.05)


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=5)
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _path_of(engine: Engine) -> Path:
    database = engine.url.database
    if not database or database == ":memory:":
        message = "A database in memory cannot be backed up."
        raise BackupError(message)
    return Path(database)


@contextmanager
def _reading(path: Path) -> Iterator[Connection]:
    """A connection that can change nothing of a file; BackupError where it is no database."""
    url = f"sqlite:///file:{path.resolve().as_posix()}?mode=ro&immutable=1&uri=true"
    engine = sa.create_engine(url, poolclass=NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            yield connection
    except sa.exc.DatabaseError as error:
        message = "The database in it cannot be read."
        raise BackupError(message) from error
    finally:
        engine.dispose()
