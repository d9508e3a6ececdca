"""Sets of rows as bits: 64 rows a block, in blocks that are near one another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Bits: TypeAlias = NDArray[np.uint64]
Rows: TypeAlias = NDArray[np.int32]
Blocks: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Numbers: TypeAlias = NDArray[np.float64]
Counts: TypeAlias = NDArray[np.int64]

BLOCK: Final = 64
_BLOCK_SHIFT: Final = 6

# 1,000 blocks of at most 64 rows still count within 16 bits, and their choices fit a cache.
_BLOCKS_A_SUM: Final = 1_000


def pack(flags: Flags) -> Bits:
    """The flags, a whole number of blocks of them, as bits; the first flag is the lowest."""
    return np.packbits(flags.reshape(-1), bitorder="little").view(np.uint64)


def unpack(bits: Bits) -> Flags:
    """The flags of the bits."""
    octets = np.ascontiguousarray(bits).view(np.uint8)
    return np.unpackbits(octets, bitorder="little").view(np.bool_)


def places(values: NDArray[np.generic]) -> NDArray[np.intp]:
    """Where values are neither 0 nor False; numpy's `flatnonzero` goes through four calls."""
    return values.nonzero()[0]


def count(bits: Bits) -> int:
    """How many rows the bits hold."""
    return int(np.bitwise_count(bits).sum(dtype=np.int64))


def count_columns(bits: Bits, blocks: Blocks, matrix: Bits, *, columns: range) -> Counts:
    """How many of the rows have each column's bit; the matrix has one row per block."""
    totals = np.zeros(len(columns), np.int64)
    for start in range(0, len(blocks), _BLOCKS_A_SUM):
        chosen = slice(start, start + _BLOCKS_A_SUM)
        met = matrix[blocks[chosen], columns.start : columns.stop]
        met &= bits[chosen, None]
        totals += np.bitwise_count(met).sum(axis=0, dtype=np.uint16)
    return totals


class Window:
    """The blocks in which a search looks: a few runs of neighbours, in ascending order."""

    __slots__ = ("_bounds", "_offsets", "blocks")

    def __init__(self, runs: Iterable[tuple[int, int]]) -> None:
        """A window over half-open runs of blocks, which may overlap."""
        merged = _merge(runs)
        starts = [np.arange(first, last, dtype=np.int64) for first, last in merged]
        self.blocks: Blocks = np.concatenate(starts) if starts else np.zeros(0, np.int64)
        self._bounds = np.array(merged, np.int32).reshape(-1) * BLOCK
        offsets: list[int] = []
        seen = 0
        for first, last in merged:
            offsets.append((seen - first) * BLOCK)
            seen += last - first
        self._offsets = offsets

    def flags_of(self, rows: Rows, *, into: Flags | None = None) -> Flags:
        """Which rows of the window are among these rows, which must ascend."""
        flags = np.zeros(len(self.blocks) * BLOCK, np.bool_) if into is None else into
        places = rows.searchsorted(self._bounds).tolist()
        for run, offset in enumerate(self._offsets):
            start, end = places[2 * run], places[2 * run + 1]
            if start < end:
                flags[rows[start:end] + offset] = True
        return flags


def rows_at(blocks: Blocks, positions: NDArray[np.intp]) -> Blocks:
    """The rows at positions of a window's flags."""
    rows: Blocks = blocks[positions >> _BLOCK_SHIFT] * BLOCK
    rows += positions & (BLOCK - 1)
    return rows


def blocks_around(first_row: int, last_row: int) -> tuple[int, int]:
    """The half-open run of blocks that holds the rows from the first to before the last."""
    return first_row >> _BLOCK_SHIFT, (last_row + BLOCK - 1) >> _BLOCK_SHIFT


def _merge(runs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(run for run in runs if run[0] < run[1]):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged
