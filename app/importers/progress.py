"""How far a run is, in a small file beside it, for whoever asks while it works.

Not in the database: there a run would wait for its own writing transaction.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

_WRITTEN_EVERY_S: Final = 0.3
_BATCH_ROWS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProgress:
    """The stage (fetching, reading, comparing, waiting, applying, undoing, indexing) and its rows.

    `total` is 0 where it is not known.
    """

    stage: str
    rows: int = 0
    total: int = 0
    rows_a_second: float = 0.0


class ProgressFile:
    """Writes how far a stage is, a few times a second at most."""

    def __init__(self, path: Path, stage: str, *, total: int | None = None) -> None:
        self._path = path
        self._stage = stage
        self._total = total or 0
        self._rows = 0
        self._began = self._written = time.monotonic()
        self._write()

    def __call__(self, rows: int) -> None:
        """Count rows that were read; 0 says that a batch of them was written."""
        self.reach(self._rows + rows)

    def reach(self, rows: int) -> None:
        """Say how many rows are done."""
        self._rows = rows
        if time.monotonic() - self._written >= _WRITTEN_EVERY_S:
            self._write()

    def _write(self) -> None:
        self._written = time.monotonic()
        seconds = self._written - self._began
        progress = RunProgress(
            stage=self._stage,
            rows=self._rows,
            total=self._total,
            rows_a_second=self._rows / seconds if seconds else 0.0,
        )
        part = self._path.with_suffix(".part")
        part.write_bytes(msgspec.json.encode(progress))
        part.replace(self._path)


class BatchProgress:
    """Counts the rows of batches that are written, for a run that tells of each by a 0."""

    def __init__(self, file: ProgressFile, *, total: int | None) -> None:
        self._file = file
        self._total = total
        self._batches = 0

    def __call__(self, rows: int) -> None:
        """Pass rows that are read again; count a batch."""
        if rows == 0:
            self._batches += 1
            done = self._batches * _BATCH_ROWS
            self._file.reach(min(done, self._total) if self._total else done)


def read_progress(path: Path) -> RunProgress | None:
    """What was last written; None where nothing was."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=RunProgress)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
