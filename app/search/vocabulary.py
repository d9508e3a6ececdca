"""The words of an index, sorted, with the rows that hold each: exact words and near spellings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from app.search.bits import Rows

Octets = NDArray[np.uint8]
Offsets = NDArray[np.int64]

# Shorter words have so many neighbours that none of them is what was meant.
MIN_RESPELT_LETTERS: Final = 4
_MAX_OCTETS_A_LETTER: Final = 4
_NO_ROWS: Final = np.zeros(0, np.int32)


class TextColumn:
    """Texts one after another in one run of UTF-8, found by their number."""

    __slots__ = ("_content", "_starts")

    def __init__(self, content: Octets, starts: Offsets) -> None:
        self._content = content
        self._starts = starts

    def __len__(self) -> int:
        return len(self._starts) - 1

    def octets(self, number: int) -> bytes:
        """One text as UTF-8, whose order is the order of the texts."""
        return self._content[self._starts[number] : self._starts[number + 1]].tobytes()

    def text(self, number: int) -> str:
        """One text."""
        return self.octets(number).decode()

    def texts(self, numbers: list[int], *, near_length: int) -> list[str]:
        """Those of the texts whose length in octets is at most one letter off."""
        chosen = np.array(numbers, np.int64)
        lengths = self._starts[chosen + 1] - self._starts[chosen]
        is_near = np.abs(lengths - near_length) <= _MAX_OCTETS_A_LETTER
        return [self.text(number) for number in chosen[is_near].tolist()]


class Vocabulary:
    """The sorted words of an index. `backwards` holds their numbers in order of their ends.

    `post_starts` and `post_rows` say which rows hold a word anywhere, `name_starts` and
    `name_rows` which hold it in the name; the rows of a word ascend.
    """

    __slots__ = ("_backwards", "_name_rows", "_name_starts", "_post_rows", "_post_starts", "_texts")

    def __init__(
        self,
        texts: TextColumn,
        *,
        backwards: Rows,
        post_starts: Offsets,
        post_rows: Rows,
        name_starts: Offsets,
        name_rows: Rows,
    ) -> None:
        self._texts = texts
        self._backwards = backwards
        self._post_starts, self._post_rows = post_starts, post_rows
        self._name_starts, self._name_rows = name_starts, name_rows

    def rows(self, word: str) -> Rows:
        """The rows that hold the word."""
        return self._slice(word, self._post_starts, self._post_rows)

    def name_rows(self, word: str) -> Rows:
        """The rows that hold the word in their name."""
        return self._slice(word, self._name_starts, self._name_rows)

    def near(self, word: str) -> tuple[str, ...]:
        """The words one edit away, sorted: a letter more, less or other, or two exchanged.

        One edit leaves the first half of a word as it is, or the second: only words that
        share one of them are looked at. () for words of fewer than four letters.
        """
        if len(word) < MIN_RESPELT_LETTERS:
            return ()
        half = len(word) // 2
        numbers = {*self._starting(word[:half]), *self._ending(word[half:])}
        known = self._texts.texts(sorted(numbers), near_length=len(word.encode()))
        # The one edit that spares neither half exchanges the letters on both sides of the middle.
        exchanged = word[: half - 1] + word[half] + word[half - 1] + word[half + 1 :]
        if len(self.rows(exchanged)):
            known.append(exchanged)
        return edits_away(word, known, edits=1)

    def _slice(self, word: str, starts: Offsets, rows: Rows) -> Rows:
        sought = word.encode()
        number = self._lower_bound(sought)
        if number == len(self._texts) or self._texts.octets(number) != sought:
            return _NO_ROWS
        return rows[starts[number] : starts[number + 1]]

    def _lower_bound(self, sought: bytes) -> int:
        low, high = 0, len(self._texts)
        while low < high:
            middle = (low + high) // 2
            if self._texts.octets(middle) < sought:
                low = middle + 1
            else:
                high = middle
        return low

    def _starting(self, start: str) -> range:
        octets = start.encode()
        return range(self._lower_bound(octets), self._lower_bound(octets + b"\xff"))

    def _ending(self, end: str) -> list[int]:
        sought = end[::-1]
        first = self._backwards_bound(sought)
        last = self._backwards_bound(sought + "\U0010ffff")
        numbers: list[int] = self._backwards[first:last].tolist()
        return numbers

    def _backwards_bound(self, sought: str) -> int:
        low, high = 0, len(self._backwards)
        while low < high:
            middle = (low + high) // 2
            if self._texts.text(int(self._backwards[middle]))[::-1] < sought:
                low = middle + 1
            else:
                high = middle
        return low


def edits_away(word: str, known: Iterable[str], *, edits: int) -> tuple[str, ...]:
    """Those of the known words that are at most so many edits away, sorted; not the word."""
    found = process.extract(
        word, list(known), scorer=OSA.distance, score_cutoff=edits, limit=None, processor=None
    )
    return tuple(sorted({match for match, distance, _place in found if distance}))
