"""The line about opening: its state, its time, and what is never said."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.records import DatedHoursRecord, ScheduleRecord
from app.web.views.opening_view import (
    OpeningView,
    clock_words,
    opening_holds_until,
    opening_view,
    zone_words,
)

OFFICE = ScheduleRecord(byday=("MO", "TU", "WE", "TH", "FR"), opens_at="08:00", closes_at="17:00")
NIGHT = ScheduleRecord(byday=("TU",), opens_at="18:00", closes_at="02:00")
MIDNIGHT = ScheduleRecord(byday=("TU",), opens_at="10:00", closes_at="00:00")
EVERY_DAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ALWAYS = ScheduleRecord(byday=EVERY_DAY, opens_at="00:00", closes_at="23:59")
FOUR_DAYS = ScheduleRecord(byday=("TU", "WE", "TH", "FR"), opens_at="00:00", closes_at="23:59")
EVERY_OTHER = ScheduleRecord(interval=2, byday=("TU",), opens_at="09:00", closes_at="12:00")
# The night into the change of clocks, a closed day, and hours on a Saturday.
DATED = (
    DatedHoursRecord(
        valid_from=date(2026, 10, 31),
        valid_to=date(2026, 10, 31),
        opens_at="21:00",
        closes_at="03:00",
    ),
    DatedHoursRecord(valid_from=date(2026, 11, 3), valid_to=date(2026, 11, 4)),
    DatedHoursRecord(
        valid_from=date(2026, 11, 7),
        valid_to=date(2026, 11, 7),
        opens_at="10:00",
        closes_at="14:00",
    ),
)
APPOINTMENT = ScheduleRecord(is_by_appointment=True)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 in UTC; the 24th is a Tuesday, New York is five hours behind."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedules", "now", "expected"),
    [
        ((), at(24, 17), OpeningView(state="unknown")),
        ((ALWAYS,), at(24, 17), OpeningView(state="always")),
        ((OFFICE,), at(24, 17), OpeningView(state="open", time="5:00\u00a0pm")),
        ((OFFICE,), at(24, 21, 40), OpeningView(state="closing", minutes=20)),
        ((OFFICE,), at(24, 9), OpeningView(state="closed", time="today 8:00\u00a0am")),
        ((OFFICE,), at(24, 12, 40), OpeningView(state="closed", time="today 8:00\u00a0am")),
        ((OFFICE,), at(24, 23), OpeningView(state="closed", time="tomorrow 8:00\u00a0am")),
        ((OFFICE,), at(28, 17), OpeningView(state="closed", time="Monday 8:00\u00a0am")),
        ((NIGHT,), at(25, 4), OpeningView(state="open", time="2:00\u00a0am")),
        ((MIDNIGHT,), at(24, 17), OpeningView(state="open", time="midnight")),
        # A midnight some days off is told by the day that ends, or begins, with it.
        ((FOUR_DAYS,), at(24, 15), OpeningView(state="open", time="the end of Friday")),
        ((FOUR_DAYS,), at(28, 4), OpeningView(state="open", time="midnight")),
        ((FOUR_DAYS,), at(28, 15), OpeningView(state="closed", time="at the start of Tuesday")),
        ((FOUR_DAYS,), at(30, 15), OpeningView(state="closed", time="tonight at midnight")),
        ((EVERY_OTHER,), at(24, 15), OpeningView(state="varies")),
        ((APPOINTMENT,), at(24, 15), OpeningView(state="appointment")),
    ],
)
def test_the_line_says_what_is_known_in_the_zone_of_the_place(
    schedules: tuple[ScheduleRecord, ...], now: datetime, expected: OpeningView
) -> None:
    assert opening_view(schedules, timezone="America/New_York", now=now) == expected


def test_hours_without_a_zone_are_not_reckoned() -> None:
    view = opening_view((OFFICE,), timezone=None, now=at(24, 17))
    assert view.state not in {"open", "closing", "closed"}


def test_the_zone_is_named_for_readers_elsewhere() -> None:
    view = opening_view((OFFICE,), timezone="America/New_York", now=at(24, 17), names_zone=True)
    assert view.time == "5:00\u00a0pm Eastern time"


@pytest.mark.parametrize(
    ("timezone", "words"),
    [
        ("America/New_York", "Eastern time"),
        ("America/Indiana/Indianapolis", "Indianapolis time"),
        ("Nowhere/Nothing", None),
        (None, None),
    ],
)
def test_a_zone_has_the_name_that_people_use(timezone: str | None, words: str | None) -> None:
    assert zone_words(timezone) == words


@pytest.mark.parametrize(("text", "words"), [("00:00", "midnight"), ("12:00", "noon")])
def test_twelve_oclock_is_said_in_words(text: str, words: str) -> None:
    assert clock_words(text) == words


@pytest.mark.parametrize(
    ("state", "is_open"), [("always", True), ("open", True), ("closing", True), ("varies", False)]
)
def test_only_certain_states_count_as_open(state: str, *, is_open: bool) -> None:
    assert OpeningView(state=state).is_open is is_open


@pytest.mark.parametrize("timezone", ["America/New_York", "America/Phoenix", None])
@pytest.mark.parametrize("dated", [(), DATED])
@pytest.mark.parametrize(
    "schedules",
    [
        (),
        (OFFICE,),
        (NIGHT,),
        (MIDNIGHT, OFFICE),
        (ALWAYS,),
        (EVERY_OTHER, OFFICE),
        (APPOINTMENT,),
        (ScheduleRecord(byday=("SU",), opens_at="01:30", closes_at="04:00"),),
        (ScheduleRecord(freq="MONTHLY", byday=("1MO",), opens_at="10:00", closes_at="11:05"),),
        (ScheduleRecord(byday=("WE",), opens_at="09:00", closes_at="23:00"), NIGHT),
        (ScheduleRecord(byday=EVERY_DAY, opens_at="06:00", closes_at="05:30"),),
    ],
)
def test_words_hold_until_the_moment_that_is_told(
    schedules: tuple[ScheduleRecord, ...],
    timezone: str | None,
    dated: tuple[DatedHoursRecord, ...],
) -> None:
    # The clocks of New York change on 1 November 2026.
    now, end = datetime(2026, 10, 30, tzinfo=UTC), at(8, 0)
    kept, until = OpeningView(state="unknown"), now
    while now < end:
        fresh = opening_view(schedules, timezone=timezone, now=now, dated=dated)
        if now >= until:
            kept = fresh
            until = opening_holds_until(schedules, timezone=timezone, now=now, dated=dated)
        assert kept.words == fresh.words, now
        assert kept.state == fresh.state, now
        now += timedelta(minutes=5)
