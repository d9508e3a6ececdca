"""ZIP codes, cities and counties by their exact names."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cache
from typing import Final

from app.domain.query import Place, PlaceKind
from app.gazetteer.names import clean_text, name_key, name_words
from app.gazetteer.states import find_state, state_name
from app.gazetteer.tables import DEGREE_STEPS, city_table, county_table, zip_table

# The words that say what kind of county it is, longest first.
_COUNTY_KINDS: Final = (
    ("city", "and", "borough"),
    ("census", "area"),
    ("county",),
    ("parish",),
    ("borough",),
    ("municipality",),
    ("municipio",),
    ("district",),
    ("island",),
    ("city",),
)


def find_zip(code: str) -> Place | None:
    """The ZIP code of five digits; None when it is not known. The point is its centre."""
    codes = zip_table().code
    row = bisect_left(codes, code)
    return zip_place(row) if row < len(codes) and codes[row] == code else None


def zip_place(row: int) -> Place:
    """The ZIP code of a row, named by its county: the data holds no post office names."""
    table = zip_table()
    counties = county_table()
    state = counties.states[table.state[row]]
    county = table.county[row]
    where = state_name(state) if county < 0 else f"{counties.name[county]}, {state}"
    return Place(
        kind=PlaceKind.ZIP,
        code=table.code[row],
        label=f"{table.code[row]} ({where})",
        latitude=table.latitude[row] / DEGREE_STEPS,
        longitude=table.longitude[row] / DEGREE_STEPS,
        state=state,
        county_fips=None if county < 0 else counties.fips[county],
        timezone=table.zones[table.zone[row]],
    )


def city_place(row: int) -> Place:
    """The city of a row; the label names its county where the state has two of the name."""
    table = city_table()
    counties = county_table()
    state = counties.states[table.state[row]]
    county = table.county[row]
    label = f"{table.name[row]}, {state}"
    namesakes = [
        each for each in city_rows(table.key[row]) if table.state[each] == table.state[row]
    ]
    if len(namesakes) > 1:
        label += f" ({counties.name[county]})" if county >= 0 else " (no county)"
    return Place(
        kind=PlaceKind.CITY,
        code=label,
        label=label,
        latitude=table.latitude[row] / DEGREE_STEPS,
        longitude=table.longitude[row] / DEGREE_STEPS,
        state=state,
        county_fips=None if county < 0 else counties.fips[county],
        timezone=table.zones[table.zone[row]],
        population=table.population[row],
    )


def county_place(row: int) -> Place:
    """The county of a row. The zone is None where its ZIP codes keep more than one."""
    table = county_table()
    state = table.states[table.state[row]]
    return Place(
        kind=PlaceKind.COUNTY,
        code=table.fips[row],
        label=f"{table.name[row]}, {state}",
        latitude=table.latitude[row] / DEGREE_STEPS,
        longitude=table.longitude[row] / DEGREE_STEPS,
        state=state,
        county_fips=table.fips[row],
        timezone=table.zones[table.zone[row]] or None,
    )


def find_county_by_fips(fips: str) -> Place | None:
    """The county of a five-digit FIPS code."""
    row = county_rows_by_fips().get(fips)
    return None if row is None else county_place(row)


def county_name(fips: str) -> str | None:
    """The full name of a county without its state: "Orleans Parish"."""
    row = county_rows_by_fips().get(fips)
    return None if row is None else county_table().name[row]


def county_box(fips: str) -> tuple[float, float, float, float] | None:
    """West, south, east, north of a county in degrees, as the outlines are drawn."""
    row = county_rows_by_fips().get(fips)
    if row is None:
        return None
    west, south, east, north = county_table().box[row]
    return west / DEGREE_STEPS, south / DEGREE_STEPS, east / DEGREE_STEPS, north / DEGREE_STEPS


def find_cities(name: str, state: str | None = None) -> tuple[Place, ...]:
    """The cities of a name, largest first; in one state when its code or name is given."""
    key = name_key(clean_text(name))
    rows = city_rows(key)
    alias = city_table().aliases.get(key)
    if alias is not None and alias not in rows:
        rows = sorted([*rows, alias])
    return tuple(place for place in map(city_place, rows) if _is_in(place, state))


def find_counties(name: str, state: str | None = None) -> tuple[Place, ...]:
    """The counties of a name, those with the most people in their cities first.

    "Suffolk" finds every Suffolk County. With its kind said ("Orleans Parish") only those
    of this kind are found, or, when there are none, those of the name alone.
    """
    words = name_words(clean_text(name))
    key = "".join(words)
    for rows in (
        county_rows_by_full_key().get(key, ()),
        _county_rows_by_stem().get(key, ()),
        _county_rows_by_stem().get("".join(county_stem(words)), ()),
    ):
        found = tuple(place for place in map(county_place, rows) if _is_in(place, state))
        if found:
            return found
    return ()


def county_stem(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a county's name without the words for its kind."""
    for kind in _COUNTY_KINDS:
        if len(words) > len(kind) and words[-len(kind) :] == kind:
            return words[: -len(kind)]
    return words


def names_a_county(words: tuple[str, ...]) -> bool:
    """True when the words end with a kind of county ("county", "parish", …)."""
    return county_stem(words) != words


def _is_in(place: Place, state: str | None) -> bool:
    if state is None:
        return True
    known = find_state(state)
    return known is not None and known.code == place.state


def city_rows(key: str) -> list[int]:
    """The rows of the cities with this key, largest first."""
    keys, rows = _cities_by_key()
    return rows[bisect_left(keys, key) : bisect_right(keys, key)]


@cache
def _cities_by_key() -> tuple[list[str], list[int]]:
    # Two sorted lists, because a dict of 18,000 small lists wakes the garbage collector
    # so often that it takes seven times as long to make.
    keys = city_table().key
    rows = sorted(range(len(keys)), key=keys.__getitem__)
    return [keys[row] for row in rows], rows


@cache
def county_rows_by_fips() -> dict[str, int]:
    """The row of each FIPS code."""
    return {fips: row for row, fips in enumerate(county_table().fips)}


@cache
def county_rows_by_full_key() -> dict[str, list[int]]:
    """The rows of each county name with its kind, largest first."""
    return _grouped(name_key(name) for name in county_table().name)


@cache
def _county_rows_by_stem() -> dict[str, list[int]]:
    return _grouped("".join(county_stem(name_words(name))) for name in county_table().name)


def _grouped(keys: Iterable[str]) -> dict[str, list[int]]:
    table = county_table()
    groups: dict[str, list[int]] = {}
    for row, key in enumerate(keys):
        groups.setdefault(key, []).append(row)
    for rows in groups.values():
        rows.sort(key=lambda row: (-table.weight[row], table.fips[row]))
    return groups
