"""The larger cities of a part of the country, as landmarks on a map."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from app.gazetteer.tables import DEGREE_STEPS, city_table

# More would not fit on any map.
_MOST_OF_A_CELL: Final = 12


class Town(NamedTuple):
    """A city at its middle; its rank among all cities by their people, 0 for the largest."""

    rank: int
    name: str
    latitude: float
    longitude: float


def towns_in(west: float, south: float, east: float, north: float) -> tuple[Town, ...]:
    """The cities in a box of degrees, the largest first; west may lie below -180."""
    cells, width = _towns_by_cell(), east - west
    found = [
        town
        for cell in _cells(west, south, east, north)
        for town in cells.get(cell, ())
        if south <= town.latitude <= north and (town.longitude - west) % 360.0 <= width
    ]
    # A town begins with its rank, which no other has.
    return tuple(sorted(found))


def _cells(west: float, south: float, east: float, north: float) -> Iterator[tuple[int, int]]:
    for latitude in range(math.floor(south), math.floor(north) + 1):
        for longitude in range(math.floor(west), math.floor(east) + 1):
            yield latitude, (longitude + 180) % 360 - 180


@cache
def _towns_by_cell() -> dict[tuple[int, int], tuple[Town, ...]]:
    """The few largest cities of each square degree, the largest first."""
    table = city_table()
    by_size = sorted(
        range(len(table.name)), key=lambda row: (-table.population[row], table.name[row], row)
    )
    cells: dict[tuple[int, int], list[Town]] = {}
    for rank, row in enumerate(by_size):
        latitude, longitude = (
            table.latitude[row] / DEGREE_STEPS,
            table.longitude[row] / DEGREE_STEPS,
        )
        towns = cells.setdefault((math.floor(latitude), math.floor(longitude)), [])
        if len(towns) < _MOST_OF_A_CELL:
            towns.append(Town(rank, table.name[row], latitude, longitude))
    return {cell: tuple(towns) for cell, towns in cells.items()}
