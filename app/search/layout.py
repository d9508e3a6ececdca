"""The arrays of an index: what each holds, and how they are written to a folder and mapped."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from app.search.bits import Bits, Rows

# Raise it when an index that older code has written would be read wrongly.
FORMAT: Final = 3
_META_FILE: Final = "index.json"


class OddHours(msgspec.Struct, frozen=True):
    """Hours that are not the same every week: their pattern's number, zone and schedules.

    `dated` are the hours of single days that stand in place of them.
    """

    pattern: int
    zone: str | None
    schedules: str
    dated: str = "[]"


class IndexMeta(msgspec.Struct, frozen=True, kw_only=True):
    """What is not an array. `regions` are sorted; rows from `located` on have no point."""

    format: int
    fingerprint: str
    version: int
    size: int
    located: int
    regions: list[str]
    zones: list[str]
    patterns: int
    odd_hours: list[OddHours]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexArrays:
    """One array per fact; N listings in W blocks of 64 rows, T terms, C choices, V words.

    Rows stand in the order of their cells and, within a cell, of their ids; those without a
    point come last, in the order of their ids.
    """

    ids: NDArray[np.bytes_]  # N texts of 16 bytes
    id_rank: Rows  # N: the place of a row among all ids
    by_id: Rows  # N: the rows in the order of their ids
    vectors: NDArray[np.float64]  # W by 3 by 64: points of the unit sphere, or NaN
    cells: Rows  # the cells that hold a point, ascending
    cell_starts: Rows  # one more than cells: the first row of each
    columns: Bits  # T by W: the listings of each term
    choice_blocks: Bits  # W by C: the same for choices, block by block
    region_starts: NDArray[np.int64]  # one more than regions: where its rows begin
    region_rows: Rows
    words: NDArray[np.uint8]  # the words as UTF-8, sorted
    word_starts: NDArray[np.int64]  # V + 1
    words_backwards: Rows  # V: the words in the order of their reversed letters
    post_starts: NDArray[np.int64]  # V + 1
    post_rows: Rows
    name_starts: NDArray[np.int64]  # V + 1
    name_rows: Rows
    names: NDArray[np.uint8]  # the folded names as UTF-8, by row
    name_text_starts: NDArray[np.int64]  # N + 1
    freshness: Rows  # N: the day of the newest word on a row, as a number; 0 for none
    name_rank: Rows  # N: the place of a row by freshness, then folded name, then id
    by_name: Rows  # N: the rows in that order
    patterns: Rows  # W by 64: the number of a row's hours, 0 where it is never known to be open
    weekly_patterns: Rows  # one entry per span of opening time
    weekly_zones: Rows
    weekly_starts: Rows  # minutes since Monday 00:00, local; before 0 for a Sunday's night
    weekly_ends: Rows
    dated_patterns: Rows  # one entry per run of days on which the week does not hold
    dated_zones: Rows
    dated_firsts: Rows  # local days as numbers, the last one included
    dated_lasts: Rows
    extra_patterns: Rows  # one entry per opening on such a day
    extra_starts: Rows  # minutes since 1970, UTC
    extra_ends: Rows


def write_arrays(folder: Path, arrays: IndexArrays, meta: IndexMeta) -> None:
    """Write an index into an empty folder; all of it is on the disk when this returns."""
    for field in fields(IndexArrays):
        with (folder / f"{field.name}.npy").open("wb") as file:
            np.save(file, np.ascontiguousarray(getattr(arrays, field.name)))
            file.flush()
            os.fsync(file.fileno())
    with (folder / _META_FILE).open("wb") as file:
        file.write(msgspec.json.encode(meta))
        file.flush()
        os.fsync(file.fileno())
    sync_folder(folder)


def map_arrays(folder: Path) -> tuple[IndexArrays, IndexMeta]:
    """The index of a folder, read from the disk only where it is looked at.

    Raises FileNotFoundError when another process has removed the folder meanwhile.
    """
    meta = msgspec.json.decode((folder / _META_FILE).read_bytes(), type=IndexMeta)
    arrays = {field.name: _map(folder / f"{field.name}.npy") for field in fields(IndexArrays)}
    return IndexArrays(**arrays), meta


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _map(path: Path) -> NDArray[Any]:
    # A plain array over the mapping: memmap's own class makes each slice slower.
    mapped: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return mapped.view(np.ndarray)
