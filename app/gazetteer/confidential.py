"""From a Listing's record to what the public may see of it: a confidential address is its town."""

from __future__ import annotations

from dataclasses import replace

from app.domain.geo import great_circle_m
from app.domain.query import Place
from app.domain.records import AddressRecord, ListingRecord, PointRecord
from app.gazetteer.places import find_cities, find_county_by_fips

_HOME = "US"


def public_record(record: ListingRecord) -> ListingRecord:
    """The record itself, or with the town alone where its address is confidential.

    The point is then the middle of the town (of the county, where we do not know the town; none
    where we know neither), so that no distance, order or map tells more than the town does.
    """
    address = record.address
    if address is None or not record.is_address_confidential:
        return record
    place = _town(record, address) if address.country == _HOME else None
    return replace(
        record,
        address=AddressRecord(
            address_1="",
            city=address.city,
            state_province=address.state_province,
            postal_code="",
            country=address.country,
        ),
        point=_middle(place) if place else None,
        county_fips=place.county_fips if place else None,
    )


def _town(record: ListingRecord, address: AddressRecord) -> Place | None:
    towns = find_cities(address.city, address.state_province)
    point = record.point
    if towns and point is not None:  # a state can have two towns of a name
        return min(
            towns,
            key=lambda town: great_circle_m(
                point.latitude, point.longitude, town.latitude, town.longitude
            ),
        )
    return next(iter(towns), None) or find_county_by_fips(record.county_fips or "")


def _middle(place: Place) -> PointRecord:
    return PointRecord(latitude=place.latitude, longitude=place.longitude, is_approximate=True)
