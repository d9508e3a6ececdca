"""Days with other hours in the form of a listing: rows, problems, and what a visitor reads."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.records import AddressRecord, DatedHoursRecord
from app.web.admin.listings.dated import (
    DATED_FIELDS,
    DatedReading,
    DatedRow,
    columns_of,
    read_dated,
    rows_to_come,
    shown_dated,
)
from app.web.admin.listings.notices import told_in_public
from app.web.views.dated_hours_words import all_days, coming_days
from tests.factories import make_record

TODAY = date(2026, 11, 24)
CHRISTMAS = date(2026, 12, 25)
CLOSED = DatedHoursRecord(valid_from=CHRISTMAS, valid_to=CHRISTMAS, note="Christmas Day")
EVE = DatedHoursRecord(
    valid_from=date(2026, 12, 24), valid_to=date(2026, 12, 24), opens_at="09:00", closes_at="12:00"
)
AWAY = DatedHoursRecord(valid_from=date(2026, 12, 28), valid_to=date(2027, 1, 2))
OVER = DatedHoursRecord(valid_from=date(2026, 7, 3), valid_to=date(2026, 7, 3))


def reading(*rows: DatedRow, base: tuple[DatedHoursRecord, ...] = ()) -> DatedReading:
    return read_dated(columns_of(rows), base=base, today=TODAY)


def row(first: str, last: str = "", times: str = "", note: str = "") -> DatedRow:
    opens, _dash, closes = times.partition("-")
    kind = "open" if times else "closed"
    return DatedRow(first=first, last=last, kind=kind, opens=opens, closes=closes, note=note)


def test_rows_are_read_as_they_were_shown_and_new_ones_fall_in_by_their_days() -> None:
    assert reading(row("2026-12-25", note=" Christmas  Day ")).dated == (CLOSED,)
    found = reading(
        row("2026-12-28", "2027-01-02"), DatedRow(), row("2026-12-24", times="09:00-12:00")
    )
    assert found == ((EVE, AWAY), ())
    base = (CLOSED, EVE, AWAY)
    shown = shown_dated(base)
    assert read_dated(shown, base=base, today=TODAY).dated == base
    assert [tuple(shown)] == [DATED_FIELDS]


def test_a_row_is_removed_by_its_box() -> None:
    columns = {**shown_dated((EVE, CLOSED)), "dated_remove": ("0",)}
    assert read_dated(columns, base=(EVE, CLOSED), today=TODAY).dated == (CLOSED,)


def test_days_that_are_over_are_not_shown_and_leave_only_with_another_change() -> None:
    base = (OVER, CLOSED)
    rows = rows_to_come(shown_dated(base), base=base, today=TODAY)
    assert [each.first for each in rows] == ["2026-12-25"]
    assert reading(*rows, base=base).dated == base
    assert reading(*rows, row("2026-12-24", times="09:00-12:00"), base=base).dated == (EVE, CLOSED)


@pytest.mark.parametrize("offset", [-1, 0])
def test_a_day_stays_in_the_form_while_it_lasts_anywhere(offset: int) -> None:
    day = TODAY + timedelta(days=offset)
    base = (DatedHoursRecord(valid_from=day, valid_to=day),)
    assert rows_to_come(shown_dated(base), base=base, today=TODAY)
    assert reading(base=base).dated == ()


@pytest.mark.parametrize(
    ("rows", "field", "words"),
    [
        ([row("2026-02-30")], "dated_from_0", "a day that exists"),
        ([row("")._replace(note="Holiday")], "dated_from_0", "a day that exists"),
        ([row("next Friday")], "dated_from_0", "a day that exists"),
        ([row("2026-12-25", "2026-12-32")], "dated_to_0", "a day that exists"),
        ([row("2026-12-25", "2026-12-24")], "dated_to_0", "comes before the first"),
        ([row("2025-12-25")], "dated_from_0", "is over"),
        ([row("2062-12-25")], "dated_from_0", "more than two years off"),
        ([row("2026-12-25", "2028-01-01")], "dated_to_0", "a year at most"),
        ([row("2026-12-24", times="09:00-")], "dated_opens_0", "when it closes"),
        ([row("2026-12-24", times="-12:00")], "dated_opens_0", "when it closes"),
        ([row("2026-12-24", times="09:00-09:00")], "dated_opens_0", "same time"),
        ([row("2026-12-24", times="25:00-26:00")], "dated_opens_0", "no such time"),
        ([row("2026-12-24")._replace(opens="09:00")], "dated_kind_0", "Choose one"),
        ([row("2026-12-24")._replace(kind="shut")], "dated_kind_0", "choose one of the list"),
        ([row("2026-12-24", note="a" * 101)], "dated_note_0", "100 characters"),
        ([row("2026-12-24", note="a" * 100_000)], "dated_note_0", "100 characters"),
        ([row("2026-12-25"), row("2026-12-24", "2026-12-26")], "dated_from_1", "with row 1"),
        ([row("2026-12-25"), row("2026-12-25")], "dated_from_1", "with row 1"),
        (
            [row("2026-12-25"), DatedRow(), row("2026-12-25", times="09:00-10:00")],
            "dated_from_2",
            "row 3: it has a day in common with row 1",
        ),
        ([row(f"2027-01-{day:02d}") for day in range(1, 32)] * 2, "dated_from_0", "At most 40"),
    ],
)
def test_what_cannot_be_is_said_at_its_row(rows: list[DatedRow], field: str, words: str) -> None:
    found = reading(*rows)
    assert found.dated == ()
    ((where, message), *_others) = found.problems
    assert where == field
    assert words in message


def test_days_are_told_in_plain_words_and_with_the_year_where_it_is_another() -> None:
    now = datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert coming_days((CLOSED, AWAY, EVE, OVER), timezone="America/New_York", now=now) == (
        "Thursday, December 24: 9:00 am to noon",
        "Closed on Friday, December 25 (Christmas Day)",
        "Closed from Monday, December 28 through Saturday, January 2, 2027",
    )
    nights = DatedHoursRecord(
        valid_from=date(2026, 11, 27),
        valid_to=date(2026, 11, 28),
        opens_at="20:00",
        closes_at="02:00",
    )
    assert coming_days((nights,), timezone=None, now=now) == (
        "Friday, November 27 through Saturday, November 28, each day: 8:00 pm to 2:00 am",
    )
    assert all_days((OVER,)) == ("Closed on Friday, July 3, 2026",)


@pytest.mark.parametrize(
    ("moment", "zone", "is_told"),
    [
        ("2026-10-26 12:00", "America/New_York", True),  # 60 days before
        ("2026-10-25 12:00", "America/New_York", False),
        ("2026-12-26 04:59", "America/New_York", True),  # still the 25th there
        ("2026-12-26 05:00", "America/New_York", False),
        ("2026-12-26 09:59", "Pacific/Honolulu", True),
        ("2026-12-25 14:00", "Pacific/Guam", False),  # the 26th there
    ],
)
def test_a_day_is_told_for_sixty_days_and_until_it_is_over_there(
    moment: str, zone: str, *, is_told: bool
) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert bool(coming_days((CLOSED,), timezone=zone, now=now)) is is_told


def test_a_note_that_names_a_private_street_is_pointed_out() -> None:
    def told(note: str) -> tuple[str, ...]:
        day = DatedHoursRecord(valid_from=CHRISTMAS, valid_to=CHRISTMAS, note=note)
        address = AddressRecord(
            address_1="9 Hidden Sample Street",
            city="Columbus",
            state_province="OH",
            postal_code="43215",
        )
        return told_in_public(
            make_record(is_address_confidential=True, address=address, dated_hours=(day,))
        )

    assert told("Come to 9 Hidden Sample Street") == ("dated_hours",)
    assert told("Holiday") == ()
