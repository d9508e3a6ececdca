"""One ListingRecord as rows of the HSDS tables, and the ids that those rows have.

All ids are derived from the Listing's id, so that a re-install gives the same ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Final
from uuid import UUID, uuid5

from app.db import Base
from app.domain.address import normalize_name
from app.domain.records import Delivery, ListingRecord, ListingStatus
from app.models import (
    Accessibility,
    Address,
    Attribute,
    CostOption,
    Helpline,
    Language,
    Location,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
)

Row = dict[str, Any]
Rows = Mapping[type[Base], list[Row]]

_ORGANIZATION_NAMESPACE: Final = UUID("0a6c9a0e-6f3b-5c53-9d0b-1f6a1d6c2f11")
_TERM_NAMESPACE: Final = UUID("5b0f7f64-6f0a-5a3a-8b5e-3c1f4b7f9a02")

# The tables whose rows belong to one Listing alone, with the column that says so, in the
# order in which they can be deleted. Service and Location are updated, never deleted.
CHILD_TABLES: Final[tuple[tuple[type[Base], str], ...]] = (
    (Attribute, "link_id"),
    (Phone, "service_id"),
    (Schedule, "service_id"),
    (Language, "service_id"),
    (CostOption, "service_id"),
    (ServiceArea, "service_id"),
    (Helpline, "service_id"),
    (Accessibility, "location_id"),
    (Address, "location_id"),
)


def service_id_of(listing_id: UUID) -> UUID:
    """The id of the Service of a Listing that we made."""
    return uuid5(listing_id, "service")


def location_id_of(listing_id: UUID) -> UUID:
    """The id of the Location of a Listing that we made."""
    return uuid5(listing_id, "location")


@cache
def term_id(code: str) -> UUID:
    """The id of the taxonomy term with this code."""
    return uuid5(_TERM_NAMESPACE, code)


def organization_id_of(record: ListingRecord) -> UUID:
    """The id of the Organization: one per name and state, since names recur over the country."""
    state = record.address.state_province if record.address else ""
    if not state and record.service_areas:
        state = record.service_areas[0].code
    return uuid5(_ORGANIZATION_NAMESPACE, f"{normalize_name(record.organization_name)}|{state}")


def organization_row(record: ListingRecord) -> Row:
    """The row of the Organization."""
    return {"id": organization_id_of(record), "name": record.organization_name, "description": ""}


def has_location(record: ListingRecord) -> bool:
    """Whether there is anything to say of a Location; a zone alone makes a virtual one."""
    return bool(record.address or record.point or record.timezone or record.accessibility)


def main_rows(
    listing_id: UUID, record: ListingRecord, *, now: datetime, status_changed_on: date | None
) -> Rows:
    """The rows of Service, Location and ServiceAtLocation (`version` left to the writer)."""
    location_id = location_id_of(listing_id) if has_location(record) else None
    rows: dict[type[Base], list[Row]] = {
        Service: [_service_row(listing_id, record, now=now)],
        ServiceAtLocation: [
            {
                "id": listing_id,
                "service_id": service_id_of(listing_id),
                "location_id": location_id,
                "status_changed_on": status_changed_on,
            }
        ],
        Location: [],
    }
    if location_id:
        rows[Location].append(_location_row(location_id, record))
    return rows


def child_rows(listing_id: UUID, record: ListingRecord) -> Rows:
    """The rows of all that hangs on the Service and the Location, but for its Attributes."""
    service_id, location_id = service_id_of(listing_id), location_id_of(listing_id)
    return {
        Phone: _phone_rows(listing_id, record),
        Schedule: [*_schedule_rows(listing_id, record), *_dated_rows(listing_id, record)],
        Language: [
            {
                "id": uuid5(listing_id, f"language:{code}"),
                "service_id": service_id,
                "code": code,
                "position": position,
            }
            for position, code in enumerate(record.languages)
        ],
        CostOption: [
            {
                "id": uuid5(listing_id, "cost"),
                "service_id": service_id,
                "amount_description": record.cost,
            }
        ]
        if record.cost
        else [],
        ServiceArea: [
            {
                "id": uuid5(listing_id, f"area:{position}"),
                "service_id": service_id,
                "name": area.name,
                "extent": area.code,
                "extent_type": area.extent.value,
                "position": position,
            }
            for position, area in enumerate(record.service_areas)
        ],
        Helpline: _helpline_rows(service_id, record),
        Accessibility: [
            {
                "id": uuid5(listing_id, f"accessibility:{position}"),
                "location_id": location_id,
                "description": description,
                "position": position,
            }
            for position, description in enumerate(record.accessibility)
        ],
        Address: _address_rows(listing_id, location_id, record),
    }


def _service_row(listing_id: UUID, record: ListingRecord, *, now: datetime) -> Row:
    return {
        "id": service_id_of(listing_id),
        "organization_id": organization_id_of(record),
        "name": record.name,
        "description": record.description,
        "url": record.website,
        "email": record.email,
        "status": record.status.value,
        "eligibility_description": record.eligibility,
        "last_modified": now,
        "delivery": record.delivery.value,
        "accepts_walk_ins": record.accepts_walk_ins,
        "hours_note": record.hours_note,
        "unknown_codes": "\n".join(record.unknown_codes) or None,
        "alert": record.alert.text if record.alert else None,
        "alert_until": record.alert.until if record.alert else None,
        "availability": record.availability.state.value if record.availability else None,
        "availability_on": record.availability.said_on if record.availability else None,
    }


def _location_row(location_id: UUID, record: ListingRecord) -> Row:
    point = record.point
    is_virtual = record.address is None and point is None
    return {
        "id": location_id,
        "location_type": "virtual" if is_virtual else "physical",
        "name": record.name,
        "latitude": point.latitude if point else None,
        "longitude": point.longitude if point else None,
        "is_approximate": point.is_approximate if point else False,
        "is_address_confidential": record.is_address_confidential,
        "timezone": record.timezone,
        "county_fips": record.county_fips,
    }


def _phone_rows(listing_id: UUID, record: ListingRecord) -> list[Row]:
    return [
        {
            "id": uuid5(listing_id, f"phone:{position}"),
            "service_id": service_id_of(listing_id),
            "number": phone.number,
            "extension": phone.extension,
            "type": phone.kind.value,
            "description": phone.description,
            "display": phone.display,
            "position": position,
        }
        for position, phone in enumerate(record.phones)
    ]


def _schedule_rows(listing_id: UUID, record: ListingRecord) -> list[Row]:
    return [
        {
            "id": uuid5(listing_id, f"schedule:{position}"),
            "service_id": service_id_of(listing_id),
            "freq": schedule.freq,
            "interval": schedule.interval,
            "byday": ",".join(schedule.byday),
            "opens_at": schedule.opens_at,
            "closes_at": schedule.closes_at,
            "valid_from": schedule.valid_from,
            "valid_to": schedule.valid_to,
            "description": schedule.description,
            "notes": None,
            "is_by_appointment": schedule.is_by_appointment,
            "replaces_weekly": False,
            "position": position,
        }
        for position, schedule in enumerate(record.schedules)
    ]


def _dated_rows(listing_id: UUID, record: ListingRecord) -> list[Row]:
    """Hours of single days as further schedules; all rows of one insert have the same columns."""
    return [
        {
            "id": uuid5(listing_id, f"dated_hours:{position}"),
            "service_id": service_id_of(listing_id),
            "freq": "WEEKLY",
            "interval": 1,
            "byday": "",
            "opens_at": dated.opens_at,
            "closes_at": dated.closes_at,
            "valid_from": dated.valid_from,
            "valid_to": dated.valid_to,
            "description": None,
            "notes": dated.note,
            "is_by_appointment": False,
            "replaces_weekly": True,
            "position": position,
        }
        for position, dated in enumerate(record.dated_hours)
    ]


def _helpline_rows(service_id: UUID, record: ListingRecord) -> list[Row]:
    helpline = record.helpline
    if helpline is None:
        return []
    return [
        {
            "service_id": service_id,
            "country": helpline.country,
            "states": " ".join(helpline.states) or None,
            "topics": " ".join(helpline.topics),
            "chat_url": helpline.chat_url,
            "text_keyword": helpline.text_keyword,
            "is_confidential": helpline.is_confidential,
            "is_stale": helpline.is_stale,
            "notes": helpline.notes,
            "answered_by": helpline.answered_by,
        }
    ]


def _address_rows(listing_id: UUID, location_id: UUID, record: ListingRecord) -> list[Row]:
    address = record.address
    if address is None:
        return []
    return [
        {
            "id": uuid5(listing_id, "address"),
            "location_id": location_id,
            "address_1": address.address_1,
            "address_2": address.address_2,
            "city": address.city,
            "state_province": address.state_province,
            "postal_code": address.postal_code,
            "country": address.country,
            "address_type": "physical",
        }
    ]


def is_on_cards(record: ListingRecord) -> bool:
    """Whether the Listing belongs into the search: helplines have their own page."""
    return record.delivery is not Delivery.HELPLINE


def is_listed(record: ListingRecord) -> bool:
    """Whether the Listing may be a result."""
    return record.status is ListingStatus.ACTIVE
