"""The details of a listing that a person can mark as checked, with what they say today."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.content.taxonomy import load_taxonomy
from app.domain.dated_hours import not_past
from app.domain.hours_table import format_hours
from app.domain.listing import Listing
from app.domain.records import ListingRecord
from app.web.formatters import join_words, phone_text
from app.web.views.dated_hours_words import all_days
from app.web.views.field_notes import field_labels, field_notes
from app.web.views.language_words import language_name
from app.web.views.listing_view import address_line
from app.web.wording import gettext as _

_MOST_LETTERS: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldToCheck:
    """One detail: its name, what it says ("" where not known), and when it was last checked."""

    field: str
    label: str
    value: str
    note: str


def fields_to_check(listing: Listing, *, today: date | None = None) -> tuple[FieldToCheck, ...]:
    """The details in the order of the page."""
    notes = field_notes(listing, today=today) if today else {}
    values = _values(listing.record, today=today)
    return tuple(
        FieldToCheck(
            field=field,
            label=label,
            value=values[field],
            note=notes[field].text if field in notes else "",
        )
        for field, label in field_labels().items()
    )


def conflict_words(field: str, source: str, incoming: str) -> tuple[str, str, str]:
    """Label, source, and what the source says, cut to a length."""
    label = field_labels().get(field, field.replace("_", " "))
    return label, source, _told(json.loads(incoming))[:_MOST_LETTERS]


def _values(record: ListingRecord, *, today: date | None) -> dict[str, str]:
    terms = [load_taxonomy().term(code) for code in record.term_codes]
    hours = [f"{days}: {times}" for days, times in format_hours(record.schedules)]
    hours += all_days(not_past(record.dated_hours, today=today) if today else ())
    languages = [language_name(code) for code in record.languages]
    return {
        "phones": "; ".join(phone_text(phone) for phone in record.phones),
        "address": address_line(record.address) if record.address else "",
        "schedules": "; ".join([*hours, *([record.hours_note] if record.hours_note else [])]),
        "cost": record.cost or "",
        "eligibility": record.eligibility or "",
        "term_codes": "; ".join(term.name for term in terms if term),
        "languages": join_words([name for name in languages if name], _("and")),
        "website": record.website or "",
    }


def _told(value: object) -> str:
    """A value of a source in one line: what it holds, without the names of its parts."""
    if isinstance(value, dict):
        return ", ".join(_told(each) for each in value.values() if each not in (None, "", [], {}))
    if isinstance(value, list):
        return "; ".join(_told(each) for each in value)
    return _("nothing") if value is None else str(value)
