"""One search index: read-only arrays over many listings, and what they say of rows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.search.bits import BLOCK, Bits, Blocks, Flags, Rows, Window, blocks_around, count, pack
from app.search.cells import Circle
from app.search.hours import OpenHours
from app.search.layout import IndexArrays, IndexMeta, map_arrays
from app.search.vocabulary import TextColumn, Vocabulary

_NO_ROWS: Final = np.zeros(0, np.int32)
_ID_OCTETS: Final = 16


class SearchIndex:
    """The listings of one version of the data. Nothing in it changes; threads share it."""

    def __init__(self, arrays: IndexArrays, meta: IndexMeta) -> None:
        self.arrays = arrays
        self.version = meta.version
        self.size = meta.size
        self.located = meta.located
        self.width = arrays.columns.shape[1]
        self.hours = OpenHours(arrays, meta)
        self.vocabulary = _vocabulary(arrays)
        self.names = TextColumn(arrays.names, arrays.name_text_starts)
        self._regions = {region: number for number, region in enumerate(meta.regions)}

    @classmethod
    def open(cls, folder: Path) -> SearchIndex:
        """The index of a folder. Raises FileNotFoundError when it has been removed."""
        return cls(*map_arrays(folder))

    def region_rows(self, regions: Iterable[str]) -> Rows:
        """The rows that any of these regions holds, ascending; a row may come twice."""
        numbers = [self._regions[region] for region in regions if region in self._regions]
        starts, rows = self.arrays.region_starts, self.arrays.region_rows
        found = [rows[starts[number] : starts[number + 1]] for number in numbers]
        if len(found) == 1:
            return found[0]
        return np.sort(np.concatenate(found)) if found else _NO_ROWS

    def circle_runs(self, circle: Circle) -> list[tuple[int, int]]:
        """Runs of blocks that hold every row whose point lies in the circle."""
        bounds = np.array(circle.cell_runs, np.int32)
        cells, starts = self.arrays.cells, self.arrays.cell_starts
        first = starts[cells.searchsorted(bounds[:, 0], side="left")]
        last = starts[cells.searchsorted(bounds[:, 1], side="right")]
        rows = zip(first.tolist(), last.tolist(), strict=True)
        return [blocks_around(start, end) for start, end in rows if start < end]

    def row_runs(self, rows: Rows) -> list[tuple[int, int]]:
        """Runs of blocks that hold these rows: one for points, one for those without."""
        # Of one type with the rows: numpy would otherwise copy all of them.
        middle = int(rows.searchsorted(np.int32(self.located)))
        parts = (rows[:middle], rows[middle:])
        return [blocks_around(int(part[0]), int(part[-1]) + 1) for part in parts if len(part)]

    def squared_chords(self, blocks: Blocks, circle: Circle) -> NDArray[np.float64]:
        """The squared straight distance of each row of the blocks from the middle of a circle.

        In units of the sphere's radius; NaN for rows without a point.
        """
        vectors = self.arrays.vectors.take(blocks, axis=0)
        x, y, z = circle.vector
        squares = vectors[:, 0] - x
        squares *= squares
        other = vectors[:, 1] - y
        other *= other
        squares += other
        np.subtract(vectors[:, 2], z, out=other)
        other *= other
        squares += other
        return squares

    def term_bits(self, numbers: Iterable[int], blocks: Blocks) -> Bits:
        """The rows of the blocks that have any of these terms."""
        found = np.zeros(len(blocks), np.uint64)
        for number in numbers:
            found |= self.arrays.columns[number].take(blocks)
        return found

    def text_bits(self, alternatives: Iterable[tuple[str, ...]], window: Window) -> Bits:
        """The rows of the window whose text has all words of any alternative."""
        found = np.zeros(len(window.blocks), np.uint64)
        for words in alternatives:
            rows = [self.vocabulary.rows(word) for word in words]
            if all(len(each) for each in rows):
                found |= np.bitwise_and.reduce([pack(window.flags_of(each)) for each in rows])
        return found

    def name_flags(self, alternatives: Iterable[tuple[str, ...]], window: Window) -> Flags:
        """The rows of the window whose name has all words of any alternative."""
        found = np.zeros(len(window.blocks) * BLOCK, np.bool_)
        for words in alternatives:
            rows = [self.vocabulary.name_rows(word) for word in words]
            if all(len(each) for each in rows):
                found |= np.logical_and.reduce([window.flags_of(each) for each in rows])
        return found

    def holds(self, word: str, *, hidden: Bits | None) -> bool:
        """Whether a row that is not hidden has the word."""
        rows = self.vocabulary.rows(word)
        if hidden is None or len(rows) > count(hidden):
            return len(rows) > 0
        blocks, shifts = rows >> 6, (rows & (BLOCK - 1)).astype(np.uint64)
        return bool(((hidden[blocks] >> shifts & np.uint64(1)) == 0).any())

    def bits_of_ids(self, ids: Iterable[UUID]) -> Bits:
        """The rows of these listings, over all blocks; ids that are not here are left out."""
        sought = np.array(sorted(each.bytes for each in ids), dtype="S16")
        flags = np.zeros(self.width * BLOCK, np.bool_)
        places = np.searchsorted(self.arrays.ids, sought, sorter=self.arrays.by_id)
        inside = places < self.size
        rows = self.arrays.by_id[places[inside]]
        flags[rows[self.arrays.ids[rows] == sought[inside]]] = True
        return pack(flags)

    def listing_ids(self, rows: Blocks) -> list[UUID]:
        """The ids of rows, in their order."""
        octets = self.arrays.ids[rows].tobytes()
        starts = range(0, len(octets), _ID_OCTETS)
        return [UUID(bytes=octets[start : start + _ID_OCTETS]) for start in starts]


def _vocabulary(arrays: IndexArrays) -> Vocabulary:
    return Vocabulary(
        TextColumn(arrays.words, arrays.word_starts),
        backwards=arrays.words_backwards,
        post_starts=arrays.post_starts,
        post_rows=arrays.post_rows,
        name_starts=arrays.name_starts,
        name_rows=arrays.name_rows,
    )
