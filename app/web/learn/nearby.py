"""The services near a place that give what a page tells of: how many there are, and the nearest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from flask import current_app, request, url_for

from app.domain.query import METRES_PER_MILE, Place, PlaceKind, SearchQuery, SearchResult
from app.extensions import db
from app.search.searcher import Searcher
from app.store.cards import load_cards
from app.web.formatters import grouped
from app.web.learn.near_you import TypedPlace
from app.web.views.card_view import CardView, card_view
from app.web.wording import gettext as _
from app.web.wording import ngettext

# The first circle in which there is a place is told.
_RADII_MILES: Final = (25, 50, 100)
_NEAREST: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class NearbyView:
    """What the page says of the services near. `all_fields` are those of the whole search."""

    sentence: str
    total: int
    cards: tuple[CardView, ...]
    all_url: str
    all_fields: tuple[tuple[str, str], ...]


def nearby_view(
    asked: TypedPlace, *, terms: tuple[str, ...], services: str, now: datetime
) -> NearbyView | None:
    """How many services near the place give this, and the nearest three; None without a place.

    `services` says what they are: "places that give methadone".
    """
    place = asked.place
    if place is None:
        return None
    result, miles = _search(place, terms=terms, now=now)
    fields = (
        ("near", asked.text),
        ("radius", str(miles)),
        *(("term", term) for term in terms),
    )
    return NearbyView(
        sentence=_sentence(result.total, services=services, place=place, miles=miles),
        total=result.total,
        cards=_cards(result, now=now),
        all_url=f"{url_for('public.search')}?{urlencode(fields)}",
        all_fields=fields,
    )


def _search(place: Place, *, terms: tuple[str, ...], now: datetime) -> tuple[SearchResult, int]:
    searcher: Searcher = current_app.extensions["searcher"]
    query = SearchQuery(now=now, place=place, term_codes=terms, page_size=_NEAREST)
    for miles in _RADII_MILES:
        result = searcher.search(
            replace(query, radius_m=miles * METRES_PER_MILE), session=db.session
        )
        if result.total or not _is_circle(place):
            break
    return result, miles


def _cards(result: SearchResult, *, now: datetime) -> tuple[CardView, ...]:
    distances = {hit.listing_id: hit.distance_m for hit in result.hits}
    base = f"{request.script_root}/listings/"
    return tuple(
        card_view(card, now=now, url=f"{base}{card.id}", distance_m=distances[card.id])
        for card in load_cards(db.session, list(distances))
    )


def _sentence(total: int, *, services: str, place: Place, miles: int) -> str:
    where = (
        _("within %(miles)s miles of %(place)s", miles=miles, place=place.label)
        if _is_circle(place)
        else _("in %(place)s", place=place.label)
    )
    if not total:
        return _("We list no %(services)s %(where)s.", services=services, where=where)
    found = ngettext(
        "Our directory has %(count)s of the %(services)s %(where)s.",
        "Our directory has %(count)s %(services)s %(where)s.",
        total,
        count=grouped(total),
        services=services,
        where=where,
    )
    return str(found)


def _is_circle(place: Place) -> bool:
    return place.kind in {PlaceKind.ZIP, PlaceKind.CITY}
