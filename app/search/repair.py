"""A search that found nothing, explained: which filter emptied it and what would find more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from app.domain.query import (
    METRES_PER_MILE,
    RADIUS_CHOICES_MILES,
    Hit,
    PlaceKind,
    SearchQuery,
)
from app.search.searcher import Searcher

NEAREST_COUNT: Final = 3
# Each circle is looked at only when the one before it held nothing; the last is the globe.
_NEAREST_RADII_MILES: Final = (100, 400, 1_600, 12_500)


class FilterKind(StrEnum):
    """What of a query can be taken away."""

    TEXT = "text"
    OPEN_NOW = "open-now"
    TERMS = "terms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """The query without one of its filters, and how many listings it finds then.

    `group` and `term_codes` are set for TERMS: the id of the public group (or "code X" for a
    code outside of them) and the codes that were chosen in it.
    """

    kind: FilterKind
    query: SearchQuery
    total: int
    group: str | None = None
    term_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WiderCircle:
    """The query with a larger radius, and how many listings it finds then."""

    radius_miles: int
    query: SearchQuery
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """Ways out of an empty search.

    `removals` hold every filter, the one whose removal finds most first. `emptied_by` is the
    only one whose removal finds anything, None when there are several or none. `wider` are
    the larger radii in ascending order, () where the search is not a circle. `nearest` are
    the few nearest listings that meet all filters, however far; () without a place.
    """

    removals: tuple[Removal, ...]
    emptied_by: Removal | None
    wider: tuple[WiderCircle, ...]
    nearest: tuple[Hit, ...]


def explain_empty(searcher: Searcher, query: SearchQuery) -> Repair:
    """What emptied the search, and what each removal and each wider radius would find."""
    query = replace(query, page=1)
    removals = sorted(_removals(searcher, query), key=lambda removal: removal.total, reverse=True)
    helping = [removal for removal in removals if removal.total]
    return Repair(
        removals=tuple(removals),
        emptied_by=helping[0] if len(helping) == 1 else None,
        wider=tuple(_wider(searcher, query)),
        nearest=_nearest(searcher, query),
    )


def _removals(searcher: Searcher, query: SearchQuery) -> Iterator[Removal]:
    if query.text.strip():
        without = replace(query, text="")
        yield Removal(kind=FilterKind.TEXT, query=without, total=_total(searcher, without))
    if query.open_now:
        without = replace(query, open_now=False)
        yield Removal(kind=FilterKind.OPEN_NOW, query=without, total=_total(searcher, without))
    for group in searcher.terms.filters(query.term_codes):
        kept = tuple(code for code in query.term_codes if code not in group.codes)
        without = replace(query, term_codes=kept)
        yield Removal(
            kind=FilterKind.TERMS,
            query=without,
            total=_total(searcher, without),
            group=group.group,
            term_codes=group.codes,
        )


def _wider(searcher: Searcher, query: SearchQuery) -> Iterator[WiderCircle]:
    if not _is_circle(query):
        return
    for miles in RADIUS_CHOICES_MILES:
        radius_m = miles * METRES_PER_MILE
        if radius_m > query.radius_m:
            wider = replace(query, radius_m=radius_m)
            yield WiderCircle(radius_miles=miles, query=wider, total=_total(searcher, wider))


def _nearest(searcher: Searcher, query: SearchQuery) -> tuple[Hit, ...]:
    if query.place is None:
        return ()
    # The middle of a state or a county is where its nearest listings are counted from.
    middle = replace(query.place, kind=PlaceKind.CITY)
    for miles in _NEAREST_RADII_MILES:
        radius_m = max(query.radius_m, miles * METRES_PER_MILE)
        around = replace(query, place=middle, radius_m=radius_m, page_size=NEAREST_COUNT)
        hits = tuple(hit for hit in searcher.search(around).hits if hit.distance_m is not None)
        if len(hits) == NEAREST_COUNT:
            return hits
    return hits


def _is_circle(query: SearchQuery) -> bool:
    return query.place is not None and query.place.kind in {PlaceKind.ZIP, PlaceKind.CITY}


def _total(searcher: Searcher, query: SearchQuery) -> int:
    return searcher.search(replace(query, page_size=1)).total
