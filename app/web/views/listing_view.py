"""One Listing whole, as its own page shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from app.content.pages import page_for_term
from app.content.taxonomy import Choice, Term, load_taxonomy
from app.domain.helplines import ALWAYS_TRUSTED_NUMBERS, main_number
from app.domain.hours_table import format_hours
from app.domain.listing import Listing
from app.domain.records import (
    AddressRecord,
    Delivery,
    HelplineRecord,
    ListingRecord,
    ListingStatus,
    PhoneRecord,
    SourceReference,
)
from app.web.formatters import DEFAULT_LOCALE, join_words, phone_text
from app.web.views.card_view import first_phone, other_name, other_phones
from app.web.views.care_words import care_words, met_choices, negative_codes
from app.web.views.dated_hours_words import coming_days
from app.web.views.field_notes import (
    FactView,
    FieldNote,
    age_warning,
    field_notes,
    note_rows,
)
from app.web.views.helpline_view import area_words, confidential_words, helpline_opening
from app.web.views.language_words import language_name
from app.web.views.links import message_to_self, web_link
from app.web.views.notice_words import RoomView, alert_text, room_view
from app.web.views.ongoing_care import is_withdrawal_only
from app.web.views.opening_view import OpeningView, opening_view, zone_words
from app.web.views.questions import call_questions
from app.web.views.reach_words import reach_words
from app.web.wording import gettext as _

# Groups that have a part of the page of their own; the others are shown under their names.
_OWN_PART: Final = frozenset({"medicine", "payment", "people", "age", "language"})
_LIMITS_SECTION: Final = "limits"


@dataclass(frozen=True, slots=True, kw_only=True)
class TermView:
    """One thing that a place offers, with a line that explains it.

    `page` is the slug of the guide's page that explains it whole, None where there is none.
    """

    name: str
    gloss: str
    page: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsView:
    """A heading with what is reported below it."""

    heading: str
    terms: tuple[TermView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """Where it is. `line` is the address in one line to copy; `url` opens a map application.

    `is_approximate`: no street is known. `is_point_approximate`: the map marks the middle of
    its ZIP code, not its door. `is_private`: only the town is told, and the map marks its middle.
    """

    lines: tuple[str, ...]
    line: str
    url: str | None
    is_approximate: bool
    is_point_approximate: bool
    is_private: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingView:
    """What the page of a Listing says, in words; None and () are not known."""

    id: str
    name: str
    organization: str | None
    what: str
    description: str | None
    delivery: str | None
    status_note: str | None
    limits: tuple[TermView, ...]
    refusals: tuple[TermView, ...]
    phone: PhoneRecord | None
    phones: tuple[PhoneRecord, ...]
    phone_note: FieldNote | None
    chat_url: str | None
    text_keyword: str | None
    website: str | None
    email: str | None
    place: PlaceView | None
    place_note: FieldNote | None
    areas: str | None
    opening: OpeningView
    hours: tuple[tuple[str, str], ...]
    dated_hours: tuple[str, ...]
    zone: str | None
    hours_note: str | None
    hours_source: FieldNote | None
    cost: str | None
    payments: tuple[TermView, ...]
    medicines: tuple[TermView, ...]
    audience: tuple[FactView, ...]
    languages: str | None
    accessibility: str | None
    offers: tuple[TermsView, ...]
    more: tuple[TermsView, ...]
    questions: tuple[str, ...]
    is_withdrawal_only: bool
    is_helpline: bool
    warning: str | None
    notes: tuple[FactView, ...]
    sources: tuple[SourceReference, ...]
    alert: str | None
    room: RoomView | None
    message_url: str | None


def listing_view(listing: Listing, *, now: datetime, locale: str = DEFAULT_LOCALE) -> ListingView:
    """The page of a Listing at `now` (aware), its hours in its own time zone."""
    record = listing.record
    codes = frozenset(record.term_codes)
    notes = field_notes(listing, today=now.date(), locale=locale)
    terms = [term for term in map(load_taxonomy().term, record.term_codes) if term]
    return ListingView(
        id=str(listing.id),
        name=record.name,
        organization=other_name(record.organization_name, record.name),
        what=care_words(record.term_codes, delivery=record.delivery, locale=locale).what,
        description=record.description,
        delivery=delivery_words(record.delivery),
        status_note=status_words(record.status),
        limits=_term_views(term for term in terms if term.restricts),
        refusals=_term_views(term for term in terms if _is_refusal(term, codes)),
        phone=first_phone(record.phones),
        phones=other_phones(record.phones),
        phone_note=notes.get("phones"),
        chat_url=web_link(record.helpline.chat_url) if record.helpline else None,
        text_keyword=record.helpline.text_keyword if record.helpline else None,
        website=web_link(record.website),
        email=record.email,
        place=place_view(record),
        place_note=notes.get("address"),
        areas=_areas(record),
        opening=_opening(record, now=now, locale=locale),
        hours=format_hours(record.schedules),
        dated_hours=coming_days(
            record.dated_hours, timezone=record.timezone, now=now, locale=locale
        ),
        zone=zone_words(record.timezone, locale=locale),
        hours_note=record.hours_note,
        hours_source=notes.get("schedules") or notes.get("hours_note"),
        cost=_cost(record, codes),
        payments=_choice_views(codes, "payment"),
        medicines=_choice_views(codes, "medicine"),
        audience=_audience(record, codes),
        languages=_languages(record, codes, locale=locale),
        accessibility=join_words(record.accessibility, _("and")) or None,
        offers=tuple(_offers(codes)),
        more=tuple(_more(codes)),
        questions=() if record.helpline else call_questions(record),
        is_withdrawal_only=is_withdrawal_only(codes),
        is_helpline=record.helpline is not None,
        warning=_warning(listing, now=now, locale=locale),
        notes=note_rows(notes),
        sources=record.sources,
        alert=alert_text(record.alert, now=now, timezone=record.timezone),
        room=room_view(record.availability, now=now, timezone=record.timezone, locale=locale),
        message_url=_message_url(record),
    )


def _message_url(record: ListingRecord) -> str | None:
    """The message to oneself: name, number and address; None without a number."""
    phone = first_phone(record.phones)
    if phone is None:
        return None
    address = address_line(record.address) if record.address else None
    return message_to_self(record.name, numbers=(phone_text(phone),), address=address)


def _warning(listing: Listing, *, now: datetime, locale: str) -> str | None:
    """None for 911, 988 and Poison Help, whose numbers do not grow old with their pages."""
    record = listing.record
    number = main_number(record) if record.helpline else None
    if number is not None and number.number in ALWAYS_TRUSTED_NUMBERS:
        return None
    return age_warning(listing, today=now.date(), locale=locale)


def _opening(record: ListingRecord, *, now: datetime, locale: str) -> OpeningView:
    if record.delivery is Delivery.HELPLINE:
        return helpline_opening(record, now=now, reader_timezone=None, locale=locale)
    return opening_view(
        record.schedules,
        timezone=record.timezone,
        now=now,
        dated=record.dated_hours,
        locale=locale,
    )


def place_view(record: ListingRecord) -> PlaceView | None:
    """The address of a record; None when no part of it is known."""
    address, point = record.address, record.point
    if address is None:
        return None
    line = address_line(address)
    url = None
    if point is not None and not point.is_approximate:
        where = f"{point.latitude:.6f},{point.longitude:.6f}"
        url = f"geo:{where}?q={quote(line)}"
    elif address.address_1:
        url = f"geo:0,0?q={quote(line)}"
    return PlaceView(
        lines=tuple(part for part in (address.address_1, address.address_2) if part),
        line=line,
        url=url,
        is_approximate=not address.address_1,
        is_point_approximate=point is not None and point.is_approximate,
        is_private=record.is_address_confidential,
    )


def address_line(address: AddressRecord) -> str:
    """An address in one line: "401 Bow Street, Elkton, MD 21921"."""
    state = " ".join(part for part in (address.state_province, address.postal_code) if part)
    parts = (address.address_1, address.address_2, address.city, state)
    return ", ".join(part for part in parts if part)


def _areas(record: ListingRecord) -> str | None:
    """Where it may be used: how it reaches people where it has no place of its own."""
    if record.address is None and record.helpline is None:
        return reach_words(record.delivery, record.service_areas)
    return area_words(record) if record.service_areas else None


def delivery_words(delivery: Delivery) -> str | None:
    """How people reach it, where that is not by going there."""
    return {
        Delivery.MOBILE: _("It moves from place to place, or comes to you."),
        Delivery.MAIL: _("It sends things by mail. You do not have to go anywhere."),
        Delivery.VIRTUAL: _("You reach it by phone, video or online."),
        Delivery.ACCESS_POINT: _("It is a place to begin: it finds you the care you need."),
        Delivery.HELPLINE: _("It is a helpline: you call, text or chat."),
    }.get(delivery)


def status_words(status: ListingStatus) -> str | None:
    """What to say of a place that cannot be used now; None for one that can."""
    return {
        ListingStatus.TEMPORARILY_CLOSED: _("Closed for now. Call and ask when it opens again."),
        ListingStatus.DEFUNCT: _("Closed for good."),
        ListingStatus.INACTIVE: _("No longer in this directory."),
    }.get(status)


def _is_refusal(term: Term, codes: Collection[str]) -> bool:
    """Something that is not done here; not said where a source reports that it is done."""
    is_about_opioids = term.code in {"NMOA", "NOOP"}
    return term.negative and (not is_about_opioids or term.code in negative_codes(codes))


def _term_views(terms: Iterable[Term]) -> tuple[TermView, ...]:
    return tuple(_term_view(term) for term in terms)


def _choice_views(codes: Collection[str], group: str) -> tuple[TermView, ...]:
    return tuple(_term_view(choice) for choice in met_choices(codes, group))


def _term_view(told: Term | Choice) -> TermView:
    return TermView(name=told.name, gloss=told.gloss, page=page_for_term(told.code))


def _cost(record: ListingRecord, codes: Collection[str]) -> str | None:
    """What the source says of the cost, unless a way to pay says the same word."""
    names = {choice.name.casefold() for choice in met_choices(codes, "payment")}
    is_said = record.cost is not None and record.cost.strip(" .").casefold() in names
    return None if is_said else record.cost


def _audience(record: ListingRecord, codes: Collection[str]) -> tuple[FactView, ...]:
    people = [choice.name for choice in met_choices(codes, "people")]
    ages = [choice.name for choice in met_choices(codes, "age")]
    rows = [
        FactView(label=_("Who may come"), value=record.eligibility),
        FactView(label=_("Ages"), value=", ".join(ages) or None),
    ]
    if record.helpline:
        rows = [rows[0], _privacy(record.helpline)]
        if record.helpline.answered_by:
            rows.append(FactView(label=_("Answered by"), value=record.helpline.answered_by))
    if people:
        rows.append(FactView(label=_("Programs and groups"), value=", ".join(people)))
    return tuple(rows)


def _privacy(helpline: HelplineRecord) -> FactView:
    return FactView(label=_("Private"), value=confidential_words(helpline.is_confidential))


def _languages(record: ListingRecord, codes: Collection[str], *, locale: str) -> str | None:
    names = [language_name(code, locale=locale) for code in record.languages]
    names += [choice.name for choice in met_choices(codes, "language")]
    return ", ".join(dict.fromkeys(names)) or None


def _offers(codes: Collection[str]) -> Iterable[TermsView]:
    """The filter groups that have no part of their own, each with what is reported."""
    for group in load_taxonomy().groups:
        terms = _choice_views(codes, group.id) if group.id not in _OWN_PART else ()
        if terms:
            yield TermsView(heading=group.name, terms=terms)


def _more(codes: Collection[str]) -> Iterable[TermsView]:
    """Everything else that is reported, by section; limits and refusals stand above it."""
    taxonomy = load_taxonomy()
    for section in taxonomy.sections:
        terms = [taxonomy.term(code) for code in section.codes if code in codes]
        shown = _term_views(
            term for term in terms if term and not term.negative and not term.restricts
        )
        if shown and section.id != _LIMITS_SECTION:
            yield TermsView(heading=section.name, terms=shown)
