"""The form of a report as it was typed: read, checked, and struck of personal details."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final
from uuid import UUID

from app.domain.errors import ParseError
from app.domain.personal import clean_lines, strike_out
from app.domain.phone import parse_phone
from app.domain.records import ListingRecord
from app.domain.report import (
    LONGEST_DETAILS,
    REFERENCE_BYTES,
    NewReport,
    Suggestion,
    Topic,
    WhenCalled,
    format_reference,
)
from app.domain.text import clean_text
from app.web.views.links import web_link
from app.web.wording import gettext as _

LONGEST_LINE: Final = 200
# A field that people do not see and programs fill in.
TRAP: Final = "homepage"

_ONCE: Final = re.compile(r"[A-Za-z0-9_-]{22}")
_ONCE_BYTES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedReport:
    """The fields of the form, cleaned and cut to what can be kept. `once` names this form."""

    topic: str = ""
    when_called: str = ""
    details: str = ""
    name: str = ""
    town: str = ""
    phone: str = ""
    website: str = ""
    once: str = ""
    is_too_long: bool = False
    is_trapped: bool = False


def empty_form(*, topic: str = "") -> TypedReport:
    """A form in which nothing is filled in but, where a link said so, the topic."""
    known = topic if topic in set(Topic) else ""
    return TypedReport(topic=known, once=secrets.token_urlsafe(_ONCE_BYTES))


def read_form(form: Mapping[str, str]) -> TypedReport:
    """What was sent; never fails, whatever it is."""
    details, is_too_long = _details(form.get("details", ""))
    once = form.get("once", "")
    return TypedReport(
        topic=_line(form, "topic"),
        when_called=_line(form, "when_called"),
        details=details,
        name=_line(form, "name"),
        town=_line(form, "town"),
        phone=_line(form, "phone"),
        website=_line(form, "website"),
        once=once if _ONCE.fullmatch(once) else secrets.token_urlsafe(_ONCE_BYTES),
        is_too_long=is_too_long,
        is_trapped=bool(form.get(TRAP)),
    )


def errors_of(typed: TypedReport, *, is_suggestion: bool) -> dict[str, str]:
    """What has to be changed, by field; empty when it can be sent."""
    found: dict[str, str] = {}
    if is_suggestion:
        found |= _suggestion_errors(typed)
    elif typed.topic not in set(Topic) - {Topic.NEW_PLACE}:
        found["topic"] = _("Choose what is wrong")
    elif typed.topic == Topic.OTHER and not typed.details:
        found["details"] = _("Say in a few words what is wrong")
    if typed.is_too_long:
        found["details"] = _("Write at most 2,000 letters")
    return found


def struck_form(typed: TypedReport, record: ListingRecord | None) -> tuple[TypedReport, list[str]]:
    """The form without personal details, and what was taken out of it."""
    numbers = [phone.number for phone in record.phones] if record else []
    addresses = [record.email] if record and record.email else []
    if typed.phone:
        numbers.append(typed.phone)
    name, town, details = (
        strike_out(text, own_numbers=numbers, own_addresses=addresses)
        for text in (typed.name, typed.town, typed.details)
    )
    cleaned = replace(typed, name=name.text, town=town.text, details=details.text)
    return cleaned, [*name.removed, *town.removed, *details.removed]


def report_of(typed: TypedReport, *, listing_id: UUID | None) -> NewReport:
    """The report that a form without errors stands for."""
    called = typed.when_called
    suggestion = None
    if listing_id is None:
        suggestion = Suggestion(
            name=typed.name, town=typed.town, phone=typed.phone, website=typed.website
        )
    return NewReport(
        topic=Topic(typed.topic) if listing_id else Topic.NEW_PLACE,
        listing_id=listing_id,
        when_called=WhenCalled(called) if called in set(WhenCalled) else None,
        details=typed.details,
        suggestion=suggestion,
    )


def reference_of(typed: TypedReport, report: NewReport, *, secret: str) -> str:
    """The reference of a report: 80 bits that nobody can guess.

    The same form sent twice, by a double click or a page loaded again, has the same one; a
    form that was changed before it was sent again has another.
    """
    told = f"report\0{typed.once}\0{report!r}".encode()
    return format_reference(hmac.digest(secret.encode(), told, sha256)[:REFERENCE_BYTES])


def made_up_reference() -> str:
    """A reference to nothing, for a program that filled in the trap."""
    return format_reference(secrets.token_bytes(REFERENCE_BYTES))


def _suggestion_errors(typed: TypedReport) -> dict[str, str]:
    found: dict[str, str] = {}
    if not typed.name:
        found["name"] = _("Write the name of the place")
    if not typed.town:
        found["town"] = _("Write the town and state")
    if typed.phone:
        try:
            parse_phone(typed.phone)
        except ParseError:
            found["phone"] = _("Write the number with its area code, such as 412-555-0100")
    if typed.website and web_link(typed.website) is None:
        found["website"] = _("Write the address with https:// in front")
    return found


def _line(form: Mapping[str, str], name: str) -> str:
    return clean_text(form.get(name, "")[: 4 * LONGEST_LINE])[:LONGEST_LINE]


def _details(text: str) -> tuple[str, bool]:
    try:
        return clean_lines(text, limit=LONGEST_DETAILS), False
    except ParseError:
        return clean_lines(text, limit=len(text)), True
