"""The form of a listing: what it shows is read back as it was, and what changed is told apart."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from app.domain.edit import read_together
from app.domain.hours import parse_hours
from app.domain.records import ListingRecord, PhoneKind, PointRecord, ScheduleRecord
from app.web.admin.listings.merging import chosen_changes, merge_rows
from app.web.admin.listings.reading import read_listing
from app.web.admin.listings.typed import shown, typed_in, unknown_fields
from app.web.admin.listings.week import hours_line, read_hours, shown_hours
from tests.factories import NOW, make_phone, make_record

TODAY = NOW.date()


def read(base: ListingRecord, **typed: Any) -> Any:
    before = shown(base)
    form = MultiDict([(name, value) for name, values in before.items() for value in values])
    for name, value in typed.items():
        form.setlist(name, value if isinstance(value, list) else [value])
    return read_listing(typed_in(form, before), base, today=TODAY)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"address": None, "point": None, "phones": ()},
        {"phones": (make_phone(1, extension="7"), make_phone(2, kind=PhoneKind.TTY))},
        {"languages": ("en", "ase", "xx"), "term_codes": ("BU", "SA")},
        {"schedules": (ScheduleRecord(freq="MONTHLY", byday=("1MO", "3TH"), description="A: b"),)},
        {"description": "Two\nlines", "accepts_walk_ins": False, "accessibility": ("a", "b")},
        {"point": PointRecord(latitude=39.123456789, longitude=-83.0, is_approximate=True)},
    ],
)
def test_a_form_as_it_was_shown_changes_nothing(values: dict[str, Any]) -> None:
    reading = read(make_record(**values))
    assert (reading.changes, reading.errors, reading.warnings) == ({}, (), ())


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("Mon-Fri 8:00-16:30", "week"),
        ("Mon-Thu 09:00-12:00, 13:00-16:00", "week"),
        ("Fri 20:00-02:00", "week"),
        ("Sat-Sun 10:00-24:00", "week"),
        ("24/7", "always"),
        ("unknown", "unknown"),
        ("Mon-Fri 8:00-16:30; Sat by appointment", "text"),
        ("1st and 3rd Thu of the month 10:00-12:00", "text"),
        ("every other Fri 10am-2pm", "text"),
        ("Clinic: Mon 9:00-17:00", "text"),
        ("Mon 08:00-26:00", "text"),
    ],
)
def test_hours_are_shown_in_the_plainest_way_that_says_them(text: str, mode: str) -> None:
    schedules = parse_hours(text)
    fields = shown_hours(schedules)
    assert fields["hours_mode"] == mode
    assert read_hours(fields, before=())[0] == schedules
    assert not schedules or parse_hours(hours_line(schedules) or "") == schedules


def test_hours_that_no_line_says_are_kept() -> None:
    odd = (ScheduleRecord(byday=("MO",), opens_at="08:00", closes_at="09:00", interval=3),)
    fields = shown_hours(odd)
    assert fields["hours_mode"] == "keep"
    assert read_hours(fields, before=odd) == (odd, ())


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"cost": " Free\x00 "}, {"cost": "Free"}),
        ({"cost": ""}, {}),
        ({"accepts_walk_ins": "no"}, {"accepts_walk_ins": False}),
        ({"languages": "Spanish, english; ASL"}, {"languages": ("es", "en", "ase")}),
        ({"accessibility": "Ramp\r\n\r\n Lift "}, {"accessibility": ("Ramp", "Lift")}),
        ({"website": "www.example.org"}, {"website": "https://www.example.org"}),
        ({"term": ["SA", "BU", "NOPE"], "terms_shown": "1"}, {"term_codes": ("BU", "SA")}),
        ({"term": ["SA"]}, {}),  # nothing says that the boxes were there
        ({"phone_number": ["1"]}, {}),  # a number that is refused
    ],
)
def test_what_was_typed_is_told_from_what_was_shown(
    typed: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert read(make_record(), **typed).changes == expected


def test_a_new_street_moves_the_point_and_a_new_spelling_does_not() -> None:
    base = make_record()
    assert base.address
    spelt = read(base, address_1=base.address.address_1.replace("Street", "St."))
    assert "point" not in spelt.changes
    assert spelt.changes["address"].address_1.endswith("St.")
    moved = read(base, address_1="900 Other Road")
    assert moved.changes["point"].is_approximate


def test_a_new_zip_code_brings_its_county_and_zone() -> None:
    changes = read(make_record(), city="Cleveland", postal_code="44114").changes
    assert changes["county_fips"] == "39035"
    assert changes["point"].is_approximate


def test_fields_of_no_form_are_named() -> None:
    assert unknown_fields(MultiDict({"name": "x", "is_admin": "1", "id": "2"})) == (
        "id",
        "is_admin",
    )


def test_what_is_read_together_is_chosen_together() -> None:
    base = make_record(cost="Base")
    assert read_together("point") == (
        "address",
        "point",
        "timezone",
        "county_fips",
        "is_address_confidential",
    )
    mine = read(base, address_1="900 Other Road", cost="Mine").changes
    theirs = make_record(**{**_values(base), "point": None, "cost": "Theirs"})
    rows = {row.id: row for row in merge_rows(base, mine, theirs)}
    assert set(rows) == {"address", "cost"}
    assert all(row.is_open for row in rows.values())
    assert chosen_changes(base, mine, theirs, taken={}) is None
    assert chosen_changes(base, mine, theirs, taken={"address": "theirs", "cost": "x"}) is None
    assert chosen_changes(base, mine, theirs, taken={"address": "theirs", "cost": "mine"}) == {
        "cost": "Mine"
    }


def _values(record: ListingRecord) -> dict[str, Any]:
    return {field: getattr(record, field) for field in record.__slots__}
