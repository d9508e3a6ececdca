"""How often somebody may try: counted across all server processes, in memory, by keyed hashes.

The table is a file of a memory file system (/dev/shm), which no disk ever sees; what it counts by
is an HMAC under a random key that lives in the table's first bytes and is new each day, when all
counts begin anew. Where there is no such file system each process counts for itself.
"""

from __future__ import annotations

import fcntl
import hmac
import logging
import mmap
import os
import secrets
import stat
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

_logger: Final = logging.getLogger("help_first")

MEMORY_FILES: Final = Path("/dev/shm")  # noqa: S108 (its own folder in memory, checked for its owner)
_DAY_S: Final = 86_400

# The window moves by a sixteenth of its length. One part more than that is counted, so that no
# span of the full length ever holds more than the limit.
_PARTS: Final = 17
_PARTS_A_PERIOD: Final = 16
# key, part, Unix second of the last try, counts
_SLOT: Final = struct.Struct(f"<16sQI{_PARTS}H2x")
_HEADER: Final = struct.Struct("<32sQ24x")
_SLOTS: Final = 32_768
_PLACES_A_KEY: Final = 8
_SIZE: Final = _HEADER.size + _SLOTS * _SLOT.size
_MOST: Final = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `count` tries in any `period_s` seconds; the name keeps its keys apart."""

    name: str
    count: int
    period_s: int

    def __post_init__(self) -> None:
        if not 0 < self.count <= _MOST:
            message = f"a limit counts 1 to {_MOST}"
            raise ValueError(message)


class Limiter:
    """Counts tries. Threads and processes that open it under one name share the counts."""

    def __init__(self, name: str, *, folder: Path = MEMORY_FILES) -> None:
        self._path = folder / name
        self._lock = threading.Lock()
        self._descriptor: int | None = None
        # Opened by the first try: a command or a worker that counts nothing makes no file.
        self._table: mmap.mmap | None = None

    def take(self, limit: Limit, subject: str, *, at: float | None = None) -> int:
        """Count one try of this subject: 0 if it may go on, else the seconds to wait.

        A try that is refused is not counted, so that waiting always ends. `at` is a Unix time
        in seconds, the clock's where it is not given.
        """
        moment = time.time() if at is None else at
        with self._locked() as table:
            key = _key(table, limit, subject, day=int(moment // _DAY_S))
            part_s = limit.period_s / _PARTS_A_PERIOD
            part = int(moment // part_s)
            place, counts = _find(table, key, part=part)
            if sum(counts) >= limit.count:
                oldest = next(age for age, count in reversed(list(enumerate(counts))) if count)
                return max(1, int((part - oldest + _PARTS) * part_s - moment) + 1)
            counts[0] += 1
            _SLOT.pack_into(table, place, key, part, int(moment), *counts)
            return 0

    def forget(self) -> None:
        """Begin all counts anew."""
        with self._locked() as table:
            table[:] = bytes(_SIZE)

    def close(self) -> None:
        """Let go of the table; the counts stay for those who still have it open."""
        with self._lock:
            if self._table is not None:
                self._table.close()
            if self._descriptor is not None:
                os.close(self._descriptor)
            self._table = self._descriptor = None

    @contextmanager
    def _locked(self) -> Iterator[mmap.mmap]:
        with self._lock:
            if self._table is None:
                self._descriptor = _open_table(self._path)
                shared = -1 if self._descriptor is None else self._descriptor
                self._table = mmap.mmap(shared, _SIZE)
            if self._descriptor is None:
                yield self._table
                return
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            try:
                yield self._table
            finally:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)


def _key(table: mmap.mmap, limit: Limit, subject: str, *, day: int) -> bytes:
    secret, secret_day = _HEADER.unpack_from(table, 0)
    if secret_day != day:
        if secret_day:
            table[:] = bytes(_SIZE)
        secret = secrets.token_bytes(32)
        _HEADER.pack_into(table, 0, secret, day)
    return hmac.digest(secret, f"{limit.name}\0{subject}".encode(), sha256)[:16]


def _find(table: mmap.mmap, key: bytes, *, part: int) -> tuple[int, list[int]]:
    """Where the key is counted and its counts, the newest part first.

    A new key takes the place, of the eight that it may have, that was used longest ago.
    """
    first = int.from_bytes(key[:8], "little")
    places = [_HEADER.size + (first + step) % _SLOTS * _SLOT.size for step in range(_PLACES_A_KEY)]
    found = [(_SLOT.unpack_from(table, place), place) for place in places]
    for (kept, last_part, _last_s, *counts), place in found:
        if kept == key:
            passed = max(0, part - last_part)
            return place, ([0] * min(passed, _PARTS) + counts)[:_PARTS]
    _oldest, place = min(found, key=lambda item: item[0][2])
    return place, [0] * _PARTS


def _open_table(path: Path) -> int | None:
    """The table's file, ours alone; None where there is no memory file system."""
    if not path.parent.is_dir():
        _logger.warning("no /dev/shm: each server process counts sign-in tries for itself")
        return None
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode) or about.st_uid != os.geteuid() or about.st_mode & 0o077:
        os.close(descriptor)
        message = f"{path} is not ours alone: delete it"
        raise PermissionError(message)
    if about.st_size != _SIZE:
        os.ftruncate(descriptor, _SIZE)
    return descriptor
