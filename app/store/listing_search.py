"""How the staff find a Listing: by text, place, state of affairs, source and age of its check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.domain.address import listing_key
from app.domain.errors import ParseError
from app.domain.listing import Listing
from app.domain.records import ListingRecord
from app.domain.report import ReportState
from app.domain.text import words
from app.models import (
    Address,
    ListingCard,
    Organization,
    Report,
    Service,
    ServiceAtLocation,
    Source,
    SourceRecord,
)
from app.store.edits import copy_listing, create_listing
from app.store.listings import get_listing, load_listings
from app.store.versions import bump_version

# Words past these would only make the statement longer.
_MOST_WORDS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffQuery:
    """What a member of the staff looks for; "" and None leave a condition out.

    `not_checked_since`: checked before that day or never. `text` must match in every word.
    """

    text: str = ""
    postal_code: str = ""
    state: str = ""
    status: str = ""
    source_id: str = ""
    not_checked_since: date | None = None
    has_report: bool = False
    organization_id: UUID | None = None


class StaffRow(NamedTuple):
    """One Listing in the staff's list; `checked_on` is None where nobody has checked it."""

    id: UUID
    name: str
    organization_name: str
    city: str | None
    state: str | None
    status: str
    checked_on: date | None


def count_listings(session: Session, query: StaffQuery) -> int:
    """How many Listings a query finds, closed and retired ones too."""
    statement = _joined(select(func.count(ServiceAtLocation.id.distinct()))).where(*_where(query))
    return int(session.execute(statement).scalar_one())


def list_listings(
    session: Session, query: StaffQuery, *, offset: int, limit: int
) -> tuple[StaffRow, ...]:
    """A page of the Listings that a query finds, by name; the id decides among equal names."""
    statement = (
        _joined(
            select(
                ServiceAtLocation.id,
                Service.name,
                Organization.name,
                func.min(Address.city),
                func.min(Address.state_province),
                Service.status,
                Service.assured_date,
            )
        )
        .where(*_where(query))
        .group_by(ServiceAtLocation.id, Service.id, Organization.id)
        .order_by(func.lower(Service.name), ServiceAtLocation.id)
        .offset(offset)
        .limit(limit)
    )
    return tuple(StaffRow(*row) for row in session.execute(statement))


def list_listing_ids(session: Session, query: StaffQuery) -> tuple[UUID, ...]:
    """The ids of all Listings that a query finds, in the order of `list_listings`."""
    statement = (
        _joined(select(ServiceAtLocation.id))
        .where(*_where(query))
        .group_by(ServiceAtLocation.id, Service.id)
        .order_by(func.lower(Service.name), ServiceAtLocation.id)
    )
    return tuple(session.execute(statement).scalars())


def list_source_names(session: Session) -> tuple[tuple[str, str], ...]:
    """The sources as (id, name) pairs, by name."""
    rows = session.execute(select(Source.id, Source.name).order_by(Source.name, Source.id))
    return tuple((row.id, row.name) for row in rows)


def find_same_place(
    session: Session, record: ListingRecord, *, beside: UUID | None = None
) -> Listing | None:
    """The first other Listing with the same natural key: name, street and ZIP code.

    None for a record without an address, and where there is none.
    """
    return next(iter(_same_places(session, record, beside=beside)), None)


def _same_places(
    session: Session, record: ListingRecord, *, beside: UUID | None = None
) -> tuple[Listing, ...]:
    key = _key_of(record)
    if key is None or record.address is None:
        return ()
    ids = session.execute(
        select(ServiceAtLocation.id)
        .join(Address, Address.location_id == ServiceAtLocation.location_id)
        .where(Address.postal_code.startswith(record.address.postal_code[:5], autoescape=True))
        .order_by(ServiceAtLocation.id)
    ).scalars()
    near = load_listings(session, [found for found in ids if found != beside])
    return tuple(listing for listing in near if _key_of(listing.record) == key)


def create_once(
    session: Session,
    record: ListingRecord,
    *,
    is_meant: bool,
    by: str,
    reason: str | None,
    now: datetime,
) -> tuple[Listing, bool]:
    """A new Listing and True; or the one of the same natural key that is there, and False.

    `is_meant`: one more at the same place is wanted, though not the very same one again,
    which is a form that was sent twice. The lock comes first, so that two at once make one.
    """
    bump_version(session)
    session.expire_all()  # what the session read before it had the lock
    known = _same_places(session, record)
    sent_before = [listing for listing in known if _is_same(listing.record, record)]
    found = sent_before if is_meant else [*sent_before, *known]
    if found:
        return found[0], False
    return create_listing(session, record, by=by, reason=reason, now=now), True


def copy_once(
    session: Session,
    listing_id: UUID,
    *,
    name: str,
    by: str,
    reason: str | None,
    now: datetime,
) -> tuple[Listing, bool]:
    """A copy under another name and True; or the place of that name that is there, and False.

    The lock comes first, so that a form that is sent twice makes one copy.
    """
    bump_version(session)
    session.expire_all()  # what the session read before it had the lock
    record = replace(get_listing(session, listing_id).record, name=name)
    known = _same_places(session, record)
    if known:
        return known[0], False
    made = copy_listing(session, listing_id, name=name, by=by, reason=reason, now=now)
    return made, True


def _is_same(known: ListingRecord, record: ListingRecord) -> bool:
    return replace(known, sources=(), as_of=None) == replace(record, sources=(), as_of=None)


def _key_of(record: ListingRecord) -> str | None:
    if record.address is None:
        return None
    try:
        return listing_key(
            name=record.name,
            street=record.address.address_1,
            postal_code=record.address.postal_code,
        )
    except ParseError:
        return None


def _joined(statement: Any) -> Any:  # noqa: ANN401 (a SELECT of any columns)
    return (
        statement.select_from(ServiceAtLocation)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Organization, Organization.id == Service.organization_id)
        .outerjoin(Address, Address.location_id == ServiceAtLocation.location_id)
        .outerjoin(ListingCard, ListingCard.id == ServiceAtLocation.id)
    )


def _where(query: StaffQuery) -> Sequence[ColumnElement[bool]]:
    found = [_has_word(word) for word in words(query.text)[:_MOST_WORDS]]
    if query.postal_code:
        found.append(Address.postal_code.startswith(query.postal_code, autoescape=True))
    if query.state:
        found.append(Address.state_province == query.state)
    if query.status:
        found.append(Service.status == query.status)
    if query.organization_id is not None:
        found.append(Service.organization_id == query.organization_id)
    if query.source_id:
        found.append(
            select(SourceRecord.id)
            .where(
                SourceRecord.listing_id == ServiceAtLocation.id,
                SourceRecord.source_id == query.source_id,
            )
            .exists()
        )
    if query.not_checked_since:
        checked = Service.assured_date
        found.append(or_(checked.is_(None), checked < query.not_checked_since))
    if query.has_report:
        found.append(
            select(Report.id)
            .where(
                and_(Report.listing_id == ServiceAtLocation.id, Report.state != ReportState.DONE)
            )
            .exists()
        )
    return found


def _has_word(word: str) -> ColumnElement[bool]:
    """Whether a word is in what the search reads, or in a name where there is no card."""
    return or_(
        ListingCard.search_text.contains(word, autoescape=True),
        func.lower(Service.name).contains(word, autoescape=True),
        func.lower(Organization.name).contains(word, autoescape=True),
    )
