"""Partial dates: what is read, what is refused, and that a doubt counts as old."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.dates import (
    PartialDate,
    is_older_than_a_year,
    normalize_partial_date,
    parse_partial_date,
    partial_date_sort_key,
)
from app.domain.errors import ParseError

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-07-31", "2025-07-31"),
        ("2025-7-1", "2025-07-01"),
        ("2025-07", "2025-07"),
        ("2025", "2025"),
        (2022, "2022"),
        (2022.0, "2022"),
        (date(2024, 6, 20), "2024-06-20"),
        (datetime(2024, 6, 20, 23, 59, tzinfo=UTC), "2024-06-20"),
        ("7/31/2025", "2025-07-31"),
        ("7/2025", "2025-07"),
        (" 2024-02-29 ", "2024-02-29"),
        (None, None),
        ("", None),
        ("  ", None),
    ],
)
def test_dates_of_files_become_partial_dates(value: str | float | None, expected: str) -> None:
    assert normalize_partial_date(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "2025-13",
        "2025-00",
        "2025-02-29",
        "1900-02-29",
        "2025-07-00",
        "9999",
        "1899",
        "25",
        "July",
        "31/7/2025",
        "2025-07-31T10:00",
        "-2025",
        "2025-",
        "２０２５年",
        "9" * 200,
    ],
)
def test_what_is_no_date_is_refused(value: str) -> None:
    with pytest.raises(ParseError):
        parse_partial_date(value)


@pytest.mark.parametrize(
    ("partial", "is_old"),
    [
        ("2025-11-24", False),
        ("2025-11-23", True),
        ("2025-12", False),
        ("2025-11", True),
        ("2026", False),
        ("2025", True),
        ("2022", True),
    ],
)
def test_a_date_that_may_be_more_than_a_year_back_is_old(partial: str, *, is_old: bool) -> None:
    assert is_older_than_a_year(partial, today=TODAY) is is_old


def test_a_leap_day_has_a_day_a_year_ago() -> None:
    leap_day = date(2028, 2, 29)
    assert not is_older_than_a_year("2027-02-28", today=leap_day)
    assert is_older_than_a_year("2027-02-27", today=leap_day)


def test_partial_dates_sort_oldest_first_and_unknown_before_all() -> None:
    dates = ["2025-07-31", "2025", None, "2024-12", "2025-07"]
    ordered = sorted(dates, key=partial_date_sort_key)
    assert ordered == [None, "2024-12", "2025", "2025-07", "2025-07-31"]


def test_a_partial_date_knows_its_first_and_last_day() -> None:
    assert PartialDate(2024, 2).earliest == date(2024, 2, 1)
    assert PartialDate(2024, 2).latest == date(2024, 2, 29)
    assert PartialDate(2025).latest == date(2025, 12, 31)
    assert PartialDate(2025, 3, 4).earliest == PartialDate(2025, 3, 4).latest == date(2025, 3, 4)


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_every_day_is_read_back_from_its_text(day: date) -> None:
    assert parse_partial_date(day.isoformat()).earliest == day
    assert normalize_partial_date(f"{day.month}/{day.day}/{day.year}") == day.isoformat()


@given(st.one_of(st.text(max_size=30), st.floats(), st.integers()))
def test_any_value_is_a_partial_date_or_a_parse_error(value: str | float) -> None:
    try:
        normalized = normalize_partial_date(value)
    except ParseError:
        return
    assert normalized is None or normalize_partial_date(normalized) == normalized
