"""Whether a place is open now, reckoned from its schedules in its own time zone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from app.domain.dated_hours import dated_spans
from app.domain.errors import ParseError
from app.domain.hours import WEEK_MINUTES, span_of
from app.domain.hours_reader import DAY_CODES, DAY_MINUTES, Span
from app.domain.records import DatedHoursRecord, ScheduleRecord
from app.domain.wall_clock import wall_moment, zone_named

# The longest wait in the calendar: from one fifth Monday of a month to the next, 18 weeks.
HORIZON_DAYS: Final = 130
# Open for a week on end is open round the clock: such a place has no closing time to tell.
ROUND_THE_CLOCK: Final = timedelta(days=7)
SOON: Final = timedelta(minutes=60)
_WEEK_DAYS: Final = 7


class OpeningKind(StrEnum):
    """What is known of a place at a moment; UNKNOWN is never shown as closed."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningState:
    """Open, closed or unknown, and the next change, aware and in the place's own zone.

    `closes_at` is set for OPEN unless `is_all_day`: open round the clock, every day.
    `opens_at` is set for CLOSED where a next opening is known.
    """

    kind: OpeningKind
    closes_at: datetime | None = None
    opens_at: datetime | None = None
    is_all_day: bool = False


class OpeningPhrase(StrEnum):
    """What to say of an OpeningState; the words, in every language, are the page's."""

    OPEN_ALL_DAY = "open_all_day"
    OPEN_UNTIL = "open_until"
    CLOSES_SOON = "closes_soon"
    OPENS_SOON = "opens_soon"
    OPENS_TODAY = "opens_today"
    OPENS_TOMORROW = "opens_tomorrow"
    OPENS_THIS_WEEK = "opens_this_week"
    OPENS_LATER = "opens_later"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningDescription:
    """A phrase with what it needs: `at` for times and days, `minutes` for the SOON phrases."""

    phrase: OpeningPhrase
    at: datetime | None = None
    minutes: int | None = None


class _Interval(NamedTuple):
    start: datetime
    end: datetime


class _Calendar(NamedTuple):
    """What can be reckoned of a place: lines of the week, days with hours of their own, zone."""

    known: Sequence[ScheduleRecord]
    dated: Sequence[DatedHoursRecord]
    zone: ZoneInfo

    def has_own_hours(self, day: date) -> bool:
        """Whether a local day has hours in place of the week's."""
        return bool(self.dated) and dated_spans(self.dated, day) is not None

    def openings(self, day: date) -> Iterator[_Interval]:
        """The intervals that begin on a local day, in UTC."""
        spans = dated_spans(self.dated, day) if self.dated else None
        for span in _week_openings(self.known, day) if spans is None else spans:
            start = wall_moment(day, span.start, self.zone)
            yield _Interval(start, wall_moment(day, span.end, self.zone))


UNKNOWN_STATE: Final = OpeningState(kind=OpeningKind.UNKNOWN)
ALWAYS_OPEN_STATE: Final = OpeningState(kind=OpeningKind.OPEN, is_all_day=True)


def opening_state(
    schedules: Sequence[ScheduleRecord],
    *,
    timezone: str | None,
    now: datetime,
    dated: Sequence[DatedHoursRecord] = (),
) -> OpeningState:
    """Whether a place with these schedules is open at `now` (aware).

    Hours in `dated` stand in place of the week's on their local days: what opened the day
    before still runs out, and such a day is never unknown. On all other days it is unknown
    without schedules, without a zone that exists, and with nothing but lines that
    cannot be reckoned: by appointment, every other week, not in force. Where both kinds of
    line are, a known one makes it open; otherwise the state is unknown on the days of a
    line that cannot be reckoned, and closed on the others.
    Raises ValueError for a naive `now`.
    """
    if now.tzinfo is None:
        message = "now must be aware"
        raise ValueError(message)
    zone = zone_named(timezone)
    if zone is None:
        return UNKNOWN_STATE
    now = now.astimezone(UTC)
    today = now.astimezone(zone).date()
    known = [line for line in schedules if _is_known(line)]
    calendar = _Calendar(known, _not_over(dated, today), zone)
    if not calendar.dated and any(_is_round_the_clock(line) for line in known):
        return ALWAYS_OPEN_STATE
    current = _current_interval(calendar, now=now, today=today)
    if current is not None:
        return _open_state(calendar, now=now, today=today, until=current.end)
    vague = [line for line in schedules if not _is_known(line)]
    if not calendar.has_own_hours(today) and (
        not any(_is_in_force(line, today) for line in known) or _may_apply(vague, today)
    ):
        return UNKNOWN_STATE
    following = _next_opening(calendar, now=now, today=today)
    opens_at = following.astimezone(zone) if following else None
    return OpeningState(kind=OpeningKind.CLOSED, opens_at=opens_at)


def describe_opening(state: OpeningState, *, now: datetime) -> OpeningDescription:
    """What to say of the state at `now`, with its values; days are counted where the place is.

    Minutes are rounded up, so that "closes in 1 minute" is never said of a closed door.
    """
    if state.kind is OpeningKind.UNKNOWN:
        return OpeningDescription(phrase=OpeningPhrase.UNKNOWN)
    if state.kind is OpeningKind.OPEN:
        if state.closes_at is None:
            return OpeningDescription(phrase=OpeningPhrase.OPEN_ALL_DAY)
        return _soon_or(
            OpeningPhrase.CLOSES_SOON,
            OpeningPhrase.OPEN_UNTIL,
            at=state.closes_at,
            now=now,
        )
    if state.opens_at is None:
        return OpeningDescription(phrase=OpeningPhrase.CLOSED)
    later = _opening_day(state.opens_at, now=now)
    return _soon_or(OpeningPhrase.OPENS_SOON, later, at=state.opens_at, now=now)


def weekly_minutes(schedules: Sequence[ScheduleRecord]) -> tuple[tuple[int, int], ...]:
    """When the plain weekly lines are open, as minutes of the local week.

    Monday 00:00 is 0, and no end is past 10080: what crosses the end of the week is split.
    Sorted, merged, half-open [start, end). Lines of any other kind are left out. Agrees with
    opening_state but within the hour that a change of clocks skips or repeats.
    """
    pieces = [(max(start, 0), min(end, WEEK_MINUTES)) for start, end in weekly_openings(schedules)]
    return tuple(_merged(sorted(pieces)))


def weekly_openings(schedules: Sequence[ScheduleRecord]) -> tuple[tuple[int, int], ...]:
    """The same, but each opening of each day for itself, from the minute at which it begins.

    One that crosses the end of the week comes twice: once with its end past 10080, once a
    week earlier, with a start before 0.
    """
    found: list[tuple[int, int]] = []
    for line in schedules:
        if not _is_plain_weekly(line):
            continue
        for start, end in _week_spans(line):
            found.append((start, end))
            if end > WEEK_MINUTES:
                found.append((start - WEEK_MINUTES, end - WEEK_MINUTES))
    return tuple(sorted(found))


def is_weekly_only(schedules: Sequence[ScheduleRecord]) -> bool:
    """Whether weekly_minutes tells all there is: some lines, and each of them plain weekly."""
    return bool(schedules) and all(_is_plain_weekly(line) for line in schedules)


def _not_over(dated: Sequence[DatedHoursRecord], today: date) -> Sequence[DatedHoursRecord]:
    """Those that can matter: yesterday's may run into today."""
    yesterday = today - timedelta(days=1)
    return [each for each in dated if each.valid_to >= yesterday]


def _span(line: ScheduleRecord) -> Span | None:
    try:
        return span_of(line)
    except ParseError:
        return None


def _is_known(line: ScheduleRecord) -> bool:
    return (
        line.interval == 1
        and line.freq in {"WEEKLY", "MONTHLY"}
        and bool(line.byday)
        and not line.is_by_appointment
        and _span(line) is not None
    )


def _is_plain_weekly(line: ScheduleRecord) -> bool:
    is_always_in_force = line.valid_from is None and line.valid_to is None
    return line.freq == "WEEKLY" and is_always_in_force and _is_known(line)


def _is_round_the_clock(line: ScheduleRecord) -> bool:
    is_every_day = len(line.byday) >= _WEEK_DAYS and set(DAY_CODES) <= set(line.byday)
    return is_every_day and _is_plain_weekly(line) and _span(line) == (0, DAY_MINUTES)


def _is_in_force(line: ScheduleRecord, day: date) -> bool:
    has_begun = line.valid_from is None or line.valid_from <= day
    return has_begun and (line.valid_to is None or day <= line.valid_to)


def _falls_on(line: ScheduleRecord, day: date) -> bool:
    """Whether the line's days hold this day: TH, or 3TH and -1TH counted in its month."""
    code = DAY_CODES[day.weekday()]
    if code in line.byday:
        return True
    if line.freq != "MONTHLY":
        return False
    from_start = (day.day - 1) // _WEEK_DAYS + 1
    next_month = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    from_end = (next_month - day - timedelta(days=1)).days // _WEEK_DAYS + 1
    return f"{from_start}{code}" in line.byday or f"-{from_end}{code}" in line.byday


def _may_apply(vague: Sequence[ScheduleRecord], today: date) -> bool:
    """Whether a line that cannot be reckoned may make the place open at some time of today."""
    return any(
        _is_in_force(line, today)
        and (not line.byday or any(code[-2:] == DAY_CODES[today.weekday()] for code in line.byday))
        for line in vague
    )


def _week_openings(lines: Sequence[ScheduleRecord], day: date) -> Iterator[Span]:
    """When the lines of the week open on a local day, in minutes after its midnight."""
    for line in lines:
        span = _span(line)
        if span is not None and _is_in_force(line, day) and _falls_on(line, day):
            yield span


def _current_interval(calendar: _Calendar, *, now: datetime, today: date) -> _Interval | None:
    """The interval around now that lasts longest; one may have begun the day before."""
    around = [
        interval
        for day in (today - timedelta(days=1), today)
        for interval in calendar.openings(day)
        if interval.start <= now < interval.end
    ]
    return max(around, key=lambda interval: interval.end, default=None)


def _open_state(
    calendar: _Calendar, *, now: datetime, today: date, until: datetime
) -> OpeningState:
    """OPEN until the last of the intervals that follow each other without a gap."""
    for offset in range(_WEEK_DAYS + 2):
        day = today + timedelta(days=offset)
        for interval in sorted(calendar.openings(day)):
            if interval.start <= until:
                until = max(until, interval.end)
        if until < wall_moment(day, DAY_MINUTES, calendar.zone):
            break
    if until - now >= ROUND_THE_CLOCK:
        return ALWAYS_OPEN_STATE
    return OpeningState(kind=OpeningKind.OPEN, closes_at=until.astimezone(calendar.zone))


def _next_opening(calendar: _Calendar, *, now: datetime, today: date) -> datetime | None:
    """The next moment at which it is known to open.

    Where nothing is known of the week, only as far as days with hours of their own follow
    each other: it may open on any other day.
    """
    for offset in range(HORIZON_DAYS):
        day = today + timedelta(days=offset)
        if not calendar.known and not calendar.has_own_hours(day):
            return None
        starts = [each.start for each in calendar.openings(day) if each.start > now]
        if starts:
            return min(starts)
    return None


def _soon_or(
    soon: OpeningPhrase,
    otherwise: OpeningPhrase,
    *,
    at: datetime,
    now: datetime,
) -> OpeningDescription:
    left = at.astimezone(UTC) - now.astimezone(UTC)
    if left >= SOON:
        return OpeningDescription(phrase=otherwise, at=at)
    minutes = max(1, -(-left // timedelta(minutes=1)))
    return OpeningDescription(phrase=soon, at=at, minutes=minutes)


def _opening_day(opens_at: datetime, *, now: datetime) -> OpeningPhrase:
    days = (opens_at.date() - now.astimezone(opens_at.tzinfo).date()).days
    if days <= 0:
        return OpeningPhrase.OPENS_TODAY
    if days == 1:
        return OpeningPhrase.OPENS_TOMORROW
    if days < _WEEK_DAYS:
        return OpeningPhrase.OPENS_THIS_WEEK
    return OpeningPhrase.OPENS_LATER


def _week_spans(line: ScheduleRecord) -> Iterator[tuple[int, int]]:
    span = _span(line)
    if span is not None:
        for code in line.byday:
            if code in DAY_CODES:
                offset = DAY_CODES.index(code) * DAY_MINUTES
                yield span.start + offset, span.end + offset


def _merged(pieces: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    if not pieces:
        return
    start, end = pieces[0]
    for next_start, next_end in pieces[1:]:
        if next_start > end:
            yield start, end
            start, end = next_start, next_end
        else:
            end = max(end, next_end)
    yield start, end
