"""What is asked of the search and what it answers, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

METRES_PER_MILE: Final = 1609.344
RADIUS_CHOICES_MILES: Final = (5, 10, 25, 50, 100)
DEFAULT_RADIUS_MILES: Final = 25
PAGE_SIZE: Final = 20
MAX_PAGE: Final = 5_000


class PlaceKind(StrEnum):
    """What a person named: the search is a circle for ZIP and CITY, an outline for the others."""

    ZIP = "zip"
    CITY = "city"
    COUNTY = "county"
    STATE = "state"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place of the gazetteer. `code`: ZIP, county FIPS or USPS state; for a city "Name, ST".

    `label` is for people ("Boston, MA"; "Anchorage, AK 99501"; "Ohio"). Degrees, WGS 84.
    """

    kind: PlaceKind
    code: str
    label: str
    latitude: float
    longitude: float
    state: str
    county_fips: str | None = None
    timezone: str | None = None
    population: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """One search. `term_codes`: OR inside a taxonomy group, AND between groups.

    `radius_m` counts only for a ZIP or a city. `now` is aware UTC. `page` starts at 1.
    """

    now: datetime
    place: Place | None = None
    radius_m: float = DEFAULT_RADIUS_MILES * METRES_PER_MILE
    text: str = ""
    term_codes: tuple[str, ...] = ()
    open_now: bool = False
    page: int = 1
    page_size: int = PAGE_SIZE


class Hit(NamedTuple):
    """A listing that was found; `distance_m` is None without a centre or without a point."""

    listing_id: UUID
    distance_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WordReading:
    """How one typed word was understood: as `terms` (codes), or as text, maybe respelt."""

    typed: str
    read_as: str
    term_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The page of hits, the total, and how often each public filter's term would be met.

    `term_counts` are disjunctive: each group is counted without its own filter.
    `open_now_count` is counted without the open-now filter. `placeless_total` are those of
    the total in a circle that have no place and serve the area (by mail, by phone, on wheels).
    """

    hits: tuple[Hit, ...]
    total: int
    page: int
    page_size: int
    term_counts: Mapping[str, int] = field(default_factory=dict)
    open_now_count: int = 0
    placeless_total: int = 0
    words: tuple[WordReading, ...] = ()
