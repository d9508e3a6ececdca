"""One place that was listed twice becomes one listing, and two again when that was wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import transaction
from app.domain.errors import RowError, StaleEditError
from app.domain.place_merge import field_choices
from app.domain.records import AddressRecord, ListingRecord, ListingStatus
from app.domain.report import NewReport, Topic
from app.importers.findtreatment import read_findtreatment
from app.importers.run import RunOptions, run_import
from app.models import (
    CheckDue,
    FieldConflict,
    ServiceAtLocation,
    SourceRecord,
    Verification,
)
from app.store.cards import load_cards
from app.store.checks import verify_fields
from app.store.checks_due import take_check
from app.store.edits import edit_listing
from app.store.history import list_history, verify_history
from app.store.listings import get_listing
from app.store.merge_lookup import find_merged_listing_id, list_merges, living_ids
from app.store.merges import MERGED_FROM, Merged, MergedOnError, merge_listings, undo_merge
from app.store.reports import add_report, list_reports_of, open_topics
from tests.factories import NOW, import_records, make_phone, make_record
from tests.shared_data import shared_path

LATER = NOW + timedelta(days=1)
BY = "Sample Editor"
SUITE = AddressRecord(
    address_1="9 Sample Road",
    address_2="Suite 4",
    city="Columbus",
    state_province="OH",
    postal_code="43215",
)
STREET = replace(SUITE, address_1="11 Sample Road", address_2=None)


def known_twice(session: Session, *, other_source: str = "sample-other") -> tuple[UUID, UUID]:
    """A place that two sources name and spell so differently that an import makes two of it."""
    kept, gone = records()
    import_records(session, kept, source_id="sample-source")
    import_records(session, gone, source_id=other_source)
    ids = dict(session.execute(select(SourceRecord.external_key, SourceRecord.listing_id)).all())
    return (
        next(key for name, key in ids.items() if "harbor" in name),
        next(key for name, key in ids.items() if "wharf" in name),
    )


def records() -> tuple[ListingRecord, ListingRecord]:
    kept = make_record(
        organization_name="Sample Harbor",
        name="Sample Harbor",
        address=SUITE,
        phones=(make_phone(1),),
        term_codes=("MU", "OP"),
        as_of="2025-01",
    )
    gone = make_record(
        organization_name="Sample Wharf Company",
        name="Sample Wharf",
        address=STREET,
        phones=(make_phone(2),),
        website="https://www.example.org/",
        term_codes=("BU", "OP"),
        as_of="2026-02",
    )
    return kept, gone


def merge(session: Session, kept: UUID, gone: UUID, **values: Any) -> Merged:
    settings: dict[str, Any] = {
        "kept_version": get_listing(session, kept).version,
        "gone_version": get_listing(session, gone).version,
        "taken": {},
        "by": BY,
        "reason": "one place",
        "now": LATER,
        **values,
    }
    with transaction(session):
        return merge_listings(session, kept, gone, **settings)


def undo(session: Session, merge_id: UUID) -> Any:
    with transaction(session):
        return undo_merge(session, merge_id, by=BY, reason="two places", now=LATER)


def test_a_merge_takes_the_newer_of_each_and_unites_what_both_offer(session: Session) -> None:
    kept, gone = known_twice(session)
    merged = merge(session, kept, gone)
    record = merged.kept.record
    assert merged.is_saved
    assert record.name == "Sample Wharf"
    assert record.phones == (make_phone(2),)
    assert record.website == "https://www.example.org/"
    assert record.term_codes == ("BU", "MU", "OP")
    assert get_listing(session, gone).record.status is ListingStatus.INACTIVE
    (card,) = load_cards(session, [kept])
    assert card.name == "Sample Wharf"


def test_a_person_chooses_field_by_field(session: Session) -> None:
    kept, gone = known_twice(session)
    taken = {"name": "kept", "phones": "both", "term_codes": "gone", "address": "kept", "x": "gone"}
    record = merge(session, kept, gone, taken=taken).kept.record
    assert record.name == "Sample Harbor"
    assert {phone.number for phone in record.phones} == {"+16145550101", "+16145550102"}
    assert record.term_codes == ("BU", "OP")
    assert record.address == SUITE


def test_a_checked_field_is_proposed_before_a_newer_one(session: Session) -> None:
    kept, gone = known_twice(session)
    with transaction(session):
        verify_fields(session, kept, ["phones"], how="call", by=BY, on=NOW.date(), now=NOW)
    record = merge(session, kept, gone).kept.record
    assert record.phones == (make_phone(1),)


def test_what_hangs_on_the_listing_that_goes_comes_along(session: Session) -> None:
    kept, gone = known_twice(session)
    with transaction(session):
        report = NewReport(topic=Topic.PHONE, listing_id=gone)
        add_report(session, report, reference="sample", on=NOW.date())
        verify_fields(session, gone, ["phones"], how="call", by=BY, on=NOW.date(), now=NOW)
        take_check(session, gone, by=BY, now=NOW)
        session.add(
            FieldConflict(
                listing_id=gone,
                source_id="sample-other",
                field="phones",
                incoming="[]",
                seen_at=NOW,
            )
        )
    merged = merge(session, kept, gone)
    assert open_topics(session) == {kept: (Topic.PHONE,)}
    assert {item.source_id for item in merged.kept.contributions} == {
        "sample-source",
        "sample-other",
    }
    assert [(c.field, c.how) for c in merged.kept.verifications if c.how != "edit"] == [
        ("phones", "call")
    ]
    assert session.scalar(select(FieldConflict.listing_id)) == kept
    assert session.scalars(select(CheckDue.listing_id)).all() == [kept]
    assert session.scalar(select(CheckDue.taken_by)) == BY


def test_a_check_of_a_value_that_was_not_kept_does_not_vouch_for_the_other(
    session: Session,
) -> None:
    kept, gone = known_twice(session)
    with transaction(session):
        verify_fields(session, kept, ["phones"], how="call", by=BY, on=NOW.date(), now=NOW)
    merged = merge(session, kept, gone, taken={"phones": "gone"})
    assert not [c for c in merged.kept.verifications if c.field == "phones" and c.how == "call"]
    undo(session, merged.merge_id)
    assert [c.how for c in get_listing(session, kept).verifications] == ["call"]


def test_the_old_address_and_one_merged_before_lead_to_the_one_that_lives(
    session: Session,
) -> None:
    kept, gone = known_twice(session)
    import_records(session, make_record(name="Sample Third"), source_id="sample-third")
    third = session.scalar(
        select(SourceRecord.listing_id).where(SourceRecord.source_id == "sample-third")
    )
    assert third is not None
    merge(session, kept, gone)
    second = merge(session, third, kept)
    assert find_merged_listing_id(session, gone) == third
    assert living_ids(session) == {gone: third, kept: third}
    first = next(item for item in list_merges(session) if item.gone_id == gone)
    with pytest.raises(MergedOnError):
        undo(session, first.id)
    undo(session, second.merge_id)
    assert find_merged_listing_id(session, gone) == kept
    undo(session, first.id)
    assert find_merged_listing_id(session, gone) is None


def test_the_same_files_again_change_nothing_and_a_newer_one_updates_the_kept_listing(
    session: Session,
) -> None:
    kept, gone = known_twice(session)
    first, second = records()
    merge(session, kept, gone, taken={"name": "kept"})
    before = get_listing(session, kept)
    for record, source in ((first, "sample-source"), (second, "sample-other")):
        report = import_records(session, record, source_id=source, now=LATER)
        assert (report.created, report.updated, report.unchanged) == (0, 0, 1)
    assert get_listing(session, kept) == before
    newer = replace(second, cost="Free", as_of="2026-09")
    report = import_records(session, newer, source_id="sample-other", now=LATER)
    assert (report.created, report.updated) == (0, 1)
    after = get_listing(session, kept).record
    assert (after.cost, after.name) == ("Free", "Sample Harbor")
    assert get_listing(session, gone).record.status is ListingStatus.INACTIVE
    assert session.scalar(select(func.count()).select_from(ServiceAtLocation)) == 2


def test_a_third_source_that_names_the_old_place_joins_the_kept_listing(session: Session) -> None:
    kept, gone = known_twice(session, other_source="sample-other")
    _first, second = records()
    merge(session, kept, gone)
    # The kept listing has a record of this source already, so that matching finds no place for it.
    import_records(session, make_record(name="Sample Cove"), source_id="sample-source", now=LATER)
    report = import_records(session, second, source_id="sample-source", now=LATER)
    assert report.created == 0
    assert len(get_listing(session, kept).contributions) == 3
    assert get_listing(session, gone).record.status is ListingStatus.INACTIVE


def test_a_listing_stays_while_its_source_still_has_one_of_its_two_records(
    session: Session,
) -> None:
    first, second = records()
    import_records(session, first, second)
    ids = dict(session.execute(select(SourceRecord.external_key, SourceRecord.listing_id)).all())
    kept = next(key for name, key in ids.items() if "harbor" in name)
    gone = next(key for name, key in ids.items() if "wharf" in name)
    merge(session, kept, gone)
    options = {"complete_state": "OH", "is_confirmed": True, "now": LATER}
    assert import_records(session, first, **options).retired == 0
    assert get_listing(session, kept).record.status is ListingStatus.ACTIVE
    other = make_record(name="Sample Elsewhere")
    assert import_records(session, other, **options).retired == 1


def test_an_undo_restores_both_the_address_and_what_was_carried_over(session: Session) -> None:
    kept, gone = known_twice(session)
    with transaction(session):
        report = NewReport(topic=Topic.PHONE, listing_id=gone)
        add_report(session, report, reference="sample", on=NOW.date())
        verify_fields(session, gone, ["phones"], how="call", by=BY, on=NOW.date(), now=NOW)
    before = [get_listing(session, key) for key in (kept, gone)]
    merged = merge(session, kept, gone, taken={"name": "kept"})
    undone = undo(session, merged.merge_id)
    after = [get_listing(session, key) for key in (kept, gone)]
    assert undone.stayed == ()
    assert [replace(each, version=0) for each in after] == [
        replace(each, version=0) for each in before
    ]
    assert [item.report.listing_id for item in list_reports_of(session, gone)] == [gone]
    assert find_merged_listing_id(session, gone) is None
    assert set(session.scalars(select(CheckDue.listing_id))) == {kept, gone}
    assert session.scalar(select(func.count()).select_from(Verification)) == 1
    _first, second = records()
    report = import_records(session, replace(second, cost="Free"), source_id="sample-other")
    assert (report.created, report.updated) == (0, 1)
    assert get_listing(session, gone).record.cost == "Free"


def test_an_undo_leaves_an_edit_that_came_after_the_merge(session: Session) -> None:
    kept, gone = known_twice(session)
    merged = merge(session, kept, gone)
    with transaction(session):
        edit_listing(
            session,
            kept,
            form_version=merged.kept.version,
            changes={"name": "Sample Pier", "cost": "Free"},
            by=BY,
            reason=None,
            now=LATER,
        )
    undone = undo(session, merged.merge_id)
    record = get_listing(session, kept).record
    assert undone.stayed == ("name",)
    assert (record.name, record.cost) == ("Sample Pier", "Free")
    assert record.phones == (make_phone(1),)


def test_an_import_while_merged_is_not_lost_by_the_undo(session: Session) -> None:
    kept, gone = known_twice(session)
    _first, second = records()
    merged = merge(session, kept, gone)
    import_records(session, replace(second, cost="Free"), source_id="sample-other", now=LATER)
    undo(session, merged.merge_id)
    assert get_listing(session, gone).record.cost == "Free"


def test_a_double_click_merges_once_and_undoes_once(session: Session) -> None:
    kept, gone = known_twice(session)
    versions = {"kept_version": 1, "gone_version": 1}
    first = merge(session, kept, gone, **versions)
    again = merge(session, kept, gone, **versions)
    assert (first.is_saved, again.is_saved) == (True, False)
    assert first.merge_id == again.merge_id
    assert undo(session, first.merge_id) is not None
    assert undo(session, first.merge_id) is None


@pytest.mark.parametrize("which", ["kept_version", "gone_version"])
def test_a_merge_of_something_that_changed_meanwhile_is_refused(
    session: Session, which: str
) -> None:
    kept, gone = known_twice(session)
    with transaction(session):
        edit_listing(
            session,
            kept if which == "kept_version" else gone,
            form_version=1,
            changes={"cost": "Free"},
            by=BY,
            reason=None,
            now=NOW,
        )
    with pytest.raises(StaleEditError):
        merge(session, kept, gone, **{which: 1})
    assert find_merged_listing_id(session, gone) is None


def test_a_listing_is_neither_merged_with_itself_nor_into_one_that_is_gone(
    session: Session,
) -> None:
    kept, gone = known_twice(session)
    with pytest.raises(RowError):
        merge(session, kept, kept)
    merge(session, kept, gone)
    with pytest.raises(RowError):
        merge(session, gone, kept)


def test_both_histories_tell_of_it_and_the_chain_holds(session: Session) -> None:
    kept, gone = known_twice(session)
    merged = merge(session, kept, gone)
    undo(session, merged.merge_id)
    told = [(item.action, item.field) for item in list_history(session, kept)]
    assert ("merge", MERGED_FROM) in told
    assert ("merge", "phones") in told
    assert ("unmerge", MERGED_FROM) in told
    assert {item.action for item in list_history(session, gone)} == {"create", "merge", "unmerge"}
    end, fault = verify_history(session)
    assert (fault, end.count > 0) == (None, True)


def test_a_choice_is_there_for_each_field_that_differs_and_for_no_other(session: Session) -> None:
    kept, gone = known_twice(session)
    choices = field_choices(get_listing(session, kept), get_listing(session, gone))
    assert [choice.id for choice in choices] == [
        "organization_name",
        "name",
        "address",
        "phones",
        "website",
        "term_codes",
    ]


def test_a_real_file_again_after_a_merge_creates_and_retires_nothing(session: Session) -> None:
    path = shared_path("data", "findtreatment", "findtreatment_wide_MA_2025_half.csv")
    options = RunOptions(now=NOW, file_name=path.name, complete_state="MA", is_confirmed=True)
    first = run_import(session, read_findtreatment(path), options=options)
    kept, gone = session.scalars(
        select(SourceRecord.listing_id).order_by(SourceRecord.external_key).limit(2)
    ).all()
    merge(session, kept, gone)
    before = get_listing(session, kept)
    again = run_import(session, read_findtreatment(path), options=options)
    assert (again.created, again.updated, again.retired) == (0, 0, 0)
    assert again.unchanged + again.merged == again.rows
    assert get_listing(session, kept) == before
    assert session.scalar(select(func.count()).select_from(ServiceAtLocation)) == first.created
