"""The care cards of a page with the numbers that answer now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from flask import current_app

from app.content.care_cards import CareCard, load_care_sets
from app.domain.helplines import helplines_for
from app.domain.listing import Listing
from app.domain.query import Place
from app.domain.records import PhoneRecord
from app.web.helplines_now import HELPLINE_SHELF, known_helplines
from app.web.views.helpline_view import spoken_phones, text_phones

_KEPT: Final = "help_first_care_lines"
_MOST_KEPT: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CareLine:
    """A helpline on a card: its name, the number to call, and the number to text, if any."""

    name: str
    phone: PhoneRecord | None
    text: PhoneRecord | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CareView:
    """A card with its numbers; see templates/components/care_for_page.html."""

    card: CareCard
    lines: tuple[CareLine, ...]


def care_views(name: str, *, now: datetime, place: Place | None = None) -> tuple[CareView, ...]:
    """The cards of a set, each with one number for each of its topics that answers at `now`."""
    lines = _lines_of(now, place)
    return tuple(
        CareView(
            card=card,
            lines=tuple(line for topic in card.topics if (line := lines.get(topic))),
        )
        for card in load_care_sets()[name]
    )


def _lines_of(now: datetime, place: Place | None) -> Mapping[str, CareLine]:
    """The line of each topic, chosen anew each minute.

    So most pages are answered without the database, and a change by staff shows within a minute.
    """
    kept: dict[object, Mapping[str, CareLine]] = current_app.extensions.setdefault(_KEPT, {})
    moment = (now.replace(second=0, microsecond=0), place and (place.kind, place.code))
    key = (current_app.extensions.get(HELPLINE_SHELF), moment)
    if key not in kept:
        lines = _choose(known_helplines(), now=now, place=place)
        if len(kept) > _MOST_KEPT:
            kept.clear()
        kept[current_app.extensions.get(HELPLINE_SHELF), moment] = lines
        return lines
    return kept[key]


def _choose(
    listings: Sequence[Listing], *, now: datetime, place: Place | None
) -> Mapping[str, CareLine]:
    chosen = {
        topic: helplines_for(
            listings,
            now=now,
            state=place.state if place else None,
            county_fips=place.county_fips if place else None,
            topic=topic,
            limit=1,
        )
        for topic in _topics()
    }
    return {topic: _line(found[0]) for topic, found in chosen.items() if found}


@cache
def _topics() -> tuple[str, ...]:
    cards = (card for cards in load_care_sets().values() for card in cards)
    return tuple(dict.fromkeys(topic for card in cards for topic in card.topics))


def _line(listing: Listing) -> CareLine:
    phones, texts = spoken_phones(listing.record), text_phones(listing.record)
    return CareLine(
        name=listing.record.name,
        phone=phones[0] if phones else None,
        text=texts[0] if texts else None,
    )
