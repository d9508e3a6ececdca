"""Hours of single days and spans of days, which stand in place of those of the week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, groupby
from typing import Final, NamedTuple

from app.domain.errors import ParseError
from app.domain.hours import span_between
from app.domain.hours_reader import DAY_MINUTES, Span
from app.domain.records import DatedHoursRecord
from app.domain.wall_clock import wall_moment, zone_named

# What is further off is not told to visitors yet: plans change.
COMING_DAYS: Final = 60
LONGEST_DAYS: Final = 366
MOST_DATED_HOURS: Final = 40

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class DatedDays(NamedTuple):
    """Days with their openings in order, () where it is closed; `notes` each once."""

    first: date
    last: date
    spans: tuple[Span, ...]
    notes: tuple[str, ...]


def holds_on(dated: DatedHoursRecord, day: date) -> bool:
    """Whether these hours stand in place of the week's on a local day."""
    return dated.valid_from <= day <= dated.valid_to


def dated_spans(dated: Iterable[DatedHoursRecord], day: date) -> tuple[Span, ...] | None:
    """The openings that begin on a local day with hours of its own, in order.

    () where it is closed, None for a day on which the hours of the week hold.
    """
    of_day = [each for each in dated if holds_on(each, day)]
    return _spans(of_day) if of_day else None


def not_past(
    dated: Iterable[DatedHoursRecord], *, today: date, within: int | None = None
) -> tuple[DatedHoursRecord, ...]:
    """Those whose last day is not over, in the order of their days.

    `within`: only those that begin in so many days from today.
    """
    latest = None if within is None else today + timedelta(days=within)
    return in_order(
        each
        for each in dated
        if each.valid_to >= today and (latest is None or each.valid_from <= latest)
    )


def in_order(dated: Iterable[DatedHoursRecord]) -> tuple[DatedHoursRecord, ...]:
    """The same in the order of their days, then of their times."""
    return tuple(
        sorted(
            dated,
            key=lambda each: (each.valid_from, each.valid_to, each.opens_at or "", each.note or ""),
        )
    )


def dated_days(dated: Iterable[DatedHoursRecord]) -> tuple[DatedDays, ...]:
    """The same by their days, in order: two openings of one day are one entry."""
    return tuple(
        DatedDays(first, last, _spans(group), tuple(dict.fromkeys(filter(None, _notes(group)))))
        for (first, last), group in (
            (days, list(each))
            for days, each in groupby(
                in_order(dated), key=lambda each: (each.valid_from, each.valid_to)
            )
        )
    )


def clash(dated: Sequence[DatedHoursRecord]) -> tuple[int, int] | None:
    """The places of the first two that cannot both hold; None where all can.

    Two of them may have the same days, where it opens twice on each, but no others in common.
    """
    for (place, first), (other, second) in combinations(enumerate(dated), 2):
        if first.valid_from > second.valid_to or second.valid_from > first.valid_to:
            continue
        if not _are_two_openings(first, second):
            return place, other
    return None


def joined(
    kept: Sequence[DatedHoursRecord], added: Iterable[DatedHoursRecord]
) -> tuple[DatedHoursRecord, ...]:
    """All of the first, with those of the second on whose days the first says nothing."""
    return in_order(
        (
            *kept,
            *(
                each
                for each in added
                if not any(
                    each.valid_from <= other.valid_to and other.valid_from <= each.valid_to
                    for other in kept
                )
            ),
        )
    )


def opening_minutes(
    dated: Sequence[DatedHoursRecord], *, timezone: str
) -> tuple[tuple[int, int], ...]:
    """When these hours are open, each opening of each day: minutes since 1970 in UTC.

    Half-open [start, end). () for a zone that is not known.
    """
    zone = zone_named(timezone)
    if zone is None:
        return ()
    return tuple(
        (_minute(wall_moment(day, span.start, zone)), _minute(wall_moment(day, span.end, zone)))
        for each in dated
        for span in _spans([each])
        for day in _days(each)
    )


def span_of_dated(dated: DatedHoursRecord) -> Span | None:
    """The minutes after local midnight that it is open on each day; None where it is closed.

    Raises ParseError for times that no day has.
    """
    if dated.opens_at is None or dated.closes_at is None:
        return None
    return span_between(dated.opens_at, dated.closes_at)


def _spans(dated: Iterable[DatedHoursRecord]) -> tuple[Span, ...]:
    found = []
    for each in dated:
        try:
            span = span_of_dated(each)
        except ParseError:
            continue
        if span is not None:
            found.append(span)
    return tuple(sorted(found))


def _notes(dated: Iterable[DatedHoursRecord]) -> Iterator[str]:
    return (each.note or "" for each in dated)


def _are_two_openings(first: DatedHoursRecord, second: DatedHoursRecord) -> bool:
    has_same_days = (first.valid_from, first.valid_to) == (second.valid_from, second.valid_to)
    span, other = span_of_dated(first), span_of_dated(second)
    if not has_same_days or span is None or other is None:
        return False
    if span.start < other.end and other.start < span.end:
        return False
    # On a span of days the night of one reaches into the morning of the next.
    has_next_day = first.valid_from < first.valid_to
    return not has_next_day or max(span.end, other.end) - DAY_MINUTES <= min(
        span.start, other.start
    )


def _days(dated: DatedHoursRecord) -> Iterator[date]:
    length = min((dated.valid_to - dated.valid_from).days + 1, LONGEST_DAYS)
    return (dated.valid_from + timedelta(days=offset) for offset in range(length))


def _minute(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(minutes=1)
