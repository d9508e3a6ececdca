"""The land of a map: which states and counties are in a frame, and their borders as paths."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, NamedTuple

from app.gazetteer.outlines import Ring, county_outline, county_outlines, states_in_box
from app.gazetteer.places import county_box, county_rows_by_fips
from app.web.map_paths import Projection, Segment, line_paths, path_of, shape_paths

# What is drawn of the land may take so many characters; the rest of 8 KB is pins and words.
MAX_OUTLINE: Final = 5_000
# Pixels that a border may be off; a whole state has so many counties that it must be coarser.
_FINENESS: Final = 0.8
_STATE_FINENESS: Final = 1.7
_FULL_TURN: Final = 360
_MAX_ATTEMPTS: Final = 3

Box = tuple[float, float, float, float]


class Land(NamedTuple):
    """Three paths: land to fill, borders of states, borders of counties."""

    shape: str
    states: str
    counties: str


def draw_land(frame: Projection, *, state: str | None = None) -> Land:
    """The land in the frame; with `state`, county borders of that state alone.

    Outlines get coarser until they are short enough; at last the counties are left out.
    """
    fineness = _STATE_FINENESS if state else _FINENESS
    # Powers of two, so that outlines simplified for one map serve for others too.
    tolerance = 2.0 ** math.floor(math.log2(fineness / frame.scale))
    land = Land("", "", "")
    for _attempt in range(_MAX_ATTEMPTS):
        land = _draw(frame, state=state, tolerance=tolerance)
        if sum(map(len, land)) <= MAX_OUTLINE:
            return land
        tolerance *= 2
    return land._replace(counties="")


def _draw(frame: Projection, *, state: str | None, tolerance: float) -> Land:
    states = [
        ring
        for _code, rings in states_in_box(*frame.box(), tolerance_degrees=tolerance)
        for ring in rings
    ]
    seen: set[Segment] = set()
    shape = path_of(shape_paths(frame, states), is_closed=True)
    borders = path_of(line_paths(frame, states, seen=seen))
    counties = _county_rings(frame, state=state, tolerance=tolerance)
    return Land(shape, borders, path_of(line_paths(frame, counties, seen=seen)))


def _county_rings(frame: Projection, *, state: str | None, tolerance: float) -> Iterator[Ring]:
    if state is not None:
        for _fips, rings in county_outlines(state, tolerance_degrees=tolerance):
            yield from rings
        return
    box = frame.box()
    for fips in _counties_near(box):
        turn = _turn(county_box(fips), box)
        if turn is None:
            continue
        for ring in county_outline(fips, tolerance_degrees=tolerance):
            yield tuple((x + turn, y) for x, y in ring) if turn else ring


def _turn(county: Box | None, frame: Box) -> int | None:
    """The whole turn that brings a county into the frame's degrees; None when it is outside."""
    if county is None or county[1] > frame[3] or county[3] < frame[1]:
        return None
    for turn in (0, _FULL_TURN, -_FULL_TURN):
        if county[0] + turn <= frame[2] and county[2] + turn >= frame[0]:
            return turn
    return None


def _counties_near(box: Box) -> tuple[str, ...]:
    cells = _counties_by_cell()
    return tuple(sorted({fips for cell in _cells(box) for fips in cells.get(cell, ())}))


def _cells(box: Box) -> Iterable[tuple[int, int]]:
    west, south, east, north = box
    for latitude in range(math.floor(south), math.floor(north) + 1):
        for longitude in range(math.floor(west), math.floor(east) + 1):
            yield latitude, (longitude + 180) % _FULL_TURN - 180


@cache
def _counties_by_cell() -> dict[tuple[int, int], list[str]]:
    """The counties whose box meets each square degree: boxes of all would be looked at else."""
    cells: dict[tuple[int, int], list[str]] = {}
    for fips in county_rows_by_fips():
        box = county_box(fips)
        for cell in _cells(box) if box else ():
            cells.setdefault(cell, []).append(fips)
    return cells
