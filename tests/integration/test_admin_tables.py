"""Listings as a table: out as they are, back as updates, never over a newer value."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask

from app.db import transaction
from app.domain.hours import parse_hours
from app.domain.records import (
    AlertRecord,
    AreaExtent,
    Availability,
    AvailabilityRecord,
    ListingStatus,
    PhoneKind,
    PhoneRecord,
    PointRecord,
    ServiceAreaRecord,
)
from app.extensions import db
from app.store.history import list_history, verify_history
from app.store.table_updates import RowUpdate, apply_table, keep_table
from app.web.admin.listings.table_cells import COLUMNS
from tests.factories import NOW, make_phone
from tests.listing_forms import EditorBrowser, add, edit_by_somebody_else, read, sign_in_editor
from tests.proposing import sign_in_reviewer
from tests.staff import token_in
from tests.tables import IN, OUT, apply, out, send, table_of

TRIGGERS = tuple("=+-@\t\r")


@pytest.fixture
def reviewer(app: Flask) -> EditorBrowser:
    return sign_in_reviewer(app)


def full(app: Flask) -> UUID:
    """A listing with something in every column, and what a spreadsheet would reckon with."""
    return add(
        app,
        name="=Sample(Harbor)",
        organization_name="@Sample Organization",
        description="-naloxone, “free”; Zürich\u00a0Straße",
        cost="+ sliding fee",
        eligibility="'tis for all",
        phones=(
            PhoneRecord(number="+16145550134", display="+1 614 555 0134", extension="007"),
            replace(make_phone(35), kind=PhoneKind.INTAKE, description="=desk"),
            *(make_phone(number) for number in range(40, 47)),
        ),
        email="sample@example.org",
        website="https://example.org/",
        schedules=parse_hours("Mon-Fri 8:00-16:30; Sat by appointment"),
        hours_note="closed on holidays",
        languages=("en", "es"),
        accessibility=("a ramp", "=a lift"),
        accepts_walk_ins=True,
        term_codes=("BU", "METH"),
        service_areas=(ServiceAreaRecord(extent=AreaExtent.STATE, code="OH", name="Ohio"),),
        is_address_confidential=True,
        alert=AlertRecord(text="=closed for painting", until=NOW.date()),
        availability=AvailabilityRecord(state=Availability.WAITLIST, said_on=NOW.date()),
        point=PointRecord(latitude=39.9671, longitude=-83.0),
    )


# Out


def test_the_table_has_the_rows_that_the_form_finds_and_the_same_columns_always(
    app: Flask, reviewer: EditorBrowser
) -> None:
    first = add(app, name="Sample Harbor")
    second = add(app, name="Sample Meadow", status=ListingStatus.INACTIVE)
    assert [row["service_at_location_id"] for row in out(reviewer)] == [str(first), str(second)]
    (row,) = out(reviewer, "?q=harbor")
    assert (row["name"], row["version"], row["status"]) == ("Sample Harbor", "1", "active")
    assert tuple(row) == COLUMNS
    assert out(reviewer, "?q=nothing+of+that+name") == []


def test_no_cell_begins_a_formula(app: Flask, reviewer: EditorBrowser) -> None:
    full(app)
    add(app, name="Sample Meadow")
    rows = {row["name"]: row for row in out(reviewer)}
    cells = [(name, cell) for row in rows.values() for name, cell in row.items()]
    assert not [name for name, cell in cells if cell.startswith(TRIGGERS)]
    assert rows["'=Sample(Harbor)"]["phone_1_number"] == "'+1 614 555 0134"
    assert rows["Sample Meadow"]["longitude"] == "'-83.0044"


def test_a_table_is_for_the_staff_and_is_not_kept_by_the_browser(
    app: Flask, reviewer: EditorBrowser
) -> None:
    assert app.test_client().get(OUT).status_code == 302
    answer = reviewer.client.get(OUT)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="listings-')
    assert answer.mimetype == "text/csv"
    assert answer.is_streamed


def test_an_editor_saves_a_table_and_does_not_send_one_back(app: Flask) -> None:
    editor = sign_in_editor(app)
    add(app)
    assert "table.csv" in editor.get("/admin/listings/").html
    assert IN not in "".join(editor.get("/admin/listings/").links())
    editor.get(IN, status=403)


# Back


def test_a_table_that_nobody_touched_changes_nothing(app: Flask, reviewer: EditorBrowser) -> None:
    listing_id = full(app)
    before = read(app, listing_id)
    page = send(reviewer, reviewer.client.get(OUT).get_data())
    assert "Nothing in this table differs" in page.text
    assert "problem" not in page.text
    assert read(app, listing_id) == before


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_table_comes_back_as_programs_save_it(
    app: Flask, reviewer: EditorBrowser, delimiter: str, encoding: str
) -> None:
    listing_id = add(app, name="Sample Harbor", description="Zürich Straße")
    (row,) = out(reviewer)
    row["fees_description"] = "Café"
    page = send(reviewer, table_of([row], delimiter=delimiter).encode(encoding))
    assert "Café" in page.text
    apply(reviewer, page)
    record = read(app, listing_id).record
    assert (record.cost, record.description) == ("Café", "Zürich Straße")


def test_every_column_that_the_editor_edits_can_be_changed(
    app: Flask, reviewer: EditorBrowser
) -> None:
    listing_id = full(app)
    before = read(app, listing_id).record
    (row,) = out(reviewer)
    row |= {
        "name": "'=Sample New",
        "description": "new",
        "status": "temporarily closed",
        "url": "https://example.org/new",
        "email": "new@example.org",
        "address_1": "9 Sample Street",
        "phone_1_number": "+1 614 555 0199",
        "phone_2_number": "",
        "phone_2_extension": "",
        "schedule": "Mon 9:00-17:00",
        "hours_note": "",
        "languages": "English",
        "accessibility": "a ramp",
        "fees_description": "Free",
        "eligibility_description": "Adults",
        "accepts_walk_ins": "NO",
        "taxonomy_terms": "METH",
        "service_areas": "",
        "alert": "",
        "availability": "full",
        "availability_on": "",
        "address_shown": "all",
    }
    apply(reviewer, send(reviewer, table_of([row])))
    record = read(app, listing_id).record
    assert record.name == "=Sample New"
    assert record.status is ListingStatus.TEMPORARILY_CLOSED
    assert (record.website, record.email) == ("https://example.org/new", "new@example.org")
    assert record.address
    assert record.address.address_1 == "9 Sample Street"
    assert [phone.number for phone in record.phones] == [
        "+16145550199",
        *(phone.number for phone in before.phones[2:]),
    ]
    assert record.phones[0].extension == "007"
    assert record.schedules == parse_hours("Mon 9:00-17:00")
    assert record.hours_note is None
    assert record.languages == ("en",)
    assert record.accessibility == ("a ramp",)
    assert (record.cost, record.eligibility) == ("Free", "Adults")
    assert record.accepts_walk_ins is False
    assert record.term_codes == ("METH",)
    assert (record.service_areas, record.alert) == ((), None)
    assert record.availability
    assert record.availability.state is Availability.FULL
    assert not record.is_address_confidential
    assert record.organization_name == before.organization_name


def test_a_column_that_is_not_there_changes_nothing_and_an_unknown_one_is_named(
    app: Flask, reviewer: EditorBrowser
) -> None:
    listing_id = full(app)
    before = read(app, listing_id).record
    table = f"service_at_location_id,version,fees_description,shoe size\n{listing_id},1,Free,44\n"
    page = send(reviewer, table)
    assert "shoe_size" in page.text
    apply(reviewer, page, reason="from their letter")
    assert read(app, listing_id).record == replace(before, cost="Free")
    with app.app_context():
        (change,) = list_history(db.session, listing_id)[-1:]
        assert (change.field, change.by) == ("cost", "Sample reviewer")
        assert change.reason == "from their letter (from the table sample table.csv)"
        assert verify_history(db.session)[1] is None


def test_a_table_is_applied_once(app: Flask, reviewer: EditorBrowser) -> None:
    listing_id = add(app, cost="Sliding fee")
    page = send(reviewer, f"service_at_location_id,version,fees_description\n{listing_id},1,Free\n")
    done = apply(reviewer, page)
    assert "Saved: 1" in done.text
    version = read(app, listing_id).version
    assert "applied already" in apply(reviewer, page, csrf_token=token_in(page.html)).text
    assert read(app, listing_id).version == version


def test_a_row_that_is_behind_is_shown_as_a_conflict_and_not_written(
    app: Flask, reviewer: EditorBrowser
) -> None:
    behind, current = add(app, name="Sample A", cost="Fee"), add(app, name="Sample B", cost="Fee")
    rows = [{**row, "fees_description": "Free"} for row in out(reviewer)]
    edit_by_somebody_else(app, behind, cost="20 dollars")
    page = send(reviewer, table_of(rows))
    assert "Changed meanwhile" in page.text
    assert "20 dollars" in page.text
    page = apply(reviewer, page, answer=422)
    assert "Tick that the other rows are to be left out" in page.text
    done = apply(reviewer, page, leave_out="1")
    assert "Saved: 1. Left out: 1" in done.text
    assert read(app, behind).record.cost == "20 dollars"
    assert read(app, current).record.cost == "Free"


def test_a_table_that_takes_many_places_out_asks_for_their_number(
    app: Flask, reviewer: EditorBrowser
) -> None:
    places = [add(app, name=f"Sample {number}") for number in range(10)]
    rows = out(reviewer)
    page = send(reviewer, table_of([{**row, "status": "inactive"} for row in rows[:2]] + rows[2:]))
    assert "This takes many places out" in page.text
    for typed in ("", "3", "two"):
        page = apply(reviewer, page, answer=422, number=typed)
        assert "Type 2 to confirm that so many places go." in page.text
    assert {read(app, place).record.status for place in places} == {ListingStatus.ACTIVE}
    apply(reviewer, page, number=" 2 ")
    found = [read(app, place).record.status for place in places]
    assert found.count(ListingStatus.INACTIVE) == 2


def test_a_table_that_takes_a_tenth_out_asks_for_nothing(
    app: Flask, reviewer: EditorBrowser
) -> None:
    places = [add(app, name=f"Sample {number}") for number in range(10)]
    rows = out(reviewer)
    page = send(reviewer, table_of([{**rows[0], "status": "inactive"}, *rows[1:]]))
    assert "This takes many places out" not in page.text
    apply(reviewer, page)
    found = [read(app, place).record.status for place in places]
    assert found.count(ListingStatus.INACTIVE) == 1


def test_a_listing_that_changes_between_the_preview_and_the_save_is_left_out(
    app: Flask, reviewer: EditorBrowser
) -> None:
    first, second = add(app, name="Sample A", cost="Fee"), add(app, name="Sample B", cost="Fee")
    page = send(reviewer, table_of([{**row, "fees_description": "Free"} for row in out(reviewer)]))
    edit_by_somebody_else(app, first, cost="20 dollars")
    apply(reviewer, page, leave_out="1")
    assert read(app, first).record.cost == "20 dollars"
    assert read(app, second).record.cost == "Free"


def test_a_row_that_is_behind_and_says_what_is_there_already_is_no_conflict(
    app: Flask, reviewer: EditorBrowser
) -> None:
    listing_id = add(app, cost="Fee")
    rows = [{**row, "fees_description": "Free"} for row in out(reviewer)]
    edit_by_somebody_else(app, listing_id, cost="Free")
    assert "Nothing in this table differs" in send(reviewer, table_of(rows)).text


def test_an_organization_that_is_spelled_anew_in_all_its_rows_conflicts_with_none_of_them(
    app: Flask, reviewer: EditorBrowser
) -> None:
    ids = [add(app, name=f"Sample {letter}", organization_name="Sample Org") for letter in "ABC"]
    rows = [
        {**row, "organization_name": "SAMPLE ORG", "fees_description": f"Free {number}"}
        for number, row in enumerate(out(reviewer))
    ]
    done = apply(reviewer, send(reviewer, table_of(rows)))
    assert "Left out" not in done.h1
    for number, listing_id in enumerate(ids):
        record = read(app, listing_id).record
        assert (record.organization_name, record.cost) == ("SAMPLE ORG", f"Free {number}")


def test_a_listing_that_changes_after_the_last_reading_is_left_out_too(app: Flask) -> None:
    listing_id = add(app, cost="Fee")
    row = RowUpdate(listing_id=listing_id, version=1, changes={"cost": "Free"})
    with app.app_context(), transaction(db.session):
        table_id = keep_table(db.session, b"x", file_name="x", by="Sample Reviewer", now=NOW)
    edit_by_somebody_else(app, listing_id, cost="20 dollars")
    with app.app_context(), transaction(db.session):
        done = apply_table(
            db.session, table_id, [row], left_out=0, by="Sample Reviewer", reason="x", now=NOW
        )
    assert done == (0, 1)
    assert read(app, listing_id).record.cost == "20 dollars"
