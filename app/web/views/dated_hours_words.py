"""Hours of single days in words: "Closed on Friday, December 25"."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from babel.dates import format_date, format_skeleton

from app.domain.dated_hours import COMING_DAYS, DatedDays, dated_days, not_past
from app.domain.hours_table import format_spans
from app.domain.records import DatedHoursRecord
from app.domain.wall_clock import local_day
from app.web.formatters import DEFAULT_LOCALE
from app.web.wording import gettext as _


def coming_days(
    dated: Iterable[DatedHoursRecord],
    *,
    timezone: str | None,
    now: datetime,
    locale: str = DEFAULT_LOCALE,
) -> tuple[str, ...]:
    """The days of the next COMING_DAYS, today among them, that differ from the week, in order.

    The year is told of days that lie in another one than today; days are those of the zone.
    """
    today = local_day(now, timezone=timezone)
    coming = not_past(dated, today=today, within=COMING_DAYS)
    return tuple(_line(days, year=today.year, locale=locale) for days in dated_days(coming))


def all_days(dated: Iterable[DatedHoursRecord], *, locale: str = DEFAULT_LOCALE) -> tuple[str, ...]:
    """All of them, also those that are over, in order and with their years."""
    return tuple(_line(days, year=None, locale=locale) for days in dated_days(dated))


def _line(days: DatedDays, *, year: int | None, locale: str) -> str:
    first, last = (_day(day, year=year, locale=locale) for day in (days.first, days.last))
    times = format_spans(days.spans)
    if days.first == days.last:
        line = (
            _("%(day)s: %(times)s", day=first, times=times)
            if times
            else _("Closed on %(day)s", day=first)
        )
    elif times:
        line = _(
            "%(first)s through %(last)s, each day: %(times)s", first=first, last=last, times=times
        )
    else:
        line = _("Closed from %(first)s through %(last)s", first=first, last=last)
    return f"{line} ({'; '.join(days.notes)})" if days.notes else line


def _day(day: date, *, year: int | None, locale: str) -> str:
    if day.year == year:
        words = format_skeleton("MMMMd", day, locale=locale)
    else:
        words = format_date(day, "long", locale=locale)
    return _("%(weekday)s, %(day)s", weekday=format_date(day, "EEEE", locale=locale), day=words)
