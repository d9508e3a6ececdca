"""What a backup says of itself: its manifest, in which no byte can change unseen."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any, Final

from app.domain.errors import DirectoryError

FORMAT: Final = 1
_OWN_HASH: Final = "sha256"


class BackupError(DirectoryError):
    """A backup that cannot be made, is damaged, or does not fit; the message is for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMark:
    """A table in a backup: its columns in order, and how many rows it has."""

    name: str
    columns: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMark:
    """A file of a backup: its size in bytes and the SHA-256 of its content, in hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All that a backup holds, at one moment of the database.

    `engine` is "sqlite" or "postgresql", `schema` the revision of the migrations, `history` the
    anchor HEAD:COUNT of the history, `version` that of the data. `tables` stand so that no row
    speaks of one that comes later.
    """

    engine: str
    made_at: str
    schema: str
    history: str
    version: int
    tables: tuple[TableMark, ...]
    files: tuple[FileMark, ...]


def write_manifest(manifest: Manifest) -> bytes:
    """The one way in which this manifest is written, with a hash of itself."""
    values = {"format": FORMAT, **asdict(manifest)}
    return _text({**values, _OWN_HASH: hashlib.sha256(_text(values)).hexdigest()})


def read_manifest(written: bytes) -> Manifest:
    """The manifest that was written so; raises BackupError for anything that is not, byte by byte."""
    try:
        values = json.loads(written)
        manifest = Manifest(
            engine=values["engine"],
            made_at=values["made_at"],
            schema=values["schema"],
            history=values["history"],
            version=values["version"],
            tables=tuple(
                TableMark(name=t["name"], columns=tuple(t["columns"]), rows=t["rows"])
                for t in values["tables"]
            ),
            files=tuple(FileMark(**file) for file in values["files"]),
        )
        is_whole = values["format"] != FORMAT or write_manifest(manifest) == written
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        message = "The manifest is damaged."
        raise BackupError(message) from error
    if not is_whole:
        message = "The manifest is damaged."
        raise BackupError(message)
    if values["format"] != FORMAT:
        message = "The backup was made by another release, whose format this one does not know."
        raise BackupError(message)
    return manifest


def _text(values: dict[str, Any]) -> bytes:
    return (json.dumps(values, indent=1, sort_keys=True) + "\n").encode("ascii")
