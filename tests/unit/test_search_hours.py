"""Open now in the index, against opening_state for each listing and minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest

from app.domain.opening import OpeningKind, opening_state
from app.domain.records import ScheduleRecord
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


def _row(number: int, schedules: tuple[ScheduleRecord, ...] | None, zone: str | None) -> CardRow:
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


def test_equal_hours_share_one_pattern() -> None:
    rows = [_row(number, HOURS["office hours"], ZONES[0]) for number in range(50)]
    _arrays, meta = build_arrays(rows, terms=load_terms(), version=1)
    assert meta.patterns == 2
