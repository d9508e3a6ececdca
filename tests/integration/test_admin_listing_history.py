"""The history of a listing on the staff's pages: who changed what, compared, and put back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from app.domain.records import AddressRecord, ScheduleRecord
from tests.browse import Browse, Page, text_of
from tests.factories import make_phone, make_record
from tests.listing_forms import (
    EditorBrowser,
    add,
    check,
    edit_by_somebody_else,
    fields_of,
    read,
    sign_in_editor,
)

ELSEWHERE = AddressRecord(
    address_1="5 Sample Road", city="Cleveland", state_province="OH", postal_code="44114"
)


@pytest.fixture
def staff(app: Flask) -> EditorBrowser:
    return sign_in_editor(app)


def cells(page: Page) -> list[list[str]]:
    """The first three cells of each row of the tables of a page."""
    rows = [row for body in page.all("tbody") for row in body.iter("tr")]
    return [[text_of(cell) for cell in row][:3] for row in rows]


def test_the_timeline_says_who_changed_what_from_what_and_why(
    app: Flask, staff: EditorBrowser
) -> None:
    listing_id = add(app, cost="Free")
    edit_by_somebody_else(app, listing_id, cost="On a scale")
    staff.get(f"/admin/listings/{listing_id}")
    staff.send(f"/admin/listings/{listing_id}/verify", **check(), reason="the front desk")
    page = staff.get(f"/admin/listings/{listing_id}/history")
    assert ["Cost", "Free", "On a scale"] in cells(page)
    text = page.text
    for words in (
        "Sample Other changed it",
        "Why: they told me",
        "Sample editor checked it",
        "Why: the front desk",
        "not checked before",
    ):
        assert words in text


def test_only_the_codes_that_came_and_went_are_told(app: Flask, staff: EditorBrowser) -> None:
    listing_id = add(app, term_codes=("BU", "SA"))
    edit_by_somebody_else(app, listing_id, term_codes=("DT", "SA"))
    page = staff.get(f"/admin/listings/{listing_id}/history")
    assert "Treatment for drug or alcohol use" not in page.text


def test_one_field_is_put_back_and_live_at_once(
    app: Flask, staff: EditorBrowser, browse: Browse
) -> None:
    listing_id = add(app, name="Sample Harbor", cost="Free")
    edit_by_somebody_else(app, listing_id, name="Sample Lighthouse", cost="On a scale")
    staff.get(f"/admin/listings/{listing_id}/history")
    address = f"/admin/listings/{listing_id}/restore"
    staff.send(address, version="2", to_version="1", field="name")
    assert "Put back. It is live." in staff.follow().text
    record = read(app, listing_id).record
    assert (record.name, record.cost) == ("Sample Harbor", "On a scale")
    assert "Sample Harbor" in browse.get("public.search", near="43215").text
    assert "put back" in staff.get(f"/admin/listings/{listing_id}/history").text


def test_a_street_is_put_back_with_its_point(app: Flask, staff: EditorBrowser) -> None:
    listing_id = add(app)
    before = read(app, listing_id).record
    edit_by_somebody_else(
        app, listing_id, address=ELSEWHERE, point=None, county_fips=None, cost="Free"
    )
    staff.get(f"/admin/listings/{listing_id}/history")
    address = f"/admin/listings/{listing_id}/restore"
    staff.send(address, version="2", to_version="1", field="address")
    assert read(app, listing_id).record == replace(before, cost="Free")


def test_a_whole_version_is_put_back_once(app: Flask, staff: EditorBrowser) -> None:
    listing_id = add(
        app, schedules=(ScheduleRecord(byday=("MO",), opens_at="08:00", closes_at="16:00"),)
    )
    before = read(app, listing_id).record
    edit_by_somebody_else(app, listing_id, phones=(), schedules=(), hours_note="Call first")
    edit_by_somebody_else(app, listing_id, term_codes=("SA",), cost="Free")
    staff.get(f"/admin/listings/{listing_id}/history")
    address = f"/admin/listings/{listing_id}/restore"
    for words in ("Put back. It is live.", "This was already so."):
        staff.send(address, version="3", to_version="1")
        assert words in staff.follow().text
    assert read(app, listing_id).record == before
    assert read(app, listing_id).version == 4


def test_a_stale_restore_changes_nothing_and_says_so(app: Flask, staff: EditorBrowser) -> None:
    listing_id = add(app, cost="Free")
    edit_by_somebody_else(app, listing_id, cost="On a scale")
    edit_by_somebody_else(app, listing_id, cost="A third")
    staff.get(f"/admin/listings/{listing_id}/history")
    page = staff.send(
        f"/admin/listings/{listing_id}/restore", answer=409, version="2", to_version="1"
    )
    assert "Somebody changed it meanwhile" in page.text
    assert read(app, listing_id).record.cost == "A third"


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"version": "2"},
        {"version": "2", "to_version": "0"},
        {"version": "2", "to_version": "99"},
        {"version": "99", "to_version": "1"},
        {"version": "2", "to_version": "1", "field": "id"},
        {"version": "2", "to_version": "1", "field": "sources"},
        {"version": "\u0662", "to_version": "1"},
    ],
)
def test_a_restore_of_what_never_was_is_refused(
    app: Flask, staff: EditorBrowser, values: dict[str, str]
) -> None:
    listing_id = add(app, cost="Free")
    edit_by_somebody_else(app, listing_id, cost="On a scale")
    staff.get(f"/admin/listings/{listing_id}/history")
    staff.send(f"/admin/listings/{listing_id}/restore", answer=400, **values)
    assert read(app, listing_id).record.cost == "On a scale"


def test_any_two_versions_are_compared(app: Flask, staff: EditorBrowser) -> None:
    listing_id = add(app, cost="First")
    for cost in ("Second", "Third"):
        edit_by_somebody_else(app, listing_id, cost=cost)
    for query, expected in (
        ("", ["Cost", "Second", "Third"]),
        ("?earlier=1&later=3", ["Cost", "First", "Third"]),
        ("?earlier=3&later=1", ["Cost", "First", "Third"]),
        ("?earlier=x&later=-5", ["Cost", "First", "Second"]),
        ("?earlier=2&later=2", None),
        ("?earlier=99999999999999999999&later=1", ["Cost", "First", "Third"]),
    ):
        page = staff.get(f"/admin/listings/{listing_id}/compare{query}")
        assert cells(page) == ([expected] if expected else []), query
        assert ("The two versions are the same." in page.text) == (expected is None)


def test_a_listing_without_a_history_says_so(app: Flask, staff: EditorBrowser) -> None:
    listing_id = add(app, name=make_record().name, phones=(make_phone(),))
    assert staff.get(f"/admin/listings/{listing_id}/history").h1.startswith("History of")


def test_an_edit_in_the_form_is_undone_from_its_own_line(app: Flask, staff: EditorBrowser) -> None:
    listing_id = add(app, cost="Free")
    typed = fields_of(staff.get(f"/admin/listings/{listing_id}/edit"))
    staff.send(f"/admin/listings/{listing_id}/edit", **{**typed, "cost": "Wrong"})
    page = staff.get(f"/admin/listings/{listing_id}/history")
    form = next(form for form in page.all("form") if form.get("action", "").endswith("/restore"))
    data = {each.get("name", ""): each.get("value", "") for each in form.iter("input")}
    assert data["field"] == "cost"
    staff.send(form.get("action", ""), **data)
    assert read(app, listing_id).record.cost == "Free"
