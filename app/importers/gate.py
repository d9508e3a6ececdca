"""One import at a time: a locked file that a run's process holds until it ends, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from typing import Final
from uuid import UUID

from app.domain.errors import ImportRunningError

# Somebody who looks whether it is held holds it for a moment, and a process that is done takes
# one to end.
_TRIES: Final = 200
_PAUSE_S: Final = 0.01
_ID_BYTES: Final = 36


class ImportGate:
    """The gate of an installation, in the folder of its imports."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "running.lock"

    def take(self, run_id: UUID) -> int:
        """Hold the gate for a run: a descriptor, held as long as any process has it open.

        Raises ImportRunningError while another run holds it.
        """
        descriptor = self._open()
        for _ in range(_TRIES):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_PAUSE_S)
                continue
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(run_id).encode(), 0)
            return descriptor
        os.close(descriptor)
        raise ImportRunningError

    def holder(self) -> UUID | None:
        """The run that holds the gate now; None while nobody does."""
        descriptor = self._open()
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _run_id(os.pread(descriptor, _ID_BYTES, 0))
        finally:
            os.close(descriptor)
        return None

    def _open(self) -> int:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _run_id(text: bytes) -> UUID | None:
    try:
        return UUID(text.decode("ascii"))
    except ValueError:
        return None
