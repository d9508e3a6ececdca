"""A state whose treatment listings nobody has loaded yet: told apart from one without any."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from flask import current_app

from app.domain.query import METRES_PER_MILE, Hit, Place, PlaceKind, SearchQuery, SearchResult
from app.extensions import db
from app.gazetteer import state_name
from app.importers import findtreatment, national_directory
from app.importers.column_map import load_map, map_names
from app.search.searcher import Searcher
from app.store.sources import has_listings_of
from app.store.versions import Versions
from app.web.public.search.results import load_listed, written_cards
from app.web.views.written_card import WrittenCard

LOADED_STATES: Final = "help_first_loaded_states"
# A state once loaded hardly ever loses its listings; one that is not is asked for each time.
_BELIEVED_S: Final = 60.0
_NEAREST: Final = 3
_FARTHEST_M: Final = 400 * METRES_PER_MILE
_MOST_LISTED: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class UnloadedView:
    """What the page says of the state, and the nearest places beyond the circle."""

    state: str
    state_name: str
    nearest: tuple[WrittenCard, ...]


def unloaded_view(
    searcher: Searcher, query: SearchQuery, result: SearchResult, *, versions: Versions
) -> UnloadedView | None:
    """The designed state for a place in a state that is not loaded, None for any other."""
    place = query.place
    if place is None or is_loaded(place.state):
        return None
    beyond = _beyond(searcher, query, place=place, result=result)
    return UnloadedView(
        state=place.state,
        state_name=state_name(place.state) or place.state,
        nearest=written_cards(load_listed(beyond, versions=versions), now=query.now),
    )


def is_loaded(state: str) -> bool:
    """Whether a treatment directory has listings of the state (USPS code) here."""
    believed: dict[str, float] = current_app.extensions.setdefault(LOADED_STATES, {})
    if time.monotonic() - believed.get(state, -_BELIEVED_S) < _BELIEVED_S:
        return True
    is_there = has_listings_of(db.session, state=state, source_ids=treatment_sources())
    if is_there:
        believed[state] = time.monotonic()
    return is_there


@cache
def treatment_sources() -> tuple[str, ...]:
    """The ids of the sources that list treatment for whole states."""
    maps = (load_map(name).source.id for name in map_names())
    return (findtreatment.SOURCE_ID, national_directory.SOURCE_ID, *maps)


def _beyond(
    searcher: Searcher, query: SearchQuery, *, place: Place, result: SearchResult
) -> tuple[Hit, ...]:
    """The nearest places that are not in the list; () where the list is long or empty.

    An empty list repairs itself with the nearest places there are.
    """
    if not 0 < result.total <= _MOST_LISTED:
        return ()
    around = replace(
        query,
        place=replace(place, kind=PlaceKind.CITY),
        radius_m=_FARTHEST_M,
        page=1,
        page_size=result.total + _NEAREST,
    )
    listed = {hit.listing_id for hit in result.hits}
    hits = (hit for hit in searcher.search(around, session=db.session).hits)
    return tuple(hit for hit in hits if hit.listing_id not in listed)[:_NEAREST]
