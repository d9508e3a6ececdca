"""Up to four places side by side: one row for each fact, those that differ first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.content.taxonomy import load_taxonomy
from app.domain.hours_table import format_hours
from app.domain.listing import Listing
from app.domain.records import ListingRecord
from app.web.formatters import DEFAULT_LOCALE, partial_date, phone_text
from app.web.views.card_view import first_phone, town_words
from app.web.views.care_words import care_words, met_choices, restriction_words
from app.web.views.dated_hours_words import coming_days
from app.web.views.field_notes import newest_date
from app.web.views.language_words import language_name
from app.web.views.listing_view import place_view
from app.web.views.notice_words import alert_text, room_view
from app.web.views.opening_view import OpeningView, opening_view
from app.web.wording import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareRow:
    """One fact of all places: its name, and for each place its lines; () is not known."""

    label: str
    cells: tuple[tuple[str, ...], ...]

    @property
    def differs(self) -> bool:
        """Whether two of the places differ in it."""
        return len(set(self.cells)) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareView:
    """The rows that differ, then those that are alike; `unknown` is known of none of them."""

    names: tuple[str, ...]
    ids: tuple[str, ...]
    openings: tuple[OpeningView, ...]
    different: tuple[CompareRow, ...]
    alike: tuple[CompareRow, ...]
    unknown: tuple[str, ...]


def compare_view(
    listings: Sequence[Listing], *, now: datetime, locale: str = DEFAULT_LOCALE
) -> CompareView:
    """The comparison of these listings at `now` (aware)."""
    columns = [_facts(listing, now=now, locale=locale) for listing in listings]
    rows = [
        CompareRow(label=label, cells=tuple(column[label] for column in columns))
        for label in (columns[0] if columns else {})
    ]
    return CompareView(
        names=tuple(listing.record.name for listing in listings),
        ids=tuple(str(listing.id) for listing in listings),
        openings=tuple(
            opening_view(
                listing.record.schedules,
                timezone=listing.record.timezone,
                now=now,
                dated=listing.record.dated_hours,
                locale=locale,
            )
            for listing in listings
        ),
        different=tuple(row for row in rows if row.differs),
        alike=tuple(row for row in rows if not row.differs and any(row.cells)),
        unknown=tuple(row.label for row in rows if not any(row.cells)),
    )


def _facts(listing: Listing, *, now: datetime, locale: str) -> dict[str, tuple[str, ...]]:
    """The facts of one place by their names, the ones that decide first; () is not known."""
    record, codes = listing.record, frozenset(listing.record.term_codes)
    newest = newest_date(listing)
    alert = alert_text(record.alert, now=now, timezone=record.timezone)
    room = room_view(record.availability, now=now, timezone=record.timezone, locale=locale)
    what = care_words(record.term_codes, delivery=record.delivery, locale=locale).what
    facts: dict[str, tuple[str, ...]] = {
        _("What it is"): (what,) if codes else (),
        _("Notice"): (alert or _("none"),),
        _("Room for new people"): _one(room.words if room else None),
        _("Who only may come"): (restriction_words(codes) or _("no limit reported"),),
        _("Medicine for opioid use"): _names(codes, "medicine"),
        _("What it costs"): (*_one(record.cost), *_names(codes, "payment")),
        _("Hours"): (
            *(f"{days}: {times}" for days, times in format_hours(record.schedules)),
            *coming_days(record.dated_hours, timezone=record.timezone, now=now, locale=locale),
        ),
        _("Town"): _one(_town(record)),
        _("Who it is for"): (*_one(record.eligibility), *_names(codes, "people")),
        _("Ages"): _names(codes, "age"),
    }
    for group in load_taxonomy().groups:
        if group.id in {"kind", "setting", "withdrawal", "harm-reduction", "practical"}:
            facts[group.name] = _names(codes, group.id)
    languages = [language_name(code, locale=locale) for code in record.languages]
    facts[_("Languages")] = tuple(dict.fromkeys([*languages, *_names(codes, "language")]))
    facts[_("Phone")] = _one(_phone(record))
    facts[_("Details from")] = _one(partial_date(newest, locale=locale) if newest else None)
    return facts


def _names(codes: Collection[str], group: str) -> tuple[str, ...]:
    return tuple(choice.name for choice in met_choices(codes, group))


def _one(text: str | None) -> tuple[str, ...]:
    return (text,) if text else ()


def _town(record: ListingRecord) -> str | None:
    place, address = place_view(record), record.address
    if place is None or address is None:
        return None
    return town_words(address.city, address.state_province)


def _phone(record: ListingRecord) -> str | None:
    phone = first_phone(record.phones)
    return phone_text(phone) if phone else None
