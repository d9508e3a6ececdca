"""The places nearest to one that is gone."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from flask import current_app, url_for

from app.domain.listing import Listing
from app.domain.query import METRES_PER_MILE, Place, SearchQuery
from app.domain.records import AddressRecord
from app.extensions import db
from app.gazetteer.places import find_cities, find_zip
from app.search.searcher import Searcher
from app.store.cards import load_cards
from app.web.views.card_view import CardView, card_view
from app.web.views.care_words import met_choices

MOST_ALTERNATIVES: Final = 3
_RADII_MILES: Final = (25, 100)
_SEARCHER: Final = "searcher"

_logger: Final = logging.getLogger("help_first")


def nearest_alternatives(
    gone: Listing, *, now: datetime, limit: int = MOST_ALTERNATIVES
) -> tuple[CardView, ...]:
    """The nearest places with a medicine that it had, else the nearest of any kind; () for none.

    The page works without them: a search that fails only leaves them out.
    """
    searcher: Searcher | None = current_app.extensions.get(_SEARCHER)
    address = gone.record.address
    place = _centre(address) if address else None
    if searcher is None or place is None:
        return ()
    medicines = tuple(choice.code for choice in met_choices(gone.record.term_codes, "medicine"))
    for term_codes in dict.fromkeys((medicines, ())):
        for radius in _RADII_MILES:
            query = _query(place, now=now, radius_miles=radius, term_codes=term_codes, limit=limit)
            try:
                cards = _cards(searcher, query, gone=gone, now=now)
            except OSError as error:
                _logger.warning("%s while looking for alternatives", type(error).__name__)
                return ()
            if cards:
                return cards[:limit]
    return ()


def _centre(address: AddressRecord) -> Place | None:
    towns = find_cities(address.city, address.state_province)
    return find_zip(address.postal_code[:5]) or next(iter(towns), None)


def _query(
    place: Place, *, now: datetime, radius_miles: int, term_codes: tuple[str, ...], limit: int
) -> SearchQuery:
    return SearchQuery(
        now=now,
        place=place,
        radius_m=radius_miles * METRES_PER_MILE,
        term_codes=term_codes,
        # One more: an index of a moment ago may still hold the one that is gone.
        page_size=limit + 1,
    )


def _cards(
    searcher: Searcher, query: SearchQuery, *, gone: Listing, now: datetime
) -> tuple[CardView, ...]:
    found = searcher.search(query, session=db.session).hits
    hits = [hit for hit in found if hit.listing_id != gone.id]
    distances = {hit.listing_id: hit.distance_m for hit in hits}
    return tuple(
        card_view(
            card,
            now=now,
            url=url_for("public.listing", listing_id=card.id),
            distance_m=distances[card.id],
        )
        for card in load_cards(db.session, [hit.listing_id for hit in hits])
    )
