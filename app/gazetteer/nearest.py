"""From a point to the nearest ZIP code or city, and with it the county and the time zone."""

from __future__ import annotations

import math
from functools import cache, lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from app.domain.query import Place
from app.gazetteer.places import city_place, zip_place
from app.gazetteer.tables import DEGREE_STEPS, city_table, county_table, zip_table

# A point farther than this from every ZIP code is not in the United States.
FARTHEST_M: Final = 300_000.0
# The mean radius of the Earth (IUGG).
EARTH_RADIUS_M: Final = 6_371_008.8

Vectors = npt.NDArray[np.float64]


def nearest_zip(latitude: float, longitude: float, *, state: str | None = None) -> Place | None:
    """The ZIP code whose centre is nearest, in the state with this USPS code if one is given.

    None when there is none within 300 km or when the point is no point (NaN, latitude 95).
    """
    row = _nearest_row(_zip_vectors(), latitude, longitude, rows=_zip_rows_of(state))
    return None if row is None else zip_place(row)


def nearest_city(latitude: float, longitude: float, *, state: str | None = None) -> Place | None:
    """The city whose centre is nearest, for "near Boston, MA"; None as for `nearest_zip`."""
    row = _nearest_row(_city_vectors(), latitude, longitude, rows=_city_rows_of(state))
    return None if row is None else city_place(row)


def county_of(latitude: float, longitude: float, *, state: str | None = None) -> str | None:
    """The FIPS code of the county of the nearest ZIP code.

    Right but for points close to a county's border: the outlines are not asked.
    None when no ZIP code is near or the county of that ZIP code is not known.
    """
    place = nearest_zip(latitude, longitude, state=state)
    return None if place is None else place.county_fips


def timezone_at(latitude: float, longitude: float) -> str | None:
    """The IANA zone of the nearest ZIP code; None when none is near."""
    place = nearest_zip(latitude, longitude)
    return None if place is None else place.timezone


def unit_vectors(latitude: npt.ArrayLike, longitude: npt.ArrayLike) -> Vectors:
    """Points in degrees as rows (x, y, z) on a sphere of radius 1."""
    phi, lam = np.radians(latitude), np.radians(longitude)
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], axis=-1)


def _nearest_row(
    vectors: Vectors, latitude: float, longitude: float, *, rows: npt.NDArray[np.intp] | None
) -> int | None:
    if not (math.isfinite(longitude) and -90 <= latitude <= 90):  # noqa: PLR2004
        return None
    candidates = vectors if rows is None else vectors[rows]
    if not len(candidates):
        return None
    closeness = candidates @ unit_vectors(latitude, longitude)
    best = int(np.argmax(closeness))
    if closeness[best] < math.cos(FARTHEST_M / EARTH_RADIUS_M):
        return None
    return best if rows is None else int(rows[best])


@cache
def _zip_vectors() -> Vectors:
    table = zip_table()
    return unit_vectors(
        np.array(table.latitude) / DEGREE_STEPS, np.array(table.longitude) / DEGREE_STEPS
    )


@cache
def _city_vectors() -> Vectors:
    table = city_table()
    return unit_vectors(
        np.array(table.latitude) / DEGREE_STEPS, np.array(table.longitude) / DEGREE_STEPS
    )


@lru_cache(maxsize=64)
def _zip_rows_of(state: str | None) -> npt.NDArray[np.intp] | None:
    return None if state is None else _rows_of(zip_table().state, state)


@lru_cache(maxsize=64)
def _city_rows_of(state: str | None) -> npt.NDArray[np.intp] | None:
    return None if state is None else _rows_of(city_table().state, state)


def _rows_of(numbers: list[int], state: str) -> npt.NDArray[np.intp]:
    codes = county_table().states
    wanted = codes.index(state) if state in codes else -1
    return np.flatnonzero(np.array(numbers) == wanted)
