"""The fields of a Listing and their values in words, for histories and comparisons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from app.content.taxonomy import load_taxonomy
from app.domain.hours_table import format_hours
from app.domain.phone import format_phone
from app.domain.records import (
    AddressRecord,
    Delivery,
    HelplineRecord,
    ListingStatus,
    PhoneKind,
    PhoneRecord,
    PointRecord,
)
from app.gazetteer import find_county_by_fips
from app.web.admin.listings.notices import availability_words
from app.web.formatters import day_words
from app.web.views.dated_hours_words import all_days
from app.web.views.language_words import language_name
from app.web.views.listing_view import address_line
from app.web.wording import gettext as _

Lines = tuple[str, ...]

# Of a long list a history tells what came and what went.
_SETS: Final = frozenset({"term_codes", "languages", "unknown_codes"})


def field_words(field: str) -> str:
    """The name of a field for people."""
    return {
        "organization_name": _("Organization"),
        "name": _("Name"),
        "description": _("Description"),
        "delivery": _("How people reach it"),
        "address": _("Address"),
        "point": _("Point on the map"),
        "service_areas": _("Area served"),
        "phones": _("Phone"),
        "email": _("E-mail"),
        "website": _("Website"),
        "schedules": _("Hours"),
        "hours_note": _("Note on the hours"),
        "dated_hours": _("Days with other hours"),
        "languages": _("Languages"),
        "accessibility": _("Accessibility"),
        "cost": _("Cost"),
        "eligibility": _("Who it is for"),
        "accepts_walk_ins": _("Walk-ins"),
        "term_codes": _("What it offers"),
        "unknown_codes": _("Codes that we do not know"),
        "helpline": _("Helpline"),
        "status": _("Status"),
        "timezone": _("Time zone"),
        "county_fips": _("County"),
        "is_address_confidential": _("Address for the staff only"),
        "alert": _("Notice"),
        "availability": _("Room for new people"),
        "merged_from": _("Merged with"),
        "merged_into": _("Merged into"),
    }.get(field, field)


def delivery_choices() -> Sequence[tuple[str, str]]:
    """How people reach a place, as (value, words) pairs; a helpline is made elsewhere."""
    return tuple((kind.value, _delivery(kind)) for kind in Delivery if kind != Delivery.HELPLINE)


def status_choices() -> Sequence[tuple[str, str]]:
    """The states of a Listing as (value, words) pairs."""
    return tuple((status.value, _status(status)) for status in ListingStatus)


def phone_kinds() -> Sequence[tuple[str, str]]:
    """The kinds of numbers as (value, words) pairs."""
    return tuple((kind.value, _phone_kind(kind)) for kind in PhoneKind)


def value_lines(field: str, value: Any) -> Lines:  # noqa: ANN401 (a field of any type)
    """A value in lines of text; "nothing" for none."""
    if value is None or value == ():
        return (_("nothing"),)
    speak = _SPEAKERS.get(field)
    return speak(value) if speak else _plain(value)


def change_lines(field: str, before: Any, after: Any) -> tuple[Lines, Lines]:  # noqa: ANN401 (as above)
    """Both values in lines; of lists of codes only what went, and only what came."""
    if field not in _SETS or before is None or after is None:
        return value_lines(field, before), value_lines(field, after)
    gone = tuple(code for code in before if code not in after)
    come = tuple(code for code in after if code not in before)
    return value_lines(field, gone), value_lines(field, come)


def check_words(change: Any) -> str:  # noqa: ANN401 (what the history keeps of a check)
    """A check as the history keeps it: "by a call, for Nov 24, 2026"."""
    if not isinstance(change, Mapping):
        return _("not checked before")
    return _("%(how)s, for %(day)s", how=way_words(str(change["how"])), day=_day(change["on"]))


def _day(day: object) -> str:
    return day_words(date.fromisoformat(str(day)))


def way_words(how: str) -> str:
    """How a field was checked."""
    return {
        "call": _("by a call"),
        "visit": _("by a visit"),
        "website": _("on its website"),
        "source": _("in a source"),
        "edit": _("changed by staff"),
    }.get(how, how)


def _plain(value: Any) -> Lines:  # noqa: ANN401 (a field of any type)
    return tuple(str(part) for part in value) if isinstance(value, tuple) else (str(value),)


def _county(fips: str) -> Lines:
    county = find_county_by_fips(fips)
    return (county.label if county else fips,)


def _phones(phones: Sequence[PhoneRecord]) -> Lines:
    return tuple(
        ", ".join(
            part
            for part in (
                format_phone(phone),
                _phone_kind(phone.kind) if phone.kind is not PhoneKind.VOICE else "",
                phone.description or "",
            )
            if part
        )
        for phone in phones
    )


def _point(point: PointRecord) -> Lines:
    words = f"{point.latitude:.5f}, {point.longitude:.5f}"
    if point.is_approximate:
        words = _("%(point)s (middle of the ZIP code)", point=words)
    return (words,)


def _terms(codes: Sequence[str]) -> Lines:
    taxonomy = load_taxonomy()
    terms = ((code, taxonomy.term(code)) for code in codes)
    return tuple(term.name if term else code for code, term in terms)


def _helpline(helpline: HelplineRecord) -> Lines:
    """The parts that are given, one a line, so that two versions can be held side by side."""
    taxonomy = load_taxonomy()
    answer: Mapping[bool | None, str] = {True: _("yes"), False: _("no")}
    topics = [(code, taxonomy.term(code)) for code in helpline.topics]
    parts = (
        (_("Country"), helpline.country),
        (_("States"), ", ".join(helpline.states)),
        (_("What it is for"), ", ".join(term.name if term else code for code, term in topics)),
        (_("Answered by"), helpline.answered_by),
        (_("Chat"), helpline.chat_url),
        (_("Word to text"), helpline.text_keyword),
        (_("Private"), answer.get(helpline.is_confidential)),
        (_("Its pages are old"), answer.get(helpline.is_stale)),
        (_("Note"), helpline.notes),
    )
    return tuple(f"{label}: {value}" for label, value in parts if value)


def _address(address: AddressRecord) -> Lines:
    return (address_line(address),)


def _schedules(schedules: Any) -> Lines:  # noqa: ANN401 (ScheduleRecords)
    return tuple(f"{days}: {times}" for days, times in format_hours(schedules))


def _status(status: ListingStatus) -> str:
    return {
        ListingStatus.ACTIVE: _("Listed"),
        ListingStatus.INACTIVE: _("Not listed"),
        ListingStatus.DEFUNCT: _("Closed for good"),
        ListingStatus.TEMPORARILY_CLOSED: _("Closed for now"),
    }[status]


def status_name(status: str) -> str:
    """A state of a Listing in words."""
    return _status(ListingStatus(status))


def _delivery(delivery: Delivery) -> str:
    return {
        Delivery.SITE: _("People go there"),
        Delivery.MOBILE: _("It moves or comes to people"),
        Delivery.MAIL: _("By mail"),
        Delivery.VIRTUAL: _("By phone, video or online"),
        Delivery.ACCESS_POINT: _("It finds people the care they need"),
        Delivery.HELPLINE: _("Helpline"),
    }[delivery]


def _phone_kind(kind: PhoneKind) -> str:
    return {
        PhoneKind.VOICE: _("Main number"),
        PhoneKind.INTAKE: _("Intake"),
        PhoneKind.HOTLINE: _("Hotline"),
        PhoneKind.TTY: _("TTY"),
        PhoneKind.TEXT: _("Text messages"),
        PhoneKind.FAX: _("Fax"),
    }[kind]


_SPEAKERS: Final[Mapping[str, Callable[[Any], Lines]]] = {
    "phones": _phones,
    "point": _point,
    "address": _address,
    "schedules": _schedules,
    "dated_hours": all_days,
    "term_codes": _terms,
    "languages": lambda codes: (", ".join(language_name(code) for code in codes),),
    "status": lambda status: (_status(status),),
    "delivery": lambda delivery: (_delivery(delivery),),
    "accepts_walk_ins": lambda answer: (_("yes") if answer else _("no"),),
    "is_address_confidential": lambda is_private: (_("yes") if is_private else _("no"),),
    "alert": lambda alert: (
        _("%(words)s (through %(day)s)", words=alert.text, day=_day(alert.until)),
    ),
    "availability": lambda room: (
        _(
            "%(state)s, said on %(day)s",
            state=availability_words(room.state),
            day=_day(room.said_on),
        ),
    ),
    "county_fips": _county,
    "helpline": _helpline,
    "merged_from": lambda other: (str(other["name"]),),
    "merged_into": lambda other: (str(other["name"]),),
    "service_areas": lambda areas: tuple(area.name for area in areas),
}
