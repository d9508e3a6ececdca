"""The place of a Listing in a form: address and point, held against our gazetteer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.domain.address import normalize_street, parse_zip
from app.domain.errors import ParseError
from app.domain.geo import great_circle_m, parse_point
from app.domain.query import METRES_PER_MILE, Place
from app.domain.records import AddressRecord, ListingRecord, PointRecord
from app.domain.text import clean_text
from app.gazetteer.nearest import nearest_zip
from app.gazetteer.places import find_cities, find_zip
from app.web.admin.listings.typed import ADDRESS_FIELDS, POINT_FIELDS
from app.web.wording import gettext as _

PLACE_FIELDS: Final = (*ADDRESS_FIELDS, *POINT_FIELDS)

# A ZIP code's centre may lie this far from the centre of a large city that it belongs to.
_NEAR_M: Final = 30 * METRES_PER_MILE
_LONGEST_LINE: Final = 500
_HOME: Final = "US"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceReading:
    """The fields of the record; `errors` are (field id, message), `warnings` (key, message)."""

    changes: Mapping[str, Any]
    errors: tuple[tuple[str, str], ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()


def read_place(
    texts: Mapping[str, str],
    before: Mapping[str, str],
    *,
    base: ListingRecord,
    is_needed: bool,
) -> PlaceReading:
    """Address, point, time zone and county of what was typed; `before` is what the form showed."""
    words, errors = _words(texts)
    if errors:
        return PlaceReading(changes={}, errors=errors)
    if not any(words[name] for name in ADDRESS_FIELDS):
        return _without_address(base, is_needed=is_needed)
    errors = _missing(words)
    country = base.address.country if base.address else _HOME
    postal_code = words["postal_code"]
    if country == _HOME and postal_code:
        try:
            postal_code = _kept_end(postal_code, before["postal_code"])
        except ParseError as error:
            errors += (("postal_code", f"{_('ZIP code')}: {error.reason}"),)
    if errors:
        return PlaceReading(changes={}, errors=errors)
    address = AddressRecord(
        address_1=words["address_1"],
        address_2=words["address_2"] or None,
        city=words["city"],
        state_province=words["state"],
        postal_code=postal_code,
        country=country,
    )
    zip_place = find_zip(postal_code[:5]) if country == _HOME else None
    return _located(address, words, before, base=base, zip_place=zip_place)


def _located(
    address: AddressRecord,
    words: Mapping[str, str],
    before: Mapping[str, str],
    *,
    base: ListingRecord,
    zip_place: Place | None,
) -> PlaceReading:
    changes: dict[str, Any] = {"address": address}
    if zip_place and (address.postal_code[:5] != before["postal_code"][:5] or not base.timezone):
        changes["timezone"] = zip_place.timezone or base.timezone
        changes["county_fips"] = zip_place.county_fips
    try:
        changes["point"] = _point(address, words, before, base=base, zip_place=zip_place)
    except ParseError as error:
        return PlaceReading(changes={}, errors=(("latitude", f"{_('Point')}: {error.reason}"),))
    warnings = _address_warnings(address, zip_place) if address != base.address else ()
    if changes["point"] != base.point:
        warnings += _point_warnings(changes["point"], address)
    return PlaceReading(changes=changes, warnings=warnings)


def _without_address(base: ListingRecord, *, is_needed: bool) -> PlaceReading:
    if is_needed:
        message = _(
            "Enter the city, the state and the ZIP code, or choose another way to reach it."
        )
        return PlaceReading(changes={}, errors=(("city", message),))
    return PlaceReading(
        changes={
            "address": None,
            "point": None,
            "county_fips": None,
            "timezone": base.timezone,
        }
    )


def _words(texts: Mapping[str, str]) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    words: dict[str, str] = {}
    errors: list[tuple[str, str]] = []
    for name in PLACE_FIELDS:
        try:
            words[name] = clean_text(texts[name], limit=_LONGEST_LINE)
        except ParseError as error:
            errors.append((name, f"{_('Address')}: {error.reason}"))
    return words, tuple(errors)


def _missing(words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    labels = {"city": _("City"), "state": _("State"), "postal_code": _("ZIP code")}
    return tuple(
        (name, _("%(label)s: enter one.", label=label))
        for name, label in labels.items()
        if not words[name]
    )


def _kept_end(typed: str, before: str) -> str:
    """The ZIP code; one that was shown with its four more digits keeps them."""
    return before if typed == before else parse_zip(typed)


def _point(
    address: AddressRecord,
    words: Mapping[str, str],
    before: Mapping[str, str],
    *,
    base: ListingRecord,
    zip_place: Place | None,
) -> PointRecord | None:
    """The point as typed; else the one before, unless the address moved; else the ZIP's centre."""
    if any(words[name] != before[name] for name in POINT_FIELDS) and words["latitude"]:
        return parse_point(words["latitude"], words["longitude"])
    has_moved = (
        normalize_street(address.address_1) != normalize_street(before["address_1"])
        or address.postal_code[:5] != before["postal_code"][:5]
    )
    if base.point is not None and words["latitude"] and not has_moved:
        return base.point
    if words["longitude"] and not words["latitude"]:
        return parse_point(words["latitude"], words["longitude"])
    if zip_place is None:
        return None
    return PointRecord(
        latitude=zip_place.latitude, longitude=zip_place.longitude, is_approximate=True
    )


def _address_warnings(
    address: AddressRecord, zip_place: Place | None
) -> tuple[tuple[str, str], ...]:
    code, city, state = address.postal_code[:5], address.city, address.state_province
    if address.country != _HOME:
        return ()
    if zip_place is None:
        return (("zip", _("We do not know the ZIP code %(code)s.", code=code)),)
    if zip_place.state != state:
        message = _("ZIP code %(place)s is not in %(state)s.", place=zip_place.label, state=state)
        return (("zip", message),)
    centre = (zip_place.latitude, zip_place.longitude)
    is_near = any(
        great_circle_m(*centre, found.latitude, found.longitude) <= _NEAR_M
        for found in find_cities(city, state)
    )
    if is_near:
        return ()
    message = _(
        "ZIP code %(place)s does not seem to belong to %(city)s.", place=zip_place.label, city=city
    )
    return (("zip", message),)


def _point_warnings(
    point: PointRecord | None, address: AddressRecord
) -> tuple[tuple[str, str], ...]:
    if point is None or address.country != _HOME:
        return ()
    near = nearest_zip(point.latitude, point.longitude)
    if near is not None and near.state == address.state_province:
        return ()
    where = near.label if near else _("no ZIP code that we know")
    message = _(
        "The point lies near %(where)s, outside %(state)s.",
        where=where,
        state=address.state_province,
    )
    return (("point", message),)
