"""The map beside the results: the place that was searched, and the cards under their numbers."""

from __future__ import annotations

from app.domain.query import Place, PlaceKind, SearchQuery
from app.gazetteer import county_box, state_box
from app.web.map_pins import MapPin
from app.web.maps import MapView, map_view
from app.web.public.search.results import Listed
from app.web.wording import gettext as _

_CIRCLES = frozenset({PlaceKind.ZIP, PlaceKind.CITY})


def results_map(
    listed: Listed, *, query: SearchQuery, where: str, first_number: int
) -> MapView | None:
    """The map of one page of results; None without a place, or with nothing to mark on it."""
    place = query.place
    pins = _pins(listed, first_number)
    if place is None or not pins:
        return None
    title = _("Map of the places %(where)s", where=where)
    if place.kind in _CIRCLES:
        return map_view(
            pins,
            title=title,
            centre=(place.latitude, place.longitude),
            centre_name=place.label,
            radius_m=query.radius_m,
        )
    return map_view(pins, title=title, box=_box(place))


def _pins(listed: Listed, first_number: int) -> tuple[MapPin, ...]:
    return tuple(
        MapPin(
            number=first_number + place,
            name=card.record.name,
            latitude=card.record.latitude,
            longitude=card.record.longitude,
            is_approximate=card.record.is_approximate,
            distance=distance,
        )
        for place, (card, distance) in enumerate(zip(listed.cards, listed.distances, strict=True))
        if card.record.latitude is not None and card.record.longitude is not None
    )


def _box(place: Place) -> tuple[float, float, float, float] | None:
    return state_box(place.code) if place.kind is PlaceKind.STATE else county_box(place.code)
