"""Writes Listings: the HSDS rows, their card and the record of what changed, many at a time.

Never commits. The caller holds a writing transaction and has taken the data's next version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.db import Base
from app.domain.card import project_card, search_words
from app.domain.errors import StaleEditError
from app.domain.history import Action, HistoryEntry
from app.domain.merge import FieldChange
from app.domain.records import AreaExtent, ListingRecord
from app.domain.text import words
from app.gazetteer.confidential import public_record
from app.models import (
    ListingCard,
    Location,
    Organization,
    Service,
    ServiceAtLocation,
)
from app.store.check_rows import refresh_check_rows
from app.store.codec import encode
from app.store.history import append_history
from app.store.rows import (
    CHILD_TABLES,
    Row,
    child_rows,
    is_listed,
    is_on_cards,
    location_id_of,
    main_rows,
    organization_id_of,
    organization_row,
    service_id_of,
    term_id,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """One Listing to write. `is_new` says whether its rows are there already.

    `expected_version`: it is written only where the Listing still has this version.
    `action` None is CREATE for a new Listing and UPDATE for another. A new Listing that a
    person made `is_kept_whole` in the history; of an import's, the history keeps a digest.
    """

    listing_id: UUID
    record: ListingRecord
    is_new: bool
    status_changed_on: date | None = None
    verified_on: date | None = None
    changes: tuple[FieldChange, ...] = ()
    expected_version: int | None = None
    action: Action | None = None
    is_kept_whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorship:
    """Who writes, when and why; `request_id` is the request it came with."""

    by: str
    at: datetime
    reason: str | None = None
    request_id: str | None = None


def save_listings(
    session: Session,
    savings: Sequence[Saving],
    *,
    version: int,
    now: datetime,
    updated_by: str,
    reason: str | None = None,
    request_id: str | None = None,
) -> None:
    """Write these Listings whole, each with its card and history, at this version of the data.

    Raises StaleEditError where a Listing no longer has the version that is expected of it.
    """
    if not savings:
        return
    names = _save_organizations(session, savings)
    new = [saving for saving in savings if saving.is_new]
    old = [saving for saving in savings if not saving.is_new]
    _insert_main_rows(session, new, now=now)
    versions = _update_main_rows(session, old, now=now)
    _delete_child_rows(session, [saving.listing_id for saving in old])
    _insert_child_rows(session, savings)
    refresh_cards(session, savings, version=version)
    author = Authorship(by=updated_by, at=now, reason=reason, request_id=request_id)
    append_history(
        session,
        [
            entry
            for item in savings
            for entry in history_entries(
                _with_true_changes(item, names),
                version=versions.get(item.listing_id, 1),
                of=author,
            )
        ],
    )


def refresh_cards(session: Session, savings: Sequence[Saving], *, version: int) -> None:
    """Write the cards of these Listings anew, and how pressing a check of each is."""
    if savings:
        refresh_check_rows(session, savings)
    carded = [saving for saving in savings if is_on_cards(saving.record)]
    if not carded:
        return
    ids = [saving.listing_id for saving in carded]
    session.execute(delete(ListingCard).where(ListingCard.id.in_(ids)))
    rows = [_card_row(saving, version=version) for saving in carded]
    _insert_all(session, ListingCard, rows)


def _card_row(saving: Saving, *, version: int) -> Row:
    record = public_record(saving.record)
    verified_on = saving.verified_on.isoformat() if saving.verified_on else None
    card = project_card(record, listing_id=saving.listing_id, verified_on=verified_on)
    point = record.point
    return {
        "id": saving.listing_id,
        "version": version,
        "is_listed": is_listed(record),
        "name": record.name,
        "search_text": " ".join(words(search_words(record))),
        "latitude": point.latitude if point else None,
        "longitude": point.longitude if point else None,
        "state": record.address.state_province if record.address else _area_state(record),
        "county_fips": record.county_fips,
        "areas": " ".join(_area_codes(record)),
        "term_codes": " ".join(record.term_codes),
        "timezone": record.timezone,
        "schedules": encode(record.schedules) if record.schedules else None,
        "dated_hours": encode(record.dated_hours) if record.dated_hours else None,
        "as_of": max(filter(None, (record.as_of, verified_on)), default=None),
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


def _save_organizations(session: Session, savings: Sequence[Saving]) -> Mapping[UUID, str]:
    """Make the Organizations that are new; the names of all of them, as they are kept."""
    rows = {row["id"]: row for row in (organization_row(item.record) for item in savings)}
    known = session.execute(
        select(Organization.id, Organization.name).where(Organization.id.in_(list(rows)))
    ).all()
    names = {row.id: row.name for row in known}
    _insert_all(session, Organization, [row for key, row in rows.items() if key not in names])
    return {**{key: row["name"] for key, row in rows.items()}, **names}


def _with_true_changes(saving: Saving, names: Mapping[UUID, str]) -> Saving:
    """Without the other spelling of an Organization, which keeps the one it had."""
    if not saving.changes:
        return saving
    kept_name = names[organization_id_of(saving.record)]
    changes = tuple(
        change
        for change in saving.changes
        if change.field != "organization_name" or change.after == kept_name
    )
    return replace(saving, changes=changes)


def _insert_main_rows(session: Session, savings: Sequence[Saving], *, now: datetime) -> None:
    gathered = _gather(
        main_rows(item.listing_id, item.record, now=now, status_changed_on=item.status_changed_on)
        for item in savings
    )
    for table in (Service, Location, ServiceAtLocation):
        _insert_all(session, table, gathered.get(table, []))


def _update_main_rows(
    session: Session, savings: Sequence[Saving], *, now: datetime
) -> Mapping[UUID, int]:
    """Write the rows that are there already; the version that each Listing has reached."""
    versions = {item.listing_id: _raise_version(session, item) for item in savings}
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
            update(ServiceAtLocation).where(ServiceAtLocation.id == item.listing_id).values(listing)
        )
    return versions


def _raise_version(session: Session, saving: Saving) -> int:
    """The Listing's next version, taken only from the version that is expected, if one is."""
    statement = (
        update(ServiceAtLocation)
        .where(ServiceAtLocation.id == saving.listing_id)
        .values(version=ServiceAtLocation.version + 1)
    )
    if saving.expected_version is not None:
        statement = statement.where(ServiceAtLocation.version == saving.expected_version)
    reached = session.execute(statement.returning(ServiceAtLocation.version)).scalar_one_or_none()
    if reached is None:
        raise StaleEditError(listing_id=saving.listing_id, form_version=saving.expected_version)
    return reached


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


def history_entries(saving: Saving, *, version: int, of: Authorship) -> Iterator[HistoryEntry]:
    """What the history says of this write: one record per field, or one of a new Listing."""
    common: dict[str, Any] = {
        "at": of.at,
        "by": of.by,
        "resource_type": "service_at_location",
        "resource_id": saving.listing_id,
        "version": version,
        "reason": of.reason,
        "request_id": of.request_id,
    }
    if saving.is_new:
        action = saving.action or Action.CREATE
        yield HistoryEntry(action=action, after=_created(saving), **common)
    for change in saving.changes:
        yield HistoryEntry(
            action=saving.action or Action.UPDATE,
            field=change.field,
            before=encode(change.before).decode(),
            after=encode(change.after).decode(),
            **common,
        )


def record_digest(record: ListingRecord) -> str:
    """SHA-256 of what a record says, without where it was read: hexadecimal."""
    return hashlib.sha256(encode(replace(record, sources=(), as_of=None))).hexdigest()


def _created(saving: Saving) -> str:
    record = saving.record
    if saving.is_kept_whole:
        return encode(record).decode()
    return encode({"name": record.name, "sha256": record_digest(record)}).decode()


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
