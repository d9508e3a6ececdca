"""Backups of the whole database: made while the site runs, verified, and put back.

A backup is a folder with a manifest and the data: on SQLite one database file, on PostgreSQL one
file for each table. It holds no sessions of the staff, and neither do its free pages.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.domain.backup import BackupError, FileMark, Manifest, read_manifest, write_manifest
from app.domain.history import format_anchor, parse_anchor
from app.store import backup_postgresql, backup_sqlite

MANIFEST: Final = "manifest.json"
_HASHED_AT_ONCE: Final = 1 << 20


def make_backup(engine: Engine, parent: Path, *, now: datetime) -> Path:
    """The folder of a new backup below `parent`, named by its moment; whole, or not there at all.

    Only its owner can read it. Raises OSError where the disk is full.
    """
    parent.mkdir(parents=True, exist_ok=True)
    moment = now.astimezone(UTC)
    draft = parent / f".unfinished-{secrets.token_hex(8)}"
    draft.mkdir(mode=0o700)
    try:
        snapshot = _copier(engine.dialect.name).copy_out(engine, draft)
        manifest = Manifest(
            engine=engine.dialect.name,
            made_at=moment.isoformat(timespec="seconds"),
            schema=snapshot.schema,
            history=format_anchor(snapshot.history),
            version=snapshot.version,
            tables=snapshot.tables,
            files=tuple(_mark(path) for path in sorted(draft.iterdir())),
        )
        (draft / MANIFEST).write_bytes(write_manifest(manifest))
        for path in draft.iterdir():
            path.chmod(0o600)
            _keep(path)
        _keep(draft)
        folder = _free_name(parent, moment)
        draft.rename(folder)
        _keep(parent)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return folder


def verify_backup(folder: Path) -> Manifest:
    """The manifest of a backup that is as it was made; raises BackupError that says what is not."""
    try:
        manifest = read_manifest((folder / MANIFEST).read_bytes())
    except OSError as error:
        message = "There is no manifest that can be read: this is no backup, or only part of one."
        raise BackupError(message) from error
    _compare_files(folder, manifest)
    _copier(manifest.engine).verify(folder, manifest)
    return manifest


def restore_backup(engine: Engine, folder: Path, *, now: datetime) -> Manifest:
    """Put a backup in the place of all that the database holds, in one transaction.

    Verifies the backup before and the history after. The version of the data becomes a new one,
    so that no search index of before fits. Raises BackupError, and then nothing was changed.
    """
    manifest = verify_backup(folder)
    if manifest.engine != engine.dialect.name:
        message = f"The backup is of {manifest.engine}, this database is of {engine.dialect.name}."
        raise BackupError(message)
    version = max(int(now.timestamp() * 1000), manifest.version + 1)
    _copier(manifest.engine).restore(
        engine, folder, manifest, version=version, anchor=parse_anchor(manifest.history)
    )
    return manifest


def holds_data(engine: Engine) -> bool:
    """Whether anything was ever written into the database; raises BackupError for a damaged one."""
    try:
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table("data_version"):
                return False
            counted = connection.execute(sa.text("SELECT count(*) FROM data_version")).scalar_one()
            return bool(counted)
    except sa.exc.OperationalError:
        raise
    except sa.exc.DatabaseError as error:
        message = "What lies in the place of the database cannot be read. Move it away first."
        raise BackupError(message) from error


def _copier(engine: str) -> ModuleType:
    known = {"sqlite": backup_sqlite, "postgresql": backup_postgresql}
    if engine not in known:
        message = f"The backup is of {engine}, which this release does not know."
        raise BackupError(message)
    return known[engine]


def _compare_files(folder: Path, manifest: Manifest) -> None:
    there = {path.name for path in folder.iterdir()} - {MANIFEST}
    listed = {file.name for file in manifest.files}
    if there != listed:
        names = ", ".join(sorted(there ^ listed)[:5])
        message = f"Files are missing or were added: {names}."
        raise BackupError(message)
    for file in manifest.files:
        path = folder / file.name
        if not path.is_file() or path.is_symlink() or path.stat().st_size != file.size:
            message = f"{file.name} is not as large as it was."
            raise BackupError(message)
        if _mark(path) != file:
            message = f"{file.name} is damaged: its content is not what was written."
            raise BackupError(message)


def _mark(path: Path) -> FileMark:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while part := file.read(_HASHED_AT_ONCE):
            digest.update(part)
            size += len(part)
    return FileMark(name=path.name, size=size, sha256=digest.hexdigest())


def _free_name(parent: Path, moment: datetime) -> Path:
    name = f"help-first-{moment:%Y-%m-%dT%H%M%SZ}"
    folder, number = parent / name, 1
    while folder.exists():
        number += 1
        folder = parent / f"{name}-{number}"
    return folder


def _keep(path: Path) -> None:
    """Have the disk keep a file or a folder before anybody hears that it is there."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
