"""Open now, closed or unknown: time zones, nights, changes of clocks, months and doubts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.hours import parse_hours
from app.domain.hours_reader import DAY_CODES
from app.domain.opening import (
    OpeningKind,
    OpeningPhrase,
    OpeningState,
    describe_opening,
    is_weekly_only,
    opening_state,
    weekly_minutes,
)
from app.domain.records import ScheduleRecord

NEW_YORK = "America/New_York"
OPEN, CLOSED, UNKNOWN = OpeningKind.OPEN, OpeningKind.CLOSED, OpeningKind.UNKNOWN


def local(text: str, timezone: str = NEW_YORK, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(timezone), fold=fold)


def state(hours: str, when: str, timezone: str | None = NEW_YORK) -> OpeningState:
    now = local(when, timezone or "UTC")
    return opening_state(parse_hours(hours), timezone=timezone, now=now)


# 2026-11-24 is a Tuesday.
@pytest.mark.parametrize(
    ("hours", "when", "kind"),
    [
        ("Mon-Fri 09:00-17:00", "2026-11-24 09:00", OPEN),
        ("Mon-Fri 09:00-17:00", "2026-11-24 16:59", OPEN),
        ("Mon-Fri 09:00-17:00", "2026-11-24 17:00", CLOSED),
        ("Mon-Fri 09:00-17:00", "2026-11-24 08:59", CLOSED),
        ("Mon-Fri 09:00-17:00", "2026-11-28 12:00", CLOSED),
        ("Mon-Thu 09:00-12:00, 13:00-16:00", "2026-11-24 12:30", CLOSED),
        ("Mon 22:00-06:00", "2026-11-24 05:59", OPEN),
        ("Mon 22:00-06:00", "2026-11-24 06:00", CLOSED),
        ("Mon 22:00-06:00", "2026-11-23 05:00", CLOSED),
        ("Sun 22:00-06:00", "2026-11-23 05:00", OPEN),
        ("Daily 08:00-26:00", "2026-11-24 01:59", OPEN),
        ("Daily 08:00-26:00", "2026-11-24 02:00", CLOSED),
        ("Tue 10:00-24:00", "2026-11-24 23:59", OPEN),
        ("Tue 10:00-24:00", "2026-11-25 00:00", CLOSED),
        ("24/7", "2026-11-24 23:59", OPEN),
        ("3rd Wed of the month 17:00-19:00", "2026-11-18 18:00", OPEN),
        ("3rd Wed of the month 17:00-19:00", "2026-11-11 18:00", CLOSED),
        ("3rd Wed of the month 17:00-19:00", "2026-11-25 18:00", CLOSED),
        ("last Tue of the month 17:00-19:00", "2026-11-24 18:00", OPEN),
        ("last Tue of the month 17:00-19:00", "2026-11-17 18:00", CLOSED),
        ("5th Mon of the month 17:00-19:00", "2026-11-30 18:00", OPEN),
        ("1st Tue of the month 22:00-02:00", "2026-12-02 01:00", OPEN),
        ("unknown", "2026-11-24 12:00", UNKNOWN),
        ("By appointment only", "2026-11-24 12:00", UNKNOWN),
        ("Every other Fri 13:00-16:00", "2026-11-27 14:00", UNKNOWN),
        ("Every other Fri 13:00-16:00", "2026-11-24 14:00", UNKNOWN),
        ("Mon 11:00-15:00; Tue-Thu by appointment", "2026-11-23 12:00", OPEN),
        ("Mon 11:00-15:00; Tue-Thu by appointment", "2026-11-24 12:00", UNKNOWN),
        ("Mon 11:00-15:00; Tue-Thu by appointment", "2026-11-27 12:00", CLOSED),
        ("Mon 11:00-15:00; every other Fri 1-4pm", "2026-11-27 09:00", UNKNOWN),
        ("Mon 11:00-15:00; every other Fri 1-4pm", "2026-11-24 12:00", CLOSED),
        ("Mon 9am-5pm by appointment; Tue 9am-5pm", "2026-11-23 12:00", UNKNOWN),
    ],
)
def test_a_place_is_open_closed_or_unknown(hours: str, when: str, kind: OpeningKind) -> None:
    assert state(hours, when).kind is kind


def test_hours_count_in_the_zone_of_the_place_not_of_the_asker() -> None:
    schedules = parse_hours("Mon-Fri 09:00-17:00")
    now = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
    kinds = [
        opening_state(schedules, timezone=zone, now=now).kind
        for zone in (NEW_YORK, "America/Anchorage", "Pacific/Guam", "Pacific/Honolulu")
    ]
    assert kinds == [OPEN, OPEN, CLOSED, CLOSED]


@pytest.mark.parametrize("timezone", [None, "", "Mars/Olympus", "../etc/passwd", "America/Nowhere"])
def test_without_a_zone_that_exists_nothing_is_known(timezone: str | None) -> None:
    now = datetime(2026, 11, 24, 18, tzinfo=UTC)
    assert opening_state(parse_hours("24/7"), timezone=timezone, now=now).kind is UNKNOWN


def test_a_naive_now_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="aware"):
        opening_state((), timezone=NEW_YORK, now=datetime(2026, 11, 24))  # noqa: DTZ001


def test_the_closing_time_is_told_in_the_zone_of_the_place() -> None:
    closes_at = state("Mon-Fri 09:00-17:00", "2026-11-24 12:00").closes_at
    assert closes_at == local("2026-11-24 17:00")
    assert closes_at is not None
    assert closes_at.utcoffset() == timedelta(hours=-5)


def test_hours_that_follow_without_a_gap_close_at_the_last_one() -> None:
    joined = "Mon-Fri 24 hours; Sat 00:00-12:00"
    assert state(joined, "2026-11-24 12:00").closes_at == local("2026-11-28 12:00")


def test_round_the_clock_has_no_closing_time() -> None:
    always = state("24/7", "2026-11-24 12:00")
    assert always.is_all_day
    assert always.closes_at is None
    assert not state("Mon-Sat 24 hours", "2026-11-24 12:00").is_all_day


@pytest.mark.parametrize(
    ("hours", "when", "opens_at"),
    [
        ("Mon-Fri 09:00-17:00", "2026-11-24 08:00", "2026-11-24 09:00"),
        ("Mon-Fri 09:00-17:00", "2026-11-27 18:00", "2026-11-30 09:00"),
        ("Mon-Thu 09:00-12:00, 13:00-16:00", "2026-11-24 12:30", "2026-11-24 13:00"),
        ("3rd Wed of the month 17:00-19:00", "2026-11-18 19:00", "2026-12-16 17:00"),
        ("5th Mon of the month 17:00-19:00", "2026-11-30 20:00", "2027-03-29 17:00"),
    ],
)
def test_a_closed_place_tells_when_it_opens_next(hours: str, when: str, opens_at: str) -> None:
    assert state(hours, when).opens_at == local(opens_at)


def test_an_hour_that_the_clocks_skip_is_not_open_time() -> None:
    # New York skips 02:00 to 03:00 on 2026-03-08: 01:00-04:00 lasts two hours.
    schedules = parse_hours("Sun 01:00-04:00")
    opened = local("2026-03-08 01:00").astimezone(UTC)
    moments = [opened + timedelta(minutes=m) for m in (0, 119, 120)]
    kinds = [opening_state(schedules, timezone=NEW_YORK, now=now).kind for now in moments]
    assert kinds == [OPEN, OPEN, CLOSED]


def test_a_night_over_a_change_of_clocks_closes_by_the_clock_on_the_wall() -> None:
    schedules = parse_hours("Sat 22:00-06:00")
    now = local("2026-03-07 23:00").astimezone(UTC)
    spring = opening_state(schedules, timezone=NEW_YORK, now=now)
    assert spring.closes_at == datetime(2026, 3, 8, 10, tzinfo=UTC)
    now = local("2026-10-31 23:00").astimezone(UTC)
    autumn = opening_state(schedules, timezone=NEW_YORK, now=now)
    assert autumn.closes_at == datetime(2026, 11, 1, 11, tzinfo=UTC)


def test_round_the_clock_stays_open_through_both_changes_of_clocks() -> None:
    schedules = parse_hours("24/7")
    for day in (date(2026, 3, 8), date(2026, 11, 1)):
        start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(NEW_YORK)).astimezone(UTC)
        for quarter in range(26 * 4):
            now = start + timedelta(minutes=15 * quarter)
            assert opening_state(schedules, timezone=NEW_YORK, now=now).is_all_day


def season(start: date | None, end: date | None) -> ScheduleRecord:
    return ScheduleRecord(
        byday=DAY_CODES,
        opens_at="09:00",
        closes_at="17:00",
        valid_from=start,
        valid_to=end,
    )


@pytest.mark.parametrize(
    ("start", "end", "kind"),
    [
        (date(2026, 11, 24), date(2026, 11, 24), OPEN),
        (date(2026, 11, 25), None, UNKNOWN),
        (None, date(2026, 11, 23), UNKNOWN),
        (None, date(2026, 11, 24), OPEN),
    ],
)
def test_hours_that_are_not_in_force_tell_nothing(
    start: date | None,
    end: date | None,
    kind: OpeningKind,
) -> None:
    now = local("2026-11-24 12:00")
    assert opening_state([season(start, end)], timezone=NEW_YORK, now=now).kind is kind


def test_a_night_that_began_on_the_last_day_in_force_is_open_to_its_end() -> None:
    night = ScheduleRecord(
        byday=("MO",),
        opens_at="22:00",
        closes_at="06:00",
        valid_to=date(2026, 11, 23),
    )
    now = local("2026-11-24 05:00")
    assert opening_state([night], timezone=NEW_YORK, now=now).kind is OPEN


def test_a_line_with_times_that_no_day_has_is_a_doubt_and_no_error() -> None:
    broken = ScheduleRecord(byday=("TU",), opens_at="25:99", closes_at="x")
    now = local("2026-11-24 12:00")
    assert opening_state([broken], timezone=NEW_YORK, now=now).kind is UNKNOWN
    assert weekly_minutes([broken]) == ()
    assert not is_weekly_only([broken])


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ("unknown", ()),
        ("24/7", ((0, 10_080),)),
        ("Mon 09:00-17:00", ((540, 1_020),)),
        ("Sun 22:00-06:00", ((0, 360), (9_960, 10_080))),
        ("Sun 10:00-24:00", ((9_240, 10_080),)),
        ("Mon 09:00-12:00; Mon 12:00-17:00", ((540, 1_020),)),
        ("3rd Wed of the month 17:00-19:00", ()),
        ("By appointment only", ()),
    ],
)
def test_weekly_minutes_count_from_monday_midnight(
    hours: str,
    expected: tuple[tuple[int, int], ...],
) -> None:
    assert weekly_minutes(parse_hours(hours)) == expected


def test_only_plain_weekly_lines_are_told_whole_by_their_minutes() -> None:
    assert is_weekly_only(parse_hours("Mon-Fri 09:00-17:00; Sat 10am-2pm"))
    for hours in ("unknown", "By appointment only", "1st Mon 9am-5pm", "Every other Fri 1-4pm"):
        assert not is_weekly_only(parse_hours(hours))
    assert not is_weekly_only([season(date(2026, 1, 1), None)])


LINES = st.builds(
    ScheduleRecord,
    byday=st.sets(st.sampled_from(DAY_CODES), min_size=1).map(
        lambda days: tuple(code for code in DAY_CODES if code in days),
    ),
    opens_at=st.sampled_from(["00:00", "06:30", "09:00", "13:00", "22:00"]),
    closes_at=st.sampled_from(["02:30", "05:45", "12:00", "17:00", "23:59"]),
)


@given(st.lists(LINES, min_size=1, max_size=4), st.integers(0, 10_079))
def test_weekly_minutes_agree_with_the_state_at_every_minute(
    schedules: list[ScheduleRecord],
    minute: int,
) -> None:
    # The week of Monday 2026-11-16 has no change of clocks.
    now = local("2026-11-16 00:00") + timedelta(minutes=minute)
    found = opening_state(schedules, timezone=NEW_YORK, now=now)
    is_open = any(start <= minute < end for start, end in weekly_minutes(schedules))
    assert (found.kind is OPEN) is is_open
    if found.closes_at is not None:
        at_close = opening_state(schedules, timezone=NEW_YORK, now=found.closes_at)
        just_before = found.closes_at - timedelta(minutes=1)
        assert at_close.kind is CLOSED
        assert opening_state(schedules, timezone=NEW_YORK, now=just_before).kind is OPEN
    if found.opens_at is not None:
        assert found.opens_at > now
        assert opening_state(schedules, timezone=NEW_YORK, now=found.opens_at).kind is OPEN


@pytest.mark.parametrize(
    ("hours", "when", "phrase", "minutes"),
    [
        ("24/7", "2026-11-24 12:00", OpeningPhrase.OPEN_ALL_DAY, None),
        ("Mon-Fri 09:00-17:00", "2026-11-24 12:00", OpeningPhrase.OPEN_UNTIL, None),
        ("Mon-Fri 09:00-17:00", "2026-11-24 16:00", OpeningPhrase.OPEN_UNTIL, None),
        ("Mon-Fri 09:00-17:00", "2026-11-24 16:40", OpeningPhrase.CLOSES_SOON, 20),
        ("Mon-Fri 09:00-17:00", "2026-11-24 16:59:40", OpeningPhrase.CLOSES_SOON, 1),
        ("Mon-Fri 09:00-17:00", "2026-11-24 08:15", OpeningPhrase.OPENS_SOON, 45),
        ("Mon-Fri 09:00-17:00", "2026-11-24 07:00", OpeningPhrase.OPENS_TODAY, None),
        ("Mon-Fri 09:00-17:00", "2026-11-24 18:00", OpeningPhrase.OPENS_TOMORROW, None),
        ("Mon-Fri 09:00-17:00", "2026-11-27 18:00", OpeningPhrase.OPENS_THIS_WEEK, None),
        ("Mon 09:00-17:00", "2026-11-23 18:00", OpeningPhrase.OPENS_LATER, None),
        ("3rd Wed of the month 17:00-19:00", "2026-11-24 18:00", OpeningPhrase.OPENS_LATER, None),
        ("unknown", "2026-11-24 18:00", OpeningPhrase.UNKNOWN, None),
    ],
)
def test_what_is_said_of_a_state(
    hours: str,
    when: str,
    phrase: OpeningPhrase,
    minutes: int | None,
) -> None:
    described = describe_opening(state(hours, when), now=local(when))
    assert (described.phrase, described.minutes) == (phrase, minutes)
    has_time = phrase not in {OpeningPhrase.OPEN_ALL_DAY, OpeningPhrase.UNKNOWN}
    assert (described.at is not None) is has_time


def test_today_is_counted_where_the_place_is() -> None:
    # At 23:30 UTC on Tuesday it is Wednesday 09:30 in Guam.
    now = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    wednesday = parse_hours("Wed 09:00-17:00")
    assert opening_state(wednesday, timezone="Pacific/Guam", now=now).kind is OPEN
    doubtful = parse_hours("Mon 09:00-17:00; Wed by appointment")
    assert opening_state(doubtful, timezone="Pacific/Guam", now=now).kind is UNKNOWN
    assert opening_state(doubtful, timezone=NEW_YORK, now=now).kind is CLOSED


def test_tomorrow_is_counted_where_the_place_is() -> None:
    # It is Wednesday in London and still Tuesday evening in Honolulu.
    schedules = parse_hours("Wed 09:00-17:00")
    now = datetime(2026, 11, 25, 5, tzinfo=UTC)
    found = opening_state(schedules, timezone="Pacific/Honolulu", now=now)
    assert describe_opening(found, now=now).phrase is OpeningPhrase.OPENS_TOMORROW


def test_a_closed_place_that_opens_never_again_is_closed() -> None:
    last_day = season(None, date(2026, 11, 24))
    found = opening_state([last_day], timezone=NEW_YORK, now=local("2026-11-24 18:00"))
    assert found == OpeningState(kind=CLOSED)
    described = describe_opening(found, now=local("2026-11-24 18:00"))
    assert described.phrase is OpeningPhrase.CLOSED
