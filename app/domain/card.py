"""The card of a Listing: what a result shows without opening it, projected from the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.records import (
    AlertRecord,
    AvailabilityRecord,
    DatedHoursRecord,
    Delivery,
    ListingRecord,
    PhoneRecord,
    ScheduleRecord,
    ServiceAreaRecord,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRecord:
    """What a card shows. `term_codes` are all codes of the Listing: chips are chosen from them.

    `as_of` is the newest date of its sources, `source_title` the name of that source,
    `verified_on` the last day a person checked it (ISO), if one did.
    """

    id: UUID
    name: str
    organization_name: str
    delivery: Delivery
    street: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    is_approximate: bool = False
    latitude: float | None = None
    longitude: float | None = None
    timezone: str | None = None
    phones: tuple[PhoneRecord, ...] = ()
    schedules: tuple[ScheduleRecord, ...] = ()
    hours_note: str | None = None
    service_areas: tuple[ServiceAreaRecord, ...] = ()
    term_codes: tuple[str, ...] = ()
    accepts_walk_ins: bool | None = None
    as_of: str | None = None
    source_title: str | None = None
    verified_on: str | None = None
    website: str | None = None
    is_address_confidential: bool = False
    alert: AlertRecord | None = None
    availability: AvailabilityRecord | None = None
    dated_hours: tuple[DatedHoursRecord, ...] = ()


def project_card(
    record: ListingRecord, *, listing_id: UUID, verified_on: str | None = None
) -> CardRecord:
    """The card of a Listing's record as the public may see it."""
    address, point = record.address, record.point
    source_title = max(record.sources, key=lambda source: source.dated or "", default=None)
    return CardRecord(
        id=listing_id,
        name=record.name,
        organization_name=record.organization_name,
        delivery=record.delivery,
        street=(address.address_1 or None) if address else None,
        city=address.city if address else None,
        state=address.state_province if address else None,
        postal_code=address.postal_code if address else None,
        is_approximate=point.is_approximate if point else False,
        latitude=point.latitude if point else None,
        longitude=point.longitude if point else None,
        timezone=record.timezone,
        phones=record.phones,
        schedules=record.schedules,
        hours_note=record.hours_note,
        service_areas=record.service_areas,
        term_codes=record.term_codes,
        accepts_walk_ins=record.accepts_walk_ins,
        as_of=record.as_of,
        source_title=source_title.title if source_title else None,
        verified_on=verified_on,
        website=record.website,
        is_address_confidential=record.is_address_confidential,
        alert=record.alert,
        availability=record.availability,
        dated_hours=record.dated_hours,
    )


def search_words(record: ListingRecord, *, alternate_names: Iterable[str] = ()) -> str:
    """The text of a Listing that free text is searched in, not yet folded."""
    parts = (record.name, record.organization_name, record.description or "", *alternate_names)
    return " ".join(part for part in parts if part)
