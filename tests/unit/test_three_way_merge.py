"""Base, mine and theirs: what joins by itself and what a person must choose."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.edit import EDITABLE_FIELDS, Side, differences, lock_of, merge_three_ways
from app.domain.records import LISTING_FIELDS, PointRecord, ScheduleRecord
from tests.factories import make_phone, make_record

BASE = make_record(
    description="Old words", email="old@example.org", term_codes=("BU", "MU"), hours_note="Ring"
)
MONDAYS = (ScheduleRecord(byday=("MO",), opens_at="08:00", closes_at="12:00"),)


@pytest.mark.parametrize(
    ("mine", "theirs", "side", "merged"),
    [
        ({"email": "a@example.org"}, {}, Side.MINE, "a@example.org"),
        ({}, {"email": "b@example.org"}, Side.THEIRS, "b@example.org"),
        ({"email": "old@example.org"}, {"email": None}, Side.THEIRS, None),
        ({"email": None}, {}, Side.MINE, None),
        ({"email": "a@example.org"}, {"email": "a@example.org"}, Side.BOTH, "a@example.org"),
        ({"email": "a@example.org"}, {"email": "b@example.org"}, Side.OPEN, "b@example.org"),
        ({"email": None}, {"email": "b@example.org"}, Side.OPEN, "b@example.org"),
        (
            {"phones": (make_phone(61),)},
            {"phones": (make_phone(62),)},
            Side.OPEN,
            (make_phone(62),),
        ),
        ({"term_codes": ("BU",)}, {"term_codes": ("BU", "MU", "CBT")}, Side.BOTH, ("BU", "CBT")),
        ({"term_codes": ("BU", "MU", "X")}, {"term_codes": ("MU",)}, Side.BOTH, ("MU", "X")),
    ],
)
def test_one_field_of_two_edits(
    mine: dict[str, Any], theirs: dict[str, Any], side: Side, merged: object
) -> None:
    (field,) = merge_three_ways(BASE, mine, replace(BASE, **theirs)).fields
    assert (field.side, field.merged) == (side, merged)


def test_edits_of_different_fields_join_without_a_question() -> None:
    theirs = replace(BASE, phones=(make_phone(2),))
    merge = merge_three_ways(BASE, {"email": "a@example.org"}, theirs)
    assert merge.conflicts == ()
    assert merge.changes == {"email": "a@example.org"}


def test_open_fields_are_left_out_of_what_is_saved() -> None:
    theirs = replace(BASE, email="b@example.org")
    mine = {"email": "a@example.org", "description": "New words"}
    merge = merge_three_ways(BASE, mine, theirs)
    assert [item.field for item in merge.conflicts] == ["email"]
    assert merge.changes == {"description": "New words"}


def test_same_edit_twice_leaves_nothing_to_save() -> None:
    mine = {"email": "a@example.org"}
    assert merge_three_ways(BASE, mine, replace(BASE, **mine)).changes == {}


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ({"schedules": MONDAYS}, {"hours_note": "By appointment"}),
        ({"point": PointRecord(latitude=40, longitude=-83)}, {"timezone": "America/Chicago"}),
    ],
)
def test_fields_that_are_read_together_are_never_taken_from_two_people(
    mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    merge = merge_three_ways(BASE, mine, replace(BASE, **theirs))
    assert {item.field for item in merge.conflicts} == {*mine, *theirs}
    assert merge.changes == {}


def test_every_field_that_is_compared_can_be_edited() -> None:
    assert set(LISTING_FIELDS) < set(EDITABLE_FIELDS)


def test_differences_name_status_and_zone_too() -> None:
    other = replace(BASE, timezone="America/Chicago", email=None)
    assert [change.field for change in differences(BASE, other)] == ["email", "timezone"]


def test_zone_is_locked_with_its_address() -> None:
    assert (lock_of("timezone"), lock_of("phones")) == ("address", "phones")
