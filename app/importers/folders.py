"""Where the files of a run are: under a name of ours in the instance folder, for two weeks."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final
from uuid import UUID

# An upload whose run was never begun (the sender went away) is gone after an hour.
UNKEPT_S: Final = 3_600.0
KEPT_S: Final = 14 * 86_400.0

_READ_A_TIME: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of one run, and the files in it."""

    path: Path

    @property
    def upload(self) -> Path:
        """The file as it was sent or fetched."""
        return self.path / "upload"

    @property
    def stage(self) -> Path:
        """Its rows, read."""
        return self.path / "rows.jsonl"

    @property
    def preview(self) -> Path:
        """The folder of the preview."""
        return self.path / "preview"

    @property
    def progress(self) -> Path:
        """How far the run is."""
        return self.path / "progress.json"

    @property
    def pages(self) -> Path:
        """The pages that a fetch has so far."""
        return self.path / "fetch"

    @property
    def begun(self) -> Path:
        """There once the process of the run has begun to work, since it was last started."""
        return self.path / "begun"

    @property
    def marker(self) -> Path:
        """There once the run is in the database."""
        return self.path / "kept"

    def make(self) -> None:
        """Make the folder, for its owner alone."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def save_upload(self, stream: IO[bytes]) -> str:
        """Keep what was sent, on the disk for sure; its SHA-256 in hexadecimal."""
        self.make()
        digest = hashlib.sha256()
        with self.upload.open("wb") as file:
            while block := stream.read(_READ_A_TIME):
                digest.update(block)
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        return digest.hexdigest()

    def drop_rows(self) -> None:
        """Take away the file and its rows, once nobody needs them; the preview stays."""
        for path in (self.upload, self.stage, self.progress):
            path.unlink(missing_ok=True)
        shutil.rmtree(self.pages, ignore_errors=True)

    def drop(self) -> None:
        """Take everything away."""
        shutil.rmtree(self.path, ignore_errors=True)


def imports_folder(instance_path: str | Path) -> Path:
    """The folder of all imports of an installation."""
    return Path(instance_path) / "imports"


def run_folder(instance_path: str | Path, run_id: UUID) -> RunFolder:
    """The folder of one run."""
    return RunFolder(imports_folder(instance_path) / run_id.hex)


def clean_folders(
    instance_path: str | Path, *, clock: Callable[[], float] = time.time
) -> tuple[str, ...]:
    """Take away folders that are too old; their names. Called at start and by each new run."""
    gone = []
    for path in sorted(imports_folder(instance_path).glob("*")):
        if not path.is_dir():
            continue
        folder = RunFolder(path)
        longest = KEPT_S if folder.marker.exists() else UNKEPT_S
        if clock() - path.stat().st_mtime > longest:
            folder.drop()
            gone.append(path.name)
    return tuple(gone)


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
