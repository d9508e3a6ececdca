"""ScheduleRecords as the rows of a table for people: days on one side, times on the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Final

from app.domain.hours import span_of
from app.domain.hours_reader import DAY_CODES, DAY_MINUTES, NOON, Span
from app.domain.records import ScheduleRecord

DAY_NAMES: Final = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
ORDINAL_NAMES: Final = {
    "1": "1st",
    "2": "2nd",
    "3": "3rd",
    "4": "4th",
    "5": "5th",
    "-1": "last",
}
EVERY_OTHER: Final = 2
# Two days in a row are "Saturday and Sunday"; from three on they are a range.
MIN_RANGE: Final = 3
BY_APPOINTMENT: Final = "By appointment"
OPEN_ALL_DAY: Final = "Open 24 hours"


def format_hours(schedules: Sequence[ScheduleRecord]) -> tuple[tuple[str, str], ...]:
    """Rows of (days, times), such as ("Monday to Friday", "8:00 am to 4:30 pm").

    Plain weekly lines come first, Monday first, days with the same times merged, the lines
    of each place together with its name after the days; then the others as they stand.
    () for no schedules. Midnight and noon are said in words: "12:00 am" is misread.
    """
    weekly = [line for line in schedules if _is_plain(line)]
    rows: list[tuple[str, str]] = []
    for place in dict.fromkeys(line.description for line in weekly):
        lines = [line for line in weekly if line.description == place]
        rows.extend((_placed(days, place), times) for days, times in _weekly_rows(lines))
    rows.extend(_merged_rows(line for line in schedules if not _is_plain(line)))
    return tuple(rows)


def format_time(minutes: int) -> str:
    """A time of day from its minutes after midnight: "8:30 am", "noon", "midnight"."""
    minutes %= DAY_MINUTES
    if minutes == 0:
        return "midnight"
    if minutes == NOON:
        return "noon"
    hour, minute = divmod(minutes, 60)
    return f"{hour % 12 or 12}:{minute:02d} {'am' if minutes < NOON else 'pm'}"


def format_spans(spans: Iterator[Span] | Sequence[Span]) -> str:
    """Openings of one day in words: "8:00 am to noon, 1:00 pm to 4:30 pm"; "" for none."""
    return ", ".join(
        OPEN_ALL_DAY
        if span == Span(0, DAY_MINUTES)
        else f"{format_time(span.start)} to {format_time(span.end)}"
        for span in spans
    )


def format_days(codes: Sequence[str]) -> str:
    """Days in words: "Every day", "Monday to Friday", "Monday, Wednesday and Friday"."""
    numbers = sorted({DAY_CODES.index(code) for code in codes})
    if len(numbers) == len(DAY_CODES):
        return "Every day"
    names = [DAY_NAMES[DAY_CODES[number]] for number in numbers]
    if len(names) >= MIN_RANGE and numbers[-1] - numbers[0] == len(names) - 1:
        return f"{names[0]} to {names[-1]}"
    return _listed(names)


def _is_plain(line: ScheduleRecord) -> bool:
    return (
        (line.freq, line.interval) == ("WEEKLY", 1)
        and bool(line.byday)
        and line.opens_at is not None
        and not line.is_by_appointment
        and line.valid_from is None
        and line.valid_to is None
    )


def _weekly_rows(lines: Sequence[ScheduleRecord]) -> Iterator[tuple[str, str]]:
    by_day = []
    for code in DAY_CODES:
        spans = [span_of(line) for line in lines if code in line.byday]
        by_day.append((code, format_spans(span for span in sorted(filter(None, spans)))))
    for times, run in groupby(by_day, key=lambda item: item[1]):
        if times:
            yield format_days([code for code, _ in run]), times


def _merged_rows(lines: Iterator[ScheduleRecord]) -> Iterator[tuple[str, str]]:
    """The other lines, with the times of one kind of day in one row."""
    times_of: dict[str, list[str]] = {}
    for line in lines:
        span = span_of(line)
        times = format_spans([span]) if span else ""
        if line.is_by_appointment or not times:
            times = f"{times}, by appointment" if times else BY_APPOINTMENT
        times_of.setdefault(_placed(_irregular_days(line), line.description), []).append(times)
    for days, times_list in times_of.items():
        yield days, ", ".join(times_list)


def _irregular_days(line: ScheduleRecord) -> str:
    if not line.byday:
        days = "Hours"
    elif line.freq == "MONTHLY":
        days = _monthly_days(line.byday)
    else:
        days = format_days([code[-2:] for code in line.byday])
    if line.interval != 1:
        step = "other" if line.interval == EVERY_OTHER else f"{line.interval}th"
        period = "month" if line.freq == "MONTHLY" else "week"
        days = f"Every {step} {days if period == 'week' else f'month: {days}'}"
    return days + _validity(line.valid_from, line.valid_to)


def _monthly_days(byday: Sequence[str]) -> str:
    parts = []
    for day, values in groupby(byday, key=lambda value: value[-2:]):
        ordinals = [ORDINAL_NAMES.get(value[:-2], "every") for value in values]
        parts.append(f"{_listed(ordinals)} {DAY_NAMES[day]}")
    text = f"{_listed(parts)} of the month"
    return text[0].upper() + text[1:]


def _validity(valid_from: date | None, valid_to: date | None) -> str:
    start = f", from {_day_text(valid_from)}" if valid_from else ""
    end = f", until {_day_text(valid_to)}" if valid_to else ""
    return start + end


def _day_text(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _placed(days: str, place: str | None) -> str:
    return f"{days} ({place})" if place else days


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
