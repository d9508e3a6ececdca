"""What the form of a Listing holds: the texts that stand in it, and those that somebody sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from werkzeug.datastructures import MultiDict

from app.domain.records import ListingRecord, PhoneRecord
from app.web.admin.listings.areas import shown_areas
from app.web.admin.listings.dated import DATED_FIELDS, DATED_REMOVE, shown_dated
from app.web.admin.listings.helpline import HELPLINE_FIELDS, TOPIC_FIELD, shown_helpline
from app.web.admin.listings.notices import NOTICE_FIELDS, shown_notices
from app.web.admin.listings.week import DAY_FIELDS, shown_hours
from app.web.views.language_words import language_name

Typed = Mapping[str, Sequence[str]]

PHONE_FIELDS: Final = ("phone_number", "phone_extension", "phone_kind", "phone_description")
BLANK_ROWS: Final = 2
TEXT_FIELDS: Final = ("organization_name", "name", "description", "hours_note", "cost")
TEXT_FIELDS_BELOW: Final = ("eligibility",)
ADDRESS_FIELDS: Final = ("address_1", "address_2", "city", "state", "postal_code")
POINT_FIELDS: Final = ("latitude", "longitude")
HOURS_FIELDS: Final = ("hours_mode", "hours_text", *DAY_FIELDS)

_SINGLE: Final = (
    *TEXT_FIELDS,
    *TEXT_FIELDS_BELOW,
    *ADDRESS_FIELDS,
    *POINT_FIELDS,
    *HOURS_FIELDS,
    "delivery",
    "status",
    "email",
    "website",
    "languages",
    "accessibility",
    "accepts_walk_ins",
    "service_areas",
    *NOTICE_FIELDS,
    *HELPLINE_FIELDS,
)
# Check boxes send nothing when none is ticked, so another field says that they were there.
TERMS_SHOWN: Final = "terms_shown"
TOPICS_SHOWN: Final = "topics_shown"
# What the form sends beside the facts of the place.
_BESIDE: Final = frozenset(
    {
        "csrf_token",
        "version",
        "reason",
        "action",
        "confirmed",
        "report",
        "term_filter",
        TERMS_SHOWN,
        TOPICS_SHOWN,
    }
)
_LISTS: Final = frozenset(
    {*PHONE_FIELDS, "phone_remove", *DATED_FIELDS, DATED_REMOVE, "term", TOPIC_FIELD}
)


def shown(record: ListingRecord) -> Typed:
    """The texts that a form of this record begins with, by the names of its fields."""
    address, point = record.address, record.point
    walk_ins = {None: "", True: "yes", False: "no"}[record.accepts_walk_ins]
    single = {
        **{name: getattr(record, name) or "" for name in (*TEXT_FIELDS, *TEXT_FIELDS_BELOW)},
        "delivery": record.delivery.value,
        "status": record.status.value,
        "email": record.email or "",
        "website": record.website or "",
        "address_1": address.address_1 if address else "",
        "address_2": (address.address_2 or "") if address else "",
        "city": address.city if address else "",
        "state": address.state_province if address else "",
        "postal_code": address.postal_code if address else "",
        "latitude": str(point.latitude) if point else "",
        "longitude": str(point.longitude) if point else "",
        "languages": ", ".join(language_name(code) for code in record.languages),
        "accessibility": "\n".join(record.accessibility),
        "accepts_walk_ins": walk_ins,
        "service_areas": shown_areas(record.service_areas),
        **shown_hours(record.schedules),
        **shown_notices(record),
        **shown_helpline(record.helpline),
    }
    return {
        **{name: (value,) for name, value in single.items()},
        **_shown_phones(record.phones),
        "phone_remove": (),
        **shown_dated(record.dated_hours),
        DATED_REMOVE: (),
        "term": record.term_codes,
        TOPIC_FIELD: tuple(sorted(record.helpline.topics)) if record.helpline else (),
    }


def typed_in(form: MultiDict[str, str], before: Typed) -> Typed:
    """What was sent; a field that was not sent is as it was before, so that nothing is erased."""
    found: dict[str, Sequence[str]] = dict(before)
    for name in _SINGLE:
        if name in form:
            found[name] = (form[name].replace("\r\n", "\n"),)
    if all(name in form for name in PHONE_FIELDS):
        for name in PHONE_FIELDS:
            found[name] = tuple(form.getlist(name))
        found["phone_remove"] = tuple(form.getlist("phone_remove"))
    if all(name in form for name in DATED_FIELDS):
        for name in (*DATED_FIELDS, DATED_REMOVE):
            found[name] = tuple(form.getlist(name))
    if TERMS_SHOWN in form:
        found["term"] = tuple(sorted(set(form.getlist("term"))))
    if TOPICS_SHOWN in form:
        found[TOPIC_FIELD] = tuple(sorted(set(form.getlist(TOPIC_FIELD))))
    return found


def unknown_fields(form: MultiDict[str, str]) -> tuple[str, ...]:
    """The names of fields that the form does not have: they are ignored, and noted."""
    known = {*_SINGLE, *_LISTS, *_BESIDE}
    return tuple(sorted(set(form) - known))


def one(typed: Typed, name: str) -> str:
    """The text of a field that stands once."""
    values = typed.get(name, ())
    return values[0] if values else ""


def phone_rows(typed: Typed) -> Iterator[tuple[str, str, str, str]]:
    """The rows of telephone numbers, blank ones too: number, extension, kind, note."""
    columns = [typed.get(name, ()) for name in PHONE_FIELDS]
    for position in range(max(len(column) for column in columns)):
        number, extension, kind, note = (
            column[position] if position < len(column) else "" for column in columns
        )
        yield number, extension, kind, note


def shown_phone(phone: PhoneRecord) -> tuple[str, str, str, str]:
    """One telephone number as a row of the form."""
    return phone.display, phone.extension or "", phone.kind.value, phone.description or ""


def _shown_phones(phones: Sequence[PhoneRecord]) -> Typed:
    rows = [shown_phone(phone) for phone in phones]
    columns = zip(*rows, strict=True) if rows else ((), (), (), ())
    return dict(zip(PHONE_FIELDS, (tuple(column) for column in columns), strict=True))
