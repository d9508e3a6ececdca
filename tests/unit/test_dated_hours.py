"""Hours of single days in place of those of the week: what is said of a place at a moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.dated_hours import (
    clash,
    dated_days,
    dated_spans,
    joined,
    not_past,
    opening_minutes,
)
from app.domain.helplines import helpline_state
from app.domain.hours import parse_hours
from app.domain.hours_reader import Span
from app.domain.opening import OpeningKind, OpeningState, opening_state
from app.domain.records import DatedHoursRecord, Delivery, ScheduleRecord
from tests.factories import make_record

NEW_YORK = "America/New_York"
OPEN, CLOSED, UNKNOWN = OpeningKind.OPEN, OpeningKind.CLOSED, OpeningKind.UNKNOWN
# December 25, 2026 is a Friday.
CHRISTMAS = date(2026, 12, 25)


def on(first: date, last: date | None = None, times: str = "", note: str = "") -> DatedHoursRecord:
    opens, _dash, closes = times.partition("-")
    return DatedHoursRecord(
        valid_from=first,
        valid_to=last or first,
        opens_at=opens or None,
        closes_at=closes or None,
        note=note or None,
    )


def local(text: str, zone: str = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def state_of(hours: str, now: str, *dated: DatedHoursRecord, zone: str = NEW_YORK) -> OpeningState:
    return opening_state(parse_hours(hours), timezone=zone, now=local(now, zone), dated=dated)


CLOSED_DAY = on(CHRISTMAS)
SHORT_EVE = on(date(2026, 12, 24), times="09:00-12:00")


@pytest.mark.parametrize(
    ("hours", "now", "dated", "kind", "change"),
    [
        # A closed day of the week, and the day before, which says when it opens again.
        ("Mon-Fri 8:00-17:00", "2026-12-25 10:00", [CLOSED_DAY], CLOSED, "2026-12-28 08:00"),
        ("Mon-Fri 8:00-17:00", "2026-12-24 18:00", [CLOSED_DAY], CLOSED, "2026-12-28 08:00"),
        ("Mon-Fri 8:00-17:00", "2026-12-18 10:00", [CLOSED_DAY], OPEN, "2026-12-18 17:00"),
        # Shorter hours, before, in and after them.
        ("Mon-Fri 8:00-17:00", "2026-12-24 08:30", [SHORT_EVE], CLOSED, "2026-12-24 09:00"),
        ("Mon-Fri 8:00-17:00", "2026-12-24 11:00", [SHORT_EVE], OPEN, "2026-12-24 12:00"),
        ("Mon-Fri 8:00-17:00", "2026-12-24 13:00", [SHORT_EVE], CLOSED, "2026-12-25 08:00"),
        ("Mon-Fri 8:00-17:00", "2026-12-24 13:00", [SHORT_EVE, CLOSED_DAY], CLOSED,
         "2026-12-28 08:00"),
        # An opening on a day that the week leaves out.
        ("Mon-Fri 8:00-17:00", "2026-12-26 11:00", [on(date(2026, 12, 26), times="10:00-14:00")],
         OPEN, "2026-12-26 14:00"),
        ("Mon-Fri 8:00-17:00", "2026-12-25 18:00", [on(date(2026, 12, 26), times="10:00-14:00")],
         CLOSED, "2026-12-26 10:00"),
        # The night before runs out; the night of the closed day itself does not begin.
        ("Daily 20:00-02:00", "2026-12-25 01:30", [CLOSED_DAY], OPEN, "2026-12-25 02:00"),
        ("Daily 20:00-02:00", "2026-12-25 21:00", [CLOSED_DAY], CLOSED, "2026-12-26 20:00"),
        ("Daily 20:00-02:00", "2026-12-26 01:00", [CLOSED_DAY], CLOSED, "2026-12-26 20:00"),
        # An opening of the day itself may run past its midnight.
        ("Mon-Fri 8:00-17:00", "2026-12-26 01:00", [on(CHRISTMAS, times="22:00-03:00")], OPEN,
         "2026-12-26 03:00"),
        # Day and night, but for one day: known from a week before.
        ("24/7", "2026-12-16 10:00", [CLOSED_DAY], OPEN, None),
        ("24/7", "2026-12-24 10:00", [CLOSED_DAY], OPEN, "2026-12-25 00:00"),
        ("24/7", "2026-12-25 10:00", [CLOSED_DAY], CLOSED, "2026-12-26 00:00"),
        ("24/7", "2026-12-26 00:00", [CLOSED_DAY], OPEN, None),
        ("24/7", "2026-12-25 10:00", [on(CHRISTMAS, times="08:00-18:00")], OPEN,
         "2026-12-25 18:00"),
        # Hours not known: closed on that day, unknown on all others.
        ("", "2026-12-24 10:00", [CLOSED_DAY], UNKNOWN, None),
        ("", "2026-12-25 10:00", [CLOSED_DAY], CLOSED, None),
        ("", "2026-12-26 10:00", [CLOSED_DAY], UNKNOWN, None),
        ("", "2026-12-25 10:00", [CLOSED_DAY, on(date(2026, 12, 26), times="10:00-14:00")],
         CLOSED, "2026-12-26 10:00"),
        ("", "2026-12-25 10:00", [CLOSED_DAY, on(date(2026, 12, 27), times="10:00-14:00")],
         CLOSED, None),
        # The same for what cannot be reckoned.
        ("by appointment only", "2026-12-25 10:00", [CLOSED_DAY], CLOSED, None),
        ("by appointment only", "2026-12-24 10:00", [CLOSED_DAY], UNKNOWN, None),
        ("every other Fri 10:00-14:00", "2026-12-25 11:00", [on(CHRISTMAS, times="10:00-14:00")],
         OPEN, "2026-12-25 14:00"),
        ("1st and 4th Fri of the month 10:00-14:00", "2026-12-25 11:00", [CLOSED_DAY], CLOSED,
         "2027-01-01 10:00"),
        # A span of days, and two openings of one day.
        ("Mon-Fri 8:00-17:00", "2026-12-30 10:00", [on(CHRISTMAS, date(2027, 1, 3))], CLOSED,
         "2027-01-04 08:00"),
        ("Mon-Fri 8:00-17:00", "2026-12-24 12:30",
         [SHORT_EVE, on(date(2026, 12, 24), times="13:00-15:00")], CLOSED, "2026-12-24 13:00"),
        # What is over says nothing.
        ("Mon-Fri 8:00-17:00", "2026-12-28 10:00", [CLOSED_DAY], OPEN, "2026-12-28 17:00"),
        ("24/7", "2026-12-28 10:00", [CLOSED_DAY], OPEN, None),
    ],
)  # fmt: skip
def test_a_day_with_hours_of_its_own_stands_in_place_of_the_week(
    hours: str, now: str, dated: list[DatedHoursRecord], kind: OpeningKind, change: str | None
) -> None:
    found = state_of(hours, now, *dated)
    assert found.kind is kind
    assert (found.closes_at or found.opens_at) == (local(change) if change else None)


@pytest.mark.parametrize(
    ("zone", "moment", "kind"),
    [
        # One moment, on both sides of the day of Christmas.
        ("Pacific/Guam", "2026-12-24 15:00", CLOSED),  # 01:00 on the 25th there
        ("America/New_York", "2026-12-24 15:00", OPEN),
        ("America/New_York", "2026-12-25 04:59", OPEN),
        ("America/New_York", "2026-12-25 05:00", CLOSED),
        ("Pacific/Honolulu", "2026-12-25 09:59", OPEN),
        ("Pacific/Honolulu", "2026-12-25 10:00", CLOSED),
        ("Pacific/Honolulu", "2026-12-26 09:59", CLOSED),
        ("Pacific/Honolulu", "2026-12-26 10:00", OPEN),
        (None, "2026-12-25 15:00", UNKNOWN),
        ("Nowhere/Zone", "2026-12-25 15:00", UNKNOWN),
    ],
)
def test_a_day_is_the_day_where_the_place_is(
    zone: str | None, moment: str, kind: OpeningKind
) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    state = opening_state(parse_hours("24/7"), timezone=zone, now=now, dated=[CLOSED_DAY])
    assert state.kind is kind


@pytest.mark.parametrize(
    ("day", "hours", "length"),
    [
        (date(2026, 3, 8), "01:00-04:00", 2),  # the hour from 2 to 3 is skipped
        (date(2026, 11, 1), "00:00-04:00", 5),  # the hour from 1 to 2 comes twice
        (date(2026, 3, 8), "00:00-23:59", 23),
        (date(2026, 11, 1), "00:00-23:59", 25),
        (date(2026, 3, 7), "22:00-03:00", 4),  # the night into the change
        (date(2026, 11, 2), "00:00-04:00", 4),
    ],
)
def test_hours_of_a_day_on_which_clocks_change_are_as_long_as_they_are(
    day: date, hours: str, length: int
) -> None:
    dated = (on(day, times=hours),)
    ((start, end),) = opening_minutes(dated, timezone=NEW_YORK)
    assert end - start == length * 60
    first = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=start)
    for offset, kind in ((-1, CLOSED), (0, OPEN), (length * 60 - 1, OPEN)):
        moment = first + timedelta(minutes=offset)
        closed_around = (on(day - timedelta(days=1)), *dated, on(day + timedelta(days=1)))
        found = opening_state((), timezone=NEW_YORK, now=moment, dated=closed_around)
        assert found.kind is kind, moment
        if kind is OPEN:
            assert found.closes_at == first + timedelta(hours=length)


@pytest.mark.parametrize("start", ["2026-03-06", "2026-10-30", "2026-12-23"])
def test_every_minute_before_a_change_says_the_same_as_the_change_itself(start: str) -> None:
    schedules = (*parse_hours("Mon-Sat 20:00-02:30; Sun 9:00-17:00"),)
    first = date.fromisoformat(start) + timedelta(days=1)
    dated = (on(first), on(first + timedelta(days=2), times="22:00-03:00"))
    now = local(f"{start} 00:07")
    for step in range(200):
        moment = now.astimezone(UTC) + timedelta(minutes=31 * step)
        found = opening_state(schedules, timezone=NEW_YORK, now=moment, dated=dated)
        change = found.closes_at or found.opens_at
        assert change is not None
        before = change.astimezone(UTC) - timedelta(minutes=1)
        same = opening_state(schedules, timezone=NEW_YORK, now=max(before, moment), dated=dated)
        assert same == found
        after = opening_state(schedules, timezone=NEW_YORK, now=change, dated=dated)
        assert after.kind is not found.kind


def test_two_openings_of_one_day_do_not_clash_and_all_else_that_shares_a_day_does() -> None:
    eve = date(2026, 12, 24)
    assert clash([on(eve, times="09:00-12:00"), on(eve, times="13:00-15:00")]) is None
    assert clash([on(eve), on(CHRISTMAS)]) is None
    assert clash([on(eve), on(eve, times="13:00-15:00")]) == (0, 1)
    assert clash([on(eve, times="09:00-12:00"), on(eve, times="11:00-15:00")]) == (0, 1)
    assert clash([on(CHRISTMAS), on(eve), on(eve, CHRISTMAS)]) == (0, 2)
    nights = on(eve, date(2026, 12, 30), times="20:00-06:00")
    mornings = on(eve, date(2026, 12, 30), times="05:00-09:00")
    assert clash([nights, mornings]) == (0, 1)
    assert clash([nights, on(eve, date(2026, 12, 30), times="06:00-09:00")]) is None


def test_days_are_told_in_order_with_their_openings_and_notes() -> None:
    eve = date(2026, 12, 24)
    dated = [
        on(CHRISTMAS, note="Christmas Day"),
        on(eve, times="13:00-15:00"),
        on(eve, times="09:00-12:00", note="front door"),
    ]
    assert dated_days(dated) == (
        (eve, eve, (Span(540, 720), Span(780, 900)), ("front door",)),
        (CHRISTMAS, CHRISTMAS, (), ("Christmas Day",)),
    )
    assert dated_spans(dated, eve) == (Span(540, 720), Span(780, 900))
    assert dated_spans(dated, CHRISTMAS) == ()
    assert dated_spans(dated, date(2026, 12, 26)) is None


def test_what_is_over_and_what_is_far_off_is_not_coming() -> None:
    dated = (on(date(2027, 1, 1)), on(date(2026, 12, 20), CHRISTMAS), on(date(2026, 12, 19)))
    assert not_past(dated, today=date(2026, 12, 21)) == (dated[1], dated[0])
    assert not_past(dated, today=CHRISTMAS, within=6) == (dated[1],)
    assert not_past(dated, today=CHRISTMAS, within=7) == (dated[1], dated[0])


def test_days_of_two_listings_are_joined_and_the_first_is_believed() -> None:
    kept = (on(CHRISTMAS, times="09:00-12:00"),)
    added = (on(date(2026, 12, 20), date(2026, 12, 26)), on(date(2027, 1, 1)))
    assert joined(kept, added) == (kept[0], added[1])


def test_a_helpline_without_a_zone_is_not_known_around_a_closed_day() -> None:
    always = ScheduleRecord(
        byday=("MO", "TU", "WE", "TH", "FR", "SA", "SU"), opens_at="00:00", closes_at="23:59"
    )
    record = make_record(
        delivery=Delivery.HELPLINE, timezone=None, schedules=(always,), dated_hours=(CLOSED_DAY,)
    )
    days = {23: OPEN, 24: UNKNOWN, 25: UNKNOWN, 26: UNKNOWN, 27: OPEN}
    for day, kind in days.items():
        now = datetime(2026, 12, day, 12, tzinfo=UTC)
        assert helpline_state(record, now=now).kind is kind, day
