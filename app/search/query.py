"""One search over one index: from a plan to counts and to rows in their order."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.domain.geo import EARTH_RADIUS_M
from app.domain.query import METRES_PER_MILE, Place, PlaceKind, SearchQuery
from app.search.bits import (
    BLOCK,
    Bits,
    Blocks,
    Counts,
    Rows,
    Window,
    count,
    count_columns,
    pack,
    places,
    rows_at,
    unpack,
)
from app.search.cells import Circle, circle_around
from app.search.index import SearchIndex
from app.search.terms import SearchTerms, TermFilter
from app.search.words import Reading

# With more matches than this, reading the names in their order beats sorting the matches.
_SCAN_FROM: Final = 20_000
_SCAN_STEP: Final = 16_384
_LOCATED, _UNLOCATED = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A query as an index carries it out. `regions` None and no circle is everywhere.

    With a circle, `regions` hold the areas of listings without a point that count as near.
    """

    query: SearchQuery
    circle: Circle | None
    regions: tuple[str, ...] | None
    filters: tuple[TermFilter, ...]
    readings: tuple[Reading, ...]
    choices: int


class Found(NamedTuple):
    """A row that matches; rows of several indexes are ordered as these tuples are.

    With a point: the whole miles, the fresher first, then the squared chord from the middle.
    Without: the best match, the fresher first, then the name. Ids end every tie.
    """

    tier: int
    number: int
    staleness: int
    square: float
    name: bytes
    listing_id: UUID

    @property
    def squared_chord(self) -> float | None:
        """The squared chord from the middle of the circle; None for a row that has no point."""
        return self.square if self.tier == _LOCATED else None


def plan_place(
    place: Place | None, radius_m: float
) -> tuple[Circle | None, tuple[str, ...] | None]:
    """The circle and the regions that a place stands for."""
    if place is None:
        return None, None
    if place.kind is PlaceKind.STATE:
        state = place.state
        return None, (f"state:{state}", f"area:{state}", f"within:{state}", "area:US")
    county = place.county_fips or (place.code if place.kind is PlaceKind.COUNTY else None)
    areas = ("area:US", f"area:{place.state}", *([f"area:{county}"] if county else []))
    if place.kind is PlaceKind.COUNTY:
        return None, (f"county:{county}", *areas)
    return circle_around(place.latitude, place.longitude, radius_m), areas


class Match:
    """What one index answers to a plan. `hidden` rows have been replaced by newer ones."""

    def __init__(self, index: SearchIndex, plan: Plan, *, hidden: Bits | None = None) -> None:
        self._index, self._plan = index, plan
        self._squares: NDArray[np.float64] | None = None
        self._matching: tuple[NDArray[np.intp], NDArray[np.intp]] | None = None
        self._window, near = self._look_around()
        blocks = self._window.blocks
        if hidden is not None:
            near = near & ~hidden.take(blocks)
        for reading in plan.readings:
            near = near & self._reading_bits(reading)
        self._base = near
        self._filters = [index.term_bits(each.numbers, blocks) for each in plan.filters]
        met = np.bitwise_and.reduce(self._filters) if self._filters else None
        self._met = near if met is None else near & met
        self._open: Bits | None = None
        is_open = self._open_bits(near) if plan.query.open_now else None
        self.open_now_count = count(self._open_bits(self._met) & self._met)
        self._bits = self._met if is_open is None else self._met & is_open
        self.total = count(self._bits)

    def term_counts(self) -> Counts:
        """For each choice, how many rows meet it and the filters of all other groups."""
        matrix = self._index.arrays.choice_blocks
        counts = self._count(self._bits, matrix, range(self._plan.choices))
        for number, each in enumerate(self._plan.filters):
            if each.columns:
                columns = slice(each.columns.start, each.columns.stop)
                counts[columns] = self._count(self._without(number), matrix, each.columns)
        return counts

    def count_placeless(self) -> int:
        """How many of the rows that match a circle have no point, only areas that they serve."""
        if self._squares is None:
            return 0
        return len(self._near_and_areas()[1])

    def found(self, *, skip: int, limit: int) -> list[Found]:
        """The matching rows in order, from the one after `skip` others, at most `limit`."""
        if skip >= self.total or limit <= 0:
            return []
        if self._squares is None:
            positions = places(unpack(self._bits))
            return self._by_relevance(positions, skip=skip, limit=limit)
        near, areas = self._near_and_areas()
        found = self._by_distance(near, skip=skip, limit=limit)
        rest = max(0, skip - len(near))
        return found + self._by_relevance(areas, skip=rest, limit=limit - len(found))

    def _look_around(self) -> tuple[Window, Bits]:
        index, plan = self._index, self._plan
        if plan.regions is None:
            window = Window([(0, index.width)])
            return window, _first_rows(index.size, index.width)
        rows = index.region_rows(plan.regions)
        runs = index.row_runs(rows)
        if plan.circle is None:
            window = Window(runs)
            return window, pack(window.flags_of(rows))
        window = Window([*index.circle_runs(plan.circle), *runs])
        self._squares = index.squared_chords(window.blocks, plan.circle)
        is_near = self._squares <= plan.circle.squared_reach
        if len(rows):
            window.flags_of(rows, into=is_near.reshape(-1))
        return window, pack(is_near)

    def _reading_bits(self, reading: Reading) -> Bits:
        bits = self._index.term_bits(reading.numbers, self._window.blocks)
        return bits | self._index.text_bits(reading.alternatives, self._window)

    def _open_bits(self, among: Bits) -> Bits:
        if self._open is None:
            now = self._plan.query.now
            chosen = places(among)
            self._open = np.zeros(len(among), np.uint64)
            blocks = self._window.blocks[chosen]
            self._open[chosen] = self._index.hours.bits(blocks, among[chosen], now=now)
        return self._open

    def _without(self, number: int) -> Bits:
        """The rows that meet everything but one filter."""
        bits = (
            self._base
            if not self._plan.query.open_now
            else self._base & self._open_bits(self._base)
        )
        for other, met in enumerate(self._filters):
            if other != number:
                bits = bits & met
        return bits

    def _count(self, bits: Bits, matrix: Bits, columns: range) -> Counts:
        chosen = places(bits)
        return count_columns(bits[chosen], self._window.blocks[chosen], matrix, columns=columns)

    def _near_and_areas(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Where in the window the matching rows with a point are, and those without."""
        if self._matching is None:
            self._matching = self._split(places(unpack(self._bits)))
        return self._matching

    def _split(self, positions: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Positions of rows with a point, and of rows without."""
        blocks = self._window.blocks
        block, rest = divmod(self._index.located, BLOCK)
        place = int(blocks.searchsorted(block))
        is_inside = place < len(blocks) and blocks[place] == block
        middle = positions.searchsorted(place * BLOCK + (rest if is_inside else 0))
        return positions[:middle], positions[middle:]

    def _by_distance(self, positions: NDArray[np.intp], *, skip: int, limit: int) -> list[Found]:
        if self._squares is None or skip >= len(positions):
            return []
        squares = self._squares.reshape(-1)[positions]
        nearest = _nearest_by_mile(squares, skip + limit)
        squares, rows = squares[nearest], rows_at(self._window.blocks, positions[nearest])
        miles, staleness = _whole_miles(squares), -self._index.arrays.freshness[rows]
        ranks = self._index.arrays.id_rank[rows]
        order = np.lexsort((ranks, squares, staleness, miles))[skip : skip + limit]
        ids, squares = self._index.listing_ids(rows[order]), squares[order]
        found = zip(
            miles[order].tolist(), staleness[order].tolist(), squares.tolist(), ids, strict=True
        )
        return [
            Found(_LOCATED, mile, stale, square, b"", listing_id)
            for mile, stale, square, listing_id in found
        ]

    def _by_relevance(self, positions: NDArray[np.intp], *, skip: int, limit: int) -> list[Found]:
        if skip >= len(positions) or limit <= 0:
            return []
        is_all = self._squares is None
        if is_all and not self._plan.readings and len(positions) > _SCAN_FROM:
            rows = self._scan_names(skip + limit)[skip:]
            return self._named(rows, np.zeros(len(rows), np.int64))
        rows = rows_at(self._window.blocks, positions)
        ranks = self._index.arrays.name_rank[rows].astype(np.int64)
        scores = self._scores()[positions]
        keys = ranks - scores * self._index.size
        first = _smallest(keys, skip + limit)
        order = first[np.argsort(keys[first])][skip : skip + limit]
        return self._named(rows[order], scores[order])

    def _scores(self) -> NDArray[np.int64]:
        """For each row of the window, how many of the readings stand in its name."""
        scores = np.zeros(len(self._window.blocks) * BLOCK, np.int64)
        for reading in self._plan.readings:
            scores += self._index.name_flags(reading.alternatives, self._window)
        return scores

    def _scan_names(self, wanted: int) -> Blocks:
        """The first rows by name among the matches, without sorting the matches."""
        bits = np.zeros(self._index.width, np.uint64)
        bits[self._window.blocks] = self._bits
        flags = unpack(bits)
        by_name = self._index.arrays.by_name
        found: list[Rows] = []
        for start in range(0, len(by_name), _SCAN_STEP):
            rows = by_name[start : start + _SCAN_STEP]
            found.append(rows[flags[rows]])
            wanted -= len(found[-1])
            if wanted <= 0:
                found[-1] = found[-1][: len(found[-1]) + wanted]
                break
        return np.concatenate(found).astype(np.int64)

    def _named(self, rows: Blocks, scores: NDArray[np.int64]) -> list[Found]:
        ids, names = self._index.listing_ids(rows), self._index.names
        staleness = (-self._index.arrays.freshness[rows]).tolist()
        found = zip(rows.tolist(), scores.tolist(), staleness, ids, strict=True)
        return [
            Found(_UNLOCATED, -score, stale, 0.0, names.octets(row), each)
            for row, score, stale, each in found
        ]


def merge_found(parts: Sequence[list[Found]], *, skip: int, limit: int) -> list[Found]:
    """One list in order out of several that are each in order."""
    if len(parts) == 1:
        return parts[0][skip : skip + limit]
    ordered = sorted(each for part in parts for each in part)
    return ordered[skip : skip + limit]


def named_counts(counts: Counts, terms: SearchTerms) -> Mapping[str, int]:
    """The counts by the leading codes of the choices."""
    return dict(zip(terms.choice_codes, counts.tolist(), strict=True))


def _first_rows(size: int, width: int) -> Bits:
    bits = np.full(width, np.iinfo(np.uint64).max, np.uint64)
    full, rest = divmod(size, BLOCK)
    bits[full:] = 0
    if rest:
        bits[full] = (1 << rest) - 1
    return bits


def _whole_miles(squares: NDArray[np.float64]) -> NDArray[np.int64]:
    """How many whole miles lie between the middle and each of these squared chords."""
    miles = 2 * EARTH_RADIUS_M / METRES_PER_MILE * np.arcsin(np.minimum(1, np.sqrt(squares) / 2))
    whole: NDArray[np.int64] = miles.astype(np.int64)
    return whole


def _nearest_by_mile(squares: NDArray[np.float64], wanted: int) -> NDArray[np.intp]:
    """Where the nearest are, at least as many as wanted, with all of the last one's mile."""
    if len(squares) <= wanted:
        return np.arange(len(squares))
    last = np.partition(squares, wanted - 1)[wanted - 1 : wanted]
    angle = (int(_whole_miles(last)[0]) + 1) * METRES_PER_MILE / (2 * EARTH_RADIUS_M)
    # A hair more than the mile: what it brings in too much is sorted out by the order.
    end = (2 * math.sin(min(angle, math.pi / 2))) ** 2 * (1 + 1e-9)
    return places(squares <= end)


def _smallest(values: NDArray[np.generic], wanted: int) -> NDArray[np.intp]:
    """Where the smallest values are, at least as many as wanted, with all equals of the last."""
    if len(values) <= wanted:
        return np.arange(len(values))
    last = np.partition(values, wanted - 1)[wanted - 1]
    return places(values <= last)
