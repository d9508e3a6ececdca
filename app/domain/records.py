"""The frozen values that layers speak in: one Listing and its parts, in HSDS 3.1 words.

Every optional value is None or () when it is not known; nothing here stands for "no".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class Delivery(StrEnum):
    """How people reach a Service."""

    SITE = "site"
    MOBILE = "mobile"
    MAIL = "mail"
    VIRTUAL = "virtual"
    ACCESS_POINT = "access-point"
    HELPLINE = "helpline"


class PhoneKind(StrEnum):
    """What a number is for; `voice`, `text`, `fax` and `tty` are HSDS types, the others ours."""

    VOICE = "voice"
    INTAKE = "intake"
    HOTLINE = "hotline"
    TTY = "tty"
    TEXT = "text"
    FAX = "fax"


class ListingStatus(StrEnum):
    """HSDS service.status."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DEFUNCT = "defunct"
    TEMPORARILY_CLOSED = "temporarily closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneRecord:
    """A number: `number` is what a telephone dials (E.164 or a short code), `display` as printed.

    `number` is "" when the printed text holds nothing that can be dialled.
    """

    number: str
    display: str
    extension: str | None = None
    kind: PhoneKind = PhoneKind.VOICE
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRecord:
    """A postal address; `address_1` is "" where only the town is known."""

    address_1: str
    address_2: str | None = None
    city: str
    state_province: str
    postal_code: str
    country: str = "US"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRecord:
    """Degrees, WGS 84; approximate when it is the centre of a ZIP code, not of a door."""

    latitude: float
    longitude: float
    is_approximate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRecord:
    """One line of opening hours, local to the Location, after HSDS schedule (RFC 5545 words).

    `byday` holds MO..SU for WEEKLY and 1MO, 3TH for MONTHLY. `opens_at` and `closes_at` are
    HH:MM; closing before opening means past midnight; 00:00-23:59 is all day. Both are None
    for days that are by appointment. `interval` 2 is every other week, whose first week is
    not known, so that it is never reckoned as open now.
    """

    freq: str = "WEEKLY"
    interval: int = 1
    byday: tuple[str, ...] = ()
    opens_at: str | None = None
    closes_at: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    description: str | None = None
    is_by_appointment: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedHoursRecord:
    """Hours of the days from `valid_from` through `valid_to`, in place of those of the week.

    Days and times are local to the Location; times are as in a ScheduleRecord, on each of the
    days. Both are None for days on which it is closed. Two records have the same days where
    it opens twice on each.
    """

    valid_from: date
    valid_to: date
    opens_at: str | None = None
    closes_at: str | None = None
    note: str | None = None


class AreaExtent(StrEnum):
    """How large a ServiceArea is."""

    COUNTRY = "country"
    STATE = "state"
    COUNTY = "county"
    PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAreaRecord:
    """Where a Service may be used. `name` is for people.

    `code` is an ISO country, a USPS state or five digits of county FIPS; for a PLACE, known
    by words only, it is the USPS state that the place lies in.
    """

    extent: AreaExtent
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReference:
    """A page or file that facts were read from; `dated` is YYYY, YYYY-MM or YYYY-MM-DD."""

    title: str
    url: str | None = None
    dated: str | None = None


class Availability(StrEnum):
    """Whether a place has room for new people."""

    ACCEPTING = "accepting"
    WAITLIST = "waitlist"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityRecord:
    """What a place told the staff of its room, and the day; it is soon not known any more."""

    state: Availability
    said_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRecord:
    """A notice of the staff on a Listing; `until` is the last day on which it is shown."""

    text: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class HelplineRecord:
    """What only a Helpline has. `topics` are taxonomy codes of the helpline group.

    `is_stale`: True when its newest dated page is older than 2022, None when none is dated.
    `states` are USPS codes (or ISO 3166-2 parts outside the US), () for a whole country.
    """

    country: str = "US"
    states: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    chat_url: str | None = None
    text_keyword: str | None = None
    is_confidential: bool | None = None
    is_stale: bool | None = None
    notes: str | None = None
    answered_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRecord:
    """One Service at one Location with its Organization, as one source tells it.

    Of an address that `is_address_confidential` only the town is for the public.
    `term_codes` are taxonomy codes, sorted, each once; `unknown_codes` are what the source
    said that our taxonomy does not hold. `languages` are ISO 639 codes. `timezone` is an
    IANA name. `as_of` is the day, month or year of the source (YYYY[-MM[-DD]]).
    """

    organization_name: str
    name: str
    description: str | None = None
    delivery: Delivery = Delivery.SITE
    status: ListingStatus = ListingStatus.ACTIVE
    address: AddressRecord | None = None
    point: PointRecord | None = None
    timezone: str | None = None
    county_fips: str | None = None
    service_areas: tuple[ServiceAreaRecord, ...] = ()
    phones: tuple[PhoneRecord, ...] = ()
    email: str | None = None
    website: str | None = None
    schedules: tuple[ScheduleRecord, ...] = ()
    hours_note: str | None = None
    languages: tuple[str, ...] = ()
    accessibility: tuple[str, ...] = ()
    cost: str | None = None
    eligibility: str | None = None
    accepts_walk_ins: bool | None = None
    term_codes: tuple[str, ...] = ()
    unknown_codes: tuple[str, ...] = ()
    helpline: HelplineRecord | None = None
    sources: tuple[SourceReference, ...] = ()
    as_of: str | None = None
    is_address_confidential: bool = False
    alert: AlertRecord | None = None
    availability: AvailabilityRecord | None = None
    dated_hours: tuple[DatedHoursRecord, ...] = ()


# What only the staff say of a Listing: no source has it, and no import touches it.
STAFF_FIELDS: Final = ("is_address_confidential", "alert", "availability", "dated_hours")

# The fields of a listing that are compared, locked, verified and merged one by one.
# Everything a person could be sent wrong by has its own name here.
LISTING_FIELDS: Final = (
    "organization_name",
    "name",
    "description",
    "delivery",
    "address",
    "point",
    "service_areas",
    "phones",
    "email",
    "website",
    "schedules",
    "hours_note",
    "languages",
    "accessibility",
    "cost",
    "eligibility",
    "accepts_walk_ins",
    "term_codes",
    "unknown_codes",
    "helpline",
)
