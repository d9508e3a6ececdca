"""Reports as the staff see them: in what order, what can be done, and what the history says."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import transaction
from app.domain.records import ListingStatus
from app.domain.report import (
    NewReport,
    ReportClosedError,
    ReportOutcome,
    ReportState,
    Suggestion,
    Topic,
    WhenCalled,
)
from app.models import Report
from app.store import reports as store
from app.store.history import list_history, verify_history
from tests.browse import Page, text_of
from tests.factories import NOW, make_record, save_records
from tests.staff import StaffBrowser, make_user


def add(session: Session, report: NewReport, *, days_ago: int = 0) -> UUID:
    reference = uuid4().hex
    with transaction(session):
        store.add_report(
            session, report, reference=reference, on=(NOW - timedelta(days=days_ago)).date()
        )
    key = sha256(reference.encode()).digest()
    found = session.execute(select(Report.id).where(Report.reference_hash == key)).scalar_one()
    session.rollback()
    return found


def signed_in(app: Flask) -> StaffBrowser:
    browser = StaffBrowser(app)
    browser.sign_in(make_user(app).email)
    return browser


@pytest.fixture
def listing_id(session: Session) -> UUID:
    (made,) = save_records(session, make_record(name="Sample Clinic"))
    return made


def test_wrong_phones_come_first_then_the_oldest(
    app: Flask, session: Session, listing_id: UUID
) -> None:
    for topic, days_ago in ((Topic.OTHER, 9), (Topic.CLOSED, 12), (Topic.PHONE, 1)):
        add(session, NewReport(topic=topic, listing_id=listing_id), days_ago=days_ago)
    page = signed_in(app).get("/admin/reports/")
    cells = [text_of(each) for each in page.all("td", data_label="What is wrong")]
    assert cells == ["The phone number is wrong", "It has closed", "Something else"]


def test_an_editor_takes_a_report_and_closes_it_and_the_history_says_so(
    app: Flask, session: Session, listing_id: UUID
) -> None:
    told = NewReport(
        topic=Topic.PHONE,
        listing_id=listing_id,
        when_called=WhenCalled.SOMEBODY_ELSE,
        details="First line\n<b>second</b>",
    )
    report_id = add(session, told)
    browser = signed_in(app)
    browser.get("/admin/reports/")
    address = f"/admin/reports/{report_id}"
    page = browser.get(address)
    for words in ("Sample Clinic", "Somebody else answered", "First line", "<b>second</b>"):
        assert words in page.text
    assert f"/listings/{listing_id}" in page.links()
    browser.post(address, action="take")
    assert "Being checked (Sample editor)" in browser.follow().text
    browser.post(address, action="hand_back")
    browser.follow()
    browser.post(address, action="close", outcome="mended", reason="Their site has the new number")
    assert "There is none." in browser.follow().text
    assert "Mended" in browser.get("/admin/reports/?done=1").text
    page = browser.get(address)
    assert "Sample editor closed it: Their site has the new number" in page.text
    assert page.all("select", name="outcome") == []
    session.rollback()
    acts = [(each.action, each.by) for each in list_history(session, report_id)]
    assert acts == [(act, "Sample editor") for act in ("take", "hand back", "close")]
    assert verify_history(session)[1] is None


def test_a_report_is_closed_once(app: Flask, session: Session, listing_id: UUID) -> None:
    report_id = add(session, NewReport(topic=Topic.CLOSED, listing_id=listing_id))
    browser = signed_in(app)
    browser.get(f"/admin/reports/{report_id}")
    with transaction(session):
        store.close_report(session, report_id, outcome=ReportOutcome.MENDED, by="Other", now=NOW)
    browser.post(f"/admin/reports/{report_id}", action="close", outcome="not_reached")
    assert "Somebody closed this report meanwhile" in browser.follow().text
    session.rollback()
    assert store.get_report(session, report_id).outcome is ReportOutcome.MENDED
    for act in (store.take_report, store.hand_back_report):
        with pytest.raises(ReportClosedError), transaction(session):
            act(session, report_id, by="Other", now=NOW)
    assert len(list_history(session, report_id)) == 1


@pytest.mark.parametrize(
    "data",
    [{}, {"action": "delete"}, {"action": "close"}, {"action": "close", "outcome": "won"}],
)
def test_an_act_that_there_is_not_changes_nothing(
    app: Flask, session: Session, listing_id: UUID, data: dict[str, str]
) -> None:
    report_id = add(session, NewReport(topic=Topic.CLOSED, listing_id=listing_id))
    browser = signed_in(app)
    browser.get(f"/admin/reports/{report_id}")
    browser.post(f"/admin/reports/{report_id}", status=400, **data)
    session.rollback()
    assert store.get_report(session, report_id).state is ReportState.RECEIVED
    assert list_history(session, report_id) == ()


def test_a_report_of_a_place_that_is_out_leads_to_no_check(app: Flask, session: Session) -> None:
    listed, retired = save_records(
        session, make_record(), make_record(status=ListingStatus.INACTIVE)
    )
    browser = signed_in(app)
    for place, leads in ((listed, True), (retired, False)):
        report_id = add(session, NewReport(topic=Topic.CLOSED, listing_id=place))
        links = browser.get(f"/admin/reports/{report_id}").links()
        assert (f"/admin/checks/{place}" in links) is leads
        for link in (f"/admin/checks/{place}", f"/admin/listings/{place}"):
            if link in links:
                browser.get(link)


def test_a_place_that_is_missing_is_shown_with_what_is_known(app: Flask, session: Session) -> None:
    place = Suggestion(name="Sample House", town="Columbus, OH", phone="614-555-0142")
    report_id = add(session, NewReport(topic=Topic.NEW_PLACE, suggestion=place))
    page = signed_in(app).get(f"/admin/reports/{report_id}")
    assert page.h1 == "A place is missing: Sample House"
    assert "Columbus, OH" in page.text
    assert "614-555-0142" in page.text


def test_a_report_that_is_not_there_is_404(app: Flask) -> None:
    browser = signed_in(app)
    browser.get("/admin/reports/")
    browser.get(f"/admin/reports/{uuid4()}", status=404)


def test_a_long_list_is_read_page_by_page(app: Flask, session: Session, listing_id: UUID) -> None:
    added = [add(session, NewReport(topic=Topic.CLOSED, listing_id=listing_id)) for _ in range(51)]
    browser = signed_in(app)
    first = browser.get("/admin/reports/")
    assert "51 reports" in first.text
    (onward,) = [link.get("href", "") for link in first.all("a", rel="next")]
    second = browser.get(onward)
    assert not second.all("a", rel="next")
    (back,) = [link.get("href", "") for link in second.all("a", rel="prev")]
    assert reports_on(browser.get(back)) == reports_on(first)
    assert [len(reports_on(page)) for page in (first, second)] == [50, 1]
    assert {*reports_on(first), *reports_on(second)} == {str(each) for each in added}


def test_pages_of_a_list_keep_what_was_chosen(
    app: Flask, session: Session, listing_id: UUID
) -> None:
    added = [add(session, NewReport(topic=Topic.CLOSED, listing_id=listing_id)) for _ in range(52)]
    with transaction(session):
        for report_id in added[:51]:
            store.close_report(
                session, report_id, outcome=ReportOutcome.MENDED, by="Sample Editor", now=NOW
            )
    browser = signed_in(app)
    first = browser.get("/admin/reports/?done=1")
    (onward,) = [link.get("href", "") for link in first.all("a", rel="next")]
    shown = [*reports_on(first), *reports_on(browser.get(onward))]
    assert sorted(shown) == sorted(str(each) for each in added[:51])


@pytest.mark.parametrize("odd", ["0", "-1", "x", "9" * 40])
def test_a_page_that_there_is_not_is_the_nearest_that_there_is(app: Flask, odd: str) -> None:
    assert "There is none." in signed_in(app).get(f"/admin/reports/?page={odd}").text


def reports_on(page: Page) -> list[str]:
    """The ids of the reports that a page of the list leads to."""
    found = [re.fullmatch(r"/admin/reports/([0-9a-f-]{36})", link) for link in page.links()]
    return [each[1] for each in found if each]
