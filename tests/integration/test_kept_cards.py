"""Cards that a process keeps: never older than the data, the reports and the minute, never of another search."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import create_app
from app.db import transaction
from app.domain.records import AlertRecord, ListingRecord, PointRecord, ScheduleRecord
from app.domain.report import NewReport, ReportOutcome, Topic
from app.extensions import db
from app.models import Report
from app.store import reports
from app.store.save import Saving, save_listings
from app.store.versions import Versions, bump_version, current_versions
from app.web.card_shelf import CARD_SHELF, CardShelf
from app.web.clock import CLOCK_SETTING
from config import Config
from tests.factories import NOW, make_record, save_records

SEARCH = "/search?near=43215"
EVERY_DAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MARK = "A visitor reported that it has closed; being checked."


@pytest.fixture
def workers(
    app: Flask, config: Config, tmp_path: Path
) -> Iterator[tuple[FlaskClient, FlaskClient]]:
    """Two processes of one site, as far as what each keeps is concerned."""
    other = create_app(replace(config, instance_path=tmp_path / "other"))
    yield app.test_client(), other.test_client()
    with other.app_context():
        db.engine.dispose()


def _texts(workers: tuple[FlaskClient, ...], address: str = SEARCH) -> list[str]:
    return [worker.get(address).text for worker in workers]


def _save(session: Session, listing_id: UUID, record: ListingRecord) -> None:
    with transaction(session):
        version = bump_version(session)
        saving = Saving(listing_id=listing_id, record=record, is_new=False)
        save_listings(session, [saving], version=version, now=NOW, updated_by="test")


def test_saved_edit_is_on_the_next_page_of_every_worker(
    session: Session, workers: tuple[FlaskClient, FlaskClient]
) -> None:
    record = make_record(name="Sample Old Name")
    (listing_id,) = save_records(session, record)
    assert all("Sample Old Name" in text for text in _texts(workers))
    _save(session, listing_id, replace(record, name="Sample New Name"))
    texts = _texts(workers)
    assert all("Sample New Name" in text for text in texts)
    assert not any("Sample Old Name" in text for text in texts)


def test_report_and_its_end_are_on_the_next_page_of_every_worker(
    session: Session, workers: tuple[FlaskClient, FlaskClient]
) -> None:
    (listing_id,) = save_records(session, make_record())
    assert not any(MARK in text for text in _texts(workers))
    report = NewReport(topic=Topic.CLOSED, listing_id=listing_id)
    with transaction(session):
        reports.add_report(session, report, reference=uuid4().hex, on=NOW.date())
    assert all(MARK in text for text in _texts(workers))
    report_id = session.execute(select(Report.id)).scalar_one()
    with transaction(session):
        reports.close_report(
            session, report_id, outcome=ReportOutcome.NO_PROBLEM, by="Staff", now=NOW
        )
    assert not any(MARK in text for text in _texts(workers))


def test_words_about_opening_change_with_the_minute(
    app: Flask, session: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    hours = ScheduleRecord(byday=EVERY_DAY, opens_at="08:00", closes_at="17:00")
    save_records(session, make_record(schedules=(hours,)))
    closing = datetime(2026, 11, 24, 22, tzinfo=NOW.tzinfo)
    told = {
        timedelta(hours=3): "Open now, until 5:00",
        timedelta(minutes=30): "Open, closes in 30 minutes",
        timedelta(minutes=29): "Open, closes in 29 minutes",
        timedelta(0): "Closed now, opens tomorrow 8:00",
        -timedelta(hours=8): "Closed now, opens today 8:00",
    }
    for before, words in told.items():
        monkeypatch.setitem(app.config, CLOCK_SETTING, _clock(closing - before))
        assert words in client.get(SEARCH).text


def test_notice_leaves_the_card_after_its_last_day(
    app: Flask, session: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    alert = AlertRecord(text="Sample notice", until=NOW.date())
    save_records(session, make_record(alert=alert))
    told = []
    for later in (timedelta(0), timedelta(minutes=1), timedelta(days=1)):
        monkeypatch.setitem(app.config, CLOCK_SETTING, _clock(NOW + later))
        told.append("Sample notice" in client.get(SEARCH).text)
    assert told == [True, True, False]


def _clock(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


@pytest.mark.usefixtures("embedded")
def test_pages_after_other_searches_are_those_of_a_new_process(
    app: Flask, session: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, CLOCK_SETTING, lambda: NOW)
    hours = ScheduleRecord(byday=("TU",), opens_at="08:00", closes_at="17:00")
    places = [
        make_record(
            term_codes=("BU",) if number % 3 else ("MU",),
            point=PointRecord(latitude=39.9 + number / 100, longitude=-83.0),
            schedules=(hours,) if number % 2 else (),
        )
        for number in range(30)
    ]
    first, *_others = save_records(session, *places)
    report = NewReport(topic=Topic.CLOSED, listing_id=first)
    with transaction(session):
        reports.add_report(session, report, reference=uuid4().hex, on=NOW.date())
    addresses = (
        SEARCH,
        f"{SEARCH}&page=2",
        f"{SEARCH}&term=BU",
        "/search?near=43017&radius=50",
        "/search?near=OH",
        "/search?q=sample",
        "/search?near=43215&term=BU&open_now=1",
    )
    alone = []
    for address in addresses:
        app.extensions.pop(CARD_SHELF, None)
        alone.append(client.get(address).text)
    together = [client.get(address).text for address in (*addresses, *addresses)]
    assert together == [*alone, *alone]
    assert len(set(alone)) == len(addresses)
    # A whole state has no middle, so that nothing is near or far.
    assert "<b></b>" not in alone[4]
    assert 'id="place-1"' in alone[0]
    assert 'id="place-21"' in alone[1]
    assert 'id="place-1"' not in alone[1]


def test_a_private_search_after_a_plain_one_has_no_address_of_it(
    session: Session, client: FlaskClient
) -> None:
    save_records(session, *(make_record() for _ in range(25)))
    plain = client.get(f"{SEARCH}&q=sample").text
    headers = {"Origin": "http://localhost"}
    private = client.post("/search", data={"near": "43215", "q": "sample"}, headers=headers).text
    assert "/search?" in plain
    assert "/search?" not in private
    assert private.count('form="compare"') == plain.count('form="compare"') == 20


def test_a_name_that_looks_like_a_pattern_is_shown_as_it_is(
    session: Session, client: FlaskClient
) -> None:
    save_records(session, make_record(name="Sample 100 %s %(number)s <b>Care</b> %"))
    for _ in range(2):
        text = client.get(SEARCH).text
        assert ">Sample 100 %s %(number)s &lt;b&gt;Care&lt;/b&gt; %</a>" in text


def test_an_edit_leaves_the_cards_of_other_listings_where_they_are(session: Session) -> None:
    record = make_record()
    edited, other = save_records(session, record, make_record())
    shelf = CardShelf()
    before = shelf.cards([edited, other], versions=current_versions(db.engine))
    _save(session, edited, replace(record, name="Sample Other Name"))
    after = shelf.cards([edited, other], versions=current_versions(db.engine))
    assert after[other] is before[other]
    assert after[edited].record.name == "Sample Other Name"


def test_no_more_cards_are_kept_than_there_is_room_for(session: Session) -> None:
    ids = save_records(session, *(make_record() for _ in range(5)))
    shelf, versions = CardShelf(most=3), current_versions(db.engine)
    first = shelf.cards(ids[:1], versions=versions)
    found = shelf.cards(ids, versions=versions)
    assert list(found) == ids
    assert shelf.cards(ids[:1], versions=versions)[ids[0]] is not first[ids[0]]


def test_cards_of_a_newer_version_are_not_those_of_a_database_from_a_backup(
    session: Session,
) -> None:
    (listing_id,) = save_records(session, make_record())
    versions = current_versions(db.engine)
    shelf = CardShelf()
    newer = shelf.cards([listing_id], versions=Versions(versions.data + 1, versions.reports))
    older = shelf.cards([listing_id], versions=versions)
    assert older[listing_id] is not newer[listing_id]


def test_a_card_read_before_an_edit_is_not_kept_after_it(session: Session) -> None:
    record = make_record(name="Sample Old Name")
    (listing_id,) = save_records(session, record)
    shelf = CardShelf()
    early = current_versions(db.engine)
    _save(session, listing_id, replace(record, name="Sample New Name"))
    late = current_versions(db.engine)
    # One request has read the version before the edit, another one comes in between.
    shelf.cards([listing_id], versions=late)
    shelf.cards([listing_id], versions=early)
    found = shelf.cards([listing_id], versions=late)
    assert found[listing_id].record.name == "Sample New Name"
