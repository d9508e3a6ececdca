"""Makers of invented listings: names begin "Sample", phones are 555-01xx."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import transaction
from app.domain.records import AddressRecord, ListingRecord, PhoneRecord, PointRecord
from app.importers.matching import minted_listing_id
from app.importers.rows import ParsedFile, ParsedRow
from app.importers.run import RunOptions, run_import
from app.store.save import Saving, save_listings
from app.store.versions import bump_version

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
_numbers = count(1)


def make_phone(last_digits: int = 34, **values: Any) -> PhoneRecord:
    """A number that rings nowhere; 40 to 59 are those of `make_record`."""
    number = f"+16145550{100 + last_digits % 100}"
    values = {"number": number, "display": f"(614) 555-0{100 + last_digits % 100}", **values}
    return PhoneRecord(**values)


def make_record(**values: Any) -> ListingRecord:
    """A listing in Columbus, Ohio, unless the values say otherwise."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "organization_name": f"Sample Organization {number}",
        "name": f"Sample Service {number}",
        "address": AddressRecord(
            address_1=f"{number} Sample Street",
            city="Columbus",
            state_province="OH",
            postal_code="43215",
        ),
        "point": PointRecord(latitude=39.9671, longitude=-83.0044),
        "timezone": "America/New_York",
        "county_fips": "39049",
        "phones": (make_phone(40 + number % 20),),
        "as_of": "2026-10",
    }
    return ListingRecord(**{**defaults, **values})


def save_records(session: Session, *records: ListingRecord, now: datetime = NOW) -> list[UUID]:
    """Write listings that have no source; their ids."""
    savings = [
        Saving(
            listing_id=minted_listing_id(record, external_key=record.name),
            record=record,
            is_new=True,
        )
        for record in records
    ]
    with transaction(session):
        version = bump_version(session)
        save_listings(session, savings, version=version, now=now, updated_by="test")
    return [saving.listing_id for saving in savings]


def make_file(
    records: Sequence[ListingRecord | None], *, source_id: str = "sample-source", **values: Any
) -> ParsedFile:
    """A parsed file of these records; None is a refused row."""
    rows = [ParsedRow(row=number, record=record) for number, record in enumerate(records, 2)]
    defaults: dict[str, Any] = {
        "source_id": source_id,
        "source_name": f"Sample source {source_id}",
        "source_url": None,
        "edition": "2026",
        "rows": iter(rows),
        "total": len(rows),
    }
    return ParsedFile(**{**defaults, **values})


def import_records(
    session: Session, *records: ListingRecord, source_id: str = "sample-source", **options: Any
) -> Any:
    """Import these records as one file; the report."""
    settings: dict[str, Any] = {"now": NOW, "file_name": "sample.csv", **options}
    return run_import(
        session, make_file(records, source_id=source_id), options=RunOptions(**settings)
    )
