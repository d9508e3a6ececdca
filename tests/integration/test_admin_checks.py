"""The pages of the work-list: one screen per listing, without script."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.db import transaction
from app.domain.records import ListingStatus
from app.domain.report import NewReport, Topic
from app.models import CheckDue
from app.store import checks_due as store
from app.store import reports
from app.store.listings import get_listing
from app.web.clock import CLOCK_SETTING
from tests.factories import NOW, make_phone, make_record, save_records
from tests.staff import StaffBrowser, make_user


@pytest.fixture(autouse=True)
def _clock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, CLOCK_SETTING, lambda: NOW)


def signed_in(app: Flask) -> StaffBrowser:
    browser = StaffBrowser(app)
    browser.sign_in(make_user(app).email)
    return browser


@pytest.fixture
def listing_id(session: Session) -> UUID:
    (made,) = save_records(
        session,
        make_record(
            name="Sample Clinic", phones=(make_phone(34),), term_codes=("BU",), cost="Free"
        ),
    )
    with transaction(session):
        reports.add_report(
            session,
            NewReport(topic=Topic.PHONE, listing_id=made, details="It rings out"),
            reference="sample",
            on=NOW.date(),
        )
    return made


def test_a_check_goes_from_the_list_to_done(app: Flask, session: Session, listing_id: UUID) -> None:
    browser = signed_in(app)
    page = browser.get("/admin/checks/")
    assert "A visitor reported a wrong phone number" in page.text
    address = f"/admin/checks/{listing_id}"
    assert address in page.links()
    page = browser.get(address)
    assert "tel:+16145550134" in page.links()
    for words in ("It rings out", "Which medicines can I start here", "Free", "Never checked"):
        assert words in page.text
    browser.post(address, action="take")
    assert "You have this check." in browser.follow().text
    fields = ["phones", "cost"]
    browser.post(address, action="done", field=fields, how="call", outcome="mended", reason="ok")
    page = browser.follow()
    assert "Checked: Sample Clinic." in page.text
    assert "Naloxone, medicine or withdrawal care" in page.text
    assert "Checked on Nov 24, 2026" in page.text
    session.rollback()
    checks = get_listing(session, listing_id).verifications
    assert [(each.field, each.how) for each in checks] == [("cost", "call"), ("phones", "call")]
    assert reports.list_reports_of(session, listing_id) == ()
    assert "Sample editor checked it: ok" in browser.get(address).text


def test_done_without_a_tick_is_asked_again(app: Flask, listing_id: UUID) -> None:
    browser = signed_in(app)
    browser.get(f"/admin/checks/{listing_id}")
    page = browser.post(
        f"/admin/checks/{listing_id}", status=422, action="done", how="call", reason="They moved"
    )
    assert page.title.startswith("Error:")
    assert page.all("input", name="reason")[0].get("value") == "They moved"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"action": "delete"},
        {"action": "done", "field": "phones", "how": "source"},
        {"action": "done", "field": "phones", "how": ""},
        {"action": "done", "field": "status", "how": "call"},
        {"action": "done", "field": "phones", "how": "call", "outcome": "won"},
    ],
)
def test_what_there_is_not_changes_nothing(
    app: Flask, session: Session, listing_id: UUID, data: dict[str, str]
) -> None:
    browser = signed_in(app)
    browser.get(f"/admin/checks/{listing_id}")
    browser.post(f"/admin/checks/{listing_id}", status=400, **data)
    session.rollback()
    assert get_listing(session, listing_id).verifications == ()


def test_somebody_elses_check_cannot_be_taken(
    app: Flask, session: Session, listing_id: UUID
) -> None:
    with transaction(session):
        store.take_check(session, listing_id, by="Sample Other", now=NOW)
    browser = signed_in(app)
    address = f"/admin/checks/{listing_id}"
    assert "Sample Other has this check." in browser.get(address).text
    for action in ("take", "hand_back"):
        browser.post(address, action=action)
        assert "Sample Other has this check. Nothing was changed." in browser.follow().text


def test_a_second_try_of_a_day_and_a_hasty_end_are_refused_in_words(
    app: Flask, listing_id: UUID
) -> None:
    browser = signed_in(app)
    address = f"/admin/checks/{listing_id}"
    browser.get(address)
    browser.post(address, action="not_reached")
    assert "Counted: not reached on 1 day." in browser.follow().text
    for action, told in (("not_reached", "One try a day counts"), ("unlist", "fewer than 3 days")):
        browser.get(address)
        browser.post(address, action=action, version="1")
        assert told in browser.follow().text


def test_three_days_without_an_answer_show_the_way_out(
    app: Flask, session: Session, listing_id: UUID
) -> None:
    address = f"/admin/checks/{listing_id}"
    browser = signed_in(app)
    for _day in range(3):
        assert "Do not list until reached" not in browser.get(address).text
        with transaction(session):
            session.execute(sa.update(CheckDue).values(last_tried_on=None))
        browser.post(address, action="not_reached", reason="no answer")
        browser.follow()
    assert "Do not list until reached" in browser.get(address).text
    browser.post(address, action="unlist", version="1")
    assert "Not listed until somebody is reached" in browser.follow().text
    session.rollback()
    assert get_listing(session, listing_id).record.status is ListingStatus.INACTIVE
    session.rollback()
    browser.get(address)
    browser.post(address, action="done", field="phones", how="call")
    browser.follow()
    session.rollback()
    assert get_listing(session, listing_id).record.status is ListingStatus.ACTIVE


def test_a_listing_that_is_not_there_is_404(app: Flask) -> None:
    browser = signed_in(app)
    browser.get("/admin/checks/")
    browser.get(f"/admin/checks/{uuid4()}", status=404)
