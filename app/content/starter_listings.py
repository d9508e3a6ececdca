"""Starter listings that come with the application, from content/en/starter_listings to records."""

from __future__ import annotations

from functools import cache

import msgspec

from app.content.entries import EmbeddedEntry, EmbeddedListing, read_keyed
from app.content.taxonomy import load_taxonomy
from app.domain.errors import UnknownPlaceError
from app.domain.hours import parse_hours
from app.domain.query import Place
from app.domain.records import ListingRecord, PointRecord
from app.gazetteer.places import find_cities, find_county_by_fips, find_zip


class FoundNear(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The town or county whose centre stands for a service that comes to people."""

    state: str
    city: str | None = None
    county_fips: str | None = None


class StarterEntry(EmbeddedEntry, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One place or service as content/en/starter_listings writes it; `terms` are taxonomy codes."""

    terms: tuple[str, ...]
    accepts_walk_ins: bool | None
    found_near: FoundNear | None = None


def load_starter_listings() -> tuple[ListingRecord, ...]:
    """All starter listings, in the order of their files.

    The point of an address is its ZIP code's centre, that of a service without an address the
    centre of its town or county; both are approximate. Services by mail or on a website have
    none, only ServiceAreas. Raises UnknownPlaceError for a place that the gazetteer lacks.
    """
    return tuple(listing.record for listing in load_keyed_starter_listings())


@cache
def load_keyed_starter_listings() -> tuple[EmbeddedListing, ...]:
    """The records of `load_starter_listings`, each with its external key and how it was verified."""
    return read_keyed("starter_listings", kind=StarterEntry, to_record=_to_record)


def _to_record(entry: StarterEntry) -> ListingRecord:
    place = _place_of(entry)
    return ListingRecord(
        organization_name=entry.organization,
        name=entry.name,
        description=entry.description,
        delivery=entry.delivery,
        address=entry.address,
        point=None if place is None else _centre_of(place),
        timezone=None if place is None else place.timezone,
        county_fips=None if place is None else place.county_fips,
        service_areas=entry.service_areas,
        phones=entry.phones,
        email=entry.email,
        website=entry.website,
        schedules=parse_hours(entry.hours or ""),
        hours_note=entry.hours_note,
        languages=entry.languages,
        accessibility=entry.accessibility,
        cost=entry.cost,
        eligibility=entry.eligibility,
        accepts_walk_ins=entry.accepts_walk_ins,
        term_codes=_term_codes(entry),
        sources=entry.sources,
        as_of=entry.as_of,
    )


def _term_codes(entry: StarterEntry) -> tuple[str, ...]:
    """The terms of an entry, with those of its languages, so that their filter finds it."""
    spoken = (load_taxonomy().code_for_language(language) for language in entry.languages)
    return tuple(sorted({*entry.terms, *(code for code in spoken if code)}))


def _place_of(entry: StarterEntry) -> Place | None:
    if entry.address is not None:
        return _known(find_zip(entry.address.postal_code), text=entry.address.postal_code)
    near = entry.found_near
    if near is None:
        return None
    if near.county_fips is not None:
        return _known(find_county_by_fips(near.county_fips), text=near.county_fips)
    city = near.city or ""
    return _known(next(iter(find_cities(city, near.state)), None), text=f"{city}, {near.state}")


def _known(place: Place | None, *, text: str) -> Place:
    if place is None:
        raise UnknownPlaceError(text)
    return place


def _centre_of(place: Place) -> PointRecord:
    return PointRecord(latitude=place.latitude, longitude=place.longitude, is_approximate=True)
