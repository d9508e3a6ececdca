"""Places side by side: what differs first, what is unknown said."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.domain.listing import Listing
from app.web.views.compare_view import compare_view
from tests.factories import NOW, make_record


def make_listing(number: int, **values: Any) -> Listing:
    return Listing(id=UUID(int=number), version=1, record=make_record(**values))


def test_rows_that_differ_come_before_those_that_are_alike() -> None:
    view = compare_view(
        [make_listing(1, term_codes=("BU", "SA")), make_listing(2, term_codes=("SA",))], now=NOW
    )
    assert "Medicine for opioid use" in [row.label for row in view.different]
    assert "Kind of help" in [row.label for row in view.alike]


def test_what_is_not_reported_is_empty_and_never_no() -> None:
    view = compare_view(
        [make_listing(1, term_codes=("BU",)), make_listing(2, term_codes=("SA",))], now=NOW
    )
    medicine = next(row for row in view.different if row.label == "Medicine for opioid use")
    assert medicine.cells == (("Buprenorphine (Suboxone and others)",), ())


def test_what_is_known_of_none_is_named_once() -> None:
    view = compare_view([make_listing(1), make_listing(2)], now=NOW)
    assert "Hours" in view.unknown
    assert "Hours" not in [row.label for row in (*view.different, *view.alike)]


def test_a_comparison_of_nothing_is_empty() -> None:
    view = compare_view([], now=NOW)
    assert (view.names, view.different, view.alike) == ((), (), ())
