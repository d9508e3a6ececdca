"""A backup of PostgreSQL: each table by COPY, all in one transaction that sees one moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from app.domain.backup import BackupError, Manifest, TableMark
from app.domain.history import Anchor
from app.store.backup_snapshot import (
    NEVER_COPIED,
    Snapshot,
    check_history,
    read_schema,
    take_snapshot,
)

_ENDING: Final = ".copy"
_READ_AT_ONCE: Final = 1 << 20
# So that one row has one text, whatever the server is set to.
_ONE_WAY: Final = (
    "SET LOCAL TIME ZONE 'UTC'",
    "SET LOCAL DateStyle = 'ISO, YMD'",
    "SET LOCAL IntervalStyle = 'postgres'",
    "SET LOCAL client_encoding = 'UTF8'",
    "SET LOCAL extra_float_digits = 3",
)


def copy_out(engine: Engine, folder: Path) -> Snapshot:
    """Copy every table into the folder as it was at one moment; nobody waits meanwhile."""
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection:
        _set_one_way(connection)
        snapshot = take_snapshot(connection)
        for table in snapshot.tables:
            with (folder / f"{table.name}{_ENDING}").open("wb") as file:
                for part in _copied(connection, table):
                    file.write(part)
        connection.rollback()
    return snapshot


def verify(folder: Path, manifest: Manifest) -> None:
    """Raise BackupError unless every table has its file, with a line for each row."""
    listed = {file.name for file in manifest.files}
    if listed != {f"{table.name}{_ENDING}" for table in manifest.tables}:
        message = "The files are not those of the tables."
        raise BackupError(message)
    for table in manifest.tables:
        with (folder / f"{table.name}{_ENDING}").open("rb") as file:
            rows = sum(1 for _ in file)
        if rows != table.rows:
            message = f"{table.name} has {rows:,} rows, not {table.rows:,} as the manifest says."
            raise BackupError(message)


def restore(
    engine: Engine, folder: Path, manifest: Manifest, *, version: int, anchor: Anchor
) -> None:
    """Empty the tables and fill them from the backup, in one transaction.

    The tables must be at the backup's revision, which the caller sees to.
    """
    with engine.begin() as connection:
        _set_one_way(connection)
        there = take_snapshot(connection)
        if read_schema(connection) != manifest.schema or _shape(there) != _shape(manifest):
            message = (
                f"The backup is of schema {manifest.schema}, the database is not. "
                "Restore it into an empty database."
            )
            raise BackupError(message)
        with _history_open(connection):
            names = ", ".join(_quoted(connection, table.name) for table in manifest.tables)
            connection.exec_driver_sql(f"TRUNCATE {names}")
            for table in manifest.tables:
                _fill(connection, table, folder / f"{table.name}{_ENDING}")
        _continue_numbers(connection, manifest)
        check_history(connection, anchor)
        connection.execute(
            sa.text("UPDATE data_version SET version = :version, first_version = :version"),
            {"version": version},
        )


def _set_one_way(connection: Connection) -> None:
    for statement in _ONE_WAY:
        connection.exec_driver_sql(statement)


def _copied(connection: Connection, table: TableMark) -> Iterator[bytes]:
    """The rows of a table in COPY's text form, in the order of their text."""
    where = "WHERE false" if table.name in NEVER_COPIED else ""
    query = (
        f"COPY (SELECT {_columns(connection, table)} FROM {_quoted(connection, table.name)} AS t"  # noqa: S608 (quoted names)
        f' {where} ORDER BY t::text COLLATE "C") TO STDOUT'
    )
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(query) as copy:
        for part in copy:
            yield bytes(part)


def _fill(connection: Connection, table: TableMark, path: Path) -> None:
    query = f"COPY {_quoted(connection, table.name)} ({_columns(connection, table)}) FROM STDIN"
    cursor: Any = connection.connection.cursor()
    with cursor, path.open("rb") as file:
        with cursor.copy(query) as copy:
            while part := file.read(_READ_AT_ONCE):
                copy.write(part)
        if cursor.rowcount != table.rows:
            message = f"{table.name}: {cursor.rowcount:,} rows came back, not {table.rows:,}."
            raise BackupError(message)


def _continue_numbers(connection: Connection, manifest: Manifest) -> None:
    """Let columns that count by themselves go on after the highest number that is there."""
    for table in manifest.tables:
        for column in table.columns:
            sequence = connection.execute(
                sa.text("SELECT pg_get_serial_sequence(:table, :column)"),
                {"table": _quoted(connection, table.name), "column": column},
            ).scalar_one()
            if sequence:
                name, number = _quoted(connection, table.name), _quoted(connection, column)
                highest = f"(SELECT coalesce(max({number}), 0) + 1 FROM {name})"  # noqa: S608 (quoted names)
                connection.execute(
                    sa.text(f"SELECT setval(:sequence, {highest}, false)"), {"sequence": sequence}
                )


@contextmanager
def _history_open(connection: Connection) -> Iterator[None]:
    """Without the triggers that refuse a change of the history; back with the transaction."""
    connection.exec_driver_sql("ALTER TABLE metadata DISABLE TRIGGER USER")
    yield
    connection.exec_driver_sql("ALTER TABLE metadata ENABLE TRIGGER USER")


def _shape(of: Snapshot | Manifest) -> set[tuple[str, frozenset[str]]]:
    return {(table.name, frozenset(table.columns)) for table in of.tables}


def _columns(connection: Connection, table: TableMark) -> str:
    return ", ".join(_quoted(connection, column) for column in table.columns)


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(name)
