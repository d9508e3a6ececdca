"""The pages of duplicates: found, merged, set apart, undone, and the old address."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import transaction
from app.domain.records import AddressRecord, ListingStatus
from app.domain.report import NewReport, Topic
from app.extensions import db
from app.models import SourceRecord
from app.store.reports import add_report, list_reports_of
from tests.browse import Page
from tests.factories import NOW, import_records, make_phone, make_record
from tests.listing_forms import (
    EditorBrowser,
    add,
    edit_by_somebody_else,
    new_place,
    read,
    sign_in_editor,
)

PLACE = AddressRecord(
    address_1="9 Sample Road",
    city="Columbus",
    state_province="OH",
    postal_code="43215",
)


def add_twice(app: Flask) -> tuple[UUID, UUID]:
    """A place listed twice; the first was checked by nobody, the second is newer."""
    records = [
        make_record(
            organization_name=name,
            name=name,
            address=PLACE,
            phones=tuple(make_phone(number) for number in numbers),
            as_of=as_of,
        )
        for name, numbers, as_of in (
            ("Sample Harbor", (1,), "2025-01"),
            ("Sample Harbour Inc", (1, 2), "2026-02"),
        )
    ]
    with app.app_context():
        import_records(db.session, *records)
        rows = db.session.execute(select(SourceRecord.external_key, SourceRecord.listing_id))
        ids = {row.external_key.partition("|")[0]: row.listing_id for row in rows}
    newer, older = ids["sample harbour"], ids["sample harbor"]
    return newer, older


def hidden(page: Page) -> dict[str, Any]:
    """What the form of a merge sends when nothing is touched."""
    form = next(f for f in page.all("form") if f.get("action", "").endswith("/merge"))
    return {
        str(element.get("name")): element.get("value", "")
        for element in form.iter("input")
        if element.get("name") != "csrf_token"
        and (element.get("type") == "hidden" or element.get("checked") is not None)
    }


def address_of(kept: UUID, gone: UUID, action: str = "") -> str:
    return f"/admin/duplicates/{kept}/{gone}{action}"


def merge(browser: EditorBrowser, kept: UUID, gone: UUID, **values: Any) -> Page:
    page = browser.get(address_of(kept, gone))
    browser.send(address_of(kept, gone, "/merge"), **{**hidden(page), **values})
    return browser.follow()


def test_the_list_shows_a_pair_with_its_reasons_and_the_newer_one_stays(
    app: Flask,
) -> None:
    newer, older = add_twice(app)
    add(app)
    page = sign_in_editor(app).get("/admin/duplicates/")
    assert "1 pair" in page.text
    assert "the same street and number" in page.text
    assert "the same phone number" in page.text
    assert address_of(newer, older) in page.html


def test_an_edit_and_an_import_are_seen_by_the_list_at_once(app: Flask) -> None:
    newer, older = add_twice(app)
    browser = sign_in_editor(app)
    assert "1 pair" in browser.get("/admin/duplicates/").text
    edit_by_somebody_else(
        app,
        newer,
        address=AddressRecord(
            address_1="77 Other Street", city="Cleveland", state_province="OH", postal_code="44101"
        ),
    )
    assert "No two listings" in browser.get("/admin/duplicates/").text
    with app.app_context():
        record = make_record(
            organization_name="Sample Harbors", name="Sample Pier", address=PLACE, phones=()
        )
        import_records(db.session, record, source_id="sample-other")
    assert "1 pair" in browser.get("/admin/duplicates/").text
    edit_by_somebody_else(app, older, status=ListingStatus.DEFUNCT)
    assert "No two listings" in browser.get("/admin/duplicates/").text


def test_a_pair_is_merged_and_the_old_address_leads_to_the_one_that_stays(
    app: Flask,
) -> None:
    newer, older = add_twice(app)
    browser = sign_in_editor(app)
    page = merge(browser, newer, older, take_name="gone", reason="one place")
    assert "Merged. The old address leads here now." in page.text
    assert read(app, newer).record.name == "Sample Harbor"
    client = app.test_client()
    for address, target in (
        (f"/listings/{older}", f"/listings/{newer}"),
        (f"/listings/{older}/report", f"/listings/{newer}/report"),
    ):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (301, target)
    for address in (f"/call-sheet?id={older}", f"/compare?id={older}&id={newer}"):
        text = client.get(address).get_data(as_text=True)
        assert "Sample Harbor" in text
        assert f"/listings/{older}" not in text
    found = client.get("/search?near=43215").get_data(as_text=True)
    assert str(newer) in found
    assert str(older) not in found
    assert "No two listings" in browser.get("/admin/duplicates/").text


def test_a_merge_can_be_undone_on_its_page_once(app: Flask) -> None:
    newer, older = add_twice(app)
    browser = sign_in_editor(app)
    page = merge(browser, newer, older)
    undo = next(f for f in page.all("form") if f.get("action", "").endswith("/undo")).get("action")
    assert str(newer) in browser.get("/admin/duplicates/settled").html
    browser.send(undo)
    assert "both places are back" in browser.follow().text
    assert read(app, older).record.status is ListingStatus.ACTIVE
    assert app.test_client().get(f"/listings/{older}").status_code == 200
    browser.get("/admin/duplicates/settled")
    browser.get(f"/admin/listings/{newer}")
    browser.send(undo)
    assert "This was already undone." in browser.follow().text
    steps = browser.get(f"/admin/listings/{newer}/history").text
    assert "undid the merge" in steps


def test_a_report_on_the_listing_that_goes_comes_along(app: Flask) -> None:
    newer, older = add_twice(app)
    with app.app_context(), transaction(db.session):
        report = NewReport(topic=Topic.PHONE, listing_id=older)
        add_report(db.session, report, reference="sample", on=NOW.date())
    merge(sign_in_editor(app), newer, older)
    with app.app_context():
        assert len(list_reports_of(db.session, newer)) == 1
    page = app.test_client().get(f"/listings/{newer}").get_data(as_text=True)
    assert "reported" in page


def test_two_places_are_remembered_and_can_be_offered_again(app: Flask) -> None:
    newer, older = add_twice(app)
    browser = sign_in_editor(app)
    browser.get(address_of(newer, older))
    for _click in range(2):
        browser.send(address_of(newer, older, "/apart"), reason="two doors")
    assert "No two listings" in browser.follow().text
    edit_by_somebody_else(app, older, cost="Free")
    assert "No two listings" in browser.get("/admin/duplicates/").text
    browser.get("/admin/duplicates/settled")
    first, second = sorted((newer, older))
    browser.send(address_of(first, second, "/again"))
    browser.follow()
    assert "1 pair" in browser.get("/admin/duplicates/").text


def test_a_change_meanwhile_is_409_and_what_was_chosen_stays_chosen(app: Flask) -> None:
    newer, older = add_twice(app)
    browser = sign_in_editor(app)
    form = hidden(browser.get(address_of(newer, older)))
    edit_by_somebody_else(app, older, cost="Free")
    sent = {**form, "take_name": "gone", "reason": "one place"}
    page = browser.send(address_of(newer, older, "/merge"), answer=409, **sent)
    assert "Somebody changed one of these meanwhile" in page.text
    again = hidden(page)
    assert again["take_name"] == "gone"
    assert 'value="one place"' in page.html
    assert again["gone_version"] == "2"
    assert read(app, older).record.status is ListingStatus.ACTIVE
    browser.send(address_of(newer, older, "/merge"), **again)
    assert read(app, older).record.status is ListingStatus.INACTIVE


def test_a_double_click_merges_once(app: Flask) -> None:
    newer, older = add_twice(app)
    browser = sign_in_editor(app)
    form = hidden(browser.get(address_of(newer, older)))
    for _click in range(2):
        browser.send(address_of(newer, older, "/merge"), **form)
    assert "already saved" in browser.follow().text
    assert read(app, newer).version == 2


def test_a_merge_the_other_way_round_after_a_merge_changes_nothing(app: Flask) -> None:
    newer, older = add_twice(app)
    browser = sign_in_editor(app)
    form = hidden(browser.get(address_of(older, newer)))
    merge(browser, newer, older)
    browser.send(address_of(older, newer, "/merge"), answer=422, **form)
    assert read(app, newer).record.status is ListingStatus.ACTIVE


@pytest.mark.parametrize("value", ["", "abc", "-1", "0", "1e3"])
def test_a_version_that_is_none_is_400(app: Flask, value: str) -> None:
    newer, older = add_twice(app)
    browser = sign_in_editor(app)
    form = {**hidden(browser.get(address_of(newer, older))), "gone_version": value}
    browser.send(address_of(newer, older, "/merge"), answer=400, **form)


def test_pairs_that_cannot_be_are_404(app: Flask) -> None:
    newer, _older = add_twice(app)
    browser = sign_in_editor(app)
    browser.get(address_of(newer, newer), status=404)
    browser.get(address_of(newer, uuid4()), status=404)
    browser.get(f"/admin/duplicates/merged/{uuid4()}", status=404)


def test_a_listing_that_was_merged_is_not_worked_on_until_that_is_undone(
    app: Flask,
) -> None:
    newer, older = add_twice(app)
    browser = sign_in_editor(app)
    browser.get(f"/admin/listings/{older}")
    merge(browser, newer, older)
    browser.get(f"/admin/listings/{older}", status=302)
    assert "was merged" in browser.follow().text
    sent = {"status": "active", "version": "2"}
    browser.send(f"/admin/listings/{older}/retire", **sent)
    assert "Nothing was changed" in browser.follow().text
    assert read(app, older).record.status is ListingStatus.INACTIVE
    browser.get(f"/admin/listings/{older}/history")


def test_adding_a_place_that_is_there_under_another_spelling_warns_with_its_link(
    app: Flask,
) -> None:
    _newer, older = add_twice(app)
    browser = sign_in_editor(app)
    browser.get("/admin/listings/new")
    sent = new_place(name="The Sample Harbor", address_1="9 Sample Rd.")
    page = browser.send("/admin/listings/new", answer=422, **sent)
    assert "may be the same place: " in page.text
    assert f"/admin/listings/{older}" in page.html
