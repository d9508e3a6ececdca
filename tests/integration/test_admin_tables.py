"""Listings as a table: out as they are, back as updates, never over a newer value."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.domain.hours import parse_hours
from app.domain.records import ListingStatus, PhoneKind, PhoneRecord, PointRecord
from app.extensions import db
from app.models import TableUpdate
from app.store.history import list_history, verify_history
from app.web.admin.listings.table_cells import COLUMNS
from tests.browse import Page
from tests.factories import make_phone
from tests.listing_forms import EditorBrowser, add, edit_by_somebody_else, read, sign_in_editor
from tests.proposing import sign_in_reviewer
from tests.staff import SAME_SITE, token_in

OUT = "/admin/listings/table.csv"
IN = "/admin/listings/csv"
TRIGGERS = tuple("=+-@\t\r")


@pytest.fixture
def reviewer(app: Flask) -> EditorBrowser:
    return sign_in_reviewer(app)


def out(browser: EditorBrowser, query: str = "") -> list[dict[str, str]]:
    """The rows of an export as a spreadsheet program would hold them."""
    answer = browser.client.get(f"{OUT}{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))


def table_of(rows: list[dict[str, str]], *, delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def send(browser: EditorBrowser, content: str | bytes, *, answer: int = 302) -> Page:
    """Choose a file and send it; the preview where it is taken."""
    data = content.encode() if isinstance(content, str) else content
    token = token_in(browser.get(IN).html)
    # All in memory: a browser's temporary file would be left open where the answer is 413.
    boundary, body = encode_multipart(
        {"csrf_token": token, "file": FileStorage(io.BytesIO(data), "sample table.csv")}
    )
    page = browser._open(
        IN,
        status=answer,
        method="POST",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
        headers=dict(SAME_SITE),
    )
    return browser.follow() if answer == 302 else page


def apply(browser: EditorBrowser, page: Page, *, answer: int = 302, **data: Any) -> Page:
    (form,) = [f for f in page.all("form") if f.get("action", "").startswith(f"{IN}/")]
    found = browser.send(form.get("action", ""), answer=answer, **data)
    return browser.follow() if answer == 302 else found


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
    (row,) = out(reviewer)
    assert not [name for name, cell in row.items() if cell.startswith(TRIGGERS)]
    assert row["name"] == "'=Sample(Harbor)"
    assert row["phone_1_number"] == "'+1 614 555 0134"
    assert row["longitude"] == "'-83.0"


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


# Bad input


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("phone_1_number", "4.12555E9", "a spreadsheet"),
        ("phone_1_type", "pager", "choose one of: voice"),
        ("postal_code", "12", "a ZIP code has 5 digits"),
        ("email", "nobody", "write it like name@example.org"),
        ("url", "javascript:alert(1)", "Website"),
        ("status", "asleep", "Choose one of the list"),
        ("delivery", "helpline", "a helpline stays one"),
        ("accepts_walk_ins", "perhaps", "write yes or no"),
        ("taxonomy_terms", "METH; NOTACODE", "we do not know the code NOTACODE"),
        ("schedule", "sometimes", "Hours"),
        ("languages", "Klingonese", "we do not know"),
        ("name", "", "enter one"),
        ("description", "JosÃ© GarcÃ­a", "save the table as CSV UTF-8"),
        ("latitude", "north", "Point"),
        ("version", "99", "never had this version"),
        ("version", "one", "not a version"),
        ("service_at_location_id", "17", "not the id of a listing"),
        (
            "service_at_location_id",
            "00000000-0000-4000-8000-000000000001",
            "no listing has this id",
        ),
        ("description", "a\0b", "NUL"),
        ("description", "a" * 10_001, "10,000 characters"),
    ],
)
def test_a_problem_names_its_row_and_column_and_nothing_of_the_row_is_written(
    app: Flask, reviewer: EditorBrowser, column: str, cell: str, words: str
) -> None:
    listing_id = add(app, cost="Fee")
    before = read(app, listing_id)
    (row,) = out(reviewer)
    page = send(reviewer, table_of([{**row, "fees_description": "Free", column: cell}]))
    assert "Row 2" in page.text
    assert words in page.text
    if "\0" not in cell:
        assert column in page.text
    assert not [f for f in page.all("form") if f.get("action", "").startswith(f"{IN}/")]
    assert read(app, listing_id) == before


def test_a_zip_code_without_its_first_nought_is_read_with_it(
    app: Flask, reviewer: EditorBrowser
) -> None:
    listing_id = add(app, cost="Fee")
    (row,) = out(reviewer)
    row |= {"postal_code": "2139", "city": "Cambridge", "state_province": "MA"}
    page = send(reviewer, table_of([row]))
    assert "2139 was read as 02139" in page.text
    apply(reviewer, page)
    address = read(app, listing_id).record.address
    assert address
    assert address.postal_code == "02139"


def test_a_listing_that_stands_twice_is_taken_once(app: Flask, reviewer: EditorBrowser) -> None:
    add(app)
    (row,) = out(reviewer)
    page = send(reviewer, table_of([row, {**row, "fees_description": "Free"}]))
    assert "the same listing as row 2" in page.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Choose a file that is not empty"),
        (b"  \n", "The file is empty"),
        (b"name,cost\nSample,Free\n", "lacks these columns: service_at_location_id, version"),
        (b"service_at_location_id,version\n", "a header and no rows"),
        (b"PK\x03\x04 not a table", "This is no CSV file"),
        (b"%PDF-1.7", "This looks like a PDF"),
        (b'service_at_location_id,version\n"x,1\ny,2\n', "never closed"),
        (b"service_at_location_id,version\n" + b"x,1\n" * 5_001, "at most 5000 are possible"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_in_words(
    app: Flask, reviewer: EditorBrowser, content: bytes, words: str
) -> None:
    page = send(reviewer, content, answer=422)
    assert words in page.text
    assert page.title.startswith("Error: ")
    with app.app_context():
        assert not db.session.execute(select(TableUpdate.id)).all()


def test_a_row_with_more_cells_than_the_header_is_a_problem_of_the_whole_row(
    app: Flask, reviewer: EditorBrowser
) -> None:
    listing_id = add(app)
    table = f"service_at_location_id,version,fees_description\n{listing_id},1,Free,44,45\n"
    assert "the row has 5 columns, the header has 3" in send(reviewer, table).text


def test_a_file_above_the_limit_is_refused(reviewer: EditorBrowser) -> None:
    page = send(reviewer, b"a" * (25 * 1024 * 1024 + 1), answer=422)
    assert "larger than 25 MB" in page.text
    send(reviewer, b"a" * (26 * 1024 * 1024), answer=413)


def test_a_table_that_changes_too_much_at_once_is_shown_and_not_written(
    app: Flask, reviewer: EditorBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.admin.listings.table_plan.MOST_CHANGED", 1)
    listing_id = add(app, cost="Fee")
    add(app, cost="Fee")
    rows = [{**row, "fees_description": "Free"} for row in out(reviewer)]
    page = send(reviewer, table_of(rows))
    assert "This table changes 2 listings" in page.text
    address = reviewer.page.response.request.path if reviewer.page else ""
    reviewer.send(address, answer=422, csrf_token=token_in(page.html))
    assert read(app, listing_id).record.cost == "Fee"
