"""Tables that cannot be used, whole or in part: each answered in words, nothing written."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import TableUpdate
from tests.listing_forms import EditorBrowser, add, read
from tests.proposing import sign_in_reviewer
from tests.staff import token_in
from tests.tables import IN, apply, out, send, table_of


@pytest.fixture
def reviewer(app: Flask) -> EditorBrowser:
    return sign_in_reviewer(app)


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
        ("address_shown", "", "choose one of: all, town"),
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
        (b"PK\x03\x04 not a table", "This looks like an .xlsx workbook, not like a CSV file"),
        (b"[1]", "This looks like a JSON file, not like a CSV file"),
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


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("table", "has to end in .csv"),
        ("table.csv.exe", "has to end in .csv"),
        ("table.xlsx", "looks like a CSV file, not like an .xlsx workbook"),
    ],
)
def test_a_table_that_is_named_for_something_else_is_refused(
    reviewer: EditorBrowser, name: str, words: str
) -> None:
    content = b"service_at_location_id,version\nx,1\n"
    assert words in send(reviewer, content, answer=422, name=name).text


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
