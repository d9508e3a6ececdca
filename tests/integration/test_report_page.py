"""The report of a visitor: what is asked, what is kept, what is refused, and the mark it leaves."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.db import Base, transaction
from app.domain.report import ReportOutcome, ReportState
from app.models import Report
from app.store import reports as store
from app.web.clock import CLOCK_SETTING
from app.web.public import report as page_module
from tests.browse import Browse, Page
from tests.factories import NOW, make_phone, make_record, save_records
from tests.staff import from_network

REFERENCE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}")
CANARY = "CANARY-7f3a9"


@pytest.fixture(autouse=True)
def _clock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, CLOCK_SETTING, lambda: NOW)


@pytest.fixture
def address(session: Session) -> str:
    (listing_id,) = save_records(session, make_record(phones=(make_phone(34),)))
    return f"/listings/{listing_id}/report"


def form_of(page: Page) -> dict[str, Any]:
    """What a browser would send of the page's form, but for the choices."""
    form: dict[str, Any] = {
        each.get("name", ""): each.get("value", "")
        for each in page.tree.iter("input")
        if each.get("type") not in {"radio", "checkbox"}
    }
    for each in page.tree.iter("textarea"):
        form[each.get("name", "")] = "".join(each.itertext())
    return form


def kept(session: Session) -> list[Report]:
    session.rollback()
    return list(session.scalars(select(Report).order_by(Report.id)))


def reference_on(page: Page) -> str:
    found = REFERENCE.search(page.text)
    assert found, page.text
    return found[0]


def test_a_report_is_kept_and_its_reference_shows_how_far_it_is(
    session: Session, browse: Browse, address: str
) -> None:
    form = form_of(browse.open(f"{address}?topic=phone"))
    page = browse.post(
        address, data={**form, "topic": "phone", "when_called": "somebody_else", "details": "Twice"}
    )
    (report,) = kept(session)
    assert (report.topic, report.when_called, report.details) == ("phone", "somebody_else", "Twice")
    state = browse.get("public.report_state", reference=reference_on(page).lower())
    assert "Received" in state.text
    assert "Nov 24, 2026" in state.text
    assert "Twice" not in state.text
    assert "Sample" not in state.text


def test_the_state_follows_the_work_of_the_staff(
    session: Session, browse: Browse, address: str
) -> None:
    page = browse.post(address, data={"topic": "closed"})
    (report,) = kept(session)
    with transaction(session):
        store.take_report(session, report.id, by="Sample Editor", now=NOW)
    reference = reference_on(page)
    assert "Being checked" in browse.get("public.report_state", reference=reference).text
    with transaction(session):
        store.close_report(
            session, report.id, outcome=ReportOutcome.MENDED, by="Sample Editor", now=NOW
        )
    assert "Done" in browse.get("public.report_state", reference=reference).text


@pytest.mark.parametrize("reference", ["0000-0000-0000-0000", "x", "%F0%9F%98%80", "a" * 3_000])
def test_a_reference_that_is_not_there_is_404(browse: Browse, reference: str) -> None:
    assert browse.open(f"/reports/{reference}", status=404).h1 == "We do not have that reference"


def test_personal_details_are_shown_to_the_sender_and_never_kept(
    session: Session, browse: Browse, address: str
) -> None:
    written = "Not (614) 555-0134. My own is 614-555-0199, or sample@example.org"
    form = form_of(browse.open(address))
    asked = browse.post(address, data={**form, "topic": "phone", "details": written})
    assert kept(session) == []
    for told in ("614-555-0199", "sample@example.org", "Not sent yet"):
        assert told in asked.text
    struck = form_of(asked)
    assert struck["details"].strip() == (
        "Not (614) 555-0134. My own is [number removed], or [e-mail address removed]"
    )
    browse.post(address, data={**struck, "topic": "phone"})
    (report,) = kept(session)
    assert report.details == struck["details"].strip()


def test_a_form_sent_twice_is_kept_once(session: Session, browse: Browse, address: str) -> None:
    form = {**form_of(browse.open(address)), "topic": "closed", "details": "Boarded up"}
    first, second = browse.post(address, data=form), browse.post(address, data=form)
    assert reference_on(first) == reference_on(second)
    assert len(kept(session)) == 1
    other = browse.post(address, data={**form, "details": "Boarded up since May"})
    assert reference_on(other) != reference_on(first)
    assert len(kept(session)) == 2


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({}, "Choose what is wrong"),
        ({"topic": "nothing of ours"}, "Choose what is wrong"),
        ({"topic": "new_place"}, "Choose what is wrong"),
        ({"topic": "other"}, "Say in a few words what is wrong"),
        ({"topic": "phone", "details": "a" * 2_001}, "Write at most 2,000 letters"),
    ],
)
def test_what_cannot_be_kept_is_named_and_what_was_typed_stays(
    session: Session, browse: Browse, address: str, data: dict[str, str], told: str
) -> None:
    page = browse.post(address, status=422, data=data)
    assert told in page.text
    assert page.title.startswith("Error:")
    assert form_of(page)["details"].strip() == data.get("details", "")
    assert kept(session) == []


@pytest.mark.parametrize(
    "details", ["a\x00b", "\ud800", "<script>alert(1)</script>", "{{7*7}}", "\u202egnorw", "'; --"]
)
def test_odd_text_is_kept_as_text(
    session: Session, client: FlaskClient, address: str, details: str
) -> None:
    sent = details.encode("utf-8", "surrogatepass")
    answer = client.post(
        address,
        data=b"topic=other&details=x" + b"".join(b"%%%02x" % byte for byte in sent),
        content_type="application/x-www-form-urlencoded",
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 200
    assert len(kept(session)) == 1
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "http://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_only_our_own_pages_can_send_one(
    session: Session, client: FlaskClient, address: str, headers: dict[str, str], status: int
) -> None:
    for place, data in (
        (address, {"topic": "closed"}),
        ("/suggest", {"name": "Sample Clinic", "town": "Columbus, OH"}),
    ):
        assert client.post(place, data=data, headers=headers).status_code == status
    assert len(kept(session)) == (2 if status == 200 else 0)


def test_what_fills_in_the_trap_is_thanked_and_not_kept(
    session: Session, browse: Browse, address: str
) -> None:
    page = browse.post(address, data={"topic": "closed", "homepage": "https://spam.example"})
    assert reference_on(page)
    assert kept(session) == []


def test_a_network_that_sends_too_many_has_to_wait_and_keeps_its_words(
    session: Session, client: FlaskClient, address: str
) -> None:
    headers = {"Sec-Fetch-Site": "same-origin"}
    for number in range(10):
        data = {"topic": "other", "details": f"report {number}"}
        assert client.post(address, data=data, headers=headers).status_code == 200
    data = {"topic": "other", "details": "one too many"}
    answer = client.post(address, data=data, headers=headers)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "one too many" in answer.text
    assert len(kept(session)) == 10
    elsewhere = client.post(address, data=data, headers=headers, **from_network(9))
    assert elsewhere.status_code == 200


def test_the_form_keeps_what_was_typed_while_the_database_is_gone(
    browse: Browse, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_args: object, **_values: object) -> None:
        statement = "SELECT"
        raise OperationalError(statement, {}, ConnectionError())

    monkeypatch.setattr(page_module, "get_public_listing", gone)
    page = browse.post(address, status=503, data={"topic": "phone", "details": "It rings out"})
    assert "It rings out" in page.text
    assert page.response.headers["Retry-After"]
    assert page.all("input", name="topic", value="phone")[0].get("checked") is not None
    monkeypatch.setattr(page_module, "transaction", gone)
    page = browse.post("/suggest", status=503, data={"name": "Sample House", "town": "Columbus"})
    assert page.all("input", name="name")[0].get("value") == "Sample House"


def test_a_place_that_is_missing_is_kept_with_its_own_number(
    session: Session, browse: Browse
) -> None:
    form = form_of(browse.open("/suggest"))
    data = {
        **form,
        "name": "Sample House",
        "town": "Columbus, OH",
        "phone": "614-555-0142",
        "website": "https://example.org/house",
        "details": "Call (614) 555-0142 in the morning",
    }
    assert reference_on(browse.post("/suggest", data=data))
    (report,) = kept(session)
    assert (report.topic, report.listing_id, report.place_name) == (
        "new_place",
        None,
        "Sample House",
    )
    assert (report.place_town, report.place_phone) == ("Columbus, OH", "614-555-0142")
    assert "555-0142" in report.details


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"town": "Columbus"}, "Write the name of the place"),
        ({"name": "Sample"}, "Write the town and state"),
        ({"name": "Sample", "town": "C", "phone": "ask for Bob"}, "Write the number with its area"),
        ({"name": "Sample", "town": "C", "website": "javascript:alert(1)"}, "with https://"),
    ],
)
def test_a_place_without_what_is_needed_is_named(
    session: Session, browse: Browse, data: dict[str, str], told: str
) -> None:
    assert told in browse.post("/suggest", status=422, data=data).text
    assert kept(session) == []


def test_a_listing_that_is_not_there_is_404_and_a_broken_id_too(client: FlaskClient) -> None:
    headers = {"Sec-Fetch-Site": "same-origin"}
    for address in (f"/listings/{uuid4()}/report", "/listings/1/report"):
        assert client.get(address).status_code == 404
        assert client.post(address, data={"topic": "phone"}, headers=headers).status_code == 404


def test_the_page_and_the_card_carry_a_quiet_mark_until_it_is_done(
    session: Session, browse: Browse, address: str
) -> None:
    listing = address.removesuffix("/report")
    mark = "A visitor reported a problem with the phone number; being checked."
    assert mark not in browse.open(listing).text
    browse.post(address, data={"topic": "phone"})
    assert mark in browse.open(listing).text
    assert mark in browse.get("public.search", near="43215").text
    (report,) = kept(session)
    with transaction(session):
        store.close_report(
            session, report.id, outcome=ReportOutcome.NO_PROBLEM, by="Sample Editor", now=NOW
        )
    assert mark not in browse.open(listing).text
    assert mark not in browse.get("public.search", near="43215").text


def test_a_mark_names_all_that_is_reported(browse: Browse, address: str) -> None:
    for topic in ("offer", "phone"):
        browse.post(address, data={"topic": topic})
    page = browse.open(address.removesuffix("/report"))
    assert "a problem with the phone number and what it offers; being checked." in page.text


def test_the_table_has_no_place_for_who_sent_it(session: Session) -> None:
    columns = {column["name"] for column in inspect(session.connection()).get_columns("report")}
    assert columns == {
        *("id", "reference_hash", "listing_id", "topic", "when_called", "details"),
        *("place_name", "place_town", "place_phone", "place_website"),
        *("received_on", "state", "outcome", "changed_on", "taken_by"),
    }


def test_nothing_of_the_sender_is_anywhere_in_the_database(
    session: Session, client: FlaskClient, address: str
) -> None:
    headers = {
        "Sec-Fetch-Site": "same-origin",
        "User-Agent": CANARY,
        "Referer": f"http://localhost/{CANARY}",
        "Cookie": f"x={CANARY}",
        "X-Forwarded-For": "203.0.113.77",
        "Accept-Language": CANARY,
    }
    answer = client.post(
        f"{address}?from={CANARY}",
        data={"topic": "closed", "details": "found-again-6e1d", CANARY: CANARY},
        headers=headers,
        environ_overrides={"REMOTE_ADDR": "203.0.113.77"},
    )
    assert answer.status_code == 200
    session.rollback()
    told = ""
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)).all():
            told += "\n" + " | ".join(repr(value) for value in row)
    # The search that looks for the sender does find what was written.
    assert "found-again-6e1d" in told
    for trace in (CANARY, "203.0.113", "203.0", "17:00", "localhost"):
        lines = [line for line in told.splitlines() if trace in line and "found-again" in line]
        assert lines == [], trace
    assert CANARY not in told
    assert "203.0.113.77" not in told


def test_no_form_asks_for_a_person(browse: Browse, address: str) -> None:
    for page in (browse.open(address), browse.open("/suggest")):
        fields = {
            each.get("name") for tag in ("input", "select", "textarea") for each in page.all(tag)
        }
        assert not fields & {"email", "your_name", "your_phone", "password", "csrf_token"}
        assert {each.get("autocomplete") for each in page.all("input", type="text")} <= {"off"}


def test_states_are_those_that_the_table_takes() -> None:
    assert {state.value for state in ReportState} == {"received", "checking", "done"}
