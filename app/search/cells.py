"""Cells of a quarter of a degree: from points to cells, from a circle to runs of cells."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.domain.geo import EARTH_RADIUS_M, FULL_TURN, bounding_box, unit_vector
from app.search.bits import BLOCK, Numbers, Rows

CELLS_A_DEGREE: Final = 4
_COLUMNS: Final = 360 * CELLS_A_DEGREE
_ROWS: Final = 180 * CELLS_A_DEGREE
NO_CELL: Final = _ROWS * _COLUMNS

# More than rounding can move a point across the edge of a box, and far less than a cell.
_MARGIN_DEGREES: Final = 1e-6
# A few thousandths of a millimetre on the ground: a listing at the very centre of a ZIP code
# is within 0 m of it, in whatever way the two equal points were reckoned.
_SQUARE_MARGIN: Final = 1e-24


class Circle(NamedTuple):
    """A circle on the globe: its middle as a unit vector and the squared chord of its radius."""

    vector: tuple[float, float, float]
    squared_reach: float
    cell_runs: tuple[tuple[int, int], ...]


def circle_around(latitude: float, longitude: float, radius_m: float) -> Circle:
    """The circle with its cells, as runs from a first to a last cell; wraps round the globe."""
    reach_m = min(max(radius_m, 0.0), math.pi * EARTH_RADIUS_M)
    chord = 2 * math.sin(reach_m / EARTH_RADIUS_M / 2)
    box = bounding_box(latitude, longitude, reach_m)
    south = _row(max(box.south - _MARGIN_DEGREES, -90))
    north = _row(min(box.north + _MARGIN_DEGREES, 90))
    west, east = _column(box.west - _MARGIN_DEGREES), _column(box.east + _MARGIN_DEGREES)
    is_round = box.east - box.west >= FULL_TURN
    spans = ((0, _COLUMNS - 1),) if is_round else _spans(west, east)
    runs = tuple(
        (row * _COLUMNS + first, row * _COLUMNS + last)
        for row in range(south, north + 1)
        for first, last in spans
    )
    return Circle(unit_vector(latitude, longitude), chord * chord + _SQUARE_MARGIN, runs)


def cells_of(latitudes: Numbers, longitudes: Numbers) -> Rows:
    """The cell of each point; a number beyond all cells where there is none."""
    is_point = np.isfinite(latitudes) & np.isfinite(longitudes)
    rows = np.floor((np.where(is_point, latitudes, 0) + 90) * CELLS_A_DEGREE)
    columns = np.floor((np.where(is_point, longitudes, 0) + 180) * CELLS_A_DEGREE)
    cells = np.minimum(rows, _ROWS - 1) * _COLUMNS + columns % _COLUMNS
    return np.where(is_point, cells, NO_CELL).astype(np.int32)


def vectors_of(latitudes: Numbers, longitudes: Numbers, *, width: int) -> NDArray[np.float64]:
    """The points of the unit sphere, in blocks of 64: all x, all y, all z; NaN for none."""
    phi, lambda_ = np.radians(latitudes), np.radians(longitudes)
    planes = np.full((3, width * BLOCK), np.nan)
    planes[0, : len(phi)] = np.cos(phi) * np.cos(lambda_)
    planes[1, : len(phi)] = np.cos(phi) * np.sin(lambda_)
    planes[2, : len(phi)] = np.sin(phi)
    return np.ascontiguousarray(planes.reshape(3, width, BLOCK).transpose(1, 0, 2))


def _row(latitude: float) -> int:
    return min(math.floor((latitude + 90) * CELLS_A_DEGREE), _ROWS - 1)


def _column(longitude: float) -> int:
    return math.floor((longitude + 180) * CELLS_A_DEGREE) % _COLUMNS


def _spans(west: int, east: int) -> tuple[tuple[int, int], ...]:
    if west <= east:
        return ((west, east),)
    return ((0, east), (west, _COLUMNS - 1))
