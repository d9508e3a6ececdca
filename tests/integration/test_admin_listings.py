"""Listings by the staff: found, changed, checked, added, copied and retired; seen live at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.domain.records import ListingStatus, PhoneKind
from app.extensions import db
from app.store import edits
from app.store.history import list_history
from tests.browse import Browse, text_of
from tests.factories import make_phone
from tests.listing_forms import (
    EditorBrowser,
    add,
    check,
    edit_by_somebody_else,
    fields_of,
    hidden,
    new_place,
    read,
    sign_in_editor,
)


@pytest.fixture
def staff(app: Flask) -> EditorBrowser:
    return sign_in_editor(app)


# Find


def test_listings_are_found_by_text_place_status_and_age(app: Flask, staff: EditorBrowser) -> None:
    first = add(app, name="Sample Harbor", description="Naloxone and wound care")
    second = add(app, name="Sample Meadow", status=ListingStatus.INACTIVE)
    for query, expected in (
        ("", {first, second}),
        ("?q=harbor", {first}),
        ("?q=NALOXONE+wound", {first}),
        ("?q=harbor+meadow", set()),
        ("?q=%25", {first, second}),
        ("?zip=432", {first, second}),
        ("?zip=021", set()),
        ("?state=OH", {first, second}),
        ("?state=MA", set()),
        ("?status=inactive", {second}),
        ("?source=nobody", set()),
        ("?age=90", {first, second}),
        ("?report=1", set()),
        ("?page=999999999999&age=x&state=x&status=x&zip=x", {first, second}),
        ("?q=" + "a" * 5000, set()),
    ):
        page = staff.get(f"/admin/listings/{query}")
        found = {UUID(link.rpartition("/")[2]) for link in page.links() if _is_listing(link)}
        assert found == expected, query


def test_a_checked_listing_leaves_the_list_of_old_ones(app: Flask, staff: EditorBrowser) -> None:
    listing_id = add(app)
    staff.get(f"/admin/listings/{listing_id}")
    staff.send(f"/admin/listings/{listing_id}/verify", **check())
    assert str(listing_id) not in staff.get("/admin/listings/?age=90").html
    assert str(listing_id) in staff.get("/admin/listings/").html


def _is_listing(link: str) -> bool:
    parts = link.split("/")
    return len(parts) == 4 and parts[:3] == ["", "admin", "listings"] and len(parts[3]) == 36


# Edit


def test_a_form_that_nobody_touched_changes_nothing(app: Flask, staff: EditorBrowser) -> None:
    listing_id = add(
        app,
        phones=(make_phone(3, extension="12"), make_phone(4, kind=PhoneKind.FAX)),
        term_codes=("SA", "BU"),
        languages=("en", "es"),
        accessibility=("Ramp", "Elevator"),
        description="Two\tparts",
        service_areas=(),
        unknown_codes=("ZZZ",),
    )
    page = staff.get(f"/admin/listings/{listing_id}/edit")
    before = read(app, listing_id)
    staff.send(f"/admin/listings/{listing_id}/edit", **fields_of(page))
    assert staff.follow().text.count("Nothing was changed.") == 1
    assert read(app, listing_id) == before


def test_an_edit_is_saved_noted_and_found_on_the_next_request(
    app: Flask, staff: EditorBrowser, browse: Browse
) -> None:
    listing_id = add(app, name="Sample Harbor")
    typed = fields_of(staff.get(f"/admin/listings/{listing_id}/edit"))
    typed |= {"name": "Sample Lighthouse", "reason": "their new sign"}
    typed["phone_number"][0] = "614-555-0177 x9"
    staff.send(f"/admin/listings/{listing_id}/edit", **typed)
    assert "Saved. It is live." in staff.follow().text
    saved = read(app, listing_id)
    assert saved.version == 2
    assert saved.record.name == "Sample Lighthouse"
    assert [(p.number, p.extension) for p in saved.record.phones] == [("+16145550177", "9")]
    with app.app_context():
        last = list_history(db.session, listing_id)[-1]
    assert (last.by, last.reason) == ("Sample editor", "their new sign")
    found = browse.get("public.search", near="43215", q="lighthouse")
    assert "Sample Lighthouse" in found.text
    assert "(614) 555-0177" in browse.get("public.listing", listing_id=listing_id).text


def test_hours_are_entered_as_a_week_a_line_or_round_the_clock(
    app: Flask, staff: EditorBrowser
) -> None:
    listing_id = add(app)
    address = f"/admin/listings/{listing_id}/edit"
    for values, expected in (
        ({"hours_mode": "week", "open_MO_1": "08:00", "close_MO_1": "16:30"}, ["MO 08:00-16:30"]),
        ({"hours_mode": "week", "open_FR_1": "20:00", "close_FR_1": "02:00"}, ["FR 20:00-02:00"]),
        (
            {"hours_mode": "text", "hours_text": "Mon-Tue 8:00-16:30; Sat by appointment"},
            ["MO,TU 08:00-16:30", "SA None-None"],
        ),
        ({"hours_mode": "always"}, ["MO,TU,WE,TH,FR,SA,SU 00:00-23:59"]),
        ({"hours_mode": "unknown"}, []),
    ):
        typed = fields_of(staff.get(address))
        blank = {name: "" for name in typed if name.startswith(("open_", "close_"))}
        staff.send(address, **{**typed, **blank, **values})
        lines = [
            f"{','.join(line.byday)} {line.opens_at}-{line.closes_at}"
            for line in read(app, listing_id).record.schedules
        ]
        assert lines == expected, values


def test_terms_are_filtered_without_losing_what_was_typed(app: Flask, staff: EditorBrowser) -> None:
    listing_id = add(app, term_codes=("SA",))
    address = f"/admin/listings/{listing_id}/edit"
    typed = fields_of(staff.get(address))
    typed |= {"description": "A new text", "term_filter": "buprenorphine", "action": "filter"}
    page = staff.send(address, answer=422, **typed)
    boxes = page.all("input", type="checkbox", name="term")
    assert 0 < len(boxes) < 40
    assert "A new text" in page.html
    again = fields_of(page)
    assert "SA" in again["term"]
    again["term"] = [*again["term"], "BU"]
    staff.send(address, **again)
    assert read(app, listing_id).record.term_codes == ("BU", "SA")
    assert read(app, listing_id).record.description == "A new text"


def test_a_form_that_lost_fields_erases_nothing(app: Flask, staff: EditorBrowser) -> None:
    listing_id = add(app, term_codes=("SA",), cost="Free")
    staff.get(f"/admin/listings/{listing_id}/edit")
    staff.send(f"/admin/listings/{listing_id}/edit", version="1", name="Sample Newname")
    record = read(app, listing_id).record
    assert (record.name, record.cost, record.term_codes) == ("Sample Newname", "Free", ("SA",))
    assert record.phones
    assert record.address


# Stale


def test_two_edits_of_other_fields_are_joined_with_one_click(
    app: Flask, staff: EditorBrowser
) -> None:
    listing_id = add(app, cost="Free")
    typed = fields_of(staff.get(f"/admin/listings/{listing_id}/edit"))
    edit_by_somebody_else(app, listing_id, cost="On a scale")
    page = staff.send(
        f"/admin/listings/{listing_id}/edit", answer=409, **{**typed, "email": "a@example.org"}
    )
    assert "Sample Other: they told me" in page.text
    staff.send(f"/admin/listings/{listing_id}/merge", **hidden(page))
    record = read(app, listing_id).record
    assert (record.cost, record.email) == ("On a scale", "a@example.org")


@pytest.mark.parametrize(("take", "expected"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_two_edits_of_one_field_wait_for_a_choice(
    app: Flask, staff: EditorBrowser, take: str, expected: str
) -> None:
    listing_id = add(app, cost="Base")
    typed = fields_of(staff.get(f"/admin/listings/{listing_id}/edit"))
    edit_by_somebody_else(app, listing_id, cost="Theirs")
    page = staff.send(f"/admin/listings/{listing_id}/edit", answer=409, **{**typed, "cost": "Mine"})
    for value in ("Base", "Mine", "Theirs"):
        assert value in page.text
    assert read(app, listing_id).record.cost == "Theirs"
    undecided = staff.send(f"/admin/listings/{listing_id}/merge", answer=422, **hidden(page))
    assert "Choose for: Cost" in undecided.text
    staff.send(f"/admin/listings/{listing_id}/merge", **hidden(undecided), take_cost=take)
    assert read(app, listing_id).record.cost == expected


def test_a_third_edit_during_the_merge_is_seen_too(app: Flask, staff: EditorBrowser) -> None:
    listing_id = add(app, cost="Base")
    typed = fields_of(staff.get(f"/admin/listings/{listing_id}/edit"))
    edit_by_somebody_else(app, listing_id, cost="Second")
    page = staff.send(f"/admin/listings/{listing_id}/edit", answer=409, **{**typed, "cost": "Mine"})
    edit_by_somebody_else(app, listing_id, cost="Third")
    page = staff.send(
        f"/admin/listings/{listing_id}/merge", answer=409, **hidden(page), take_cost="mine"
    )
    assert "Third" in page.text
    assert read(app, listing_id).record.cost == "Third"
    staff.send(f"/admin/listings/{listing_id}/merge", **hidden(page), take_cost="mine")
    assert read(app, listing_id).record.cost == "Mine"


# Verify


def test_checked_fields_are_marked_for_the_public_and_keep_open_forms_fresh(
    app: Flask, staff: EditorBrowser, browse: Browse
) -> None:
    listing_id = add(app)
    typed = fields_of(staff.get(f"/admin/listings/{listing_id}/edit"))
    staff.get(f"/admin/listings/{listing_id}")
    staff.send(
        f"/admin/listings/{listing_id}/verify", **check(field=["phones", "cost"]), reason="a nurse"
    )
    assert "by a call" in staff.follow().text
    checks = {each.field: each for each in read(app, listing_id).verifications}
    assert set(checks) == {"phones", "cost"}
    assert checks["phones"].verified_by == "Sample editor"
    assert "Checked by a call" in browse.get("public.listing", listing_id=listing_id).text
    staff.send(f"/admin/listings/{listing_id}/edit", **{**typed, "email": "a@example.org"})
    assert read(app, listing_id).record.email == "a@example.org"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"field": []}, "Tick what you checked."),
        ({"field": ["nonsense", "status"]}, "Tick what you checked."),
        ({"how": "edit"}, "Choose how you checked it."),
        ({"how": "a\0"}, "Choose how you checked it."),
        ({"on": "2999-01-01"}, "Enter the day of the check"),
        ({"on": "yesterday"}, "Enter the day of the check"),
        ({"on": "0001-01-01"}, "Enter the day of the check"),
    ],
)
def test_a_check_that_cannot_be_is_explained(
    app: Flask, staff: EditorBrowser, values: dict[str, Any], message: str
) -> None:
    listing_id = add(app)
    staff.get(f"/admin/listings/{listing_id}")
    page = staff.send(f"/admin/listings/{listing_id}/verify", answer=422, **check(**values))
    assert message in page.text
    assert read(app, listing_id).verifications == ()


# Add, copy, retire


def test_an_added_place_is_found_and_a_second_click_adds_nothing(
    staff: EditorBrowser, browse: Browse
) -> None:
    staff.get("/admin/listings/new")
    staff.send("/admin/listings/new", **new_place())
    page = staff.follow()
    assert page.h1 == "Sample Cove"
    assert "Sample Cove" in browse.get("public.search", near="43215").text
    staff.get("/admin/listings/new")
    staff.send("/admin/listings/new", **new_place())
    assert "already saved" in staff.follow().text
    links = staff.get("/admin/listings/").links()
    assert sum(_is_listing(link) for link in links) == 1


def test_a_place_like_one_that_is_there_is_warned_of_with_a_link(staff: EditorBrowser) -> None:
    staff.get("/admin/listings/new")
    staff.send("/admin/listings/new", **new_place())
    first = staff.follow()
    typed = new_place(cost="Free", name="The Sample Cove, Inc.", address_1="9 Sample St")
    staff.get("/admin/listings/new")
    page = staff.send("/admin/listings/new", answer=422, **typed)
    assert "may be the same place: " in page.text
    link = next(link for link in first.links() if link.endswith("/edit")).removesuffix("/edit")
    assert link in page.links()
    key = page.all("input", name="confirmed")[0].get("value")
    staff.send("/admin/listings/new", **typed, confirmed=key)
    assert "Added." in staff.follow().text
    staff.send("/admin/listings/new", **typed, confirmed=key)
    assert "already saved" in staff.follow().text
    links = staff.get("/admin/listings/").links()
    assert sum(_is_listing(link) for link in links) == 2


def test_a_copy_is_not_listed_until_it_is_opened(
    app: Flask, staff: EditorBrowser, browse: Browse
) -> None:
    listing_id = add(app, name="Sample Harbor")
    staff.get(f"/admin/listings/{listing_id}")
    for _click in range(2):
        staff.send(f"/admin/listings/{listing_id}/copy", name="Sample Harbor North")
    page = staff.follow()
    assert page.h1 == "Sample Harbor North"
    assert "Sample Harbor North" not in browse.get("public.search", near="43215").text
    copy = UUID(next(link for link in page.links() if link.endswith("/edit")).split("/")[3])
    staff.send(f"/admin/listings/{copy}/retire", version="1", status="active")
    assert "Sample Harbor North" in browse.get("public.search", near="43215").text
    staff.get(f"/admin/listings/{listing_id}")
    staff.send(f"/admin/listings/{listing_id}/copy", name=" ")
    assert "Enter another name" in staff.follow().text


def test_a_retired_place_leaves_the_search_and_comes_back(
    app: Flask, staff: EditorBrowser, browse: Browse
) -> None:
    listing_id = add(app, name="Sample Harbor")
    address = f"/admin/listings/{listing_id}/retire"
    staff.get(f"/admin/listings/{listing_id}")
    staff.send(address, version="1", status="defunct", reason="closed its doors")
    assert "Sample Harbor" not in browse.get("public.search", near="43215").text
    browse.get("public.listing", listing_id=listing_id, status=410)
    staff.send(address, version="1", status="defunct")
    assert "already saved" in staff.follow().text
    page = staff.send(address, answer=409, version="1", status="active")
    assert "Closed for good" in page.text


def test_a_listing_that_is_not_there_is_404(staff: EditorBrowser) -> None:
    for tail in ("", "/edit", "/history", "/compare"):
        staff.get(f"/admin/listings/{uuid4()}{tail}", status=404)


# What can fail


def test_a_save_without_a_database_is_503_and_keeps_the_text(
    app: Flask, staff: EditorBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing_id = add(app)
    typed = fields_of(staff.get(f"/admin/listings/{listing_id}/edit"))
    before = read(app, listing_id)
    with app.app_context():
        noted = len(list_history(db.session, listing_id))

    def refuse(*_arguments: object) -> None:
        statement = "any"
        raise OperationalError(statement, {}, Exception("gone"))

    def fail(*_arguments: object, **_values: object) -> None:
        # All else was written by then; from now on nothing is answered, the session neither.
        event.listen(engine, "before_cursor_execute", refuse)
        refuse()

    with app.app_context():
        engine = db.engine
    with monkeypatch.context() as patched:
        patched.setattr(edits, "insert_checks", fail)
        page = staff.send(
            f"/admin/listings/{listing_id}/edit", answer=503, **{**typed, "cost": "Kept <text>"}
        )
    event.remove(engine, "before_cursor_execute", refuse)
    assert page.response.headers["Retry-After"] == "5"
    assert "Kept <text>" in page.text
    assert read(app, listing_id) == before
    with app.app_context():
        assert len(list_history(db.session, listing_id)) == noted
    kept: dict[str, Any] = {}
    for element in page.all("input", type="hidden"):
        if element.get("name") != "csrf_token":
            kept.setdefault(element.get("name", ""), []).append(element.get("value", ""))
    staff.send(f"/admin/listings/{listing_id}/edit", **kept)
    assert read(app, listing_id).record.cost == "Kept <text>"


def test_what_the_page_shows_is_escaped(app: Flask, staff: EditorBrowser) -> None:
    listing_id = add(app, name="Sample <script>alert(1)</script>", cost='"><b>')
    for tail in ("", "/edit", "/history"):
        page = staff.get(f"/admin/listings/{listing_id}{tail}")
        assert "<script>alert" not in page.html
    assert text_of(next(page.tree.iter("h1"))).endswith("</script>")


def test_records_stay_as_they_were_but_for_the_edited_field(
    app: Flask, staff: EditorBrowser
) -> None:
    listing_id = add(app, phones=(make_phone(1, description="Front desk"),), cost="Free")
    typed = fields_of(staff.get(f"/admin/listings/{listing_id}/edit"))
    before = read(app, listing_id).record
    staff.send(f"/admin/listings/{listing_id}/edit", **{**typed, "cost": "On a scale"})
    assert read(app, listing_id).record == replace(before, cost="On a scale")
