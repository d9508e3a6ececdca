"""Where a service may be used, in a form: one area a line, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.domain.errors import ParseError
from app.domain.records import AreaExtent, ServiceAreaRecord
from app.domain.text import clean_text
from app.gazetteer.names import name_words
from app.gazetteer.places import (
    county_name,
    find_counties,
    find_county_by_fips,
    names_a_county,
)
from app.gazetteer.states import find_state

_COUNTRIES: Final = {
    "us": "United States",
    "usa": "United States",
    "united states": "United States",
}
_MOST_AREAS: Final = 100
_FIPS_DIGITS: Final = 5


def shown_areas(areas: Sequence[ServiceAreaRecord]) -> str:
    """The areas as lines of text."""
    return "\n".join(_line(area) for area in areas)


def read_areas(text: str, *, before: Sequence[ServiceAreaRecord]) -> tuple[ServiceAreaRecord, ...]:
    """The areas of these lines: a country, a state, a county, or words and a state.

    A line that was shown gives the area that it was shown for. Raises ParseError for a line
    that names nothing we know.
    """
    known = {_line(area): area for area in before}
    lines = [line for line in map(clean_text, text.split("\n")) if line]
    if len(lines) > _MOST_AREAS:
        reason = f"at most {_MOST_AREAS} lines"
        raise ParseError(reason, value=text[:80])
    found = (known.get(line) or _area(line) for line in lines)
    return tuple(dict.fromkeys(found))


def _line(area: ServiceAreaRecord) -> str:
    if area.extent is AreaExtent.COUNTY and area.code:
        county = find_county_by_fips(area.code)
        return county.label if county else f"{area.name}, {area.code}"
    if area.extent is AreaExtent.PLACE:
        return f"{area.name}, {area.code}" if area.code else area.name
    return area.name or area.code


def _area(line: str) -> ServiceAreaRecord:
    country = _COUNTRIES.get(line.casefold().removeprefix("all of the "))
    if country:
        return ServiceAreaRecord(extent=AreaExtent.COUNTRY, code="US", name=country)
    state = find_state(line)
    if state:
        return ServiceAreaRecord(extent=AreaExtent.STATE, code=state.state, name=state.label)
    if len(line) == _FIPS_DIGITS and line.isdecimal():
        return _county(line)
    name, comma, tail = line.rpartition(",")
    within = find_state(tail) if comma else None
    if within is None or not name.strip():
        reason = f"write “{line[:60]}” as a state, or with a comma and its state"
        raise ParseError(reason, value=line)
    counties = find_counties(name, within.state)
    if names_a_county(name_words(name)) and counties and counties[0].county_fips:
        return _county(counties[0].county_fips)
    return ServiceAreaRecord(extent=AreaExtent.PLACE, code=within.state, name=name.strip())


def _county(fips: str) -> ServiceAreaRecord:
    name = county_name(fips)
    if name is None:
        reason = "no county has this number"
        raise ParseError(reason, value=fips)
    return ServiceAreaRecord(extent=AreaExtent.COUNTY, code=fips, name=name)
