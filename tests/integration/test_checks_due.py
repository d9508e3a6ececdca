"""The work-list of checks: its order, its acts, and what it costs with 20,000 listings."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.db import transaction
from app.domain.check_due import CheckTakenError, Risk, TooFewTriesError, TriedTodayError
from app.domain.errors import NotFoundError, RowError
from app.domain.records import ListingStatus
from app.domain.report import NewReport, ReportOutcome, ReportState, Topic
from app.models import CheckDue, FieldConflict, Service, ServiceAtLocation, Source
from app.store import checks_due as store
from app.store import reports
from app.store.checks import verify_fields
from app.store.history import list_history, verify_history
from app.store.listings import get_listing
from app.web.clock import CLOCK_SETTING
from tests.editing import edit, imported
from tests.factories import NOW, make_record, save_records

ME, OTHER = "Sample editor", "Sample Other"


@pytest.fixture(autouse=True)
def _clock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, CLOCK_SETTING, lambda: NOW)


def make(session: Session, name: str, **values: Any) -> UUID:
    (made,) = save_records(session, make_record(name=name, **values))
    return made


def report_of(session: Session, listing_id: UUID, topic: Topic) -> None:
    with transaction(session):
        reports.add_report(
            session,
            NewReport(topic=topic, listing_id=listing_id),
            reference=uuid4().hex,
            on=NOW.date(),
        )


def conflict_of(session: Session, listing_id: UUID, field: str = "phones") -> None:
    with transaction(session):
        if session.get(Source, "sample") is None:
            session.add(Source(id="sample", name="Sample source"))
            session.flush()
        session.add(
            FieldConflict(
                listing_id=listing_id,
                source_id="sample",
                field=field,
                incoming=json.dumps("sample"),
                seen_at=NOW,
            )
        )


def checked(session: Session, listing_id: UUID, *, on: date) -> None:
    with transaction(session):
        verify_fields(session, listing_id, ["phones"], how="call", by=OTHER, on=on, now=NOW)


def names(session: Session, *, offset: int = 0, limit: int = 50) -> list[str]:
    found = store.list_due(session, now=NOW, offset=offset, limit=limit)
    session.rollback()
    return [due.name for due in found]


@pytest.fixture
def ranked(session: Session) -> list[str]:
    """One listing of each kind, made in another order than that of the list."""
    make(session, "Rest of 2022", as_of="2022")
    fresh = make(session, "Naloxone, checked in May", term_codes=("HR-NALOXONE",))
    checked(session, fresh, on=date(2026, 5, 1))
    make(session, "Medicine, never checked, 2025", term_codes=("BU",), as_of="2025")
    report_of(session, make(session, "Other report"), Topic.CLOSED)
    make(session, "Detox, never checked, 2019", term_codes=("DT",), as_of="2019")
    conflict_of(session, make(session, "Conflict"))
    phone = make(session, "Wrong phone")
    for topic in (Topic.OTHER, Topic.PHONE):
        report_of(session, phone, topic)
    conflict_of(session, phone)
    rest = make(session, "Rest, checked in June")
    checked(session, rest, on=date(2026, 6, 1))
    older = make(session, "Withdrawal, checked in 2024", term_codes=("ODTX",))
    checked(session, older, on=date(2024, 6, 1))
    return [
        "Wrong phone",
        "Conflict",
        "Other report",
        "Detox, never checked, 2019",
        "Medicine, never checked, 2025",
        "Withdrawal, checked in 2024",
        "Naloxone, checked in May",
        "Rest of 2022",
        "Rest, checked in June",
    ]


def test_the_list_is_ordered_by_risk_and_then_by_age(session: Session, ranked: list[str]) -> None:
    assert names(session) == ranked
    assert store.count_due(session) == len(ranked)


@pytest.mark.parametrize("size", [1, 2, 4, 7])
def test_pages_join_to_the_whole_list(session: Session, ranked: list[str], size: int) -> None:
    pages = [names(session, offset=at, limit=size) for at in range(0, len(ranked) + size, size)]
    assert [name for page in pages for name in page] == ranked


def test_a_closed_report_no_longer_presses(session: Session) -> None:
    make(session, "Care", term_codes=("BU",))
    listing_id = make(session, "Reported")
    report_of(session, listing_id, Topic.PHONE)
    assert names(session) == ["Reported", "Care"]
    (report,) = reports.list_reports_of(session, listing_id)
    with transaction(session):
        reports.close_report(session, report.id, outcome=ReportOutcome.NO_PROBLEM, by=ME, now=NOW)
    assert names(session) == ["Care", "Reported"]


def test_the_list_follows_each_write_of_a_listing(session: Session) -> None:
    listing = imported(session, make_record(name="Sample Place"))
    assert store.get_due(session, listing.id, now=NOW).risk is Risk.REST
    listing = edit(session, listing, term_codes=("BU",)).listing
    assert store.get_due(session, listing.id, now=NOW).risk is Risk.CARE
    listing = edit(session, listing, status=ListingStatus.INACTIVE).listing
    assert store.count_due(session) == 0
    edit(session, listing, status=ListingStatus.ACTIVE)
    assert store.count_due(session) == 1


@pytest.mark.usefixtures("embedded")
def test_all_that_is_listed_and_nothing_else_is_due(session: Session) -> None:
    listed = session.scalar(
        sa.select(sa.func.count())
        .select_from(ServiceAtLocation)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .where(Service.status.in_(["active", "temporarily closed"]))
    )
    assert listed
    assert store.count_due(session) == listed


def test_a_check_is_taken_by_one_and_handed_back_by_the_same(session: Session) -> None:
    listing_id = make(session, "Sample")
    with transaction(session):
        store.take_check(session, listing_id, by=ME, now=NOW)
    for act in (store.take_check, store.hand_back_check):
        with pytest.raises(CheckTakenError) as refused, transaction(session):
            act(session, listing_id, by=OTHER, now=NOW)
        assert refused.value.by == ME
    with transaction(session):
        store.hand_back_check(session, listing_id, by=ME, now=NOW)
        store.take_check(session, listing_id, by=OTHER, now=NOW)
    assert store.get_due(session, listing_id, now=NOW).taken_by == OTHER


def test_a_check_that_was_left_lying_is_free_again(session: Session) -> None:
    listing_id = make(session, "Sample")
    with transaction(session):
        store.take_check(session, listing_id, by=OTHER, now=NOW)
    later = NOW + timedelta(hours=4)
    assert store.get_due(session, listing_id, now=later).taken_by is None
    with transaction(session):
        store.take_check(session, listing_id, by=ME, now=later)


def test_three_days_without_an_answer_let_it_be_taken_out_and_an_answer_brings_it_back(
    session: Session,
) -> None:
    listing_id = make(session, "Sample")
    for day in range(3):
        moment, version = NOW + timedelta(days=day), get_listing(session, listing_id).version
        with pytest.raises(TooFewTriesError), transaction(session):
            store.unlist_unreached(session, listing_id, form_version=version, by=ME, now=moment)
        with transaction(session):
            assert store.note_try(session, listing_id, by=ME, now=moment) == day + 1
        with pytest.raises(TriedTodayError), transaction(session):
            store.note_try(session, listing_id, by=ME, now=moment)
    with transaction(session):
        store.unlist_unreached(session, listing_id, form_version=version, by=ME, now=NOW)
    assert get_listing(session, listing_id).record.status is ListingStatus.INACTIVE
    assert names(session) == ["Sample"]
    with transaction(session):
        found = store.finish_check(session, listing_id, ["phones"], how="call", by=ME, now=NOW)
    assert found.record.status is ListingStatus.ACTIVE
    due = store.get_due(session, listing_id, now=NOW)
    assert (due.tries, due.checked_on) == (0, NOW.date().isoformat())
    assert verify_history(session)[1] is None


def test_a_listing_that_a_person_retired_is_not_brought_back_by_a_check(session: Session) -> None:
    listing = imported(session, make_record(name="Sample Place"))
    edit(session, listing, status=ListingStatus.DEFUNCT)
    with pytest.raises(NotFoundError), transaction(session):
        store.finish_check(session, listing.id, ["phones"], how="call", by=ME, now=NOW)


def test_a_done_check_settles_its_conflicts_and_reports(session: Session) -> None:
    listing_id = make(session, "Sample")
    report_of(session, listing_id, Topic.PHONE)
    conflict_of(session, listing_id, "phones")
    conflict_of(session, listing_id, "cost")
    with transaction(session):
        store.take_check(session, listing_id, by=ME, now=NOW)
        store.finish_check(
            session,
            listing_id,
            ["phones"],
            how="call",
            by=ME,
            now=NOW,
            outcome=ReportOutcome.MENDED,
        )
    assert [each[0] for each in store.list_conflicts(session, listing_id)] == ["cost"]
    assert reports.list_reports_of(session, listing_id) == ()
    (check,) = get_listing(session, listing_id).verifications
    assert (check.field, check.how, check.verified_by) == ("phones", "call", ME)
    acts = list_history(session, store.check_id_of(listing_id))
    assert [act.action for act in acts] == ["take", "done"]


def test_a_check_that_fails_changes_nothing(session: Session) -> None:
    listing_id = make(session, "Sample")
    report_of(session, listing_id, Topic.PHONE)
    for how, fields in (("rumour", ["phones"]), ("call", ["secrets"])):
        with pytest.raises(RowError), transaction(session):
            store.finish_check(
                session,
                listing_id,
                fields,
                how=how,
                by=ME,
                now=NOW,
                outcome=ReportOutcome.MENDED,
            )
    (report,) = reports.list_reports_of(session, listing_id)
    assert report.state is ReportState.RECEIVED
    assert get_listing(session, listing_id).verifications == ()


def test_the_rest_of_the_list_comes_by_its_index(session: Session) -> None:
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("with few rows PostgreSQL rightly reads the table")
    statement = sa.select(CheckDue.listing_id).order_by(*store.ORDER).limit(50)
    told = str(statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
    plan = session.execute(sa.text(f"EXPLAIN QUERY PLAN {told}")).all()
    assert "ix_check_due_order" in str(plan)
    assert "TEMP B-TREE" not in str(plan)
