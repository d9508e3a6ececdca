"""Backups in tests: a second database to restore into, what a database holds, and damage."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from sqlalchemy.engine import Engine

from app import create_app
from app.domain.backup import FileMark, Manifest, read_manifest, write_manifest
from app.extensions import db
from app.store.backup_snapshot import NEVER_COPIED
from app.store.backups import MANIFEST
from config import Config
from tests.engines import empty_database
from tests.factories import make_record, save_records

# A restore gives the data a version of its own.
OTHER_AFTER_RESTORE = NEVER_COPIED | {"data_version"}


@contextmanager
def second_app(config: Config, folder: Path) -> Iterator[Flask]:
    """The application on one more database, without a table in it."""
    folder.mkdir(parents=True, exist_ok=True)
    with empty_database(config.database_url, folder) as url:
        app = create_app(Config(database_url=url, instance_path=folder, is_testing=True))
        try:
            yield app
        finally:
            with app.app_context():
                for engine in db.engines.values():
                    engine.dispose()


def content_of(engine: Engine) -> dict[str, str]:
    """A hash of the rows of each table, but for those that a restore makes anew."""
    reflected = sa.MetaData()
    with engine.connect() as connection:
        reflected.reflect(connection)
        return {
            table.name: _hash(connection, table)
            for table in reflected.sorted_tables
            if table.name not in OTHER_AFTER_RESTORE
        }


def _hash(connection: sa.Connection, table: sa.Table) -> str:
    names = ", ".join(f'"{column.name}"' for column in sorted(table.columns, key=lambda c: c.name))
    rows = connection.exec_driver_sql(f'SELECT {names} FROM "{table.name}"').all()  # noqa: S608
    return hashlib.sha256("\n".join(sorted(repr(tuple(row)) for row in rows)).encode()).hexdigest()


def content_of_app(app: Flask) -> dict[str, str]:
    with app.app_context():
        return content_of(db.engine)


@contextmanager
def write_load(app: Flask) -> Iterator[list[str]]:
    """Writes listings and their history for as long as it lasts; the list has all committed names."""
    is_done, committed = threading.Event(), list[str]()

    def write() -> None:
        with app.app_context():
            while not is_done.is_set():
                record = make_record()
                save_records(db.session, record)
                committed.append(record.name)
                db.session.close()
                is_done.wait(0.01)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield committed
    finally:
        is_done.set()
        writer.join()


def marked_anew(folder: Path, **changes: object) -> Manifest:
    """Give a backup a manifest that fits its files as they are now: damage that hashes cannot see."""
    manifest = read_manifest((folder / MANIFEST).read_bytes())
    files = tuple(
        FileMark(
            name=file.name,
            size=(folder / file.name).stat().st_size,
            sha256=hashlib.sha256((folder / file.name).read_bytes()).hexdigest(),
        )
        for file in manifest.files
    )
    manifest = replace(manifest, **{"files": files, **changes})
    (folder / MANIFEST).write_bytes(write_manifest(manifest))
    return manifest


def flip(path: Path, at: int) -> None:
    """Change one bit of one byte of a file; `at` may count from the end."""
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << (at % 8)
    path.write_bytes(bytes(content))


def rows_of(made: Path) -> dict[str, str]:
    """A hash of each table of a backup, but for those that a restore makes anew."""
    database = made / "database.sqlite3"
    if database.exists():
        engine = sa.create_engine(f"sqlite:///{database}")
        try:
            return content_of(engine)
        finally:
            engine.dispose()
    manifest = read_manifest((made / MANIFEST).read_bytes())
    left_out = {f"{name}.copy" for name in OTHER_AFTER_RESTORE}
    return {file.name: file.sha256 for file in manifest.files if file.name not in left_out}


def run(app: Flask, *words: object) -> Result:
    """What a command of this application says, whatever context the test is in."""
    with app.app_context():
        return app.test_cli_runner().invoke(args=[str(word) for word in words])
