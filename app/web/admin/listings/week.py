"""Opening hours in a form: a week of times, a line of text, or round the clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from app.domain.errors import ParseError
from app.domain.hours import ALL_DAY_END, ALL_DAY_START, parse_hours, span_of
from app.domain.hours_reader import DAY_CODES, DAY_MINUTES, NOON
from app.domain.hours_table import DAY_NAMES, ORDINAL_NAMES
from app.domain.records import ScheduleRecord
from app.domain.text import clean_text
from app.web.wording import gettext as _

# How the hours of a form are given. KEEP: as they are, since neither a week nor a line says it.
WEEK: Final = "week"
TEXT: Final = "text"
ALWAYS: Final = "always"
UNKNOWN: Final = "unknown"
KEEP: Final = "keep"

# The two openings that a day of the form has room for.
TURNS: Final = (1, 2)
DAY_FIELDS: Final = tuple(
    f"{edge}_{code}_{turn}" for code in DAY_CODES for turn in TURNS for edge in ("open", "close")
)
_ROUND_THE_CLOCK: Final = ScheduleRecord(
    byday=DAY_CODES, opens_at=ALL_DAY_START, closes_at=ALL_DAY_END
)

Problems = tuple[tuple[str, str], ...]


def shown_hours(schedules: Sequence[ScheduleRecord]) -> Mapping[str, str]:
    """The fields of the form for these hours."""
    fields = dict.fromkeys(DAY_FIELDS, "")
    line = hours_line(schedules)
    fields["hours_text"] = line or ""
    if not schedules:
        return {**fields, "hours_mode": UNKNOWN}
    if tuple(schedules) == (_ROUND_THE_CLOCK,):
        return {**fields, "hours_mode": ALWAYS}
    week = _week_of(schedules)
    if week is not None:
        return {**fields, **week, "hours_mode": WEEK}
    return {**fields, "hours_mode": TEXT if line else KEEP}


def read_hours(
    fields: Mapping[str, str], *, before: Sequence[ScheduleRecord]
) -> tuple[tuple[ScheduleRecord, ...], Problems]:
    """The hours that the fields say, and the problems as (field id, message) pairs."""
    mode = fields.get("hours_mode", "")
    if mode == ALWAYS:
        return (_ROUND_THE_CLOCK,), ()
    if mode == UNKNOWN:
        return (), ()
    if mode == WEEK:
        return _read_week(fields)
    if mode == TEXT:
        return _parsed(fields.get("hours_text", ""), field="hours_text", label=_("Hours"))
    return tuple(before), ()


def hours_line(schedules: Sequence[ScheduleRecord]) -> str | None:
    """The hours as a line that is read back as the same hours; None where no line says them."""
    line = "; ".join(_written(schedule) for schedule in schedules)
    try:
        return line if line and parse_hours(line) == tuple(schedules) else None
    except ParseError:
        return None


def _read_week(
    fields: Mapping[str, str],
) -> tuple[tuple[ScheduleRecord, ...], Problems]:
    problems: list[tuple[str, str]] = []
    days_by_times: dict[str, list[str]] = {}
    for code in DAY_CODES:
        times, wrong = _times_of_day(fields, code)
        if not wrong and times:
            _found, wrong = _parsed(f"{code} {times}", field=f"open_{code}_1", label=_day(code))
        problems += wrong
        if times:
            days_by_times.setdefault(times, []).append(code)
    if problems:
        return (), tuple(problems)
    line = "; ".join(f"{', '.join(codes)} {times}" for times, codes in days_by_times.items())
    return _parsed(line, field="open_MO_1", label=_("Hours"))


def _times_of_day(fields: Mapping[str, str], code: str) -> tuple[str, Problems]:
    spans: list[str] = []
    for turn in TURNS:
        name = f"open_{code}_{turn}"
        opens = clean_text(fields.get(name, "")[:80])
        closes = clean_text(fields.get(f"close_{code}_{turn}", "")[:80])
        if bool(opens) != bool(closes):
            problem = _("%(day)s: enter when it opens and when it closes.", day=_day(code))
            return "", ((name, problem),)
        if opens:
            spans.append(f"{opens}-{closes}")
    return ", ".join(spans), ()


def _parsed(
    line: str, *, field: str, label: str
) -> tuple[tuple[ScheduleRecord, ...], tuple[tuple[str, str], ...]]:
    try:
        return parse_hours(line), ()
    except ParseError as error:
        return (), ((field, f"{label}: {error.reason}"),)


def _week_of(schedules: Sequence[ScheduleRecord]) -> Mapping[str, str] | None:
    """The fields of the week; None where these hours are more than a week of times."""
    fields: dict[str, str] = {}
    for code in DAY_CODES:
        of_day = [schedule for schedule in schedules if code in schedule.byday]
        if len(of_day) > len(TURNS):
            return None
        for turn, schedule in zip(TURNS, of_day, strict=False):
            fields[f"open_{code}_{turn}"] = schedule.opens_at or ""
            fields[f"close_{code}_{turn}"] = schedule.closes_at or ""
    return fields if all(_is_of_the_week(schedule) for schedule in schedules) else None


def _is_of_the_week(schedule: ScheduleRecord) -> bool:
    plain = ScheduleRecord(
        byday=schedule.byday, opens_at=schedule.opens_at, closes_at=schedule.closes_at
    )
    span = span_of(schedule)
    if schedule != plain or span is None or not set(schedule.byday) <= set(DAY_CODES):
        return False
    # Written in a form, an end before a start in the morning is more often a slip.
    return span.end <= DAY_MINUTES or span.start >= NOON


def _written(schedule: ScheduleRecord) -> str:
    if schedule.freq == "MONTHLY":
        days = f"{_written_ordinals(schedule.byday)} of the month"
    else:
        days = ", ".join(DAY_NAMES[value[-2:]][:3] for value in schedule.byday)
    if schedule.interval != 1:
        days = f"every other {days}"
    span = span_of(schedule)
    times = f"{_clock(span.start)}-{_clock(span.end)}" if span else ""
    appointment = "by appointment" if schedule.is_by_appointment else ""
    line = " ".join(part for part in (days, times, appointment) if part)
    return f"{schedule.description}: {line}" if schedule.description else line


def _written_ordinals(byday: Sequence[str]) -> str:
    ordinals = " and ".join(ORDINAL_NAMES.get(value[:-2], "every") for value in byday)
    return f"{ordinals} {DAY_NAMES[byday[0][-2:]][:3]}" if byday else ""


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _day(code: str) -> str:
    return DAY_NAMES[code]
