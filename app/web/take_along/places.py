"""Which places go into the file: the nearest, or some of every town, as many as there is room for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from flask import current_app
from markupsafe import Markup

from app.domain.card import CardRecord
from app.domain.hours_table import format_hours
from app.domain.query import METRES_PER_MILE, Hit, Place, PlaceKind, SearchQuery
from app.domain.records import AddressRecord
from app.extensions import db
from app.search.searcher import MAX_PAGE_SIZE, Searcher
from app.store.cards import load_cards
from app.store.reports import open_topics
from app.web.views.card_view import CardView, card_view
from app.web.views.care_words import met_choices
from app.web.views.dated_hours_words import coming_days
from app.web.views.listing_view import address_line
from app.web.views.report_words import report_note

RADIUS_MILES: Final = 50
# No state of the country has so many; a file holds some hundreds.
MOST_READ: Final = 3_000
# Of the nearest, a person calls no more.
MOST_NEAR: Final = 100
# The list of a town around its entries, in bytes.
_LIST: Final = len('\n<ul class="kept">\n</ul>\n')
_PARTS_TEMPLATE: Final = "take_along/parts.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPlace:
    """A place as the file shows it. `where` is its address or how it reaches people."""

    card: CardView
    where: str | None
    hours: str | None
    dated_hours: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TownView:
    """The places of one town as HTML; `name` is None where they are in order of distance."""

    name: str | None
    entries: tuple[Markup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesView:
    """What the file holds: `shown` of `total`; `undated` were left out because no date is known.

    `is_by_distance`: the nearest within `radius_miles`; otherwise some of every town.
    """

    towns: tuple[TownView, ...]
    shown: int
    total: int
    undated: int
    is_by_distance: bool = False
    radius_miles: int = RADIUS_MILES


@dataclass(frozen=True, slots=True)
class _Found:
    card: CardRecord
    distance_m: float | None


NO_PLACES: Final = PlacesView(towns=(), shown=0, total=0, undated=0)


def choose_places(place: Place, *, now: datetime, most_bytes: int) -> PlacesView:
    """The places for a file with room for `most_bytes` of them."""
    is_by_distance = place.kind in {PlaceKind.ZIP, PlaceKind.CITY}
    hits, total = _search(place, now=now, most=MOST_NEAR if is_by_distance else MOST_READ)
    found = list(_load(hits))
    dated = [each for each in found if each.card.as_of or each.card.verified_on]
    ordered = dated if is_by_distance else _some_of_every_town(dated)
    entries = _fitting(ordered, now=now, most_bytes=most_bytes)
    return PlacesView(
        towns=(TownView(name=None, entries=tuple(html for _each, html in entries)),)
        if is_by_distance
        else tuple(_by_town(entries)),
        shown=len(entries),
        total=total,
        undated=len(found) - len(dated),
        is_by_distance=is_by_distance,
    )


def _search(place: Place, *, now: datetime, most: int) -> tuple[list[Hit], int]:
    searcher: Searcher = current_app.extensions["searcher"]
    hits: list[Hit] = []
    for page in range(1, most // MAX_PAGE_SIZE + 1):
        query = SearchQuery(
            now=now,
            place=place,
            radius_m=RADIUS_MILES * METRES_PER_MILE,
            page=page,
            page_size=MAX_PAGE_SIZE,
        )
        result = searcher.search(query, session=db.session)
        hits += result.hits
        if len(result.hits) < MAX_PAGE_SIZE:
            break
    return hits, result.total


def _load(hits: Sequence[Hit]) -> Iterator[_Found]:
    for start in range(0, len(hits), MAX_PAGE_SIZE):
        part = {hit.listing_id: hit for hit in hits[start : start + MAX_PAGE_SIZE]}
        for card in load_cards(db.session, list(part)):
            yield _Found(card, part[card.id].distance_m)


def _some_of_every_town(found: Iterable[_Found]) -> list[_Found]:
    """Medicine for opioid use and naloxone first; of those, one of each town in turn."""
    turns: Counter[tuple[bool, str]] = Counter()
    ranked = []
    for each in found:
        is_other = not _is_needed_most(each.card)
        town = (is_other, each.card.city or "")
        ranked.append((is_other, turns[town], each.card.id.int, each))
        turns[town] += 1
    return [each for *_rank, each in sorted(ranked, key=lambda rank: rank[:3])]


def _is_needed_most(card: CardRecord) -> bool:
    codes = frozenset(card.term_codes)
    return bool(met_choices(codes, "medicine")) or "HR-NALOXONE" in codes


def _fitting(
    ordered: Sequence[_Found], *, now: datetime, most_bytes: int
) -> list[tuple[_Found, Markup]]:
    """The first of them that there is room for, each with its HTML."""
    module: Any = current_app.jinja_env.get_template(_PARTS_TEMPLATE).module
    reported = open_topics(db.session)
    towns: set[str | None] = set()
    kept, left = [], most_bytes - _size(module.left_out(NO_PLACES))
    for each in ordered:
        note = report_note(reported.get(each.card.id, ()))
        html: Markup = module.kept_place(_kept_place(each, now=now, report_note=note))
        left -= _size(html)
        if each.card.city not in towns:
            towns.add(each.card.city)
            left -= _size(module.town_heading(each.card.city or "")) + _LIST
        if left < 0:
            break
        kept.append((each, html))
    return kept


def _size(html: str) -> int:
    return len(html.encode()) + 1


def _kept_place(found: _Found, *, now: datetime, report_note: str | None) -> KeptPlace:
    card = found.card
    view = card_view(card, now=now, url="", distance_m=found.distance_m, report_note=report_note)
    rows = format_hours(card.schedules)
    hours = "; ".join(f"{days}: {hours}" for days, hours in rows)
    return KeptPlace(
        card=view,
        where=_where(card, view),
        hours=hours or card.hours_note,
        dated_hours=coming_days(card.dated_hours, timezone=card.timezone, now=now),
    )


def _where(card: CardRecord, view: CardView) -> str | None:
    if not card.street or not card.city:
        return view.town
    return address_line(
        AddressRecord(
            address_1=card.street,
            city=card.city,
            state_province=card.state or "",
            postal_code=card.postal_code or "",
        )
    )


def _by_town(entries: Iterable[tuple[_Found, Markup]]) -> Iterator[TownView]:
    """By town and name; what has no town comes last."""

    def town(entry: tuple[_Found, Markup]) -> tuple[bool, str]:
        city = entry[0].card.city
        return not city, city or ""

    def town_and_name(entry: tuple[_Found, Markup]) -> tuple[tuple[bool, str], str]:
        return town(entry), entry[0].card.name

    for (_is_last, name), group in groupby(sorted(entries, key=town_and_name), key=town):
        yield TownView(name=name, entries=tuple(html for _each, html in group))
