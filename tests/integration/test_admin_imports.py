"""Imports as pages: sent, previewed, applied in part or whole, seen in the history, undone."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import openpyxl
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import transaction
from app.domain.records import ListingRecord, ListingStatus
from app.models import ListingCard, ServiceAtLocation
from app.store.checks import verify_fields
from app.store.edits import edit_listing
from app.store.history import list_history, verify_history
from app.store.import_runs import get_run
from app.store.listings import get_listing
from tests.importing import (
    COLUMNS,
    ImportBrowser,
    files_of,
    locator_json,
    place,
    wide_csv,
)
from tests.locator import make_facility
from tests.shared_data import shared_path

ALL = ["created", "updated", "merged", "retired"]


def listed(session: Session) -> int:
    session.rollback()
    statement = select(func.count()).select_from(ListingCard).where(ListingCard.is_listed)
    count = session.execute(statement).scalar_one()
    session.rollback()  # on SQLite a reader keeps a writer waiting
    return count


def listing_id_of(session: Session, name: str) -> UUID:
    session.rollback()
    key = session.execute(select(ListingCard.id).where(ListingCard.name == name)).scalar_one()
    session.rollback()
    return key


def record_of(session: Session, name: str) -> ListingRecord:
    record = get_listing(session, listing_id_of(session, name)).record
    session.rollback()
    return record


def edit(session: Session, listing_id: UUID, **changes: Any) -> None:
    """Change a Listing as somebody else at the same time."""
    listing = get_listing(session, listing_id)
    with transaction(session):
        edit_listing(
            session,
            listing_id,
            form_version=listing.version,
            changes=changes,
            by="Sample Editor",
            reason=None,
            now=datetime.now(UTC),
        )


def test_a_file_is_previewed_and_changes_nothing_until_it_is_applied(
    reviewer: ImportBrowser, session: Session, app: Flask
) -> None:
    run_id = reviewer.upload(wide_csv([place(1), place(2)]), "ohio 2026.csv")
    page = reviewer.follow()
    assert page.h1 == "Import of ohio 2026.csv"
    assert "Waits for you" in page.text
    assert "New listings: 2" in page.text
    assert listed(session) == 0
    page = reviewer.act(run_id, "apply", kind=ALL)
    assert "Done" in page.text
    assert listed(session) == 2
    assert "upload" not in files_of(app, run_id)
    row = reviewer.get("/admin/imports/").text
    for words in ("ohio 2026.csv", "FindTreatment.gov", "Sample reviewer", "New: 2", "Done"):
        assert words in row
    session.rollback()
    acts = [(each.action, each.by) for each in list_history(session, run_id)]
    assert acts == [(act, "Sample reviewer") for act in ("start", "approve", "apply")]
    assert verify_history(session)[1] is None


def test_the_preview_tells_each_listing_field_by_field(
    reviewer: ImportBrowser, session: Session
) -> None:
    reviewer.load(wide_csv([place(number) for number in range(30)]))
    locked = listing_id_of(session, "Sample Center 2")
    with transaction(session):
        verify_fields(
            session,
            locked,
            {"phones"},
            how="call",
            by="Sample Editor",
            on=datetime.now(UTC).date(),
            now=datetime.now(UTC),
        )
    rows = [place(number) for number in range(29)]
    rows[1] |= {"phone": "614-555-0190", "BU": "1"}
    rows[2] |= {"phone": "614-555-0191"}
    rows.append(place(77, name1="Sample New Center"))
    run_id = reviewer.upload(wide_csv(rows), complete="OH")
    page = reviewer.follow()
    for words in ("New listings: 1", "Changed listings: 1", "Listings to retire", "locked"):
        assert words in page.text
    page = reviewer.get(f"/admin/imports/{run_id}/updated")
    assert "Sample Center 1" in page.text
    assert "(614) 555-0101" in page.text
    assert "(614) 555-0190" in page.text
    assert "(614) 555-0191" in reviewer.get(f"/admin/imports/{run_id}/conflicts").text
    assert "Sample Center 29" in reviewer.get(f"/admin/imports/{run_id}/retired").text
    assert "Sample New Center" in reviewer.get(f"/admin/imports/{run_id}/created").text
    reviewer.get(f"/admin/imports/{run_id}/nothing", status=404)


def test_only_the_chosen_kinds_are_applied(reviewer: ImportBrowser, session: Session) -> None:
    reviewer.load(wide_csv([place(number) for number in range(30)]))
    rows = [place(number) for number in range(29)]
    rows[1] |= {"phone": "614-555-0190"}
    rows.append(place(77, name1="Sample New Center"))
    run_id = reviewer.upload(wide_csv(rows), complete="OH")
    page = reviewer.act(run_id, "apply", kind=["updated"])
    assert "Left out, as chosen1" in page.text
    assert listed(session) == 30
    assert record_of(session, "Sample Center 1").phones[0].number == "+16145550190"
    assert get_run(session, run_id).counts["retired"] == 0
    session.rollback()
    reviewer.upload(wide_csv(rows), complete="OH")
    page = reviewer.follow()
    assert "New listings: 1" in page.text
    assert "Changed listings" not in page.text


def test_choosing_nothing_is_told(reviewer: ImportBrowser, session: Session) -> None:
    run_id = reviewer.upload(wide_csv([place(1)]))
    assert "Choose what to apply" in reviewer.act(run_id, "apply", status=422).text
    assert listed(session) == 0


def test_an_import_is_undone_with_one_confirmation_but_for_what_was_changed_since(
    reviewer: ImportBrowser, session: Session
) -> None:
    reviewer.load(wide_csv([place(number) for number in range(30)]))
    rows = [place(number) for number in range(30)]
    for at in (1, 2):
        rows[at] |= {"phone": f"614-555-019{at}"}
    run_id = reviewer.load(wide_csv([*rows, place(77, name1="Sample New Center")]))
    edit(session, listing_id_of(session, "Sample Center 2"), phones=())
    page = reviewer.get(f"/admin/imports/{run_id}/undo")
    assert "1 listing that it made is retired" in page.text
    reviewer.post(f"/admin/imports/{run_id}", action="undo")
    page = reviewer.follow()
    assert "2 listings were put back" in page.text
    assert "Sample Center 2" in page.text
    assert "checked or changed by staff since" in page.text
    assert listed(session) == 30
    assert record_of(session, "Sample Center 1").phones[0].number == "+16145550101"
    assert record_of(session, "Sample Center 2").phones == ()
    assert record_of(session, "Sample New Center").status is ListingStatus.INACTIVE
    told = list_history(session, listing_id_of(session, "Sample New Center"))[-1]
    assert (told.by, told.reason) == ("Sample reviewer", "Undo: sample.csv")
    assert verify_history(session)[1] is None
    session.rollback()
    kept = reviewer.download(f"/admin/imports/{run_id}/kept.csv")
    assert "Sample Center 2" in kept.get_data(as_text=True)
    page = reviewer.act(run_id, "undo")
    assert "went on meanwhile" in page.text


def test_the_same_file_twice_is_told_and_offers_nothing_to_apply(reviewer: ImportBrowser) -> None:
    content = wide_csv([place(1), place(2)])
    reviewer.load(content)
    reviewer.upload(content)
    page = reviewer.follow()
    assert re.search(r"Already imported on \w+ \d+, \d{4}, no changes", page.text)
    assert "Apply what is chosen" not in page.text


def test_more_than_a_tenth_asks_for_the_number_to_be_typed(
    reviewer: ImportBrowser, session: Session
) -> None:
    reviewer.load(wide_csv([place(number) for number in range(30)]))
    run_id = reviewer.upload(wide_csv([place(number) for number in range(20)]), complete="OH")
    page = reviewer.follow()
    assert "Type how many listings change: 10" in page.text
    for typed in ("", "9", "yes"):
        page = reviewer.act(run_id, "apply", kind=ALL, number=typed, status=422)
        assert page.title.startswith("Error:")
        assert listed(session) == 30
    reviewer.act(run_id, "apply", kind=ALL, number="10")
    assert listed(session) == 20


def test_a_tenth_of_a_state_asks_though_it_is_little_of_the_source(
    reviewer: ImportBrowser, session: Session
) -> None:
    rows = [place(number) for number in range(40)]
    rows += [place(100 + number, state="KY", city="Covington", zip="41011") for number in range(4)]
    reviewer.load(wide_csv(rows))
    run_id = reviewer.upload(wide_csv(rows[:-1]), complete="KY")
    reviewer.act(run_id, "apply", kind=ALL, status=422)
    assert listed(session) == 44
    reviewer.act(run_id, "apply", kind=ALL, number="1")
    assert listed(session) == 43


def test_one_bad_row_stops_all_until_somebody_says_otherwise(
    reviewer: ImportBrowser, session: Session
) -> None:
    rows = [place(number) for number in range(50)]
    content = wide_csv(rows) + b"Sample Broken,1 Sample Street\r\n"
    run_id = reviewer.upload(content)
    page = reviewer.follow()
    assert "1 row is refused" in page.text
    assert "Import the good 50 and leave the refused row out" in page.text
    page = reviewer.act(run_id, "apply", kind=ALL, status=422)
    assert "refused rows are to be left out" in page.text
    assert listed(session) == 0
    problems = reviewer.get(f"/admin/imports/{run_id}/problems").text
    assert "52" in problems
    assert "the row has 2 columns, the header has 9" in problems
    reviewer.act(run_id, "apply", kind=ALL, without_refused="1")
    assert listed(session) == 50


def test_a_problem_of_a_workbook_names_its_sheet_and_one_of_a_table_has_none(
    reviewer: ImportBrowser,
) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Read me first"
    sheet = book.create_sheet("Facilities & more")
    sheet.append(COLUMNS)
    sheet.append(list(place(1, SA="maybe").values()))
    packed = io.BytesIO()
    book.save(packed)
    files = {"Facilities & more": packed.getvalue(), "": wide_csv([place(1, SA="maybe")])}
    for name, content in files.items():
        run_id = reviewer.upload(content, "sample.xlsx" if name else "sample.csv")
        page = reviewer.get(f"/admin/imports/{run_id}/problems")
        assert ("Sheet Facilities & more" in page.text) == bool(name)
        text = reviewer.download(f"/admin/imports/{run_id}/problems.csv").get_data(as_text=True)
        (row,) = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
        assert (row["sheet"], row["row"], row["field"]) == (name, "2", "sa")
        (told,) = json.loads(reviewer.download(f"/admin/imports/{run_id}/problems.json").data)
        assert told.get("sheet", "") == name


def test_what_changed_since_the_preview_is_previewed_again(
    reviewer: ImportBrowser, session: Session
) -> None:
    reviewer.load(wide_csv([place(number) for number in range(30)]))
    rows = [place(number) for number in range(30)]
    rows[1] |= {"phone": "614-555-0190"}
    run_id = reviewer.upload(wide_csv(rows))
    edit(session, listing_id_of(session, "Sample Center 1"), phones=())
    page = reviewer.act(run_id, "apply", kind=ALL)
    assert "The directory changed since the preview" in page.text
    assert record_of(session, "Sample Center 1").phones == ()


def test_an_edit_of_something_else_does_not_stop_what_was_previewed(
    reviewer: ImportBrowser, session: Session
) -> None:
    reviewer.load(wide_csv([place(number) for number in range(30)]))
    rows = [place(number) for number in range(30)]
    rows[1] |= {"phone": "614-555-0190"}
    run_id = reviewer.upload(wide_csv(rows))
    edit(session, listing_id_of(session, "Sample Center 5"), cost="Free")
    assert "Done" in reviewer.act(run_id, "apply", kind=ALL).text


def test_each_part_is_a_file_that_no_spreadsheet_calculates(
    reviewer: ImportBrowser, session: Session
) -> None:
    rows = [place(1, name1="=1+1 Sample", street1="+1 Sample Street"), place(2, zip="@SUM")]
    run_id = reviewer.upload(wide_csv(rows))
    for part in ("created", "problems"):
        answer = reviewer.download(f"/admin/imports/{run_id}/{part}.csv")
        assert answer.mimetype == "text/csv"
        assert f'filename="import-{part}.csv"' in answer.headers["Content-Disposition"]
        cells = [
            cell.strip('"')
            for line in answer.get_data(as_text=True).lstrip("\ufeff").splitlines()
            for cell in line.split(",")
        ]
        assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r")]
    told = json.loads(reviewer.download(f"/admin/imports/{run_id}/created.json").data)
    assert "=1+1 Sample" in {each["name"] for each in told}
    assert listed(session) == 0


def test_a_dropped_import_leaves_no_file_and_cannot_be_applied(
    reviewer: ImportBrowser, session: Session, app: Flask
) -> None:
    run_id = reviewer.upload(wide_csv([place(1)]))
    assert "Dropped" in reviewer.act(run_id, "drop").text
    assert files_of(app, run_id) == []
    assert "went on meanwhile" in reviewer.act(run_id, "apply", kind=ALL).text
    assert listed(session) == 0


def test_the_format_is_found_from_the_file_or_chosen(reviewer: ImportBrowser) -> None:
    otp = (
        b"id,address,city,state,postal,latitude,longitude\n"
        b"Sample Program,1 Sample Street,Columbus,OH,43215,39.96,-83.0\n"
    )
    found = {
        "FindTreatment.gov": locator_json([make_facility(1)]),
        "Opioid Treatment Program Directory": otp,
        "National Directory": (
            b"name1,street1,city,state,zip,phone,service_code_info\n"
            b"Sample Center,1 Sample Street,Columbus,OH,43215,614-555-0100,SA BU\n"
        ),
    }
    for source, content in found.items():
        reviewer.upload(content, "sample.json" if content.startswith(b"{") else "sample.csv")
        page = reviewer.follow()
        assert source in page.text
        assert "New listings: 1" in page.text
    reviewer.upload(otp, format="table:otp")
    assert "New listings: 1" in reviewer.follow().text
    reviewer.upload(otp, format="findtreatment")
    assert "columns missing: name1" in reviewer.follow().text
    reviewer.upload(otp, status=422, format="made-up")


def test_all_that_will_be_listed_of_a_new_place_is_shown_before_it_is(
    reviewer: ImportBrowser,
) -> None:
    run_id = reviewer.upload(wide_csv([place(1, BU="1"), place(2)]))
    page = reviewer.get(f"/admin/imports/{run_id}/created")
    for words in (
        "1 Sample Street, Columbus, OH 43215",
        "(614) 555-0101",
        "https://example.org",
        "Buprenorphine",
    ):
        assert words in page.text, words
    assert "Time zone" not in page.text
    assert "nothing" not in page.text
    text = reviewer.download(f"/admin/imports/{run_id}/created.csv").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    assert {row["name"] for row in rows} == {"Sample Center 1", "Sample Center 2"}
    assert "(614) 555-0102" in {row["after"] for row in rows if row["field"] == "Phone"}


def test_the_real_massachusetts_file_goes_through_the_pages_and_back(
    reviewer: ImportBrowser, session: Session
) -> None:
    file = shared_path("data", "findtreatment", "findtreatment_wide_MA_2025_half.csv")
    content = file.read_bytes()
    run_id = reviewer.upload(content, file.name)
    page = reviewer.follow()
    assert "Rows read309" in page.text
    reviewer.get(f"/admin/imports/{run_id}/created")
    assert "Done" in reviewer.act(run_id, "apply", kind=ALL).text
    before = listed(session)
    assert before > 150
    reviewer.upload(content, file.name)
    assert "no changes" in reviewer.follow().text
    reviewer.act(run_id, "undo")
    assert listed(session) == 0
    assert session.execute(select(func.count()).select_from(ServiceAtLocation)).scalar_one() > 0
    assert verify_history(session)[1] is None
    session.rollback()
    again = reviewer.upload(content, file.name)
    page = reviewer.act(again, "apply", kind=ALL, number=str(before))
    assert listed(session) == before
