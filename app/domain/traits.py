"""What of a Listing is compared with others: its name, place, numbers and website in one form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from app.domain.address import normalize_name, normalize_street, split_unit
from app.domain.records import ListingRecord, PhoneKind
from app.domain.text import fold

_UNIT_NOUNS: Final = frozenset(
    {"suite", "suites", "ste", "stes", "unit", "units", "apartment", "apt"}
    | {"room", "rm", "floor", "fl", "building", "bldg"}
)
_NUMBERS: Final = re.compile(r"\d+(?: \d+)*")
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What of a Listing is compared, brought into one form; "" and () where it is not known.

    `point` is degrees, None where only the middle of a ZIP code is known.
    """

    organization: str
    name: str
    street: str
    unit: str
    postal_code: str
    city: str
    state: str
    phones: frozenset[str]
    host: str
    point: tuple[float, float] | None


def traits_of(record: ListingRecord) -> Traits:
    """The Traits of a record."""
    address = record.address
    street, unit = split_unit(address.address_1) if address else ("", None)
    second = address.address_2 if address and address.address_2 else ""
    return make_traits(
        organization=record.organization_name,
        name=record.name,
        street=street,
        unit=f"{unit or ''} {second}",
        postal_code=address.postal_code if address else "",
        city=address.city if address else "",
        state=address.state_province if address else "",
        phones=[phone.number for phone in record.phones if phone.kind is not PhoneKind.FAX],
        website=record.website,
        point=(record.point.latitude, record.point.longitude)
        if record.point and not record.point.is_approximate
        else None,
    )


def make_traits(
    *,
    organization: str,
    name: str,
    street: str,
    unit: str,
    postal_code: str,
    city: str,
    state: str,
    phones: Iterable[str],
    website: str | None,
    point: tuple[float, float] | None,
) -> Traits:
    """Traits of values as they are kept; `street` is without its unit."""
    return Traits(
        organization=normalize_name(organization),
        name=normalize_name(name),
        street=normalize_street(street),
        unit=_unit_mark(unit),
        postal_code=postal_code[:5],
        city=fold(city),
        state=state,
        phones=frozenset(number for number in phones if number),
        host=_host(website),
        point=point,
    )


def house_number(street: str) -> str:
    """The numbers in front of a normalized street: 5260a has 5260, "23-27 Oak" has "23 27"."""
    digits = _NUMBERS.match(street)
    return digits[0] if digits else ""


def _unit_mark(text: str) -> str:
    """What tells one unit from another: "Suite 201-B" is 201b, "2nd Floor" is 2nd."""
    marks = [word for word in _WORD.findall(fold(text)) if word not in _UNIT_NOUNS]
    return "".join(marks)


def _host(website: str | None) -> str:
    host = urlsplit(website).hostname or "" if website else ""
    return host.removeprefix("www.")
