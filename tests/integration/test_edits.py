"""What people do to listings: nothing of it is lost, overwritten or unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import transaction
from app.domain.edit import merge_three_ways
from app.domain.errors import NotFoundError, RowError, StaleEditError
from app.domain.records import Delivery, ListingStatus, PointRecord
from app.extensions import db
from app.importers.embedded import load_embedded
from app.models import FieldConflict, ListingCard, Metadata, Service, ServiceAtLocation
from app.store.checks import verify_fields
from app.store.edits import (
    copy_listing,
    create_listing,
    restore_listing,
    retire_listing,
)
from app.store.history import list_history
from app.store.listings import get_listing, load_listings
from app.store.timeline import listing_versions, record_at
from app.store.versions import current_version
from tests.editing import edit, imported
from tests.factories import NOW, import_records, make_phone, make_record, save_records


def test_edit_is_saved_locked_and_kept_in_the_history(session: Session) -> None:
    listing = imported(session, make_record())
    before = current_version(session)
    outcome = edit(session, listing, phones=(make_phone(71),), email="new@example.org")
    again = get_listing(session, listing.id)
    assert outcome.is_saved
    assert outcome.listing == again
    assert again.version == listing.version + 1
    assert again.record == replace(
        listing.record, phones=(make_phone(71),), email="new@example.org"
    )
    assert {(check.field, check.how) for check in again.verifications} == {
        ("phones", "edit"),
        ("email", "edit"),
    }
    step = listing_versions(session, listing.id)[0]
    assert (step.by, step.action, step.reason, step.version) == (
        "Sample Editor",
        "edit",
        "a visitor told us",
        again.version,
    )
    assert {(change.field, change.before, change.after) for change in step.changes} == {
        ("phones", listing.record.phones, (make_phone(71),)),
        ("email", None, "new@example.org"),
    }
    card = session.get_one(ListingCard, listing.id)
    assert card.version == current_version(session) > before
    assert b"555-0171" in card.card


def test_double_click_saves_once(session: Session) -> None:
    listing = imported(session, make_record())
    first = edit(session, listing, cost="Free")
    second = edit(session, listing, cost="Free")
    assert (first.is_saved, second.is_saved) == (True, False)
    assert second.listing.version == listing.version + 1
    assert len(listing_versions(session, listing.id)) == 2


def test_save_that_changes_nothing_writes_nothing(session: Session) -> None:
    listing = imported(session, make_record())
    assert not edit(session, listing, name=listing.record.name).is_saved
    assert get_listing(session, listing.id) == listing


def test_stale_save_carries_mine_theirs_and_base_and_writes_nothing(session: Session) -> None:
    listing = imported(session, make_record(email="base@example.org"))
    edit(session, listing, email="theirs@example.org")
    current = edit(session, get_listing(session, listing.id), cost="Free").listing
    length = len(list_history(session, listing.id))
    with pytest.raises(StaleEditError) as stale:
        edit(session, listing, email="mine@example.org", description="Mine")
    error = stale.value
    assert error.base == listing.record
    assert error.current == current == get_listing(session, listing.id)
    assert error.mine == {"email": "mine@example.org", "description": "Mine"}
    assert len(list_history(session, listing.id)) == length
    merge = merge_three_ways(error.base, error.mine, error.current.record)
    assert [item.field for item in merge.conflicts] == ["email"]
    merged = edit(session, current, **merge.changes).listing.record
    assert (merged.description, merged.cost) == ("Mine", "Free")


@pytest.mark.parametrize("version", [0, -1, 2, 2**40])
def test_version_that_never_was_is_refused(session: Session, version: int) -> None:
    listing = imported(session, make_record())
    with pytest.raises(NotFoundError):
        edit(session, replace(listing, version=version), cost="Free")


def test_listing_that_never_was_is_not_found(session: Session) -> None:
    listing = imported(session, make_record())
    with pytest.raises(NotFoundError):
        edit(session, replace(listing, id=uuid4()), cost="Free")


@pytest.mark.parametrize(
    "changes", [{"version": 9}, {"verified_by": "x"}, {"delivery": Delivery.HELPLINE}]
)
def test_what_is_no_field_of_a_form_is_refused(
    session: Session, changes: dict[str, object]
) -> None:
    listing = imported(session, make_record())
    with pytest.raises(RowError):
        edit(session, listing, **changes)


def test_import_never_overwrites_an_edit(session: Session) -> None:
    record = make_record(email="source@example.org", description="Of the source")
    listing = imported(session, record)
    point = PointRecord(latitude=40.0, longitude=-83.1)
    changes = {
        "phones": (make_phone(71),),
        "email": None,
        "timezone": "America/Chicago",
        "point": point,
    }
    edited = edit(session, listing, **changes).listing
    incoming = replace(
        record,
        phones=(make_phone(72),),
        email="later@example.org",
        description="Of the source, later",
        point=PointRecord(latitude=39.0, longitude=-82.0),
    )
    for file in (record, incoming):
        import_records(session, file)
    after = get_listing(session, listing.id)
    assert after.record == replace(edited.record, description="Of the source, later")
    conflicts = session.execute(select(FieldConflict.field).order_by(FieldConflict.field))
    assert set(conflicts.scalars()) == {"phones", "email", "point"}


def test_other_source_that_joins_never_overwrites_an_edit(session: Session) -> None:
    record = make_record()
    listing = imported(session, record)
    edited = edit(session, listing, phones=(make_phone(71),)).listing
    import_records(session, replace(record, as_of="2027"), source_id="second")
    after = get_listing(session, listing.id)
    assert after.record.phones == edited.record.phones
    assert len(after.contributions) == 2


def test_embedded_data_loaded_again_leaves_edits_alone(embedded: Flask) -> None:
    with embedded.app_context():
        session = db.session
        ids = session.execute(select(ServiceAtLocation.id).order_by(ServiceAtLocation.id)).scalars()
        edited = {}
        for listing in load_listings(session, ids.all()[::20]):
            outcome = edit(session, listing, description="Mended", phones=(make_phone(71),))
            edited[listing.id] = outcome.listing
        load_embedded(session, now=NOW + timedelta(days=1))
        assert {key: get_listing(session, key) for key in edited} == edited


def test_retired_listing_leaves_the_search_and_stays_out(session: Session) -> None:
    record = make_record()
    listing = imported(session, record)
    with transaction(session):
        outcome = retire_listing(
            session, listing.id, form_version=1, by="Sample Editor", reason="closed", now=NOW
        )
    assert outcome.listing.record.status is ListingStatus.INACTIVE
    assert outcome.listing.status_changed_on == NOW.date()
    assert not session.get_one(ListingCard, listing.id).is_listed
    import_records(session, replace(record, cost="Free"))
    after = get_listing(session, listing.id)
    assert after.record.status is ListingStatus.INACTIVE
    assert after.status_changed_on == NOW.date()
    assert listing_versions(session, listing.id)[1].action == "retire"


def test_import_retires_and_brings_back_with_history(session: Session) -> None:
    records = [make_record() for _ in range(2)]
    import_records(session, *records)
    options = {"complete_state": "OH", "is_confirmed": True}
    import_records(session, records[0], **options)
    import_records(session, *records, **options)
    rows = session.execute(
        select(Metadata.last_action_type, Metadata.previous_value, Metadata.replacement_value)
        .where(Metadata.field_name == "status")
        .order_by(Metadata.seq)
    ).all()
    assert [tuple(row) for row in rows] == [
        ("retire", '"active"', '"inactive"'),
        ("update", '"inactive"', '"active"'),
    ]


def test_one_field_or_the_whole_is_restored(session: Session) -> None:
    listing = imported(session, make_record(description="First"))
    edit(session, listing, description="Second", cost="Free")
    with transaction(session):
        one = restore_listing(
            session,
            listing.id,
            form_version=2,
            to_version=1,
            fields=("description",),
            by="Sample Editor",
            reason=None,
            now=NOW,
        )
    assert (one.listing.record.description, one.listing.record.cost) == ("First", "Free")
    with transaction(session):
        whole = restore_listing(
            session, listing.id, form_version=3, to_version=1, by="S", reason=None, now=NOW
        )
    assert whole.listing.record == listing.record
    assert listing_versions(session, listing.id)[0].action == "restore"
    assert record_at(session, listing.id, 2).description == "Second"


def test_listing_that_staff_enter_is_joined_by_an_import_of_its_place(session: Session) -> None:
    record = make_record(description=None)
    with transaction(session):
        made = create_listing(session, record, by="Sample Editor", reason=None, now=NOW)
    assert made.record == replace(record, as_of="2026-10")
    report = import_records(
        session, replace(record, description="Of the source", cost="Free", phones=(make_phone(72),))
    )
    after = get_listing(session, made.id)
    assert (report.created, report.merged) == (0, 1)
    assert after.record.description == "Of the source"
    assert after.record.phones == record.phones


def test_copy_is_inactive_and_imports_find_the_original(session: Session) -> None:
    record = make_record()
    listing = imported(session, record)
    with transaction(session):
        copied = copy_listing(session, listing.id, name="Sample Copy", by="S", reason=None, now=NOW)
    assert copied.record.status is ListingStatus.INACTIVE
    assert copied.record.name == "Sample Copy"
    assert copied.record.phones == record.phones
    import_records(session, replace(record, as_of="2027"), source_id="second")
    assert len(get_listing(session, listing.id).contributions) == 2


def test_check_locks_without_a_new_version_and_shows_on_the_card(session: Session) -> None:
    record = make_record()
    listing = imported(session, record)
    day = date(2026, 11, 20)
    with transaction(session):
        checked = verify_fields(
            session, listing.id, ["phones"], how="call", by="Sample Editor", on=day, now=NOW
        )
    assert checked.version == listing.version
    assert checked.checked_on == day
    assert b"2026-11-20" in session.get_one(ListingCard, listing.id).card
    assert session.execute(select(Service.assured_date)).scalar_one() == day
    assert listing_versions(session, listing.id)[0].action == "verify"
    assert edit(session, listing, cost="Free").is_saved
    import_records(session, replace(record, phones=(make_phone(72),)))
    assert get_listing(session, listing.id).record.phones == record.phones
    assert b"2026-11-20" in session.get_one(ListingCard, listing.id).card


def test_of_a_check_and_an_edit_of_one_day_the_later_counts(session: Session) -> None:
    listing = imported(session, make_record())
    for number in range(80, 84):
        current = get_listing(session, listing.id)
        edited = edit(session, current, phones=(make_phone(number),)).listing
        assert edited.checked_on is None
        with transaction(session):
            checked = verify_fields(
                session, listing.id, ["phones"], how="call", by="S", on=NOW.date(), now=NOW
            )
        assert checked.checked_on == NOW.date()


@pytest.mark.parametrize(("field", "how"), [("phones", "edit"), ("version", "call")])
def test_check_of_no_field_or_in_no_way_is_refused(session: Session, field: str, how: str) -> None:
    listing = imported(session, make_record())
    with pytest.raises(RowError), transaction(session):
        verify_fields(session, listing.id, [field], how=how, by="S", on=NOW.date(), now=NOW)


def test_new_spelling_of_an_organization_reaches_all_its_listings(session: Session) -> None:
    names = {"organization_name": "Sample Center of Columbus"}
    first, second = save_records(session, make_record(**names), make_record(**names))
    spelling = "SAMPLE Center of Columbus"
    edit(session, get_listing(session, first), organization_name=spelling)
    other = get_listing(session, second)
    assert (other.record.organization_name, other.version) == (spelling, 2)
    assert record_at(session, second, 1).organization_name == names["organization_name"]
    assert b"SAMPLE Center" in session.get_one(ListingCard, second).card
