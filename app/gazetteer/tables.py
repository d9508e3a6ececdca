"""The tables of app/data as columns, read once per process.

scripts/build_gazetteer.py writes them; points and boxes are ten-thousandths of a degree.
"""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

import msgspec

_DATA_FOLDER: Final = Path(__file__).parents[1] / "data"
DEGREE_STEPS: Final = 10_000

Row = TypeVar("Row", bound=msgspec.Struct)


class ZipTable(msgspec.Struct, frozen=True):
    """ZIP codes in order; `county` is a row of the county table, -1 where it is doubtful."""

    code: list[str]
    latitude: list[int]
    longitude: list[int]
    state: list[int]
    county: list[int]
    zone: list[int]
    zones: list[str]


class CityTable(msgspec.Struct, frozen=True):
    """Cities, largest first; `key` is the name's key; `aliases` lead from a key to a row."""

    name: list[str]
    key: list[str]
    population: list[int]
    latitude: list[int]
    longitude: list[int]
    state: list[int]
    county: list[int]
    zone: list[int]
    zones: list[str]
    aliases: dict[str, int]


class CountyTable(msgspec.Struct, frozen=True):
    """Counties in order of FIPS; `weight` orders counties of one name; zone 0 is none."""

    states: list[str]
    fips: list[str]
    name: list[str]
    state: list[int]
    latitude: list[int]
    longitude: list[int]
    box: list[tuple[int, int, int, int]]
    zone: list[int]
    zones: list[str]
    weight: list[int]


class StateTable(msgspec.Struct, frozen=True):
    """States, the District of Columbia and five territories, in order of USPS code."""

    code: list[str]
    name: list[str]
    fips: list[str]
    latitude: list[int]
    longitude: list[int]
    box: list[tuple[int, int, int, int]]
    zone: list[int]
    zones: list[str]


class OutlineTable(msgspec.Struct, frozen=True):
    """Arcs as steps (longitude, latitude, …) and the arcs of each ring; ~n is n backwards."""

    arcs: list[list[int]]
    states: dict[str, list[list[int]]]
    counties: dict[str, list[list[int]]]


def _read(name: str, kind: type[Row]) -> Row:
    packed = (_DATA_FOLDER / f"{name}.json.gz").read_bytes()
    return msgspec.json.decode(gzip.decompress(packed), type=kind)


@cache
def zip_table() -> ZipTable:
    """The ZIP codes."""
    return _read("zips", ZipTable)


@cache
def city_table() -> CityTable:
    """The cities."""
    return _read("cities", CityTable)


@cache
def county_table() -> CountyTable:
    """The counties."""
    return _read("counties", CountyTable)


@cache
def state_table() -> StateTable:
    """The states."""
    return _read("states", StateTable)


@cache
def outline_table() -> OutlineTable:
    """The outlines of states and counties."""
    return _read("outlines", OutlineTable)
