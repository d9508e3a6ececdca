"""Dates of which only the year or the month may be known: YYYY, YYYY-MM or YYYY-MM-DD."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from app.domain.errors import ParseError
from app.domain.text import clean_text

EARLIEST_YEAR: Final = 1900
LATEST_YEAR: Final = 2200

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_AMERICAN = re.compile(r"(\d{1,2})/(?:(\d{1,2})/)?(\d{4})", re.ASCII)
_LEAP_DAY: Final = (2, 29)


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A year with its month and day where they are known; 0 stands for not known.

    They sort by time; a year comes before its months, a month before its days.
    """

    year: int
    month: int = 0
    day: int = 0

    def __str__(self) -> str:
        """The date as YYYY, YYYY-MM or YYYY-MM-DD."""
        text = f"{self.year:04d}"
        if self.month:
            text += f"-{self.month:02d}"
        if self.day:
            text += f"-{self.day:02d}"
        return text

    @property
    def earliest(self) -> date:
        """The first day that it can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day that it can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])


def parse_partial_date(value: str | float | date) -> PartialDate:
    """The date that a file holds: "2025-07", "7/2025", "7/31/2025", 2022, or a date.

    A slash is read the American way, month first. Raises ParseError for anything else,
    for a day that no calendar has, and for years before 1900 or after 2200.
    """
    if isinstance(value, datetime):
        value = value.date()
    text = clean_text(str(value)[:80]).removesuffix(".0")
    if iso := _PARTIAL.fullmatch(text):
        year, month, day = iso.groups()
    elif american := _AMERICAN.fullmatch(text):
        month, day, year = american.groups()
    else:
        reason = "not a date: write it like 2025-07-31, 2025-07 or 2025"
        raise ParseError(reason, value=text)
    return _checked(int(year), month, day, text=text)


def normalize_partial_date(value: str | float | date | None) -> str | None:
    """The date as YYYY[-MM[-DD]], None for nothing; ParseError as parse_partial_date."""
    if value is None or (isinstance(value, str) and not clean_text(value[:80])):
        return None
    return str(parse_partial_date(value))


def is_older_than_a_year(partial: str, *, today: date) -> bool:
    """Whether what the date stands for may be more than a year old.

    A year or a month counts from its first day, so that a doubt leads to a warning: on
    2026-11-24 the bare year 2025 may mean January 2025 and is older than a year.
    A date exactly a year ago is not yet older.
    """
    if (today.month, today.day) == _LEAP_DAY:
        a_year_ago = date(today.year - 1, 2, 28)
    else:
        a_year_ago = today.replace(year=today.year - 1)
    return parse_partial_date(partial).earliest < a_year_ago


def partial_date_sort_key(partial: str | None) -> tuple[int, int, int]:
    """A key that sorts dates oldest first, and those not known before all others."""
    if partial is None:
        return (0, 0, 0)
    parsed = parse_partial_date(partial)
    return (parsed.year, parsed.month, parsed.day)


def _checked(year: int, month: str | None, day: str | None, *, text: str) -> PartialDate:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        reason = f"the year is not between {EARLIEST_YEAR} and {LATEST_YEAR}"
        raise ParseError(reason, value=text)
    if (month and int(month) == 0) or (day and int(day) == 0):
        reason = "no such day in the calendar"
        raise ParseError(reason, value=text)
    partial = PartialDate(year, int(month or 0), int(day or 0))
    try:
        partial.earliest  # noqa: B018 - date() is what knows the calendar.
    except ValueError as error:
        reason = "no such day in the calendar"
        raise ParseError(reason, value=text) from error
    return partial
