"""Writes Listings: the HSDS rows, their card and the record of what changed, many at a time.

Never commits. The caller holds a writing transaction and has taken the data's next version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.db import Base
from app.domain.card import project_card, search_words
from app.domain.merge import FieldChange
from app.domain.records import AreaExtent, ListingRecord
from app.domain.text import fold
from app.models import (
    ListingCard,
    Location,
    Metadata,
    Organization,
    Service,
    ServiceAtLocation,
)
from app.store.codec import encode
from app.store.rows import (
    CHILD_TABLES,
    Row,
    child_rows,
    is_listed,
    is_on_cards,
    location_id_of,
    main_rows,
    organization_row,
    service_id_of,
    term_id,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """One Listing to write. `is_new` says whether its rows are there already."""

    listing_id: UUID
    record: ListingRecord
    is_new: bool
    status_changed_on: date | None = None
    verified_on: date | None = None
    changes: tuple[FieldChange, ...] = ()


def save_listings(
    session: Session, savings: Sequence[Saving], *, version: int, now: datetime, updated_by: str
) -> None:
    """Write these Listings whole, each with its card, at this version of the data."""
    if not savings:
        return
    _save_organizations(session, savings)
    new = [saving for saving in savings if saving.is_new]
    old = [saving for saving in savings if not saving.is_new]
    _insert_main_rows(session, new, now=now)
    _update_main_rows(session, old, now=now)
    _delete_child_rows(session, [saving.listing_id for saving in old])
    _insert_child_rows(session, savings)
    refresh_cards(session, savings, version=version)
    _insert_metadata(session, savings, now=now, updated_by=updated_by)


def refresh_cards(session: Session, savings: Sequence[Saving], *, version: int) -> None:
    """Write the cards of these Listings anew, and nothing else."""
    carded = [saving for saving in savings if is_on_cards(saving.record)]
    if not carded:
        return
    ids = [saving.listing_id for saving in carded]
    session.execute(delete(ListingCard).where(ListingCard.id.in_(ids)))
    rows = [_card_row(saving, version=version) for saving in carded]
    _insert_all(session, ListingCard, rows)


def _card_row(saving: Saving, *, version: int) -> Row:
    record = saving.record
    verified_on = saving.verified_on.isoformat() if saving.verified_on else None
    card = project_card(record, listing_id=saving.listing_id, verified_on=verified_on)
    point = record.point
    return {
        "id": saving.listing_id,
        "version": version,
        "is_listed": is_listed(record),
        "name": record.name,
        "search_text": fold(search_words(record)),
        "latitude": point.latitude if point else None,
        "longitude": point.longitude if point else None,
        "state": record.address.state_province if record.address else _area_state(record),
        "county_fips": record.county_fips,
        "areas": " ".join(_area_codes(record)),
        "term_codes": " ".join(record.term_codes),
        "timezone": record.timezone,
        "schedules": encode(record.schedules) if record.schedules else None,
        "as_of": record.as_of,
        "card": encode(card),
    }


def _area_codes(record: ListingRecord) -> Iterable[str]:
    # A PLACE is known by words alone: it counts as its whole state, and the card says which part.
    return dict.fromkeys(area.code for area in record.service_areas)


def _area_state(record: ListingRecord) -> str | None:
    for area in record.service_areas:
        if area.extent in {AreaExtent.STATE, AreaExtent.PLACE}:
            return area.code
    return None


def _save_organizations(session: Session, savings: Sequence[Saving]) -> None:
    rows = {row["id"]: row for row in (organization_row(item.record) for item in savings)}
    known = set(
        session.execute(select(Organization.id).where(Organization.id.in_(list(rows)))).scalars()
    )
    _insert_all(session, Organization, [row for key, row in rows.items() if key not in known])


def _insert_main_rows(session: Session, savings: Sequence[Saving], *, now: datetime) -> None:
    gathered = _gather(
        main_rows(item.listing_id, item.record, now=now, status_changed_on=item.status_changed_on)
        for item in savings
    )
    for table in (Service, Location, ServiceAtLocation):
        _insert_all(session, table, gathered.get(table, []))


def _update_main_rows(session: Session, savings: Sequence[Saving], *, now: datetime) -> None:
    located = set(
        session.execute(
            select(Location.id).where(
                Location.id.in_([location_id_of(item.listing_id) for item in savings])
            )
        ).scalars()
    )
    for item in savings:
        rows = main_rows(
            item.listing_id, item.record, now=now, status_changed_on=item.status_changed_on
        )
        for row in rows[Location]:
            if row["id"] in located:
                session.execute(update(Location).where(Location.id == row["id"]).values(row))
            else:
                session.execute(insert(Location), [row])
        (service,), (listing,) = rows[Service], rows[ServiceAtLocation]
        session.execute(update(Service).where(Service.id == service["id"]).values(service))
        session.execute(
            update(ServiceAtLocation)
            .where(ServiceAtLocation.id == item.listing_id)
            .values({**listing, "version": ServiceAtLocation.version + 1})
        )


def _delete_child_rows(session: Session, listing_ids: Sequence[UUID]) -> None:
    if not listing_ids:
        return
    keys = {
        "service_id": [service_id_of(key) for key in listing_ids],
        "location_id": [location_id_of(key) for key in listing_ids],
    }
    keys["link_id"] = keys["service_id"]
    for table, column in CHILD_TABLES:
        session.execute(delete(table).where(getattr(table, column).in_(keys[column])))


def _insert_child_rows(session: Session, savings: Sequence[Saving]) -> None:
    gathered = _gather(child_rows(item.listing_id, item.record) for item in savings)
    for table, rows in gathered.items():
        _insert_all(session, table, rows)
    _insert_attributes(session, savings)


def _insert_metadata(
    session: Session, savings: Sequence[Saving], *, now: datetime, updated_by: str
) -> None:
    rows = [
        {
            "id": uuid4(),
            "resource_id": item.listing_id,
            "resource_type": "service_at_location",
            "last_action_date": now,
            "last_action_type": "update",
            "field_name": change.field,
            "previous_value": encode(change.before).decode(),
            "replacement_value": encode(change.after).decode(),
            "updated_by": updated_by,
        }
        for item in savings
        for change in item.changes
    ]
    _insert_all(session, Metadata, rows)


def _gather(parts: Iterable[Mapping[type[Base], list[Row]]]) -> dict[type[Base], list[Row]]:
    gathered: dict[type[Base], list[Row]] = {}
    for part in parts:
        for table, rows in part.items():
            gathered.setdefault(table, []).extend(rows)
    return gathered


def _insert_attributes(session: Session, savings: Sequence[Saving]) -> None:
    """The terms of these Listings, past the types of SQLAlchemy.

    A listing has about seventy: by way of `insert()` they cost more than all else together.
    """
    pairs = [
        (service_id, term_id(code))
        for service_id, codes in (
            (service_id_of(item.listing_id), item.record.term_codes) for item in savings
        )
        for code in codes
    ]
    if not pairs:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "INSERT INTO attribute (link_id, taxonomy_term_id) VALUES (%s, %s)", pairs
        )
        return
    connection.exec_driver_sql(
        "INSERT INTO attribute (link_id, taxonomy_term_id) VALUES (?, ?)",
        [(service.bytes, term.bytes) for service, term in pairs],
    )


def _insert_all(session: Session, table: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(insert(table), rows)
