"""The gazetteer: ZIP codes, cities, counties and states of the United States, from app/data.

Nothing here asks another host. Tables are read when first needed, once per process.
"""

from __future__ import annotations

from app.gazetteer.cover import covering_circles, zips_in_state
from app.gazetteer.nearest import county_of, nearest_city, nearest_zip, timezone_at
from app.gazetteer.places import (
    county_box,
    county_name,
    find_cities,
    find_counties,
    find_county_by_fips,
    find_zip,
)
from app.gazetteer.resolve import resolve
from app.gazetteer.states import find_state, state_box, state_name, states

__all__ = [
    "county_box",
    "county_name",
    "county_of",
    "covering_circles",
    "find_cities",
    "find_counties",
    "find_county_by_fips",
    "find_state",
    "find_zip",
    "nearest_city",
    "nearest_zip",
    "resolve",
    "state_box",
    "state_name",
    "states",
    "timezone_at",
    "zips_in_state",
]
