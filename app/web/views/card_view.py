"""One result, as the macro `listing_card` shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from markupsafe import Markup, escape

from app.domain.card import CardRecord
from app.domain.phone import same_number
from app.domain.records import PhoneKind, PhoneRecord
from app.web.formatters import DEFAULT_LOCALE, miles, partial_date, phone_text, phone_url
from app.web.views.care_words import care_words
from app.web.views.links import web_link
from app.web.views.notice_words import RoomView, alert_text, room_view
from app.web.views.opening_view import OpeningView, opening_view
from app.web.views.reach_words import reach_words
from app.web.wording import gettext as _

# The number to call first: where treatment begins, then where somebody answers.
_CALL_ORDER: Final = (PhoneKind.INTAKE, PhoneKind.HOTLINE, PhoneKind.VOICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """What a card says, in words; see templates/components/listing_card.html."""

    id: str
    url: str
    number: int | str | None
    name: str
    organization: str | None
    what: str
    distance: str | None
    is_approximate: bool
    town: str | None
    opening: OpeningView
    chips: tuple[str, ...]
    more_chips: str
    phone: PhoneRecord | None
    phone_url: str
    phone_words: Markup
    is_text: bool
    restriction: str | None
    checked: str
    status_note: str | None
    report_note: str | None
    website: str | None
    alert: str | None
    room: RoomView | None
    is_private: bool
    is_chosen: bool


def card_view(
    card: CardRecord,
    *,
    now: datetime,
    url: str,
    number: int | None = None,
    distance_m: float | None = None,
    is_chosen: bool = False,
    status_note: str | None = None,
    report_note: str | None = None,
    locale: str = DEFAULT_LOCALE,
) -> CardView:
    """The card of a place; `url` is its page, `number` its pin on the map, `now` aware UTC."""
    phone = first_phone(card.phones)
    care = care_words(card.term_codes, delivery=card.delivery, locale=locale)
    return CardView(
        id=str(card.id),
        url=url,
        number=number,
        name=card.name,
        organization=other_name(card.organization_name, card.name),
        what=care.what,
        distance=distance_words(card, distance_m, locale=locale),
        is_approximate=card.is_approximate,
        town=town_words(card.city, card.state) or reach_words(card.delivery, card.service_areas),
        opening=opening_view(
            card.schedules,
            timezone=card.timezone,
            now=now,
            dated=card.dated_hours,
            locale=locale,
        ),
        chips=care.chips,
        more_chips=care.more_chips,
        phone=phone,
        phone_url=phone_url(phone) if phone else "",
        phone_words=_phone_words(phone) if phone else Markup(),
        is_text=phone is not None and phone.kind is PhoneKind.TEXT,
        restriction=care.restriction,
        checked=checked_words(card, locale=locale),
        status_note=status_note,
        report_note=report_note,
        website=web_link(card.website),
        alert=alert_text(card.alert, now=now, timezone=card.timezone),
        room=room_view(card.availability, now=now, timezone=card.timezone, locale=locale),
        is_private=card.is_address_confidential,
        is_chosen=is_chosen,
    )


def first_phone(phones: tuple[PhoneRecord, ...]) -> PhoneRecord | None:
    """The number to call first, None when there is none that can be dialled."""
    for kind in _CALL_ORDER:
        for phone in phones:
            if phone.kind is kind and phone.number:
                return phone
    return next((phone for phone in phones if phone.kind is PhoneKind.TEXT and phone.number), None)


def other_phones(phones: tuple[PhoneRecord, ...]) -> tuple[PhoneRecord, ...]:
    """All numbers but the one to call first; the same number to text stays."""
    first = first_phone(phones)
    return tuple(
        phone
        for phone in phones
        if first is None or phone.kind is not first.kind or not same_number(phone, first)
    )


def other_name(organization_name: str, name: str) -> str | None:
    """The organization, None when the service has the same name."""
    is_same = organization_name.casefold().strip() == name.casefold().strip()
    return None if is_same or not organization_name else organization_name


def town_words(city: str | None, state: str | None) -> str | None:
    """The town with its state, "Columbus, OH", or what is known of it."""
    return ", ".join(part for part in (city, state) if part) or None


def checked_words(card: CardRecord, *, locale: str = DEFAULT_LOCALE) -> str:
    """Where a card's details come from, how old they are, and when a person checked them."""
    return _checked_words(card.source_title, card.as_of, card.verified_on, locale)


# Most places of a region come from the same few editions of a directory.
@lru_cache(maxsize=4_096)
def _checked_words(
    source: str | None, as_of: str | None, verified_on: str | None, locale: str
) -> str:
    source = source or _("a source without a name")
    if as_of and as_of in source:  # A yearly edition that has the year in its name.
        words = _("Details from %(source)s.", source=source)
    elif as_of:
        dated = partial_date(as_of, locale=locale)
        words = _("Details from %(source)s, %(date)s.", source=source, date=dated)
    else:
        words = _("Details from %(source)s, date not known.", source=source)
    if not verified_on:
        return f"{words} {_('Not checked by us since.')}"
    day = partial_date(verified_on, locale=locale)
    return f"{words} {_('Checked by us on %(day)s.', day=day)}"


def _phone_words(phone: PhoneRecord) -> Markup:
    """What the button says: "Call" with the number, which stays in one line."""
    words = _("Text %(number)s") if phone.kind is PhoneKind.TEXT else _("Call %(number)s")
    number = f'<span class="number">{escape(phone_text(phone))}</span>'
    return Markup(words % {"number": number})  # noqa: S704 - our own words; an escaped number


def distance_words(
    card: CardRecord, distance_m: float | None, *, locale: str = DEFAULT_LOCALE
) -> str | None:
    """How far a place is, "about" where its point is rough; None where that is not known."""
    if distance_m is None:
        return None
    if card.is_approximate:
        return miles(distance_m, locale=locale, about=_("about {distance}"))
    return miles(distance_m, locale=locale)
