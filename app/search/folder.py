"""The folders of built indexes: found, built by one process at a time, cleared away."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple
from uuid import uuid4

from app.search.layout import FORMAT, IndexArrays, IndexMeta, sync_folder, write_arrays

_LOCK_FILE: Final = "search.lock"
_UNFINISHED: Final = ".search-unfinished-"
_REMOVED: Final = ".search-removed-"
_NAME: Final = re.compile(r"search-(\d{1,19})-([0-9a-f]+)")


class BuiltIndex(NamedTuple):
    """A whole index on the disk: the version of the data that it holds, and where it lies."""

    version: int
    folder: Path


def newest_index(instance_path: Path, *, fingerprint: str) -> BuiltIndex | None:
    """The newest whole index that was built with these terms; None when there is none."""
    return max(_list_indexes(instance_path, fingerprint=fingerprint), default=None)


@contextmanager
def build_lock(instance_path: Path, *, is_patient: bool = True) -> Iterator[bool]:
    """True while no other process or thread builds; False, at once, when one does.

    A patient caller waits instead and gets True. The lock ends with its process, even when
    that is killed.
    """
    instance_path.mkdir(parents=True, exist_ok=True)
    handle = os.open(instance_path / _LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if is_patient else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def write_index(
    instance_path: Path, build: Callable[[], tuple[IndexArrays, IndexMeta]]
) -> BuiltIndex:
    """Build an index into a folder that gets its name when all of it is on the disk.

    The caller holds the build lock, so that whatever is unfinished belongs to nobody.
    Other indexes are removed: a process that has one mapped keeps what it has mapped.
    """
    _clear_leftovers(instance_path)
    unfinished = instance_path / f"{_UNFINISHED}{uuid4().hex}"
    unfinished.mkdir()
    try:
        arrays, meta = build()
        write_arrays(unfinished, arrays, meta)
        folder = instance_path / _name(meta)
        _remove(folder)
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    sync_folder(instance_path)
    for other in instance_path.iterdir():
        if _NAME.fullmatch(other.name) and other != folder:
            _remove(other)
    return BuiltIndex(meta.version, folder)


def _name(meta: IndexMeta) -> str:
    return f"search-{meta.version}-{FORMAT}{meta.fingerprint}"


def _list_indexes(instance_path: Path, *, fingerprint: str) -> Iterator[BuiltIndex]:
    if not instance_path.is_dir():
        return
    for folder in instance_path.iterdir():
        match = _NAME.fullmatch(folder.name)
        if match and match[2] == f"{FORMAT}{fingerprint}":
            yield BuiltIndex(int(match[1]), folder)


def _remove(folder: Path) -> None:
    """Take the name away first, so that nobody opens a folder that is half gone."""
    if not folder.exists():
        return
    removed = folder.with_name(f"{_REMOVED}{uuid4().hex}")
    folder.rename(removed)
    shutil.rmtree(removed, ignore_errors=True)


def _clear_leftovers(instance_path: Path) -> None:
    for path in instance_path.iterdir():
        if path.name.startswith((_UNFINISHED, _REMOVED)):
            shutil.rmtree(path, ignore_errors=True)
