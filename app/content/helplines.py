"""Helplines that come with the application, from content/en/helplines to ListingRecords."""

from __future__ import annotations

from functools import cache
from typing import Final

from app.content.entries import EmbeddedEntry, EmbeddedListing, read_keyed
from app.domain.hours import parse_hours
from app.domain.records import HelplineRecord, ListingRecord, PhoneRecord

EMERGENCY_TOPIC: Final = "HL-OVERDOSE-EMERGENCY"


class HelplineEntry(EmbeddedEntry, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One helpline as content/en/helplines writes it.

    `states` are USPS codes, or ISO 3166-2 codes outside the US; `note` is for the public.
    """

    country: str
    states: tuple[str, ...]
    topics: tuple[str, ...]
    is_confidential: bool | None
    is_stale: bool | None
    chat_url: str | None = None
    text_keyword: str | None = None
    timezone: str | None = None
    note: str | None = None


def load_helplines() -> tuple[ListingRecord, ...]:
    """All embedded helplines: HSDS Services with phones and ServiceAreas, without a Location.

    Hours that are not known are (); a helpline that only has a website or texts has no number
    to call. The order is that of the files.
    """
    return tuple(listing.record for listing in load_keyed_helplines())


@cache
def load_keyed_helplines() -> tuple[EmbeddedListing, ...]:
    """The helplines of `load_helplines`, each with its external key and how it was verified."""
    return read_keyed("helplines", kind=HelplineEntry, to_record=_to_record)


@cache
def emergency_numbers(country: str) -> tuple[PhoneRecord, ...]:
    """The short numbers that call an ambulance in a country (ISO code), the first one first.

    () where the data holds none: show no number then, and never the 911 of the US.
    """
    return tuple(
        phone
        for record in load_helplines()
        if record.helpline is not None
        and record.helpline.country == country
        and not record.helpline.states
        and EMERGENCY_TOPIC in record.helpline.topics
        for phone in record.phones
        if not phone.number.startswith("+")
    )


def _to_record(entry: HelplineEntry) -> ListingRecord:
    return ListingRecord(
        organization_name=entry.organization,
        name=entry.name,
        description=entry.description,
        delivery=entry.delivery,
        timezone=entry.timezone,
        service_areas=entry.service_areas,
        phones=entry.phones,
        website=entry.website,
        schedules=parse_hours(entry.hours or ""),
        hours_note=entry.hours_note,
        languages=entry.languages,
        accessibility=entry.accessibility,
        cost=entry.cost,
        eligibility=entry.eligibility,
        helpline=HelplineRecord(
            country=entry.country,
            states=entry.states,
            topics=entry.topics,
            chat_url=entry.chat_url,
            text_keyword=entry.text_keyword,
            is_confidential=entry.is_confidential,
            is_stale=entry.is_stale,
            notes=entry.note,
        ),
        sources=entry.sources,
        as_of=entry.as_of,
    )
