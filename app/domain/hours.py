"""Opening hours: from what people write to ScheduleRecords, and from those to a table.

Midnight stays exact: "10:00-24:00" closes at 00:00 of the next day, "08:00-26:00" at 02:00.
Only 00:00-24:00 becomes 00:00-23:59, which stands for all day; so whoever reckons with a
schedule takes 23:59 for the end of the day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Final

from app.domain.errors import ParseError
from app.domain.hours_reader import (
    DAY_CODES,
    DAY_MINUTES,
    DAY_PATTERN,
    Days,
    Line,
    Span,
    checked_span,
    clock_minutes,
    day_range,
    read_lines,
)
from app.domain.records import ScheduleRecord
from app.domain.text import clean_text, fold

HOURS_LIMIT: Final = 2_000
ALL_DAY_START: Final = "00:00"
ALL_DAY_END: Final = "23:59"
WEEK_MINUTES: Final = 7 * DAY_MINUTES

UNKNOWN_HOURS: Final = frozenset(
    {"", "unknown", "not known", "hours unknown", "hours not known", "n/a", "na", "none", "?", "-"},
)

_EXAMPLE: Final = "write it like Mon-Fri 08:00-16:30; Sat 10am-2pm"
_ROUND_THE_CLOCK = re.compile(
    r"(?:open |always )?(?:24 ?/ ?7(?: ?/ ?365)?"
    r"|24 ?(?:hours|hrs)(?: a day| per day|/day)?(?:,| and|/)? ?"
    r"(?:(?:7|seven) days(?: a week| per week|/week)?|every ?day|daily)"
    r"|24 ?hours(?: a day)?|a?round the clock)|always open",
)
# A full stop ends a sentence only after something that can end one: "St. Mary's" goes on.
_SENTENCE = re.compile(r"(?:(?<=\d)|(?<=\))|(?<=\d[ap]m)|(?<=ment)|(?<=only)|(?<=osed))\.(?:\s+|$)")
_SEGMENT = re.compile(r";(?![^()]*\))|(?<=\)),")
_HALF = re.compile(r"(?<=\d)\s?([ap])(?:\.\s?m\b\.?|\s?m\b)", re.IGNORECASE)
_MONDAY_TO_FRIDAY = re.compile(r"\bm ?[-\u2013] ?f\b", re.IGNORECASE)
_DAYS_ONLY = re.compile(r"(?:(?:mo|tu|we|th|fr|sa|su)\b\W*)+", re.IGNORECASE)
_LABEL = re.compile(r"([^:\d][^:]{1,100}?):\s+(.+)")
_ASIDE = re.compile(r"([^()]+)\(([^()]{1,100})\)")
_RANGE = re.compile(r"([A-Z]{2})(?:-([A-Z]{2}))? (\d{2}:\d{2})-(\d{2}:\d{2})", re.ASCII)
# Words that change hours: inside a label or an aside they would be lost, and the door closed.
_CHANGES_HOURS = re.compile(
    rf"\b(?:(?:clos|except|exclud|appointment|season|holiday)\w*|(?:{DAY_PATTERN}|not|no|lunch"
    r"|break|weeks?|months?|call|summer|winter|until|till|only|other|every|each|last|open|days?"
    r"|weekdays?|weekends?|daily|am|pm|noon|midnight|hours?|by)\b|\d{1,2}:\d{2})",
)


def parse_hours(text: str) -> tuple[ScheduleRecord, ...]:
    """Opening hours written by a person, as schedules in the order written.

    Days are RFC 5545 codes; "1st Thu of the month" is MONTHLY 1TH, "every other Fri" has
    interval 2, "by appointment only" has no days; a place named before or after a line is
    its description. Text that is empty or says "unknown" gives (). Raises ParseError for any
    part not understood, times without days, ends before starts, overlaps, and times that
    may be am or pm: wrong hours send a person to a closed door.
    """
    written = clean_text(text, limit=HOURS_LIMIT)
    plain = fold(written).rstrip(".")
    if plain in UNKNOWN_HOURS:
        return ()
    if _ROUND_THE_CLOCK.fullmatch(plain):
        return (_record(Days(DAY_CODES), Span(0, DAY_MINUTES)),)
    lines = list(_placed_lines(_MONDAY_TO_FRIDAY.sub("Mon-Fri", _HALF.sub(r"\1m", written))))
    _refuse_contradictions(lines, written=written)
    schedules = [schedule for line, place in lines for schedule in _records(line, place)]
    if not schedules:
        reason = f"no opening hours in it: {_EXAMPLE}"
        raise ParseError(reason, value=written)
    _refuse_overlaps(schedules, written=written)
    return tuple(schedules)


def parse_range(text: str) -> ScheduleRecord:
    """One range of the helpline data, "MO-FR 10:00-24:00"; an end may run to 30:00.

    Raises ParseError for anything else.
    """
    word = clean_text(text, limit=80).upper()
    match = _RANGE.fullmatch(word)
    if match is None or not {match[1], match[2] or match[1]} <= set(DAY_CODES):
        reason = "not a range of hours: write it like MO-FR 09:00-17:00"
        raise ParseError(reason, value=word)
    first, last, start, end = match.groups()
    span = checked_span(clock_minutes(start), clock_minutes(end), written=word)
    return _record(Days(day_range(first, last or first)), span)


def span_of(schedule: ScheduleRecord) -> Span | None:
    """The minutes after local midnight that a schedule is open; None when it has no times.

    The end is past 1440 where it closes the next day; 23:59 is the end of the day.
    Raises ParseError for times that no day has.
    """
    if schedule.opens_at is None or schedule.closes_at is None:
        return None
    return span_between(schedule.opens_at, schedule.closes_at)


# The same few hundred pairs of times come back on every card of every page.
@lru_cache(maxsize=4_096)
def span_between(opens_at: str, closes_at: str) -> Span:
    """The minutes after local midnight between two times, as `span_of` tells them."""
    start, end = clock_minutes(opens_at), clock_minutes(closes_at)
    if closes_at == ALL_DAY_END:
        end = DAY_MINUTES
    if max(start, end) > DAY_MINUTES or start == end:
        reason = "no such hours"
        raise ParseError(reason, value=f"{opens_at}-{closes_at}")
    return Span(start, end if end > start else end + DAY_MINUTES)


def _placed_lines(written: str) -> Iterator[tuple[Line, str | None]]:
    """Each line with its place; a label holds from where it stands to its sentence's end."""
    for sentence in _SENTENCE.split(written):
        label: str | None = None
        for segment in filter(str.strip, _SEGMENT.split(sentence)):
            body, aside = _without_aside(segment.strip())
            named, body = _without_label(body)
            label = named or label
            for line in read_lines(body):
                yield line, _description(label, aside)


def _without_aside(segment: str) -> tuple[str, str | None]:
    match = _ASIDE.fullmatch(segment)
    if match is None or _CHANGES_HOURS.search(fold(match[2])):
        return segment, None
    return match[1].strip(), match[2].strip()


def _without_label(segment: str) -> tuple[str | None, str]:
    match = _LABEL.fullmatch(segment)
    if match is None or _CHANGES_HOURS.search(fold(match[1])) or _DAYS_ONLY.fullmatch(match[1]):
        return None, segment
    return match[1].strip(), match[2]


def _description(label: str | None, aside: str | None) -> str | None:
    return f"{label} ({aside})" if label and aside else label or aside


def _records(line: Line, description: str | None) -> Iterator[ScheduleRecord]:
    if line.is_closed:
        return
    for span in line.spans or (None,):
        yield _record(
            line.days,
            span,
            description=description,
            is_by_appointment=line.is_by_appointment,
        )


def _record(
    days: Days,
    span: Span | None,
    *,
    description: str | None = None,
    is_by_appointment: bool = False,
) -> ScheduleRecord:
    opens_at = closes_at = None
    if span == Span(0, DAY_MINUTES):
        opens_at, closes_at = ALL_DAY_START, ALL_DAY_END
    elif span is not None:
        opens_at, closes_at = _clock_text(span.start), _clock_text(span.end)
    return ScheduleRecord(
        freq=days.freq,
        interval=days.interval,
        byday=days.byday,
        opens_at=opens_at,
        closes_at=closes_at,
        description=description,
        is_by_appointment=is_by_appointment,
    )


def _clock_text(minutes: int) -> str:
    hour, minute = divmod(minutes % DAY_MINUTES, 60)
    return f"{hour:02d}:{minute:02d}"


def _refuse_contradictions(lines: Sequence[tuple[Line, str | None]], *, written: str) -> None:
    for (first, place), (second, other) in combinations(lines, 2):
        shared = set(first.days.byday) & set(second.days.byday)
        if first.is_closed != second.is_closed and place == other and shared:
            reason = "open and closed on the same day"
            raise ParseError(reason, value=written)


def _refuse_overlaps(schedules: Sequence[ScheduleRecord], *, written: str) -> None:
    for first, second in combinations(schedules, 2):
        if first.description == second.description and _overlap(first, second):
            reason = "two of the times overlap"
            raise ParseError(reason, value=written)


def _overlap(first: ScheduleRecord, second: ScheduleRecord) -> bool:
    span, other = span_of(first), span_of(second)
    if span is None or other is None:
        return False
    return any(
        _share_weeks(day, another) and _meet(_shifted(span, day), _shifted(other, another))
        for day in first.byday
        for another in second.byday
    )


def _share_weeks(day: str, another: str) -> bool:
    """Whether both BYDAY values can fall in one week: 1TH and 3TH cannot, 1TH and TH can."""
    ordinal, other = day[:-2], another[:-2]
    return not ordinal or not other or ordinal == other


def _shifted(span: Span, day: str) -> Span:
    offset = DAY_CODES.index(day[-2:]) * DAY_MINUTES
    return Span(span.start + offset, span.end + offset)


def _meet(span: Span, other: Span) -> bool:
    """Whether two spans of the week have a minute in common; Sunday night meets Monday."""
    return any(
        span.start + turn < other.end and other.start < span.end + turn
        for turn in (-WEEK_MINUTES, 0, WEEK_MINUTES)
    )
