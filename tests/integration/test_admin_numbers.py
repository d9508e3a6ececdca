"""Numbers for the staff: they count what people checked, and drawing and table say the same."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.db import transaction
from app.domain.records import AddressRecord, ListingStatus
from app.domain.report import NewReport, ReportOutcome, Topic
from app.models import Report
from app.store.checks import verify_fields
from app.store.listings import get_listing
from app.store.numbers import Freshness, freshness_by_source, freshness_by_state
from app.store.reports import add_report, close_report
from app.web.admin.numbers import BAR_WIDTH
from app.web.clock import CLOCK_SETTING
from tests.browse import Page, text_of
from tests.editing import edit
from tests.factories import NOW, import_records, make_phone, make_record, save_records
from tests.staff import StaffBrowser, make_user

TODAY = NOW.date()
KENTUCKY = AddressRecord(
    address_1="1 Sample Street", city="Lexington", state_province="KY", postal_code="40502"
)


@pytest.fixture(autouse=True)
def _clock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, CLOCK_SETTING, lambda: NOW)


def check(session: Session, listing_id: UUID, *, days_ago: int, field: str = "phones") -> None:
    moment = NOW - timedelta(days=days_ago)
    with transaction(session):
        verify_fields(
            session, listing_id, [field], how="call", by="Sam", on=moment.date(), now=moment
        )


def numbers(app: Flask) -> Page:
    browser = StaffBrowser(app)
    browser.sign_in(make_user(app, email=f"{uuid4().hex}@example.org").email)
    return browser.get("/admin/numbers/")


def table(page: Page, caption: str) -> list[list[str]]:
    found = next(
        each for each in page.all("table") if text_of(next(each.iter("caption"))) == caption
    )
    return [[text_of(cell) for cell in row] for row in next(found.iter("tbody"))]


def fill(session: Session) -> None:
    """In Ohio six with a phone: three checked this quarter, one this year, one long ago, none."""
    ids = save_records(session, *(make_record(phones=(make_phone(n),)) for n in range(1, 7)))
    for listing_id, days in zip(ids, (0, 30, 90, 365, 366), strict=False):
        check(session, listing_id, days_ago=days)
    save_records(
        session,
        make_record(address=KENTUCKY),
        make_record(phones=()),
        make_record(status=ListingStatus.INACTIVE),
    )


def test_phones_count_by_state_with_the_days_of_both_edges(session: Session) -> None:
    fill(session)
    assert freshness_by_state(session, today=TODAY) == (
        Freshness(key="KY", total=1, recent=0, within_year=0),
        Freshness(key="OH", total=6, recent=3, within_year=4),
    )


def test_a_check_of_another_field_and_an_edit_are_no_check_of_the_phone(session: Session) -> None:
    first, second, third = save_records(
        session, *(make_record(phones=(make_phone(n),)) for n in (1, 2, 3))
    )
    check(session, first, days_ago=1, field="cost")
    check(session, second, days_ago=1)
    edit(session, get_listing(session, second), phones=(make_phone(9),))
    check(session, third, days_ago=400)
    check(session, third, days_ago=2)
    (ohio,) = freshness_by_state(session, today=TODAY)
    assert (ohio.total, ohio.recent, ohio.within_year) == (3, 1, 1)


def test_a_listing_of_two_sources_counts_in_each_and_once_in_all(
    app: Flask, session: Session
) -> None:
    record = make_record()
    import_records(session, record, source_id="first")
    import_records(session, record, source_id="second")
    save_records(session, make_record())
    found = {item.key: item.total for item in freshness_by_source(session, today=TODAY)}
    assert found == {"": 1, "Sample source first": 1, "Sample source second": 1}
    session.rollback()  # a reader would keep the one who signs in waiting
    assert table(numbers(app), "All places and helplines that are listed")[0][1] == "2"


def test_the_page_says_in_its_tables_what_it_draws(app: Flask, session: Session) -> None:
    fill(session)
    page = numbers(app)
    assert table(page, "Phones checked, by state") == [
        ["Kentucky", "1", "0 (0 %)", "0 (0 %)"],
        ["Ohio", "6", "3 (50 %)", "4 (67 %)"],
    ]
    drawings = [each for each in page.tree.iter() if str(each.tag).endswith("svg")]
    (chart,) = [
        each for each in drawings if each.get("aria-labelledby") == "states-title states-about"
    ]
    bars = [each for each in chart.iter() if "bar" in (each.get("class") or "").split()]
    widths = {each.get("class"): float(each.get("width") or 0) for each in bars[1:]}
    assert [each.get("class") for each in bars] == ["bar none", "bar full", "bar half", "bar none"]
    assert widths["bar full"] == pytest.approx(BAR_WIDTH / 2)
    assert sum(widths.values()) == pytest.approx(BAR_WIDTH, abs=0.2)


def test_one_of_many_is_neither_nothing_nor_all(app: Flask, session: Session) -> None:
    ids = save_records(session, *(make_record() for _number in range(201)))
    check(session, ids[0], days_ago=1)
    assert table(numbers(app), "Phones checked, by state") == [
        ["Ohio", "201", "1 (1 %)", "1 (1 %)"]
    ]
    for listing_id in ids[1:-1]:
        check(session, listing_id, days_ago=1)
    assert "200 (99 %)" in table(numbers(app), "Phones checked, by state")[0]


def test_reports_are_told_by_how_long_they_wait(app: Flask, session: Session) -> None:
    (place,) = save_records(session, make_record())
    waits = ((Topic.PHONE, 7), (Topic.PHONE, 8), (Topic.CLOSED, 31), (Topic.OTHER, 91))
    for topic, days in waits:
        report(session, place, topic=topic, days_ago=days)
    for days in (2, 4, 40):
        report(session, place, topic=Topic.OTHER, days_ago=days, is_closed=True)
    page = numbers(app)
    rows = {row[0]: row[1:] for row in table(page, "Open reports, by how long they wait")}
    assert sorted(rows.values()) == sorted(
        [["1", "1", "0", "0", "2"], ["0", "0", "1", "0", "1"], ["0", "0", "0", "1", "1"]]
    )
    assert "4 reports are open. The oldest waits for 91 days." in page.text
    assert (
        "3 reports were closed in the last 90 days. Half of them waited 4 days or less."
        in page.text
    )


def test_an_empty_directory_has_its_page(app: Flask) -> None:
    text = numbers(app).text
    assert "No listing has a phone yet." in text
    assert "No report is open." in text
    assert "None was closed in the last 90 days." in text


def report(
    session: Session, place: UUID, *, topic: Topic, days_ago: int, is_closed: bool = False
) -> None:
    before = {each.id for each in session.query(Report)}
    received = (NOW - timedelta(days=days_ago)).date()
    with transaction(session):
        new = NewReport(topic=topic, listing_id=place)
        add_report(session, new, reference=uuid4().hex, on=received)
    (made,) = {each.id for each in session.query(Report)} - before
    if is_closed:
        with transaction(session):
            close_report(session, made, outcome=ReportOutcome.MENDED, by="Sam", now=NOW)
