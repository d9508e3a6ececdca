"""Open now in the index, against opening_state for each listing and minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest

from app.domain.opening import OpeningKind, opening_state
from app.domain.records import DatedHoursRecord, ScheduleRecord
from app.search.bits import count
from app.search.build import build_arrays
from app.search.index import SearchIndex
from app.search.terms import load_terms
from app.store.cards import CardRow
from app.store.codec import encode

WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
HOURS = {
    "office hours": (ScheduleRecord(byday=WEEK[:5], opens_at="09:00", closes_at="17:00"),),
    "all day, every day": (ScheduleRecord(byday=WEEK, opens_at="00:00", closes_at="23:59"),),
    "past midnight, over the week's end": (
        ScheduleRecord(byday=("SU",), opens_at="22:00", closes_at="03:30"),
    ),
    "two spans a day": (
        ScheduleRecord(byday=("TU",), opens_at="06:00", closes_at="11:00"),
        ScheduleRecord(byday=("TU",), opens_at="13:00", closes_at="18:15"),
    ),
    "once a month": (
        ScheduleRecord(freq="MONTHLY", byday=("1TU",), opens_at="09:00", closes_at="17:00"),
    ),
    "every other week": (
        ScheduleRecord(interval=2, byday=("TU",), opens_at="00:00", closes_at="23:59"),
    ),
    "by appointment": (ScheduleRecord(byday=WEEK, is_by_appointment=True),),
    "until a day": (
        ScheduleRecord(
            byday=WEEK, opens_at="00:00", closes_at="23:59", valid_to=date(2026, 11, 26)
        ),
    ),
}
ZONES = ("America/New_York", "America/Phoenix", "Pacific/Guam", "Nowhere/Zone", None)


def _row(
    number: int,
    schedules: tuple[ScheduleRecord, ...] | None,
    zone: str | None,
    dated: tuple[DatedHoursRecord, ...] = (),
) -> CardRow:
    return CardRow(
        id=UUID(int=number),
        version=1,
        is_listed=True,
        name="Sample",
        search_text="sample",
        latitude=None,
        longitude=None,
        state=None,
        county_fips=None,
        areas="",
        term_codes="",
        timezone=zone,
        schedules=None if schedules is None else encode(schedules),
        dated_hours=encode(dated) if dated else None,
        as_of=None,
    )


@pytest.mark.parametrize(
    "start", [datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 2, 27, tzinfo=UTC)]
)
def test_open_bits_are_what_opening_state_says(start: datetime) -> None:
    kinds = [(hours, zone) for zone in ZONES for hours in (*HOURS.values(), None)]
    rows = [_row(number, hours, zone) for number, (hours, zone) in enumerate(kinds)]
    index = SearchIndex(*build_arrays(rows, terms=load_terms(), version=1))
    everything = np.array([2**64 - 1], np.uint64)
    opened = 0
    # An odd step, forwards and back, so that every state is asked for at new and old minutes.
    for step in (*range(300), *range(299, 0, -7)):
        now = start + timedelta(minutes=step * 43, seconds=17)
        bits = index.hours.bits(np.array([0]), everything, now=now)
        expected = [
            number
            for number, (hours, zone) in enumerate(kinds)
            if opening_state(hours or (), timezone=zone, now=now).kind is OpeningKind.OPEN
        ]
        assert [number for number in range(64) if int(bits[0]) >> number & 1] == expected, now
        opened += count(bits)
    assert opened > 1_000


def _dated(first: date, *, times: str = "", days: int = 1) -> DatedHoursRecord:
    opens, _dash, closes = times.partition("-")
    return DatedHoursRecord(
        valid_from=first,
        valid_to=first + timedelta(days=days - 1),
        opens_at=opens or None,
        closes_at=closes or None,
    )


@pytest.mark.parametrize(
    "monday", [date(2026, 11, 23), date(2026, 3, 2), date(2026, 10, 26), date(2026, 12, 28)]
)
def test_days_with_hours_of_their_own_are_what_opening_state_says(monday: date) -> None:
    """Over nine days, with the ends of weeks, changes of clocks and a new year among them."""
    days = [monday + timedelta(days=offset) for offset in range(9)]
    replaced = (
        (
            _dated(days[1]),
            _dated(days[3], times="10:00-12:00"),
            _dated(days[3], times="13:00-15:30"),
        ),
        (_dated(days[5], times="22:00-03:00", days=2), _dated(days[7])),
        (_dated(days[6], times="00:00-23:59"), _dated(days[0], days=2)),
    )
    kinds = [
        (hours, dated, zone)
        for zone in ("America/New_York", "Pacific/Guam")
        for dated in replaced
        for hours in (*HOURS.values(), None)
    ]
    rows = [_row(number, hours, zone, dated) for number, (hours, dated, zone) in enumerate(kinds)]
    index = SearchIndex(*build_arrays(rows, terms=load_terms(), version=1))
    everything = np.array([2**64 - 1], np.uint64)
    start = datetime.combine(monday, datetime.min.time(), tzinfo=UTC) - timedelta(hours=16)
    for step in range(320):
        now = start + timedelta(minutes=step * 43, seconds=17)
        if _is_change_of_clocks(now):
            continue
        bits = index.hours.bits(np.array([0]), everything, now=now)
        expected = [
            number
            for number, (hours, dated, zone) in enumerate(kinds)
            if opening_state(hours or (), timezone=zone, now=now, dated=dated).kind
            is OpeningKind.OPEN
        ]
        assert [number for number in range(64) if int(bits[0]) >> number & 1] == expected, now


def _is_change_of_clocks(now: datetime) -> bool:
    """The hours in which the lines of the week may differ, as OpenHours says."""
    return now.date() in {date(2026, 3, 8), date(2026, 11, 1)} and 5 <= now.hour <= 7


def test_equal_hours_share_one_pattern() -> None:
    rows = [_row(number, HOURS["office hours"], ZONES[0]) for number in range(50)]
    _arrays, meta = build_arrays(rows, terms=load_terms(), version=1)
    assert meta.patterns == 2
    closed = (_dated(date(2026, 12, 25)),)
    rows += [_row(50 + number, HOURS["office hours"], ZONES[0], closed) for number in range(9)]
    _arrays, meta = build_arrays(rows, terms=load_terms(), version=1)
    assert (meta.patterns, meta.odd_hours) == (3, [])
