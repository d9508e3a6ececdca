"""Listings read whole: from the HSDS tables, with their sources and checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.db import Base
from app.domain.errors import NotFoundError
from app.domain.listing import Listing, VerificationRecord
from app.domain.merge import Contribution, in_order
from app.domain.records import (
    AddressRecord,
    AlertRecord,
    AreaExtent,
    Availability,
    AvailabilityRecord,
    DatedHoursRecord,
    Delivery,
    HelplineRecord,
    ListingRecord,
    ListingStatus,
    PhoneKind,
    PhoneRecord,
    PointRecord,
    ScheduleRecord,
    ServiceAreaRecord,
)
from app.models import (
    Accessibility,
    Address,
    Attribute,
    CostOption,
    Helpline,
    Language,
    Location,
    Organization,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Source,
    SourceRecord,
    TaxonomyTerm,
    Verification,
)
from app.store.codec import decode_listing

Table = TypeVar("Table", bound=Base)


def get_listing(session: Session, listing_id: UUID) -> Listing:
    """The Listing with this id; raises NotFoundError."""
    found = load_listings(session, [listing_id])
    if not found:
        raise NotFoundError(kind="listing", identifier=listing_id)
    return found[0]


def load_listings(session: Session, ids: Sequence[UUID]) -> tuple[Listing, ...]:
    """These Listings in the order given, missing ones left out; a fixed number of statements."""
    if not ids:
        return ()
    mains = {row.ServiceAtLocation.id: row for row in session.execute(_main_statement(ids))}
    children = _Children(session, mains.values())
    contributions = load_contributions(session, ids)
    verifications = load_verifications(session, ids)
    return tuple(
        Listing(
            id=key,
            version=mains[key].ServiceAtLocation.version,
            record=_record(mains[key], children, contributions.get(key, ())),
            status_changed_on=mains[key].ServiceAtLocation.status_changed_on,
            contributions=contributions.get(key, ()),
            verifications=verifications.get(key, ()),
        )
        for key in ids
        if key in mains
    )


def load_contributions(
    session: Session, ids: Iterable[UUID]
) -> Mapping[UUID, tuple[Contribution, ...]]:
    """What the sources say of these Listings, by Listing, the one to believe first in front.

    A record that vanished from its source counts only where no other is left.
    """
    rows = session.execute(
        select(SourceRecord, Source)
        .join(Source, Source.id == SourceRecord.source_id)
        .where(SourceRecord.listing_id.in_(list(ids)))
        .order_by(SourceRecord.listing_id, SourceRecord.external_key, SourceRecord.id)
    ).all()
    present: dict[UUID, list[Contribution]] = {}
    vanished: dict[UUID, list[Contribution]] = {}
    for kept, source in rows:
        target = present if kept.vanished_at is None else vanished
        target.setdefault(kept.listing_id, []).append(
            Contribution(
                source_id=source.id,
                source_name=source.name,
                rank=source.rank,
                record=decode_listing(kept.content),
            )
        )
    return {key: in_order(found) for key, found in {**vanished, **present}.items()}


def load_verifications(
    session: Session, ids: Iterable[UUID]
) -> Mapping[UUID, tuple[VerificationRecord, ...]]:
    """The newest check of each field of these Listings, by Listing, ordered by field."""
    rows = session.execute(
        select(Verification)
        .where(Verification.listing_id.in_(list(ids)))
        .order_by(Verification.verified_on, Verification.id)
    ).scalars()
    newest: dict[UUID, dict[str, VerificationRecord]] = {}
    for row in rows:
        newest.setdefault(row.listing_id, {})[row.field] = VerificationRecord(
            field=row.field,
            how=row.how,
            verified_on=row.verified_on,
            verified_by=row.verified_by,
        )
    return {key: tuple(checks[field] for field in sorted(checks)) for key, checks in newest.items()}


def _main_statement(
    ids: Sequence[UUID],
) -> Select[ServiceAtLocation, Service, Organization, Location]:
    return (
        select(ServiceAtLocation, Service, Organization, Location)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Organization, Organization.id == Service.organization_id)
        .outerjoin(Location, Location.id == ServiceAtLocation.location_id)
        .where(ServiceAtLocation.id.in_(list(ids)))
    )


class _Children:
    """The detail rows of many Listings, fetched table by table."""

    def __init__(self, session: Session, mains: Iterable[Any]) -> None:
        mains = list(mains)
        services = [row.Service.id for row in mains]
        locations = [row.Location.id for row in mains if row.Location]
        self.phones = _by(session, Phone, "service_id", services, Phone.position)
        self.schedules = _by(session, Schedule, "service_id", services, Schedule.position)
        self.languages = _by(session, Language, "service_id", services, Language.position)
        self.costs = _by(session, CostOption, "service_id", services, CostOption.id)
        self.areas = _by(session, ServiceArea, "service_id", services, ServiceArea.position)
        self.helplines = _by(session, Helpline, "service_id", services, Helpline.service_id)
        self.addresses = _by(session, Address, "location_id", locations, Address.id)
        self.accessibility = _by(
            session, Accessibility, "location_id", locations, Accessibility.position
        )
        self.terms: dict[UUID, list[str]] = {}
        codes = session.execute(
            select(Attribute.link_id, TaxonomyTerm.code)
            .join(TaxonomyTerm, TaxonomyTerm.id == Attribute.taxonomy_term_id)
            .where(Attribute.link_id.in_(services))
        )
        for link_id, code in codes:
            self.terms.setdefault(link_id, []).append(code)


def _by(
    session: Session,
    table: type[Table],
    column: str,
    keys: list[UUID],
    order: Any,  # noqa: ANN401 (any column)
) -> dict[UUID, list[Table]]:
    grouped: dict[UUID, list[Table]] = {}
    if keys:
        statement = select(table).where(getattr(table, column).in_(keys)).order_by(order)
        for row in session.execute(statement).scalars():
            grouped.setdefault(getattr(row, column), []).append(row)
    return grouped


def _record(
    main: Any,  # noqa: ANN401 (a row of four tables)
    children: _Children,
    contributions: Sequence[Contribution],
) -> ListingRecord:
    service, organization, location = main.Service, main.Organization, main.Location
    sources = [source for item in contributions for source in item.record.sources]
    costs = children.costs.get(service.id, [])
    schedules = children.schedules.get(service.id, [])
    location_id = location.id if location else None
    return ListingRecord(
        organization_name=organization.name,
        name=service.name,
        description=service.description,
        delivery=Delivery(service.delivery),
        status=ListingStatus(service.status),
        address=_address(children.addresses.get(location_id, []) if location_id else []),
        point=_point(location),
        timezone=location.timezone if location else None,
        county_fips=location.county_fips if location else None,
        service_areas=_areas(children.areas.get(service.id, [])),
        phones=_phones(children.phones.get(service.id, [])),
        email=service.email,
        website=service.url,
        schedules=_schedules([row for row in schedules if not row.replaces_weekly]),
        hours_note=service.hours_note,
        languages=tuple(row.code for row in children.languages.get(service.id, []) if row.code),
        accessibility=tuple(
            row.description or "" for row in children.accessibility.get(location_id, [])
        )
        if location_id
        else (),
        cost=costs[0].amount_description if costs else None,
        eligibility=service.eligibility_description,
        accepts_walk_ins=service.accepts_walk_ins,
        term_codes=tuple(sorted(children.terms.get(service.id, []))),
        unknown_codes=tuple((service.unknown_codes or "").splitlines()),
        helpline=_helpline(children.helplines.get(service.id, [])),
        sources=tuple(dict.fromkeys(sources)),
        as_of=contributions[0].record.as_of if contributions else None,
        is_address_confidential=location.is_address_confidential if location else False,
        alert=_alert(service),
        availability=_availability(service),
        dated_hours=_dated_hours([row for row in schedules if row.replaces_weekly]),
    )


def _address(rows: Sequence[Address]) -> AddressRecord | None:
    for row in rows:
        return AddressRecord(
            address_1=row.address_1,
            address_2=row.address_2,
            city=row.city,
            state_province=row.state_province,
            postal_code=row.postal_code,
            country=row.country,
        )
    return None


def _alert(service: Service) -> AlertRecord | None:
    if not service.alert or service.alert_until is None:
        return None
    return AlertRecord(text=service.alert, until=service.alert_until)


def _availability(service: Service) -> AvailabilityRecord | None:
    if service.availability is None or service.availability_on is None:
        return None
    state = Availability(service.availability)
    return AvailabilityRecord(state=state, said_on=service.availability_on)


def _point(location: Location | None) -> PointRecord | None:
    if location is None or location.latitude is None or location.longitude is None:
        return None
    return PointRecord(
        latitude=location.latitude,
        longitude=location.longitude,
        is_approximate=location.is_approximate,
    )


def _areas(rows: Sequence[ServiceArea]) -> tuple[ServiceAreaRecord, ...]:
    return tuple(
        ServiceAreaRecord(
            extent=AreaExtent(row.extent_type or "place"),
            code=row.extent or "",
            name=row.name or "",
        )
        for row in rows
    )


def _phones(rows: Sequence[Phone]) -> tuple[PhoneRecord, ...]:
    return tuple(
        PhoneRecord(
            number=row.number,
            display=row.display,
            extension=row.extension,
            kind=PhoneKind(row.type),
            description=row.description,
        )
        for row in rows
    )


def _schedules(rows: Sequence[Schedule]) -> tuple[ScheduleRecord, ...]:
    return tuple(
        ScheduleRecord(
            freq=row.freq,
            interval=row.interval,
            byday=tuple(row.byday.split(",")) if row.byday else (),
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            description=row.description,
            is_by_appointment=row.is_by_appointment,
        )
        for row in rows
    )


def _dated_hours(rows: Sequence[Schedule]) -> tuple[DatedHoursRecord, ...]:
    return tuple(
        DatedHoursRecord(
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            note=row.notes,
        )
        for row in rows
        if row.valid_from is not None and row.valid_to is not None
    )


def _helpline(rows: Sequence[Helpline]) -> HelplineRecord | None:
    for row in rows:
        return HelplineRecord(
            country=row.country,
            states=tuple((row.states or "").split()),
            topics=tuple(row.topics.split()),
            chat_url=row.chat_url,
            text_keyword=row.text_keyword,
            is_confidential=row.is_confidential,
            is_stale=row.is_stale,
            notes=row.notes,
            answered_by=row.answered_by,
        )
    return None
