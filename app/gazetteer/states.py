"""States by their codes and the several ways in which their names are written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from app.domain.query import Place, PlaceKind
from app.gazetteer.names import name_key
from app.gazetteer.tables import DEGREE_STEPS, city_table, state_table

# A state whose name is also that of a city of this many people is asked about: Washington
# and New York. Nobody who types "Wyoming" is asked whether they mean the town in Michigan.
_CITY_THAT_RIVALS_A_STATE: Final = 100_000

_NOT_STATES: Final = ("DC", "PR", "GU", "VI", "AS", "MP")

# The abbreviations of the Associated Press and other names in use.
_OTHER_NAMES: Final = {
    "AL": ("Ala.",),
    "AZ": ("Ariz.",),
    "AR": ("Ark.",),
    "CA": ("Calif.",),
    "CO": ("Colo.",),
    "CT": ("Conn.",),
    "DE": ("Del.",),
    "FL": ("Fla.",),
    "IL": ("Ill.",),
    "IN": ("Ind.",),
    "KS": ("Kans.",),
    "MA": ("Mass.",),
    "MI": ("Mich.",),
    "MN": ("Minn.",),
    "MS": ("Miss.",),
    "MT": ("Mont.",),
    "NE": ("Nebr.",),
    "NV": ("Nev.",),
    "NM": ("N. Mex.",),
    "ND": ("N. Dak.",),
    "OK": ("Okla.",),
    "OR": ("Ore.",),
    "PA": ("Penn.", "Penna."),
    "SD": ("S. Dak.",),
    "TN": ("Tenn.",),
    "TX": ("Tex.",),
    "VA": ("Virg.",),
    "WA": ("Wash.",),
    "WV": ("W. Va.",),
    "WI": ("Wisc.", "Wis."),
    "WY": ("Wyo.",),
    "VI": ("Virgin Islands", "US Virgin Islands", "USVI"),
    "MP": ("CNMI", "Northern Marianas", "Mariana Islands"),
}


@cache
def states() -> Mapping[str, Place]:
    """Every state by its USPS code, in order of code; DC, PR, GU, VI, AS and MP are among them."""
    table = state_table()
    rivalled = _rivalled_names()
    found: dict[str, Place] = {}
    for row, code in enumerate(table.code):
        name = table.name[row]
        found[code] = Place(
            kind=PlaceKind.STATE,
            code=code,
            label=f"{name} State" if name_key(name) in rivalled else name,
            latitude=table.latitude[row] / DEGREE_STEPS,
            longitude=table.longitude[row] / DEGREE_STEPS,
            state=code,
            timezone=table.zones[table.zone[row]] or None,
        )
    return MappingProxyType(found)


def find_state(text: str) -> Place | None:
    """The state of a name ("Ohio", "New York State") or code ("oh"); None when there is none."""
    code = _code_by_key().get(name_key(text))
    return None if code is None else states()[code]


def state_name(code: str) -> str | None:
    """The plain name of a USPS code: "Washington", not "Washington State"."""
    table = state_table()
    return table.name[table.code.index(code)] if code in table.code else None


def state_fips(code: str) -> str | None:
    """The two digits of the census for a USPS code."""
    table = state_table()
    return table.fips[table.code.index(code)] if code in table.code else None


def state_box(code: str) -> tuple[float, float, float, float] | None:
    """West, south, east, north of a state in degrees.

    As the outlines are drawn: Alaska's west lies beyond -180.
    """
    table = state_table()
    if code not in table.code:
        return None
    west, south, east, north = table.box[table.code.index(code)]
    return west / DEGREE_STEPS, south / DEGREE_STEPS, east / DEGREE_STEPS, north / DEGREE_STEPS


def is_rivalled(text: str) -> bool:
    """True for a state's plain name that is a large city's name as well."""
    return name_key(text) in _rivalled_names()


@cache
def _rivalled_names() -> frozenset[str]:
    cities = city_table()
    large = {
        key
        for key, population in zip(cities.key, cities.population, strict=True)
        if population >= _CITY_THAT_RIVALS_A_STATE
    }
    aliases = {
        key
        for key, row in cities.aliases.items()
        if cities.population[row] >= _CITY_THAT_RIVALS_A_STATE
    }
    return frozenset(name_key(name) for name in state_table().name) & (large | aliases)


@cache
def _code_by_key() -> dict[str, str]:
    table = state_table()
    keys: dict[str, str] = {}
    for code, name in zip(table.code, table.name, strict=True):
        for written in (code, name, *_OTHER_NAMES.get(code, ())):
            keys[name_key(written)] = code
        if code not in _NOT_STATES:
            keys[name_key(f"{name} State")] = code
            keys[name_key(f"State of {name}")] = code
    return keys
