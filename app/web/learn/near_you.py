"""The place that a reader of the guide typed, and the places to go that are near it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import current_app, request

from app.domain.errors import ParseError, UnknownPlaceError
from app.domain.query import METRES_PER_MILE, Place, SearchQuery
from app.domain.text import clean_text
from app.extensions import db
from app.gazetteer import resolve
from app.search.searcher import Searcher
from app.store.cards import load_cards
from app.web.views.card_view import CardView, card_view
from app.web.wording import gettext as _

RADIUS_MILES: Final = 50
MAX_NEAR: Final = 100
_MOST_PLACES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedPlace:
    """A place as it was typed. `places` are all that it can mean, () for none.

    `error` says what to change; `suggestions` are near spellings.
    """

    text: str
    places: tuple[Place, ...] = ()
    error: str | None = None
    suggestions: tuple[str, ...] = ()

    @property
    def place(self) -> Place | None:
        """The one place that was meant, None for none and for several."""
        return self.places[0] if len(self.places) == 1 else None


def read_place(typed: str | None) -> TypedPlace:
    """The place that somebody typed, or what to change; an empty text is no error."""
    text = clean_text((typed or "")[: 10 * MAX_NEAR])
    if len(text) > MAX_NEAR:
        error = _("The place is too long: %(most)s characters at most", most=MAX_NEAR)
        return TypedPlace(text=text[:MAX_NEAR], error=error)
    try:
        return TypedPlace(text=text, places=resolve(text))
    except ParseError:
        return TypedPlace(text=text, error=_("A ZIP code has 5 digits"))
    except UnknownPlaceError as unknown:
        error = (
            _("We do not know this ZIP code")
            if text.isdecimal()
            else _("We do not know this place: check how it is spelled")
        )
        return TypedPlace(text=text, error=error, suggestions=unknown.suggestions)


def places_near(place: Place, *, now: datetime) -> tuple[CardView, ...]:
    """The three nearest places within RADIUS_MILES, or in the state for a state; () for none."""
    searcher: Searcher = current_app.extensions["searcher"]
    query = SearchQuery(
        now=now, place=place, radius_m=RADIUS_MILES * METRES_PER_MILE, page_size=_MOST_PLACES
    )
    hits = searcher.search(query, session=db.session).hits
    cards = {card.id: card for card in load_cards(db.session, [hit.listing_id for hit in hits])}
    return tuple(
        card_view(
            cards[hit.listing_id],
            now=now,
            url=f"{request.script_root}/listings/{hit.listing_id}",
            distance_m=hit.distance_m,
        )
        for hit in hits
        if hit.listing_id in cards
    )
