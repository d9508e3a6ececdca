"""The geometry of our maps: a projection, clipping to the frame, and short SVG paths."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from app.domain.geo import EARTH_RADIUS_M

Pixel = tuple[int, int]
Ring = Sequence[tuple[float, float]]
Segment = tuple[Pixel, Pixel]

METRES_PER_DEGREE: Final = math.pi * EARTH_RADIUS_M / 180
_FULL_TURN: Final = 360.0
_CIRCLE_CORNERS: Final = 40
# Lines end this far outside the frame, so that their ends are not seen.
_BLEED: Final = 4
_SMALLEST_SHAPE: Final = 3


@dataclass(frozen=True, slots=True)
class Projection:
    """Degrees to pixels of a frame: equirectangular, true to scale at its centre.

    `longitude` and `latitude` are the centre's; `scale` is pixels for a degree of latitude.
    Longitudes may pass 180: they count from the centre, the short way for single points.
    """

    longitude: float
    latitude: float
    scale: float
    width: int
    height: int

    @property
    def scale_across(self) -> float:
        """Pixels for a degree of longitude at the centre."""
        return self.scale * math.cos(math.radians(self.latitude))

    def pixel(self, longitude: float, latitude: float) -> Pixel:
        """The pixel of a point anywhere on Earth, the short way around it."""
        away = (longitude - self.longitude + _FULL_TURN / 2) % _FULL_TURN - _FULL_TURN / 2
        return (
            round(self.width / 2 + away * self.scale_across),
            round(self.height / 2 + (self.latitude - latitude) * self.scale),
        )

    def pixels(self, ring: Ring) -> list[Pixel]:
        """The corners of a ring whose longitudes are counted as the frame's are."""
        across, down = self.scale_across, self.scale
        left = self.width / 2 - self.longitude * across
        top = self.height / 2 + self.latitude * down
        corners: list[Pixel] = []
        last: Pixel | None = None
        for longitude, latitude in ring:
            corner = (round(left + longitude * across), round(top - latitude * down))
            if corner != last:
                corners.append(corner)
                last = corner
        return corners

    def holds(self, pixel: Pixel) -> bool:
        """Whether the pixel lies in the frame."""
        return 0 <= pixel[0] <= self.width and 0 <= pixel[1] <= self.height

    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the frame in degrees; west may be below -180."""
        half_width = self.width / 2 / self.scale_across
        half_height = self.height / 2 / self.scale
        return (
            self.longitude - half_width,
            max(-90.0, self.latitude - half_height),
            self.longitude + half_width,
            min(90.0, self.latitude + half_height),
        )


def fit(
    box: tuple[float, float, float, float], *, width: int, height: int, margin: int
) -> Projection:
    """The projection that shows a box (west, south, east, north) as large as the frame allows."""
    west, south, east, north = box
    if east < west:
        east += _FULL_TURN
    latitude = (south + north) / 2
    across = max((east - west) * math.cos(math.radians(latitude)), 1e-6)
    scale = min((width - 2 * margin) / across, (height - 2 * margin) / max(north - south, 1e-6))
    return Projection((west + east) / 2, latitude, scale, width, height)


def circle_path(
    projection: Projection, *, longitude: float, latitude: float, radius_m: float
) -> str:
    """All points at one distance from a place, as a closed path; true at any latitude."""
    angle = radius_m / EARTH_RADIUS_M
    phi = math.radians(latitude)
    corners = []
    for step in range(_CIRCLE_CORNERS):
        bearing = math.tau * step / _CIRCLE_CORNERS
        sine = math.sin(phi) * math.cos(angle) + math.cos(phi) * math.sin(angle) * math.cos(bearing)
        turn = math.atan2(
            math.sin(bearing) * math.sin(angle) * math.cos(phi),
            math.cos(angle) - math.sin(phi) * sine,
        )
        corners.append(
            projection.pixel(longitude + math.degrees(turn), math.degrees(math.asin(sine)))
        )
    return path_of([corners], is_closed=True)


def line_paths(
    projection: Projection, rings: Iterable[Ring], *, seen: set[Segment]
) -> list[list[Pixel]]:
    """The borders of rings inside the frame as lines, each border once; `seen` grows by them."""
    lines: list[list[Pixel]] = []
    for ring in rings:
        current: list[Pixel] = []
        for start, end in pairwise(projection.pixels(ring)):
            key = (start, end) if start <= end else (end, start)
            clipped = None if key in seen else _clip_segment(start, end, projection)
            seen.add(key)
            if clipped is None:
                current = []
                continue
            if not current or current[-1] != clipped[0]:
                current = [clipped[0]]
                lines.append(current)
            current.append(clipped[1])
    return [line for line in lines if len(line) > 1]


def shape_paths(projection: Projection, rings: Iterable[Ring]) -> list[list[Pixel]]:
    """The parts of rings inside the frame, as shapes to fill by the even-odd rule."""
    shapes = []
    for ring in rings:
        shape = _clip_shape(projection.pixels(ring), projection)
        if len(shape) >= _SMALLEST_SHAPE:
            shapes.append(shape)
    return shapes


def path_of(lines: Iterable[Sequence[Pixel]], *, is_closed: bool = False) -> str:
    """Lines as one SVG path of relative steps, which are the shortest to write."""
    parts: list[str] = []
    for line in lines:
        x, y = line[0]
        parts.append(f"M{x} {y}l" if len(line) > 1 else f"M{x} {y}")
        steps = []
        for next_x, next_y in line[1:]:
            steps.append(_step(next_x - x, next_y - y))
            x, y = next_x, next_y
        parts.append(" ".join(steps).replace(" -", "-"))
        if is_closed:
            parts.append("z")
    return "".join(parts)


def _step(x: int, y: int) -> str:
    return f"{x}{y}" if y < 0 else f"{x} {y}"


def _clip_segment(start: Pixel, end: Pixel, projection: Projection) -> Segment | None:
    """The part of a segment inside the frame and its bleed (Liang and Barsky); None for none."""
    run, rise = end[0] - start[0], end[1] - start[1]
    first, last = 0.0, 1.0
    limits = (
        (-run, start[0] + _BLEED),
        (run, projection.width + _BLEED - start[0]),
        (-rise, start[1] + _BLEED),
        (rise, projection.height + _BLEED - start[1]),
    )
    for step, room in limits:
        if step == 0:
            if room < 0:
                return None
            continue
        share = room / step
        if step < 0:
            first = max(first, share)
        else:
            last = min(last, share)
    if first > last:
        return None
    return (
        (round(start[0] + first * run), round(start[1] + first * rise)),
        (round(start[0] + last * run), round(start[1] + last * rise)),
    )


def _clip_shape(corners: list[Pixel], projection: Projection) -> list[Pixel]:
    """The part of a shape inside the frame and its bleed (Sutherland and Hodgman)."""
    edges = (
        (0, -_BLEED, 1),
        (0, projection.width + _BLEED, -1),
        (1, -_BLEED, 1),
        (1, projection.height + _BLEED, -1),
    )
    for axis, limit, sign in edges:
        kept: list[Pixel] = []
        for place, corner in enumerate(corners):
            before = corners[place - 1]
            is_in = sign * (corner[axis] - limit) >= 0
            was_in = sign * (before[axis] - limit) >= 0
            if is_in != was_in:
                kept.append(_crossing(before, corner, axis=axis, limit=limit))
            if is_in:
                kept.append(corner)
        corners = kept
    return [corner for place, corner in enumerate(corners) if corner != corners[place - 1]]


def _crossing(start: Pixel, end: Pixel, *, axis: int, limit: int) -> Pixel:
    share = (limit - start[axis]) / (end[axis] - start[axis])
    other = round(start[1 - axis] + share * (end[1 - axis] - start[1 - axis]))
    return (limit, other) if axis == 0 else (other, limit)
