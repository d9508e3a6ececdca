"""Bad input in the form of a listing: each is answered in words, and nothing typed is lost."""

from __future__ import annotations

import logging
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from app.domain.records import ListingStatus
from tests.listing_forms import (
    EditorBrowser,
    add,
    edit_by_somebody_else,
    fields_of,
    new_place,
    read,
    sign_in_editor,
)

LONG = "ä" * 10_001


@pytest.fixture
def staff(app: Flask) -> EditorBrowser:
    return sign_in_editor(app)


def phone(number: str, extension: str = "", kind: str = "voice") -> dict[str, Any]:
    return {
        "phone_number": [number],
        "phone_extension": [extension],
        "phone_kind": [kind],
        "phone_description": [""],
    }


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        pytest.param({"name": ""}, "Name: enter one.", id="33 no name"),
        pytest.param({"name": " \u200b\t"}, "Name: enter one.", id="33 a name of spaces"),
        pytest.param(
            {"organization_name": ""}, "Organization: enter one.", id="33 no organization"
        ),
        pytest.param({"website": "javascript:alert(1)"}, "http:// or https://", id="34 javascript"),
        pytest.param({"website": "data:text/html,x"}, "http:// or https://", id="34 data"),
        pytest.param({"website": "file:///etc/passwd"}, "http:// or https://", id="34 file"),
        pytest.param({"website": "//evil.example"}, "not a web address", id="34 no scheme"),
        pytest.param({"website": "http:\\\\evil"}, "not a web address", id="34 backslashes"),
        pytest.param({"website": "https://a@evil.example"}, "not a web address", id="34 at sign"),
        pytest.param({"email": "not an address"}, "name@example.org", id="34 e-mail"),
        pytest.param(phone("call us"), "412-555-0100", id="35 letters"),
        pytest.param(phone("1" * 60), "too many digits", id="35 sixty digits"),
        pytest.param(phone("999-999-9999"), "a placeholder", id="35 a placeholder"),
        pytest.param(phone("555-0100"), "10 digits", id="35 no area code"),
        pytest.param(phone("", "12"), "no telephone number", id="35 an extension alone"),
        pytest.param(phone("614-555-0100", "x"), "1 to 7 digits", id="35 an odd extension"),
        pytest.param(
            phone("614-555-0100", kind="king"), "a kind of the list", id="35 no such kind"
        ),
        pytest.param(
            {"hours_mode": "text", "hours_text": "Mon 25:00-26:00"}, "no such time", id="36 25:00"
        ),
        pytest.param(
            {"hours_mode": "week", "open_MO_1": "25:00", "close_MO_1": "26:00"},
            "Monday: no such time",
            id="36 25:00 in the week",
        ),
        pytest.param(
            {"hours_mode": "text", "hours_text": "Mon 09:00-08:00"},
            "closes before it opens",
            id="36 ends before it begins",
        ),
        pytest.param(
            {"hours_mode": "text", "hours_text": "Mon 9:00-17:00; Mon 16:00-18:00"},
            "overlap",
            id="36 two times overlap",
        ),
        pytest.param(
            {"hours_mode": "week", "open_MO_1": "09:00"},
            "Monday: enter when it opens and when it closes.",
            id="36 half a day",
        ),
        pytest.param({"hours_mode": "text", "hours_text": "whenever"}, "Hours:", id="36 words"),
        pytest.param({"latitude": "x", "longitude": "-83"}, "Point:", id="37 no number"),
        pytest.param({"latitude": "nan", "longitude": "-83"}, "Point:", id="37 not a number"),
        pytest.param({"latitude": "-83", "longitude": "39.9"}, "swapped", id="37 swapped"),
        pytest.param({"latitude": "39.9", "longitude": ""}, "Point:", id="37 half a point"),
        pytest.param({"latitude": "48.8", "longitude": "2.3"}, "outside", id="37 in France"),
        pytest.param({"postal_code": "4321"}, "5 digits", id="38 four digits"),
        pytest.param({"city": ""}, "City: enter one.", id="38 no city"),
        pytest.param({"description": LONG}, "10,000 characters at most", id="39 description"),
        pytest.param({"accessibility": LONG}, "10,000 characters at most", id="39 accessibility"),
        pytest.param({"name": LONG}, "10,000 characters at most", id="39 name"),
        pytest.param({"languages": "Klingonese"}, "we do not know", id="a language"),
        pytest.param({"delivery": "teleport"}, "Choose one of the list.", id="a way there is not"),
        pytest.param({"delivery": "helpline"}, "a helpline stays one", id="a helpline made here"),
        pytest.param({"status": "king"}, "Choose one of the list.", id="a status there is not"),
    ],
)
def test_a_mistake_is_explained_and_all_that_was_typed_stays(
    app: Flask, staff: EditorBrowser, typed: dict[str, Any], message: str
) -> None:
    listing_id = add(app, cost="Free")
    before = read(app, listing_id)
    form = fields_of(staff.get(f"/admin/listings/{listing_id}/edit"))
    page = staff.send(
        f"/admin/listings/{listing_id}/edit",
        answer=422,
        **{**form, "eligibility": "Kept text", "reason": "Kept reason", **typed},
    )
    assert page.title.startswith("Error:")
    assert message in page.text
    assert page.all("section", class_="error-summary")
    sent_back = fields_of(page)
    assert sent_back["eligibility"] == ["Kept text"]
    assert sent_back["reason"] == ["Kept reason"]
    for name, value in typed.items():
        kept = sent_back[name][: len(value)] if isinstance(value, list) else sent_back[name][0]
        if name in {"delivery", "status"} or "king" in value:
            continue  # a list has no such line
        assert kept == value, name
    assert read(app, listing_id) == before


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        pytest.param(
            {"latitude": "42.36", "longitude": "-71.06"}, "outside OH", id="37 in another state"
        ),
        pytest.param({"city": "Cleveland"}, "does not seem to belong", id="38 another city"),
        pytest.param({"city": "Nowhereville"}, "does not seem to belong", id="38 no such city"),
        pytest.param({"state": "MI"}, "is not in MI", id="38 another state"),
        pytest.param({"postal_code": "43200"}, "do not know the ZIP", id="38 an unknown ZIP code"),
        pytest.param({"name": "S\u0430mple Clinic"}, "two alphabets", id="49 homoglyphs"),
    ],
)
def test_what_is_odd_is_saved_once_it_is_confirmed(
    app: Flask, staff: EditorBrowser, typed: dict[str, str], message: str
) -> None:
    listing_id = add(app)
    form = fields_of(staff.get(f"/admin/listings/{listing_id}/edit"))
    address = f"/admin/listings/{listing_id}/edit"
    page = staff.send(address, answer=422, **{**form, **typed})
    assert message in page.text
    assert read(app, listing_id).version == 1
    keys = [box.get("value") for box in page.all("input", name="confirmed")]
    again = fields_of(page)
    page = staff.send(address, answer=422, **{**again, "confirmed": "something_else"})
    staff.send(address, **{**again, "confirmed": keys})
    assert read(app, listing_id).version == 2


@pytest.mark.parametrize(
    ("row", "number", "extension"),
    [
        (phone("911"), "911", None),
        (phone("+1 412 555 0100 x12"), "+14125550100", "12"),
        (phone("+1 412 555 0100", "12"), "+14125550100", "12"),
        (phone("800-555-HELP"), "+18005554357", None),
    ],
)
def test_a_number_is_kept_as_it_is_dialled(
    app: Flask, staff: EditorBrowser, row: dict[str, Any], number: str, extension: str | None
) -> None:
    listing_id = add(app)
    form = fields_of(staff.get(f"/admin/listings/{listing_id}/edit"))
    staff.send(f"/admin/listings/{listing_id}/edit", **{**form, **row})
    phones = read(app, listing_id).record.phones
    assert [(each.number, each.extension) for each in phones] == [(number, extension)]


def test_a_number_is_taken_away_by_its_box(app: Flask, staff: EditorBrowser) -> None:
    listing_id = add(app)
    form = fields_of(staff.get(f"/admin/listings/{listing_id}/edit"))
    staff.send(f"/admin/listings/{listing_id}/edit", **form, phone_remove="0")
    assert read(app, listing_id).record.phones == ()


def test_39_a_note_of_one_megabyte_is_shown_back(app: Flask, staff: EditorBrowser) -> None:
    listing_id = add(app)
    form = fields_of(staff.get(f"/admin/listings/{listing_id}/edit"))
    note = "n" * 1_000_000
    page = staff.send(
        f"/admin/listings/{listing_id}/edit", answer=422, **{**form, "description": note}
    )
    assert "10,000 characters at most. This has 1000000." in page.text
    assert note in page.html


def test_40_fields_of_no_form_are_ignored_and_noted(
    app: Flask, staff: EditorBrowser, caplog: pytest.LogCaptureFixture
) -> None:
    listing_id = add(app)
    form = fields_of(staff.get(f"/admin/listings/{listing_id}/edit"))
    extra = {"is_admin": "1", "id": str(uuid4()), "verified_by": "me", "by": "me", "helpline": "x"}
    with caplog.at_level(logging.WARNING, logger="help_first"):
        staff.send(f"/admin/listings/{listing_id}/edit", **{**form, **extra, "cost": "Free"})
    saved = read(app, listing_id)
    assert (saved.id, saved.version, saved.record.cost) == (listing_id, 2, "Free")
    assert all(each.verified_by == "Sample editor" for each in saved.verifications)
    assert "5 unknown fields ignored" in caplog.text


@pytest.mark.parametrize("version", ["", "abc", "-1", "0", "1.0", "9", "9" * 30, "\u0661"])
def test_42_a_version_that_cannot_be_is_400(app: Flask, staff: EditorBrowser, version: str) -> None:
    listing_id = add(app)
    form = fields_of(staff.get(f"/admin/listings/{listing_id}/edit"))
    token = _token(form, staff)
    for address in ("edit", "merge", "retire"):
        staff.send(
            f"/admin/listings/{listing_id}/{address}",
            answer=400,
            **{
                **form,
                "version": version,
                "base_version": "1",
                "status": "defunct",
                "csrf_token": token,
            },
        )
    assert read(app, listing_id).version == 1


def test_43_the_same_form_twice_is_one_change(app: Flask, staff: EditorBrowser) -> None:
    listing_id = add(app)
    form = fields_of(staff.get(f"/admin/listings/{listing_id}/edit"))
    for words in ("Saved. It is live.", "This was already saved."):
        staff.send(f"/admin/listings/{listing_id}/edit", **{**form, "cost": "Free"})
        assert words in staff.follow().text
    assert read(app, listing_id).version == 2


def test_44_a_listing_that_is_gone_gives_the_text_back(staff: EditorBrowser) -> None:
    staff.get("/admin/listings/new")
    page = staff.send(
        f"/admin/listings/{uuid4()}/edit", answer=410, version="1", cost="Kept <text>"
    )
    assert page.h1 == "This listing is gone"
    assert "Kept <text>" in page.text


def test_44_a_listing_retired_meanwhile_is_a_stale_one(app: Flask, staff: EditorBrowser) -> None:
    listing_id = add(app)
    form = fields_of(staff.get(f"/admin/listings/{listing_id}/edit"))
    edit_by_somebody_else(app, listing_id, status=ListingStatus.DEFUNCT)
    page = staff.send(f"/admin/listings/{listing_id}/edit", answer=409, **{**form, "cost": "Free"})
    assert "Closed for good" in page.text


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
def test_45_a_form_with_a_wrong_token_keeps_the_text(
    app: Flask, staff: EditorBrowser, token: str
) -> None:
    listing_id = add(app)
    form = fields_of(staff.get(f"/admin/listings/{listing_id}/edit"))
    page = staff.send(
        f"/admin/listings/{listing_id}/edit",
        answer=400,
        **{**form, "cost": "Kept text", "csrf_token": token},
    )
    assert page.h1 == "This page was open for too long"
    assert "Kept text" in page.text
    assert read(app, listing_id).version == 1


def test_46_a_session_that_ended_keeps_the_text(app: Flask, staff: EditorBrowser) -> None:
    listing_id = add(app)
    form = fields_of(staff.get(f"/admin/listings/{listing_id}/edit"))
    staff.client.delete_cookie("session")
    page = staff.send(
        f"/admin/listings/{listing_id}/edit",
        answer=401,
        **{**form, "description": "ü" * 10_000, "csrf_token": "x"},
    )
    assert page.h1 == "You are signed out"
    assert "ü" * 10_000 in page.text


def test_48_a_new_name_that_is_listed_there_already_is_warned_of(
    staff: EditorBrowser,
) -> None:
    staff.get("/admin/listings/new")
    staff.send("/admin/listings/new", **new_place())
    staff.get("/admin/listings/new")
    other = {"address_1": "77 Sample Road", "phone_number": ["614-555-0156", ""]}
    staff.send("/admin/listings/new", **new_place(name="Sample Bay", **other))
    page = staff.follow()
    edit = next(link for link in page.links() if link.endswith("/edit"))
    form = fields_of(staff.get(edit))
    page = staff.send(
        edit, answer=422, **{**form, "name": "Sample Cove", "address_1": "9 Sample Street"}
    )
    assert "Sample Cove may be the same place: the same street and number" in page.text


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "Sample\0 \u202eName", "cost": "\ud800"},
        {"term": ["SA", "NOPE", "' OR 1=1"], "terms_shown": "1"},
        {
            "phone_number": ["1"] * 900,
            "phone_extension": [],
            "phone_kind": [],
            "phone_description": [],
        },
        {"term_filter": "\0(((", "action": "filter"},
        {"hours_mode": "nonsense", "hours_text": "x"},
        {"accepts_walk_ins": "perhaps"},
        {"confirmed": ["twin_", "x"] * 50},
    ],
)
def test_nonsense_never_breaks_the_page(
    app: Flask, staff: EditorBrowser, typed: dict[str, Any]
) -> None:
    listing_id = add(app)
    form = fields_of(staff.get(f"/admin/listings/{listing_id}/edit"))
    address = f"/admin/listings/{listing_id}/edit"
    data = {**form, **typed, "csrf_token": _token(form, staff)}
    encoded = {
        name: [text.encode("utf-8", "replace") for text in _listed(value)]
        for name, value in data.items()
    }
    answer = staff.client.post(address, data=encoded, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code in {302, 422}
    record = read(app, listing_id).record
    assert "\0" not in record.name
    assert "NOPE" not in record.term_codes


def _token(form: dict[str, Any], staff: EditorBrowser) -> str:
    assert form
    assert staff.page
    return staff.page.all("input", name="csrf_token")[0].get("value", "")


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
