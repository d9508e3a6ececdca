"""Circles on the globe: every point within the radius lies in one of the circle's cells."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from app.domain.geo import EARTH_RADIUS_M, great_circle_m
from app.search.cells import NO_CELL, cells_of, circle_around, vectors_of

CENTRES = {
    "Boston": (42.36, -71.06),
    "Guam": (13.47, 144.75),
    "Attu, west of the 180th meridian": (52.9, 172.9),
    "Adak, east of it": (51.88, -176.65),
    "on the meridian": (51.9, 180.0),
    "on the meridian, from the west": (51.9, -180.0),
    "Pago Pago": (-14.28, -170.7),
    "near the north pole": (89.6, 10.0),
    "the north pole": (90.0, 0.0),
    "the south pole": (-90.0, 0.0),
    "the corner of a cell": (40.25, -100.5),
    "where 0 meets 0": (0.0, 0.0),
}


def _is_held(latitude: float, longitude: float, runs: tuple[tuple[int, int], ...]) -> bool:
    cell = int(cells_of(np.array([latitude]), np.array([longitude]))[0])
    return any(first <= cell <= last for first, last in runs)


@pytest.mark.parametrize("centre", CENTRES.values(), ids=CENTRES.keys())
@pytest.mark.parametrize("radius_m", [0.0, 1.0, 8_000.0, 160_934.4, 3_000_000.0, 20_100_000.0])
def test_every_point_within_the_radius_is_in_the_cells(
    centre: tuple[float, float], radius_m: float
) -> None:
    chance = random.Random(1)  # noqa: S311 (no secret)
    circle = circle_around(*centre, radius_m)
    for _ in range(300):
        reach = math.degrees(min(radius_m, 2e7) / EARTH_RADIUS_M) + 0.3
        latitude = max(-90.0, min(90.0, centre[0] + chance.uniform(-reach, reach)))
        longitude = (centre[1] + chance.uniform(-1, 1) * min(180, reach * 4) + 180) % 360 - 180
        if great_circle_m(*centre, latitude, longitude) <= radius_m:
            assert _is_held(latitude, longitude, circle.cell_runs)
    assert _is_held(*centre, circle.cell_runs)


@pytest.mark.parametrize("centre", CENTRES.values(), ids=CENTRES.keys())
def test_squared_chord_tells_near_from_far(centre: tuple[float, float]) -> None:
    chance = random.Random(2)  # noqa: S311 (no secret)
    circle = circle_around(*centre, 40_000)
    for _ in range(300):
        latitude = max(-90.0, min(90.0, centre[0] + chance.uniform(-0.6, 0.6)))
        longitude = (centre[1] + chance.uniform(-1, 1) + 180) % 360 - 180
        vector = vectors_of(np.array([latitude]), np.array([longitude]), width=1)[0, :, 0]
        chord = float(((vector - np.array(circle.vector)) ** 2).sum())
        is_near = great_circle_m(*centre, latitude, longitude) <= 40_000
        assert (chord <= circle.squared_reach) == is_near


def test_small_circle_looks_at_few_cells() -> None:
    circle = circle_around(40.0, -83.0, 40_000)
    assert sum(last - first + 1 for first, last in circle.cell_runs) <= 30


def test_no_point_has_no_cell() -> None:
    cells = cells_of(np.array([np.nan, 40.0]), np.array([-83.0, np.nan]))
    assert cells.tolist() == [NO_CELL, NO_CELL]
