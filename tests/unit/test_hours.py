"""Opening hours as people write them: what is read, what is refused, and the table of it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import ParseError
from app.domain.hours import parse_hours, parse_range, span_of
from app.domain.hours_reader import DAY_CODES, Span
from app.domain.hours_table import format_days, format_hours, format_time
from app.domain.records import ScheduleRecord

WEEKDAYS = DAY_CODES[:5]
MONDAY_NINE_TO_FIVE = [("WEEKLY", 1, ("MO",), "09:00", "17:00")]
WEEKDAYS_NINE_TO_FIVE = [("WEEKLY", 1, WEEKDAYS, "09:00", "17:00")]
ALL_DAY = [("WEEKLY", 1, DAY_CODES, "00:00", "23:59")]

Row = tuple[str, int, tuple[str, ...], str | None, str | None]


def rows(text: str) -> list[Row]:
    return [
        (line.freq, line.interval, line.byday, line.opens_at, line.closes_at)
        for line in parse_hours(text)
    ]


@pytest.mark.parametrize(
    "text", ["", "  ", "unknown", "Unknown.", "Not known", "n/a", "hours unknown"]
)
def test_unknown_hours_are_no_schedules(text: str) -> None:
    assert parse_hours(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "24/7",
        "24 / 7",
        "Open 24/7",
        "24/7/365",
        "24 hours a day, 7 days a week",
        "24 hours, 7 days/week",
        "Open 24 hours",
        "24 hours every day",
        "Always open.",
        "around the clock",
        "Daily 24 hours",
        "Mon-Sun 00:00-24:00",
        "Every day 12am-midnight",
    ],
)
def test_round_the_clock_is_all_day_every_day(text: str) -> None:
    assert rows(text) == ALL_DAY


@pytest.mark.parametrize(
    "text",
    [
        "Mon-Fri 09:00-17:00",
        "Mo-Fr 09:00-17:00",
        "Mo-Fr: 09:00-17:00",
        "M-F 9am-5pm",
        "M\u2013F: 9am\u20135pm",
        "9am-5pm Mon-Fri",
        "9 a.m. to 5 p.m. Monday through Friday",
        "Monday-Friday: 9:00 AM - 5:00 PM",
        "Monday to Friday from 9 a.m. until 5 p.m.",
        "Weekdays 9am-5pm; weekends closed",
        "Mon-Fri 9am-5pm. Sat and Sun closed.",
        "Closed Saturday; Mon-Fri 9-5pm",
        "Mon, Tue, Wed, Thu and Fri 9-5pm",
        "Mon/Tue/Wed/Thurs/Fri 9.00am-5.00pm",
        "Mondays, Tuesdays, Wednesdays & Thursdays, Fridays 0900-1700",
        "Hours: Mon-Fri 9:00-17:00",
        "MON \u2013 FRI 9:00 A.M. \u2013 5:00 P.M.",
    ],
)
def test_the_many_spellings_of_nine_to_five_are_one(text: str) -> None:
    assert rows(text) == WEEKDAYS_NINE_TO_FIVE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Mon-Thu 09:00-12:00, 13:00-16:00; Fri 09:00-12:00",
            [
                ("WEEKLY", 1, DAY_CODES[:4], "09:00", "12:00"),
                ("WEEKLY", 1, DAY_CODES[:4], "13:00", "16:00"),
                ("WEEKLY", 1, ("FR",), "09:00", "12:00"),
            ],
        ),
        (
            "Mon-Fri 9am-5pm, Sat 10am-2pm",
            [*WEEKDAYS_NINE_TO_FIVE, ("WEEKLY", 1, ("SA",), "10:00", "14:00")],
        ),
        (
            "9am-5pm Mon-Fri, 10am-2pm Sat",
            [*WEEKDAYS_NINE_TO_FIVE, ("WEEKLY", 1, ("SA",), "10:00", "14:00")],
        ),
        (
            "1st and 3rd Thu of the month 16:30-18:30",
            [("MONTHLY", 1, ("1TH", "3TH"), "16:30", "18:30")],
        ),
        (
            "First Tuesday of each month 1pm-3pm",
            [("MONTHLY", 1, ("1TU",), "13:00", "15:00")],
        ),
        ("last Fri 10am-noon", [("MONTHLY", 1, ("-1FR",), "10:00", "12:00")]),
        ("Every other Fri 13:00-16:00", [("WEEKLY", 2, ("FR",), "13:00", "16:00")]),
        ("Every second Fri 13:00-16:00", [("WEEKLY", 2, ("FR",), "13:00", "16:00")]),
        ("Every Fri 13:00-16:00", [("WEEKLY", 1, ("FR",), "13:00", "16:00")]),
        ("Mon 22:00-06:00", [("WEEKLY", 1, ("MO",), "22:00", "06:00")]),
        ("Mon 10pm-6am", [("WEEKLY", 1, ("MO",), "22:00", "06:00")]),
        ("Mon 10-2am", [("WEEKLY", 1, ("MO",), "22:00", "02:00")]),
        ("Mon 10:00-24:00", [("WEEKLY", 1, ("MO",), "10:00", "00:00")]),
        ("Mon 10am-midnight", [("WEEKLY", 1, ("MO",), "10:00", "00:00")]),
        ("Mon 10:00-00:00", [("WEEKLY", 1, ("MO",), "10:00", "00:00")]),
        ("Mon 08:00-26:00", [("WEEKLY", 1, ("MO",), "08:00", "02:00")]),
        ("Mon 12:00 noon to 5pm", [("WEEKLY", 1, ("MO",), "12:00", "17:00")]),
        ("Mon 12-5pm", [("WEEKLY", 1, ("MO",), "12:00", "17:00")]),
        ("Mon 11-2pm", [("WEEKLY", 1, ("MO",), "11:00", "14:00")]),
        ("Mon 1-5pm", [("WEEKLY", 1, ("MO",), "13:00", "17:00")]),
        ("Mon 12:30am-1am", [("WEEKLY", 1, ("MO",), "00:30", "01:00")]),
        ("Sat-Mon 10am-2pm", [("WEEKLY", 1, ("MO", "SA", "SU"), "10:00", "14:00")]),
        ("Mon 00:00-23:59", [("WEEKLY", 1, ("MO",), "00:00", "23:59")]),
    ],
)
def test_days_and_times_are_read_as_written(text: str, expected: list[Row]) -> None:
    assert rows(text) == expected


def test_by_appointment_only_has_neither_days_nor_times() -> None:
    assert parse_hours("By appointment only") == (ScheduleRecord(is_by_appointment=True),)


def test_some_days_may_be_by_appointment() -> None:
    schedules = parse_hours("Mon 11:00-15:00; Fri 11:00-15:00; Tue-Thu by appointment")
    assert [line.is_by_appointment for line in schedules] == [False, False, True]
    assert schedules[2].byday == ("TU", "WE", "TH")
    assert schedules[2].opens_at is None


def test_times_by_appointment_keep_their_times() -> None:
    (schedule,) = parse_hours("Mon 9am-5pm by appointment")
    assert schedule.is_by_appointment
    assert (schedule.opens_at, schedule.closes_at) == ("09:00", "17:00")


def test_a_place_after_the_times_is_the_description() -> None:
    schedules = parse_hours("Tue 15:30-18:30 (6704 Bardstown Rd); Wed 11:00-14:00 (4696 Oak Ave)")
    assert [line.description for line in schedules] == ["6704 Bardstown Rd", "4696 Oak Ave"]


def test_a_place_before_the_times_holds_to_the_end_of_its_sentence() -> None:
    schedules = parse_hours(
        "Wise County Health Department: Tue 08:00-12:00, 13:00-15:30; Thu 08:00-12:00. "
        "Duffield mobile stop: Mon 09:00-15:00. Tue 16:00-17:00",
    )
    assert [(line.byday, line.description) for line in schedules] == [
        (("TU",), "Wise County Health Department"),
        (("TU",), "Wise County Health Department"),
        (("TH",), "Wise County Health Department"),
        (("MO",), "Duffield mobile stop"),
        (("TU",), None),
    ]


def test_a_full_stop_in_a_place_does_not_end_the_sentence() -> None:
    (schedule,) = parse_hours("St. Mary's: Mon 9am-5pm")
    assert schedule.description == "St. Mary's"


def test_two_places_may_be_open_at_the_same_time() -> None:
    assert len(parse_hours("North van: Mon 9am-5pm. South van: Mon 9am-5pm")) == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("9 a.m. to 5 p.m.", "which days"),
        ("Mon-Fri 9-5", "am or pm"),
        ("Mon-Fri 9:00-5:00", "am or pm"),
        ("Mon-Fri 9-17", "am or pm"),
        ("Mon-Fri 10-12", "am or pm"),
        ("Mon 1:00-4:00", "am or pm"),
        ("Mon 9am-5", "am or pm"),
        ("Mon 8-12am", "am or pm"),
        ("Mon 09:00-05:00", "am or pm"),
        ("Mon 25:30-26:00", "no such time"),
        ("Mon 24:00-25:00", "no such time"),
        ("Mon 10:00-33:00", "no such time"),
        ("Mon 10:75-12:00", "no such time"),
        ("Mon 13pm-2pm", "no such time"),
        ("Mon 0am-2pm", "no such time"),
        ("Mon 09:00-09:00", "same time"),
        ("Mon 9am-9am", "same time"),
        ("Mon 02:00-29:00", "more than a day"),
        ("Mon 9am-5pm; Mon 4pm-6pm", "overlap"),
        ("Mon 9am-5pm; Mon 9am-5pm", "overlap"),
        ("Sun 22:00-06:00; Mon 05:00-07:00", "overlap"),
        ("1st Thu 16:30-18:30; Thu 17:00-18:00", "overlap"),
        ("Mon-Fri 9am-5pm; Fri closed", "open and closed"),
        ("Mon-Fri 9am-5pm. Fri closed.", "open and closed"),
        ("Mon", "without times"),
        ("Mon 9am", "closing time"),
        ("Mon 9am-", "closing time"),
        ("Mon- 9am-5pm", "without times"),
        ("closed", "not understood"),
        ("Sun closed", "no opening hours"),
        ("banana", "not understood"),
        ("Mon-Fri 9am-5pm except holidays", "not understood"),
        ("Mon-Fri 9am-5pm (closed for lunch)", "not understood"),
        ("Mon-Fri 9am-5pm (by appointment)", "not understood"),
        ("Closed Mondays in summer: Tue 9am-5pm", "not understood"),
        ("Mon 9am-5pm, call first", "not understood"),
        ("Mon 9am-5pm Tuesdayish", "not understood"),
        ("9am", "closing time"),
        (";;;", "no opening hours"),
        ("Mon 9am-5pm " * 500, "too long"),
    ],
)
def test_what_may_send_a_person_to_a_closed_door_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        parse_hours(text)


@pytest.mark.parametrize(
    ("text", "byday", "opens_at", "closes_at"),
    [
        ("MO-FR 10:00-24:00", WEEKDAYS, "10:00", "00:00"),
        ("MO-FR 10:00-00:00", WEEKDAYS, "10:00", "00:00"),
        ("MO-SU 08:00-26:00", DAY_CODES, "08:00", "02:00"),
        ("MO-SU 00:00-24:00", DAY_CODES, "00:00", "23:59"),
        ("SA-SU 08:30-17:30", DAY_CODES[5:], "08:30", "17:30"),
        ("WE 08:30-17:30", ("WE",), "08:30", "17:30"),
    ],
)
def test_a_range_of_the_helpline_data_is_a_schedule(
    text: str,
    byday: tuple[str, ...],
    opens_at: str,
    closes_at: str,
) -> None:
    schedule = parse_range(text)
    assert (schedule.byday, schedule.opens_at, schedule.closes_at) == (byday, opens_at, closes_at)


@pytest.mark.parametrize(
    "text",
    ["", "MO-FR", "XX-FR 08:00-17:00", "MO-FR 8-17", "MO-FR 25:00-26:00", "MO 08:00-08:00", "24/7"],
)
def test_a_broken_range_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        parse_range(text)


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "span"),
    [
        ("08:00", "17:00", Span(480, 1020)),
        ("08:00", "00:00", Span(480, 1440)),
        ("08:00", "23:59", Span(480, 1440)),
        ("00:00", "23:59", Span(0, 1440)),
        ("22:00", "06:00", Span(1320, 1800)),
        (None, None, None),
    ],
)
def test_a_schedule_spans_minutes_and_keeps_midnight_exact(
    opens_at: str | None,
    closes_at: str | None,
    span: Span | None,
) -> None:
    assert span_of(ScheduleRecord(opens_at=opens_at, closes_at=closes_at)) == span


@pytest.mark.parametrize(
    "times", [("25:00", "26:00"), ("9", "17:00"), ("09:00", "09:00"), ("", "")]
)
def test_times_that_no_day_has_have_no_span(times: tuple[str, str]) -> None:
    with pytest.raises(ParseError):
        span_of(ScheduleRecord(opens_at=times[0], closes_at=times[1]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unknown", ()),
        ("24/7", (("Every day", "Open 24 hours"),)),
        ("Mon-Fri 08:00-16:30", (("Monday to Friday", "8:00 am to 4:30 pm"),)),
        (
            "Fri 09:00-12:00; Mon-Thu 09:00-12:00, 13:00-16:00",
            (
                ("Monday to Thursday", "9:00 am to noon, 1:00 pm to 4:00 pm"),
                ("Friday", "9:00 am to noon"),
            ),
        ),
        (
            "Mon 08:00-16:00; Tue 08:00-16:00; Wed 13:00-16:00",
            (("Monday and Tuesday", "8:00 am to 4:00 pm"), ("Wednesday", "1:00 pm to 4:00 pm")),
        ),
        (
            "1st and 3rd Thu of the month 16:30-18:30",
            (("1st and 3rd Thursday of the month", "4:30 pm to 6:30 pm"),),
        ),
        ("last Fri 10am-noon", (("Last Friday of the month", "10:00 am to noon"),)),
        ("Every other Fri 13:00-16:00", (("Every other Friday", "1:00 pm to 4:00 pm"),)),
        ("By appointment only", (("Hours", "By appointment"),)),
        ("Mon 9am-5pm by appointment", (("Monday", "9:00 am to 5:00 pm, by appointment"),)),
        (
            "Tue-Thu by appointment; Mon 11:00-15:00",
            (("Monday", "11:00 am to 3:00 pm"), ("Tuesday to Thursday", "By appointment")),
        ),
        ("Mon 09:00-15:00 (Duffield)", (("Monday (Duffield)", "9:00 am to 3:00 pm"),)),
        ("Daily 8am-2am", None),
        ("Daily 20:00-26:00", (("Every day", "8:00 pm to 2:00 am"),)),
        ("Mon 10:00-24:00", (("Monday", "10:00 am to midnight"),)),
    ],
)
def test_hours_are_a_table_of_days_and_times(
    text: str,
    expected: tuple[tuple[str, str], ...] | None,
) -> None:
    if expected is None:
        with pytest.raises(ParseError):
            parse_hours(text)
    else:
        assert format_hours(parse_hours(text)) == expected


def test_a_schedule_for_a_season_says_so() -> None:
    schedule = ScheduleRecord(
        byday=("MO",),
        opens_at="09:00",
        closes_at="17:00",
        valid_from=date(2026, 6, 1),
        valid_to=date(2026, 8, 31),
    )
    assert format_hours([schedule]) == (
        ("Monday, from June 1, 2026, until August 31, 2026", "9:00 am to 5:00 pm"),
    )


def test_days_in_words_are_merged_when_they_follow_each_other() -> None:
    assert format_days(("SU", "SA")) == "Saturday and Sunday"
    assert format_days(("MO", "WE", "FR")) == "Monday, Wednesday and Friday"
    assert format_days(DAY_CODES) == "Every day"


def test_noon_and_midnight_are_said_in_words() -> None:
    shown = [format_time(minutes) for minutes in (0, 30, 720, 750, 1439, 1440, 1560)]
    assert shown == ["midnight", "12:30 am", "noon", "12:30 pm", "11:59 pm", "midnight", "2:00 am"]


PIECES = st.sampled_from(
    [
        "Mon",
        "Tue-Thu",
        "Fri",
        "weekdays",
        "9am",
        "5pm",
        "-",
        "to",
        ",",
        ";",
        "08:00",
        "26:00",
        ". ",
        "closed",
        "by appointment",
        "1st",
        "every other",
        "of the month",
        "(",
        ")",
        "X:",
        "noon",
    ],
)


@given(st.lists(PIECES, max_size=12).map(" ".join) | st.text(max_size=60))
def test_any_text_is_schedules_or_a_parse_error(text: str) -> None:
    try:
        schedules = parse_hours(text)
    except ParseError:
        return
    assert isinstance(format_hours(schedules), tuple)
    for schedule in schedules:
        assert schedule.is_by_appointment or span_of(schedule) is not None
