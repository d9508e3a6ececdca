"""The geometry of our maps: a projection, circles, and short SVG paths."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.domain.geo import EARTH_RADIUS_M

Pixel = tuple[int, int]

METRES_PER_DEGREE: Final = math.pi * EARTH_RADIUS_M / 180
_FULL_TURN: Final = 360.0
_CIRCLE_CORNERS: Final = 40
# Cosine and sine of the bearings of its eastern half; the western half is its mirror.
_BEARINGS: Final = tuple(
    (math.cos(bearing), math.sin(bearing))
    for bearing in (
        math.tau * (step + 0.5) / _CIRCLE_CORNERS for step in range(_CIRCLE_CORNERS // 2)
    )
)


@dataclass(frozen=True, slots=True)
class Projection:
    """Degrees to pixels of a frame: equirectangular, true to scale at its centre.

    `longitude` and `latitude` are the centre's; `scale` is pixels for a degree of latitude,
    `scale_across` for one of longitude at the centre.
    Longitudes may pass 180: they count from the centre, the short way for single points.
    """

    longitude: float
    latitude: float
    scale: float
    width: int
    height: int
    scale_across: float = field(init=False)

    def __post_init__(self) -> None:
        across = self.scale * math.cos(math.radians(self.latitude))
        object.__setattr__(self, "scale_across", across)

    def pixel(self, longitude: float, latitude: float) -> Pixel:
        """The pixel of a point anywhere on Earth, the short way around it."""
        away = (longitude - self.longitude + _FULL_TURN / 2) % _FULL_TURN - _FULL_TURN / 2
        return (
            round(self.width / 2 + away * self.scale_across),
            round(self.height / 2 + (self.latitude - latitude) * self.scale),
        )

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
    north, reach = math.sin(phi), math.cos(angle)
    high, wide = north * reach, math.cos(phi) * math.sin(angle)
    middle = projection.pixel(longitude, latitude)[0]
    across, down = math.degrees(projection.scale_across), math.degrees(projection.scale)
    equator = projection.height / 2 + projection.latitude * projection.scale
    corners = []
    for cosine, east in _BEARINGS:
        sine = high + wide * cosine
        turn = math.atan2(east * wide, reach - north * sine)
        corners.append((middle + round(turn * across), round(equator - math.asin(sine) * down)))
    mirrored = [(2 * middle - x, y) for x, y in reversed(corners)]
    return path_of([corners + mirrored], is_closed=True)


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
