"""The land of a map: which counties and states are in a frame, as paths that are kept ready.

An equirectangular map is the same at every place but for where it begins and how large it is.
So the outlines of the whole country are written once per process, in whole parts of a degree,
and a page places those it needs by one `transform`. They are written for all of the country
together: what a process holds does not tell which place somebody looked at.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from app.gazetteer.outlines import Rings, county_outline, state_outline
from app.gazetteer.places import county_box, county_rows_by_fips
from app.gazetteer.states import state_box, states
from app.web.map_paths import Pixel, Projection, path_of

# What is drawn of the land may take so many characters; the rest of 8 KB is pins and words.
MAX_OUTLINE: Final = 5_000
# Pixels that a line may be off.
_FINENESS: Final = 0.8
_FULL_TURN: Final = 360
_SMALLEST_RING: Final = 4

Box = tuple[float, float, float, float]
Segment = frozenset[Pixel]


class Grain(NamedTuple):
    """How finely outlines are written: parts of a degree, and degrees that a line may be off."""

    parts: int
    tolerance: float


GRAINS: Final = (
    Grain(parts=1_000, tolerance=0.0),
    Grain(parts=250, tolerance=2.0**-6),
    Grain(parts=120, tolerance=2.0**-5),
    Grain(parts=60, tolerance=2.0**-4),
    Grain(parts=30, tolerance=2.0**-3),
)


class Land(NamedTuple):
    """Land to fill and borders of states, in the units that `transform` brings to pixels.

    `has_counties`: the land is that of counties, whose borders are to be drawn too; without
    them it is that of states, and its edge is their borders.
    """

    area: str
    borders: str
    transform: str
    has_counties: bool


class _Shape(NamedTuple):
    """One county or state: `borders` are those of its state, each in one county alone."""

    box: Box
    area: str
    borders: str


class _Outlines(NamedTuple):
    counties: dict[tuple[int, int], tuple[_Shape, ...]]
    states: tuple[_Shape, ...]


def draw_land(frame: Projection) -> Land:
    """The land in the frame.

    Outlines get coarser until they are short enough; at last the counties are left out.
    """
    box = frame.box()
    fine = [grain for grain in GRAINS if grain.tolerance * frame.scale <= _FINENESS]
    for grain in GRAINS[len(fine) - 1 :]:
        shapes = _counties_near(box, grain)
        land = _land(shapes, box, frame=frame, grain=grain, has_counties=True)
        if len(land.area) + len(land.borders) <= MAX_OUTLINE:
            return land
    return _land(_outlines(grain).states, box, frame=frame, grain=grain, has_counties=False)


def prepare_land() -> None:
    """Write all outlines now, rather than when the first map needs them."""
    for grain in GRAINS:
        _outlines(grain)


def _land(
    shapes: Iterable[_Shape], box: Box, *, frame: Projection, grain: Grain, has_counties: bool
) -> Land:
    area: list[str] = []
    borders: list[str] = []
    for shape in shapes:
        turn = _turn(shape.box, box)
        if turn is not None:
            area.append(_turned(shape.area, turn * grain.parts))
            if shape.borders:
                borders.append(_turned(shape.borders, turn * grain.parts))
    return Land("".join(area), "".join(borders), _transform(frame, grain.parts), has_counties)


def _transform(frame: Projection, parts: int) -> str:
    left = frame.width / 2 - frame.longitude * frame.scale_across
    top = frame.height / 2 + frame.latitude * frame.scale
    across, down = frame.scale_across / parts, frame.scale / parts
    return f"matrix({across:.6g} 0 0 {down:.6g} {left:.1f} {top:.1f})"


def _turn(shape: Box, frame: Box) -> int | None:
    """The whole turn that brings a shape into the frame's degrees; None when it is outside."""
    if shape[1] > frame[3] or shape[3] < frame[1]:
        return None
    for turn in (0, _FULL_TURN, -_FULL_TURN):
        if shape[0] + turn <= frame[2] and shape[2] + turn >= frame[0]:
            return turn
    return None


def _turned(path: str, shift: int) -> str:
    """A path moved to the east by so many units."""
    if not shift:
        return path
    return re.sub(r"M(-?\d+)", lambda start: f"M{int(start[1]) + shift}", path)


def _counties_near(box: Box, grain: Grain) -> Iterable[_Shape]:
    cells = _outlines(grain).counties
    return dict.fromkeys(shape for cell in _cells(box) for shape in cells.get(cell, ()))


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    west, south, east, north = box
    for latitude in range(math.floor(south), math.floor(north) + 1):
        for longitude in range(math.floor(west), math.floor(east) + 1):
            yield latitude, (longitude + 180) % _FULL_TURN - 180


@cache
def _outlines(grain: Grain) -> _Outlines:
    """All counties by the square degrees that their boxes meet, and all states."""
    ends: set[Segment] = set()
    whole: list[_Shape] = []
    for code in states():
        rings = _written(state_outline(code, tolerance_degrees=grain.tolerance), grain.parts)
        ends.update(frozenset(pair) for ring in rings for pair in pairwise(ring))
        if box := state_box(code):
            whole.append(_Shape(box, path_of(rings, is_closed=True), ""))
    cells: dict[tuple[int, int], list[_Shape]] = {}
    for fips in county_rows_by_fips():
        box = county_box(fips)
        if box is None:
            continue
        rings = _written(county_outline(fips, tolerance_degrees=grain.tolerance), grain.parts)
        borders = [line for ring in rings for line in _kept(ring, ends)]
        shape = _Shape(box, path_of(rings, is_closed=True), path_of(borders))
        for cell in _cells(box):
            cells.setdefault(cell, []).append(shape)
    counties = {cell: tuple(shapes) for cell, shapes in cells.items()}
    return _Outlines(counties, tuple(whole))


def _written(rings: Rings, parts: int) -> list[list[Pixel]]:
    """Rings in whole parts of a degree, down as on a page, without points that fall together."""
    written = []
    for ring in rings:
        points = ((round(x * parts), round(-y * parts)) for x, y in ring)
        corners = _without_repeats(points)
        if len(corners) >= _SMALLEST_RING:
            written.append(corners)
    return written


def _without_repeats(points: Iterable[Pixel]) -> list[Pixel]:
    kept: list[Pixel] = []
    for point in points:
        if not kept or kept[-1] != point:
            kept.append(point)
    return kept


def _kept(ring: Sequence[Pixel], ends: set[Segment]) -> list[list[Pixel]]:
    """The parts of a ring that are among `ends`, as lines; they are taken out of it."""
    lines: list[list[Pixel]] = []
    is_on = False
    for start, end in pairwise(ring):
        segment = frozenset((start, end))
        if segment not in ends:
            is_on = False
            continue
        ends.discard(segment)
        if not is_on:
            lines.append([start])
        lines[-1].append(end)
        is_on = True
    return lines
