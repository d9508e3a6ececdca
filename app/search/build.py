"""From the rows of listing cards to the arrays of a search index."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.domain.dates import parse_partial_date
from app.domain.errors import ParseError
from app.domain.geo import MAX_LATITUDE, MAX_LONGITUDE
from app.domain.text import fold, words
from app.gazetteer.states import state_fips, states
from app.search.bits import BLOCK, Bits, Rows
from app.search.cells import cells_of, vectors_of
from app.search.hours import HoursTable
from app.search.layout import FORMAT, IndexArrays, IndexMeta
from app.search.terms import SearchTerms
from app.store.cards import CardRow

Progress = Callable[[int], None]
Arrays = dict[str, NDArray[Any]]

_ROWS_A_STEP: Final = 1_000
_WORD_SHIFT: Final = 32
_BLOCKS_A_SCATTER: Final = 1_024
_POSTS_A_STEP: Final = 1 << 20


def build_arrays(
    rows: Iterable[CardRow],
    *,
    terms: SearchTerms,
    version: int,
    progress: Progress | None = None,
) -> tuple[IndexArrays, IndexMeta]:
    """The index of the listed rows; `progress` gets how many rows were read since its last call.

    The order in which rows come changes nothing that a search finds.
    """
    collector = _Collector(terms)
    unreported = 0
    for row in rows:
        if row.is_listed:
            collector.add(row)
        unreported += 1
        if progress and unreported == _ROWS_A_STEP:
            progress(unreported)
            unreported = 0
    if progress and unreported:
        progress(unreported)
    return collector.finish(version)


class _Collector:
    """Gathers rows in the order they come; `finish` puts them into the order of the index."""

    def __init__(self, terms: SearchTerms) -> None:
        self._terms = terms
        self._ids = bytearray()
        self._names: list[str] = []
        self._latitudes, self._longitudes = array("d"), array("d")
        self._regions: dict[str, array[int]] = {}
        self._word_ids: dict[str, int] = {}
        self._posts, self._name_posts = array("Q"), array("Q")
        self._term_numbers, self._term_counts = array("H"), array("H")
        self._hours = HoursTable()
        self._patterns = array("i")
        self._freshness = array("i")

    def add(self, row: CardRow) -> None:
        """Take one listed row in."""
        ordinal = len(self._names)
        self._ids += row.id.bytes
        self._names.append(fold(row.name))
        has_point = self._add_point(row)
        self._add_regions(row, ordinal, has_point=has_point)
        self._add_words(row, ordinal)
        codes = row.term_codes.split()
        numbers = {self._terms.numbers[code] for code in codes if code in self._terms.numbers}
        self._term_numbers.extend(numbers)
        self._term_counts.append(len(numbers))
        self._patterns.append(self._hours.number(row.timezone, row.schedules, row.dated_hours))
        self._freshness.append(_day_number(row.as_of))

    def _add_point(self, row: CardRow) -> bool:
        latitude = math.nan if row.latitude is None else row.latitude
        longitude = math.nan if row.longitude is None else row.longitude
        # A comparison with NaN is false, so that what is no point counts as none.
        has_point = abs(latitude) <= MAX_LATITUDE and abs(longitude) <= MAX_LONGITUDE
        self._latitudes.append(latitude if has_point else math.nan)
        self._longitudes.append(longitude if has_point else math.nan)
        return has_point

    def _add_regions(self, row: CardRow, ordinal: int, *, has_point: bool) -> None:
        regions = set()
        if row.state:
            regions.add(f"state:{row.state}")
        if row.county_fips:
            regions.add(f"county:{row.county_fips}")
        if not has_point:
            areas = row.areas.split()
            regions.update(f"area:{area}" for area in areas)
            regions.update(f"within:{_state_of_county(area)}" for area in areas if area.isdigit())
        for region in regions:
            self._regions.setdefault(region, array("i")).append(ordinal)

    def _add_words(self, row: CardRow, ordinal: int) -> None:
        text = row.search_text
        # Folded words by spaces are what it should be; anything else is read once more.
        is_folded = text.isascii() and text.replace(" ", "").isalnum()
        found = set(text.split() if is_folded else words(text))
        in_name = set(words(row.name))
        ids = self._word_ids
        for word in found | in_name:
            self._posts.append(ids.setdefault(word, len(ids)) << _WORD_SHIFT | ordinal)
        self._name_posts.extend(ids[word] << _WORD_SHIFT | ordinal for word in in_name)

    def finish(self, version: int) -> tuple[IndexArrays, IndexMeta]:
        """The arrays of all rows that were taken in."""
        size = len(self._names)
        width = max(1, -(-size // BLOCK))
        ids = np.frombuffer(bytes(self._ids), dtype="S16")
        latitudes, longitudes = np.array(self._latitudes), np.array(self._longitudes)
        cells = cells_of(latitudes, longitudes)
        order = np.lexsort((ids, cells)).astype(np.int32)
        row_of = _inverse(order)
        located = int(np.isfinite(latitudes).sum())
        columns = self._columns(order, width=width)
        regions = sorted(self._regions)
        arrays = IndexArrays(
            **_id_arrays(ids[order]),
            **_cell_arrays(cells[order][:located]),
            **self._region_arrays(regions, row_of),
            **self._word_arrays(row_of),
            **self._name_arrays(ids, order),
            **self._hours.arrays(),
            vectors=vectors_of(latitudes[order], longitudes[order], width=width),
            columns=columns,
            choice_blocks=_choice_blocks(columns, self._terms),
            patterns=_padded(np.array(self._patterns, np.int32)[order], width),
        )
        meta = IndexMeta(
            format=FORMAT,
            fingerprint=self._terms.fingerprint,
            version=version,
            size=size,
            located=located,
            regions=regions,
            zones=self._hours.zones,
            patterns=self._hours.size,
            odd_hours=self._hours.odd_hours,
        )
        return arrays, meta

    def _columns(self, order: Rows, *, width: int) -> Bits:
        """The listings of each term as bits, made a thousand blocks at a time."""
        counts = np.array(self._term_counts, np.int64)
        starts = np.cumsum(counts) - counts
        numbers = np.frombuffer(self._term_numbers, np.uint16)
        columns = np.zeros((max(1, self._terms.size), width), np.uint64)
        for first in range(0, width, _BLOCKS_A_SCATTER):
            last = min(width, first + _BLOCKS_A_SCATTER)
            ordinals = order[first * BLOCK : last * BLOCK]
            lengths = counts[ordinals]
            rows = np.repeat(np.arange(len(ordinals)), lengths)
            # The numbers of one row stand together; those of the rows lie anywhere.
            places = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
            places += np.repeat(starts[ordinals], lengths)
            flags = np.zeros((len(columns), (last - first) * BLOCK), np.bool_)
            flags[numbers[places], rows] = True
            packed = np.packbits(flags, axis=1, bitorder="little")
            columns[:, first:last] = packed.view(np.uint64)
        return columns

    def _region_arrays(self, regions: list[str], row_of: Rows) -> Arrays:
        rows = [np.sort(row_of[np.array(self._regions[region])]) for region in regions]
        starts = np.zeros(len(rows) + 1, np.int64)
        np.cumsum([len(each) for each in rows], out=starts[1:])
        joined = np.concatenate(rows) if rows else np.zeros(0, np.int32)
        return {"region_starts": starts, "region_rows": joined}

    def _word_arrays(self, row_of: Rows) -> Arrays:
        vocabulary = sorted(self._word_ids)
        rank_of = np.zeros(len(vocabulary), np.int64)
        rank_of[[self._word_ids[word] for word in vocabulary]] = np.arange(len(vocabulary))
        post_starts, post_rows = _postings(self._posts, rank_of, row_of)
        name_starts, name_rows = _postings(self._name_posts, rank_of, row_of)
        words_content, word_starts = _text_column(vocabulary)
        backwards = sorted(range(len(vocabulary)), key=lambda number: vocabulary[number][::-1])
        return {
            "words": words_content,
            "word_starts": word_starts,
            "words_backwards": np.array(backwards, np.int32),
            "post_starts": post_starts,
            "post_rows": post_rows,
            "name_starts": name_starts,
            "name_rows": name_rows,
        }

    def _name_arrays(self, ids: NDArray[np.bytes_], order: Rows) -> Arrays:
        names = [self._names[ordinal] for ordinal in order.tolist()]
        keys = ids[order]
        by_id = np.argsort(keys, kind="stable").tolist()
        freshness = np.array(self._freshness, np.int32)[order]
        # The sorts are stable: equals stay in the order of their names, then of their ids.
        named = np.array(sorted(by_id, key=names.__getitem__), np.int32)
        by_name = named[np.argsort(-freshness[named], kind="stable")]
        content, starts = _text_column(names)
        return {
            "names": content,
            "name_text_starts": starts,
            "freshness": freshness,
            "name_rank": _inverse(by_name),
            "by_name": by_name,
        }


@cache
def _day_number(as_of: str | None) -> int:
    """The first day that the date can mean, counted from the year 1; 0 for none."""
    try:
        return parse_partial_date(as_of or "").earliest.toordinal()
    except ParseError:
        return 0


def _state_of_county(fips: str) -> str | None:
    return _states_by_fips().get(fips[:2])


@cache
def _states_by_fips() -> dict[str | None, str]:
    return {state_fips(code): code for code in states()}


def _id_arrays(ids: NDArray[np.bytes_]) -> Arrays:
    by_id = np.argsort(ids, kind="stable").astype(np.int32)
    return {"ids": ids, "by_id": by_id, "id_rank": _inverse(by_id)}


def _cell_arrays(cells: Rows) -> Arrays:
    found, starts = np.unique(cells, return_index=True)
    ends = np.append(starts, len(cells)).astype(np.int32)
    return {"cells": found.astype(np.int32), "cell_starts": ends}


def _choice_blocks(columns: Bits, terms: SearchTerms) -> Bits:
    choices = np.zeros((columns.shape[1], len(terms.choices)), np.uint64)
    for number, choice in enumerate(terms.choices):
        choices[:, number] = np.bitwise_or.reduce(columns[list(choice.numbers)], axis=0)
    return choices


def _postings(
    posts: array[int], rank_of: NDArray[np.int64], row_of: Rows
) -> tuple[NDArray[np.int64], Rows]:
    """Where the rows of each word begin, and the rows, ascending within each word.

    Works on the posts in place: there are thirty for each listing.
    """
    keys = np.frombuffer(posts, np.int64)
    low = (1 << _WORD_SHIFT) - 1
    for start in range(0, len(keys), _POSTS_A_STEP):
        step = keys[start : start + _POSTS_A_STEP]
        step[:] = rank_of[step >> _WORD_SHIFT] << _WORD_SHIFT | row_of[step & low]
    keys.sort()
    bounds = np.arange(len(rank_of) + 1, dtype=np.int64) << _WORD_SHIFT
    starts = np.searchsorted(keys, bounds).astype(np.int64)
    keys &= low
    return starts, keys.astype(np.int32)


def _text_column(texts: list[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    encoded = [text.encode() for text in texts]
    starts = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(text) for text in encoded], out=starts[1:])
    return np.frombuffer(b"".join(encoded), np.uint8), starts


def _inverse(order: Rows) -> Rows:
    places = np.empty(len(order), np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    return places


def _padded(values: Rows, width: int) -> Rows:
    padded = np.zeros((width, BLOCK), np.int32)
    padded.reshape(-1)[: len(values)] = values
    return padded
