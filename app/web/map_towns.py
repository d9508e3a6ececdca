"""The larger cities of a part of the country, as landmarks on a map."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from app.gazetteer.tables import DEGREE_STEPS, city_table


class Town(NamedTuple):
    """A city with its people, at its middle."""

    name: str
    latitude: float
    longitude: float
    population: int


def towns_in(west: float, south: float, east: float, north: float) -> tuple[Town, ...]:
    """The cities in a box of degrees, the largest first; west may lie below -180."""
    found = [
        town
        for cell in _cells(west, south, east, north)
        for town in _towns_by_cell().get(cell, ())
        if south <= town.latitude <= north and (town.longitude - west) % 360.0 <= east - west
    ]
    return tuple(sorted(found, key=lambda town: (-town.population, town.name)))


def _cells(west: float, south: float, east: float, north: float) -> Iterator[tuple[int, int]]:
    for latitude in range(math.floor(south), math.floor(north) + 1):
        for longitude in range(math.floor(west), math.floor(east) + 1):
            yield latitude, (longitude + 180) % 360 - 180


@cache
def _towns_by_cell() -> dict[tuple[int, int], tuple[Town, ...]]:
    """The few largest cities of each square degree: more would not fit on any map."""
    table = city_table()
    cells: dict[tuple[int, int], list[Town]] = {}
    for row, name in enumerate(table.name):
        town = Town(
            name,
            table.latitude[row] / DEGREE_STEPS,
            table.longitude[row] / DEGREE_STEPS,
            table.population[row],
        )
        cell = (math.floor(town.latitude), math.floor(town.longitude))
        cells.setdefault(cell, []).append(town)
    return {
        cell: tuple(sorted(towns, key=lambda town: -town.population)[:12])
        for cell, towns in cells.items()
    }
