"""Where each detail of a listing comes from and when it was last checked, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.domain.dates import is_older_than_a_year
from app.domain.listing import Listing, VerificationRecord
from app.domain.merge import Contribution, provenance
from app.web.formatters import DEFAULT_LOCALE, partial_date
from app.web.wording import gettext as _
from app.web.wording import ngettext

# What people act on, in the order of the page; the fields of the record that it comes from.
_SHOWN_FIELDS: Final = (
    "phones",
    "address",
    "schedules",
    "cost",
    "eligibility",
    "term_codes",
    "languages",
    "website",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactView:
    """One row of a list of facts: label, value (None when not known), note, and its age."""

    label: str
    value: str | None
    note: str | None = None
    is_old: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldNote:
    """Where one detail comes from; `is_old` when that is more than a year ago or not known."""

    text: str
    is_old: bool


def field_notes(
    listing: Listing, *, today: date, locale: str = DEFAULT_LOCALE
) -> Mapping[str, FieldNote]:
    """The note of each field that is shown, by the field's name."""
    said = provenance(listing.record, listing.contributions)
    checks = {check.field: check for check in listing.verifications}
    notes: dict[str, FieldNote] = {}
    for field in {*said, *checks}:
        check = checks.get(field)
        if check is not None:
            notes[field] = _check_note(check, today=today, locale=locale)
        else:
            notes[field] = _source_note(said[field][0], today=today, locale=locale)
    return notes


def note_rows(notes: Mapping[str, FieldNote]) -> tuple[FactView, ...]:
    """The notes as a list of facts, in the order of the page."""
    labels = field_labels()
    return tuple(
        FactView(label=labels[field], value=notes[field].text, is_old=notes[field].is_old)
        for field in _SHOWN_FIELDS
        if field in notes
    )


def newest_date(listing: Listing) -> str | None:
    """The last day, month or year that its details are known to have been true; None for none."""
    dates = [listing.checked_on.isoformat()] if listing.checked_on else []
    if listing.record.as_of:
        dates.append(listing.record.as_of)
    return max(dates, default=None)


def age_warning(listing: Listing, *, today: date, locale: str = DEFAULT_LOCALE) -> str | None:
    """What to say of details that are older than a year or without a date; None for newer."""
    newest = newest_date(listing)
    if newest is None:
        return _("We do not know from when these details are. Call before you go.")
    if not is_older_than_a_year(newest, today=today):
        return None
    day = partial_date(newest, locale=locale)
    return _("The newest of these details are from %(day)s. Call before you go.", day=day)


def field_labels() -> Mapping[str, str]:
    """The names of the fields for people."""
    return {
        "phones": _("Phone"),
        "address": _("Address"),
        "schedules": _("Hours"),
        "cost": _("Cost"),
        "eligibility": _("Who it is for"),
        "term_codes": _("What it offers"),
        "languages": _("Languages"),
        "website": _("Website"),
    }


def _check_note(check: VerificationRecord, *, today: date, locale: str) -> FieldNote:
    ways = {
        "call": _("Checked by a call on %(day)s"),
        "visit": _("Checked by a visit on %(day)s"),
        "website": _("Checked on its website on %(day)s"),
        "edit": _("Entered by our staff on %(day)s"),
    }
    day = partial_date(check.verified_on.isoformat(), locale=locale)
    pattern = ways.get(check.how) or _("Checked on %(day)s")
    is_old = is_older_than_a_year(check.verified_on.isoformat(), today=today)
    return FieldNote(text=pattern % {"day": day}, is_old=is_old)


def _source_note(contribution: Contribution, *, today: date, locale: str) -> FieldNote:
    as_of = contribution.record.as_of
    is_old = as_of is None or is_older_than_a_year(as_of, today=today)
    return FieldNote(text=_source_words(contribution, locale=locale), is_old=is_old)


def _source_words(contribution: Contribution, *, locale: str) -> str:
    sources, as_of = contribution.record.sources, contribution.record.as_of
    if len(sources) > 1:
        words = ngettext(
            "Seen on %(num)s public page listed below",
            "Seen on %(num)s public pages listed below",
            len(sources),
        )
    else:
        title = sources[0].title if sources else contribution.source_name
        words = _("Seen in %(source)s", source=title)
    if as_of is None:
        return _("%(seen)s, date not known", seen=words)
    if len(as_of) == len("2025"):
        return _("%(seen)s, %(year)s edition", seen=words, year=as_of)
    return _("%(seen)s, %(day)s", seen=words, day=partial_date(as_of, locale=locale))
