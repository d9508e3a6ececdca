"""Outlines of states and counties as rings of (longitude, latitude), to draw maps from.

How rings are drawn: one ring never jumps across the 180th meridian. All of Alaska lies west of
-129, so that the Aleutians beyond the meridian have longitudes below -180. Fill rings with the
even-odd rule: a ring inside another is a hole. The outlines are those of 2017: Connecticut
has its eight counties, and one county (Falls Church, VA) is too small to have a ring.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from app.gazetteer.places import county_box
from app.gazetteer.states import state_box, state_fips
from app.gazetteer.tables import DEGREE_STEPS, outline_table

Point = tuple[float, float]
Ring = tuple[Point, ...]
Rings = tuple[Ring, ...]
Box = tuple[float, float, float, float]

_FULL_TURN: Final = 360.0
# A ring of three points (the last is the first) holds nothing.
_SMALLEST_RING: Final = 4


def state_outline(state: str, *, tolerance_degrees: float = 0.0) -> Rings:
    """The rings of the state with this USPS code; () for an unknown code.

    With a tolerance, points that lie within it of a straight line are left out; the borders
    that two states or counties share stay shared. A tolerance of the map's height in degrees
    divided by its height in pixels loses nothing that can be seen.
    """
    return _rings(outline_table().states.get(state, ()), tolerance_degrees)


def county_outlines(state: str, *, tolerance_degrees: float = 0.0) -> tuple[tuple[str, Rings], ...]:
    """(FIPS, rings) of each county of the state, in order of FIPS; tolerance as for states."""
    prefix = state_fips(state)
    if prefix is None:
        return ()
    return tuple(
        (fips, _rings(numbers, tolerance_degrees))
        for fips, numbers in sorted(outline_table().counties.items())
        if fips.startswith(prefix)
    )


def county_outline(fips: str, *, tolerance_degrees: float = 0.0) -> Rings:
    """The rings of one county; () for an unknown code."""
    return _rings(outline_table().counties.get(fips, ()), tolerance_degrees)


def states_in_box(
    west: float, south: float, east: float, north: float, *, tolerance_degrees: float = 0.0
) -> tuple[tuple[str, Rings], ...]:
    """(USPS code, rings) of each state whose box meets this one, in order of code.

    The box may lie across the 180th meridian: west 170 and east -170, or west -190 and
    east -170. The rings are moved by whole turns so that they lie in the box's own degrees,
    counted from `west` (an east below west is taken as east + 360).
    """
    names = sorted(outline_table().states)
    frame = _unwrapped(west, south, east, north)
    return tuple(
        (state, _shifted(state_outline(state, tolerance_degrees=tolerance_degrees), turn))
        for state, turn in _meeting(((each, state_box(each)) for each in names), frame)
    )


def counties_in_box(
    west: float, south: float, east: float, north: float, *, tolerance_degrees: float = 0.0
) -> tuple[tuple[str, Rings], ...]:
    """(FIPS, rings) of each county whose box meets this one, in order of FIPS.

    The box and the rings are as for `states_in_box`.
    """
    codes = sorted(outline_table().counties)
    frame = _unwrapped(west, south, east, north)
    return tuple(
        (fips, _shifted(county_outline(fips, tolerance_degrees=tolerance_degrees), turn))
        for fips, turn in _meeting(((each, county_box(each)) for each in codes), frame)
    )


def _unwrapped(west: float, south: float, east: float, north: float) -> Box:
    return (west, south, east + _FULL_TURN if east < west else east, north)


def _meeting(boxes: Iterable[tuple[str, Box | None]], frame: Box) -> Iterable[tuple[str, float]]:
    """The names whose box meets the frame, each with the turn that brings it there."""
    west, south, east, north = frame
    for name, box in boxes:
        if box is None or box[1] > north or box[3] < south:
            continue
        for turn in (0.0, _FULL_TURN, -_FULL_TURN):
            if box[0] + turn <= east and box[2] + turn >= west:
                yield name, turn
                break


def _shifted(rings: Rings, turn: float) -> Rings:
    if not turn:
        return rings
    return tuple(tuple((x + turn, y) for x, y in ring) for ring in rings)


def _rings(numbers: Iterable[list[int]], tolerance: float) -> Rings:
    rings = (_ring(tuple(each), tolerance) for each in numbers)
    return tuple(ring for ring in rings if len(ring) >= _SMALLEST_RING)


def _ring(numbers: tuple[int, ...], tolerance: float) -> Ring:
    ring: list[Point] = []
    for number in numbers:
        arc = _arc(number, tolerance) if number >= 0 else _arc(~number, tolerance)[::-1]
        ring.extend(arc[1:] if ring else arc)
    # The source leaves the ring of Illinois open by one step of its grid.
    return tuple(ring) if ring[0] == ring[-1] else (*ring, ring[0])


# Room for every arc at one tolerance would be 12 MB; a map needs a few hundred.
@lru_cache(maxsize=2_048)
def _arc(number: int, tolerance: float) -> Ring:
    steps = outline_table().arcs[number]
    x = y = 0
    points: list[Point] = []
    for step_x, step_y in zip(steps[::2], steps[1::2], strict=True):
        x += step_x
        y += step_y
        points.append((x / DEGREE_STEPS, y / DEGREE_STEPS))
    return tuple(points) if tolerance <= 0 else _simplified(points, tolerance)


def _simplified(points: list[Point], tolerance: float) -> Ring:
    """The arc without the points that the line between kept ones passes closely.

    Douglas and Peucker's method, with longitudes narrowed as they are at this latitude.
    """
    narrowing = math.cos(math.radians(points[0][1]))
    flat = [(x * narrowing, y) for x, y in points]
    kept = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        distances = [
            (_distance(flat[each], flat[first], flat[last]), each)
            for each in range(first + 1, last)
        ]
        farthest, middle = max(distances, default=(0.0, first))
        if farthest > tolerance:
            kept.add(middle)
            spans += [(first, middle), (middle, last)]
    return tuple(points[each] for each in sorted(kept))


def _distance(point: Point, start: Point, end: Point) -> float:
    """How far a point lies from the line between two others, in the unit of the points."""
    run, rise = end[0] - start[0], end[1] - start[1]
    length_squared = run * run + rise * rise
    along = 0.0
    if length_squared:
        along = ((point[0] - start[0]) * run + (point[1] - start[1]) * rise) / length_squared
    along = min(1.0, max(0.0, along))
    return math.hypot(point[0] - start[0] - along * run, point[1] - start[1] - along * rise)
