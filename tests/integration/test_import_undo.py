"""Undoing an import: what comes back, what people changed since stays, and the chain holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import transaction
from app.domain.import_run import RunState, RunStateError, UndoReport
from app.domain.listing import Listing
from app.domain.records import ListingRecord, ListingStatus
from app.models import FieldConflict, ImportRun, ListingCard, ServiceAtLocation, SourceRecord
from app.store.checks import verify_fields
from app.store.edits import edit_listing
from app.store.history import verify_history
from app.store.import_undo import undo_run
from app.store.listings import load_listings
from app.store.merges import Undone, merge_listings, undo_merge
from app.store.sources import without_source
from tests.factories import NOW, import_records, make_phone, make_record

LATER = NOW + timedelta(days=1)
MUCH_LATER = NOW + timedelta(days=2)


def listings_by_name(session: Session) -> Mapping[str, Listing]:
    session.rollback()
    ids = session.execute(select(ServiceAtLocation.id)).scalars().all()
    return {listing.record.name: listing for listing in load_listings(session, ids)}


def newest_run(session: Session) -> UUID:
    found = session.execute(select(ImportRun.id).order_by(ImportRun.finished_at.desc()).limit(1))
    return found.scalar_one()


def undo(session: Session, run_id: UUID) -> UndoReport:
    with transaction(session):
        return undo_run(session, run_id, by="Sample Reviewer", now=MUCH_LATER)


def facts(session: Session) -> tuple[Any, ...]:
    """All that readers and later imports see: Listings, cards, what sources say."""
    listings = {name: item.record for name, item in listings_by_name(session).items()}
    cards = session.execute(
        select(ListingCard.id, ListingCard.is_listed, ListingCard.card).order_by(ListingCard.id)
    )
    records = session.execute(
        select(SourceRecord.id, SourceRecord.content, SourceRecord.vanished_at).order_by(
            SourceRecord.id
        )
    )
    return listings, [tuple(row) for row in cards], [tuple(row) for row in records]


def changed(records: list[ListingRecord]) -> list[ListingRecord]:
    return [replace(record, phones=(make_phone(90 + at),)) for at, record in enumerate(records)]


def test_an_undone_update_leaves_everything_as_it_was(session: Session) -> None:
    records = [make_record(cost="Free"), make_record(), make_record()]
    import_records(session, *records)
    before = facts(session)
    import_records(session, *changed(records)[:2], now=LATER)
    assert facts(session) != before
    report = undo(session, newest_run(session))
    assert (report.listings, report.kept) == (2, ())
    assert facts(session) == before
    assert verify_history(session)[1] is None


def test_after_an_undo_the_same_file_does_the_same_again(session: Session) -> None:
    record = make_record()
    import_records(session, record)
    (other,) = changed([record])
    import_records(session, other, make_record(name="Sample New"), now=LATER)
    undo(session, newest_run(session))
    assert listings_by_name(session)["Sample New"].record.status is ListingStatus.INACTIVE
    new = listings_by_name(session)["Sample New"]
    report = import_records(
        session, other, replace(new.record, status=ListingStatus.ACTIVE), now=MUCH_LATER
    )
    assert (report.updated, report.created) == (2, 0)
    found = listings_by_name(session)
    assert found["Sample New"].record.status is ListingStatus.ACTIVE
    assert found[record.name].record.phones == other.phones


def test_a_field_that_was_changed_since_is_kept_and_named(session: Session) -> None:
    record = make_record(cost="Free", eligibility="Adults")
    import_records(session, record)
    import_records(session, replace(record, cost="Ten dollars", eligibility="Everybody"), now=LATER)
    listing = listings_by_name(session)[record.name]
    with transaction(session):
        edit_listing(
            session,
            listing.id,
            form_version=listing.version,
            changes={"cost": "By income"},
            by="Sample Editor",
            reason=None,
            now=LATER,
        )
    report = undo(session, newest_run(session))
    found = listings_by_name(session)[record.name].record
    assert (found.cost, found.eligibility) == ("By income", "Adults")
    assert [(each.field, each.why) for each in report.kept] == [("cost", "checked")]


def test_a_field_that_somebody_checked_since_is_kept(session: Session) -> None:
    record = make_record(cost="Free")
    import_records(session, record)
    import_records(session, replace(record, cost="Ten dollars"), now=LATER)
    listing = listings_by_name(session)[record.name]
    with transaction(session):
        verify_fields(
            session, listing.id, {"cost"}, how="call", by="Sample Editor", on=NOW.date(), now=LATER
        )
    report = undo(session, newest_run(session))
    assert listings_by_name(session)[record.name].record.cost == "Ten dollars"
    assert [each.why for each in report.kept] == ["checked"]


def test_what_a_later_import_changed_again_is_kept(session: Session) -> None:
    record = make_record(cost="Free")
    import_records(session, record)
    import_records(session, replace(record, cost="Ten dollars"), now=LATER)
    run_id = newest_run(session)
    import_records(session, replace(record, cost="Twelve"), now=MUCH_LATER)
    report = undo(session, run_id)
    assert listings_by_name(session)[record.name].record.cost == "Twelve"
    assert [each.why for each in report.kept] == ["changed"]


def test_retired_listings_come_back(session: Session) -> None:
    records = [make_record() for _ in range(4)]
    import_records(session, *records)
    before = facts(session)
    import_records(session, *records[:2], now=LATER, complete_state="OH", is_confirmed=True)
    assert (
        sum(
            item.record.status is ListingStatus.ACTIVE
            for item in listings_by_name(session).values()
        )
        == 2
    )
    assert undo(session, newest_run(session)).listings == 2
    assert facts(session) == before


def test_a_merge_with_another_source_is_taken_apart(session: Session) -> None:
    record = make_record(as_of="2023", term_codes=("HR-NALOXONE",))
    import_records(session, record, source_id="first")
    other = replace(record, as_of="2025", term_codes=("BU",))
    import_records(session, other, source_id="second", now=LATER)
    assert listings_by_name(session)[record.name].record.term_codes == ("BU", "HR-NALOXONE")
    undo(session, newest_run(session))
    (listing,) = listings_by_name(session).values()
    assert listing.record == record
    assert [item.source_id for item in listing.contributions] == ["first"]
    again = import_records(session, other, source_id="second", now=MUCH_LATER)
    assert again.refused == 0
    assert listings_by_name(session)[record.name].record.term_codes == ("BU", "HR-NALOXONE")


def test_a_new_listing_that_another_source_lists_now_stays(session: Session) -> None:
    record = make_record()
    import_records(session, record, source_id="first")
    run_id = newest_run(session)
    import_records(session, record, source_id="second", now=LATER)
    report = undo(session, run_id)
    assert [each.why for each in report.kept] == ["other source"]
    assert listings_by_name(session)[record.name].record.status is ListingStatus.ACTIVE


def test_what_the_run_said_against_locked_fields_is_taken_back(session: Session) -> None:
    record = make_record(cost="Free")
    import_records(session, record)
    listing = listings_by_name(session)[record.name]
    with transaction(session):
        verify_fields(
            session, listing.id, {"cost"}, how="call", by="Sample Editor", on=NOW.date(), now=NOW
        )
    import_records(session, replace(record, cost="Ten dollars"), now=LATER)
    assert session.execute(select(FieldConflict.field)).scalars().all() == ["cost"]
    undo(session, newest_run(session))
    assert session.execute(select(FieldConflict.field)).scalars().all() == []


def test_a_run_is_undone_once(session: Session) -> None:
    import_records(session, make_record())
    run_id = newest_run(session)
    undo(session, run_id)
    with pytest.raises(RunStateError) as caught:
        undo(session, run_id)
    assert caught.value.state is RunState.UNDONE


def test_one_place_under_two_keys_of_its_source_is_two_listings(session: Session) -> None:
    from app.importers.rows import ParsedRow  # noqa: PLC0415
    from app.importers.run import RunOptions, run_import  # noqa: PLC0415
    from tests.factories import make_file  # noqa: PLC0415

    record = make_record()
    rows = [ParsedRow(row=at, record=record, external_key=f"key-{at}") for at in (2, 3)]
    for turn in range(2):
        parsed = make_file([], rows=iter(rows))
        options = RunOptions(now=NOW, file_name="sample.csv")
        report = run_import(session, parsed, options=options)
        assert (report.created, report.unchanged) == ((2, 0) if turn == 0 else (0, 2))


def merged(session: Session, kept: str, gone: str) -> UUID:
    found = listings_by_name(session)
    with transaction(session):
        return merge_listings(
            session,
            found[kept].id,
            found[gone].id,
            kept_version=found[kept].version,
            gone_version=found[gone].version,
            taken={},
            by="Sample Editor",
            reason=None,
            now=LATER,
        ).merge_id


def unmerge(session: Session, merge_id: UUID) -> Undone:
    with transaction(session):
        undone = undo_merge(session, merge_id, by="Sample Editor", reason=None, now=MUCH_LATER)
    assert undone is not None
    return undone


@pytest.mark.parametrize("which", ["kept", "gone"])
@pytest.mark.parametrize("order", ["import first", "merge first"])
def test_after_undoing_a_merge_and_the_import_of_one_nothing_is_listed_without_a_source(
    session: Session, which: str, order: str
) -> None:
    names = {"kept": "Sample Harbor", "gone": "Sample Wharf"}
    (other,) = set(names) - {which}
    import_records(session, make_record(name=names[other]), source_id="first")
    import_records(session, make_record(name=names[which]), source_id="second", now=LATER)
    run_id = newest_run(session)
    merge_id = merged(session, names["kept"], names["gone"])
    if order == "import first":
        undo(session, run_id)
        assert unmerge(session, merge_id).retired == (names[which],)
    else:
        assert unmerge(session, merge_id).retired == ()
        assert undo(session, run_id).kept == ()
    found = listings_by_name(session)
    assert found[names[other]].record.status is ListingStatus.ACTIVE
    assert found[names[which]].record.status is ListingStatus.INACTIVE
    went_by_merge = (which, order) == ("gone", "import first")
    since = LATER if went_by_merge else MUCH_LATER
    assert found[names[which]].status_changed_on == since.date()
    listed = select(ListingCard.id).where(ListingCard.is_listed)
    assert session.execute(listed).scalars().all() == [found[names[other]].id]
    assert verify_history(session)[1] is None


def test_a_place_without_a_source_that_somebody_checked_stays_and_is_asked_about(
    session: Session,
) -> None:
    import_records(session, make_record(name="Sample Harbor"), source_id="first")
    import_records(session, make_record(name="Sample Wharf"), source_id="second", now=LATER)
    run_id = newest_run(session)
    checked = listings_by_name(session)["Sample Wharf"].id
    with transaction(session):
        verify_fields(
            session, checked, {"name"}, how="call", by="Sample Editor", on=NOW.date(), now=LATER
        )
    merge_id = merged(session, "Sample Harbor", "Sample Wharf")
    undo(session, run_id)
    undone = unmerge(session, merge_id)
    assert (undone.retired, undone.unsourced) == ((), ("Sample Wharf",))
    assert listings_by_name(session)["Sample Wharf"].record.status is ListingStatus.ACTIVE
    assert without_source(session, [undone.kept_id, undone.gone_id]) == {checked}
