"""What an import run writes, keeps, merges, retires and refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.errors import BrakeError
from app.domain.records import AddressRecord, ListingStatus, PhoneKind, PhoneRecord
from app.importers.run import RunOptions, run_import
from app.models import ListingCard, ServiceAtLocation
from app.store.listings import load_listings
from app.store.versions import current_version
from tests.factories import NOW, import_records, make_file, make_phone, make_record


def _listings(session: Session) -> list[object]:
    ids = session.execute(select(ServiceAtLocation.id)).scalars().all()
    return list(load_listings(session, ids))


def test_record_comes_back_from_tables_as_it_went_in(session: Session) -> None:
    record = make_record(term_codes=("BU", "MU"), languages=("es",), cost="Free")
    import_records(session, record)
    (listing,) = _listings(session)
    assert listing.record == record


def test_number_that_is_called_and_texted_keeps_both_ways(session: Session) -> None:
    voice = PhoneRecord(number="988", display="988")
    text = PhoneRecord(number="988", display="988", kind=PhoneKind.TEXT)
    import_records(session, make_record(phones=(voice, text)))
    (listing,) = _listings(session)
    assert listing.record.phones == (voice, text)


def test_embedded_records_come_back_from_tables_as_they_went_in(embedded: Flask) -> None:
    from app.content.embedded import load_embedded_listings  # noqa: PLC0415
    from app.extensions import db  # noqa: PLC0415

    with embedded.app_context():
        shown = {listing.record for listing in _listings(db.session)}
        assert {each.record for each in load_embedded_listings()} == shown


def test_same_file_twice_changes_nothing(session: Session) -> None:
    records = [make_record(), make_record()]
    first = import_records(session, *records)
    version = current_version(session)
    second = import_records(session, *records)
    assert (first.created, second.unchanged, second.updated) == (2, 2, 0)
    assert current_version(session) == version


def test_changed_phone_is_an_update_of_the_same_listing(session: Session) -> None:
    record = make_record()
    import_records(session, record)
    (before,) = _listings(session)
    report = import_records(session, replace(record, phones=(make_phone(77),)))
    (after,) = _listings(session)
    assert report.updated == 1
    assert after.id == before.id
    assert after.record.phones == (make_phone(77),)


def test_rows_of_one_facility_are_merged_and_counted(session: Session) -> None:
    record = make_record(term_codes=("BU",))
    twin = replace(record, name=record.name.upper(), term_codes=("CBT",))
    report = import_records(session, record, twin)
    (listing,) = _listings(session)
    assert (report.rows, report.created, report.merged) == (2, 1, 1)
    assert listing.record.term_codes == ("BU", "CBT")
    assert report.is_whole()


def test_refused_row_is_counted_and_the_rest_is_written(session: Session) -> None:
    parsed = make_file([make_record(), None, make_record()])
    options = RunOptions(now=NOW, file_name="sample.csv")
    report = run_import(session, parsed, options=options)
    assert (report.rows, report.created, report.refused) == (3, 2, 1)
    assert report.is_whole()


def test_dry_run_reports_the_same_and_writes_nothing(session: Session) -> None:
    report = import_records(session, make_record(), is_dry_run=True)
    assert report.created == 1
    assert _listings(session) == []
    assert current_version(session) == 0


def test_same_place_in_another_source_is_merged_into_one_listing(session: Session) -> None:
    record = make_record(as_of="2023", term_codes=("HR-NALOXONE",))
    import_records(session, record, source_id="first")
    other = replace(
        record, name=record.organization_name, as_of="2025", term_codes=("BU",), phones=()
    )
    report = import_records(session, other, source_id="second")
    (listing,) = _listings(session)
    assert report.merged == 1
    assert listing.record.term_codes == ("BU", "HR-NALOXONE")
    assert listing.record.phones == record.phones
    again = import_records(session, other, source_id="second")
    assert again.unchanged == 1


def test_two_programs_at_one_address_stay_two_listings(session: Session) -> None:
    record = make_record()
    import_records(session, record, replace(record, name="Sample Other Program"))
    assert len(_listings(session)) == 2


def test_missing_rows_are_kept_unless_the_file_is_complete(session: Session) -> None:
    records = [make_record() for _ in range(20)]
    import_records(session, *records)
    import_records(session, *records[1:])
    assert all(item.record.status is ListingStatus.ACTIVE for item in _listings(session))
    report = import_records(session, *records[1:], complete_state="OH")
    statuses = [item.record.status for item in _listings(session)]
    assert report.retired == 1
    assert statuses.count(ListingStatus.INACTIVE) == 1


def test_brake_stops_a_run_that_would_retire_more_than_a_tenth(session: Session) -> None:
    records = [make_record() for _ in range(5)]
    import_records(session, *records)
    with pytest.raises(BrakeError):
        import_records(session, *records[1:], complete_state="OH")
    assert all(item.record.status is ListingStatus.ACTIVE for item in _listings(session))
    report = import_records(session, *records[1:], complete_state="OH", is_confirmed=True)
    assert report.retired == 1


def test_retired_listing_that_comes_back_is_active_again(session: Session) -> None:
    records = [make_record() for _ in range(3)]
    import_records(session, *records)
    import_records(session, *records[1:], complete_state="OH", is_confirmed=True)
    import_records(session, *records)
    assert all(item.record.status is ListingStatus.ACTIVE for item in _listings(session))
    listed = session.execute(select(func.count()).where(ListingCard.is_listed)).scalar_one()
    assert listed == 3


def test_other_states_are_never_retired(session: Session) -> None:
    ohio = make_record()
    kentucky = make_record(
        address=AddressRecord(
            address_1="1 Sample Road", city="Covington", state_province="KY", postal_code="41011"
        )
    )
    import_records(session, ohio, kentucky)
    report = import_records(session, ohio, complete_state="OH")
    assert report.retired == 0


def test_embedded_data_loads_and_loads_again_without_change(embedded: Flask) -> None:
    from app.extensions import db  # noqa: PLC0415
    from app.importers.embedded import load_embedded  # noqa: PLC0415

    with embedded.app_context():
        version = current_version(db.session)
        helplines, starters = load_embedded(db.session, now=NOW)
        assert (helplines.unchanged, starters.unchanged) == (108, 71)
        assert current_version(db.session) == version
        assert len(_listings(db.session)) == 108 + 71


def test_phone_is_kept_with_its_extension_and_display(session: Session) -> None:
    phone = PhoneRecord(number="+16145550134", display="614-555-0134 x9", extension="9")
    import_records(session, make_record(phones=(phone,)))
    (listing,) = _listings(session)
    assert listing.record.phones == (phone,)
