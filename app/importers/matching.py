"""Which Listing a record belongs to: the same source's key first, then other sources' places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from uuid import UUID

from app.domain.address import listing_id, listing_key, normalize_name, normalize_street
from app.domain.errors import ParseError
from app.domain.records import ListingRecord
from app.store.sources import KeptRecord


def natural_key(record: ListingRecord) -> str:
    """What makes a record the same place in every file of its source.

    Name, street and ZIP; where there is no street, name, ZIP and first number.
    """
    name = whole_name(record)
    street, postal_code = _street_and_zip(record)
    if street:
        return _key(name, street, postal_code)
    number = next((phone.number for phone in record.phones if phone.number), "")
    return f"{_key(name, '', postal_code)}|{number}"


def minted_listing_id(record: ListingRecord, *, external_key: str | None) -> UUID:
    """The id that a record gives a new Listing: of its place, or of its source's own key."""
    street, _zip = _street_and_zip(record)
    if external_key and not street:
        return listing_id(external_key)
    return listing_id(natural_key(record))


def whole_name(record: ListingRecord) -> str:
    """Organization and service in one, each once."""
    if record.name == record.organization_name:
        return record.name
    return f"{record.organization_name} {record.name}"


class Matcher:
    """All records that sources gave so far, found by key and by place; grows during a run."""

    def __init__(self, kept: Iterable[KeptRecord]) -> None:
        self._exact: dict[tuple[str, str], KeptRecord] = {}
        self._by_listing: dict[UUID, list[KeptRecord]] = defaultdict(list)
        self._by_place: dict[str, set[UUID]] = defaultdict(set)
        for record in kept:
            self.add(record)

    def add(self, kept: KeptRecord) -> None:
        """Know this record from now on, in place of an earlier one with its key."""
        earlier = self._exact.get((kept.source_id, kept.external_key))
        if earlier:
            self._by_listing[earlier.listing_id].remove(earlier)
        self._exact[(kept.source_id, kept.external_key)] = kept
        self._by_listing[kept.listing_id].append(kept)
        for place in _places(kept.record):
            self._by_place[place].add(kept.listing_id)

    def find_exact(self, source_id: str, external_key: str) -> KeptRecord | None:
        """What this source said under this key before."""
        return self._exact.get((source_id, external_key))

    def records_of(self, listing_id: UUID) -> tuple[KeptRecord, ...]:
        """All records of a Listing."""
        return tuple(self._by_listing[listing_id])

    def fingerprints(self, source_id: str) -> dict[UUID, bytes]:
        """The fingerprint of each record of a source, by the record's id."""
        return {
            kept.id: kept.fingerprint
            for kept in self._exact.values()
            if kept.source_id == source_id
        }

    def find_elsewhere(self, record: ListingRecord, *, source_id: str) -> UUID | None:
        """The one Listing of other sources that is the same place, None if none or several.

        A Listing that this source already has a record of is another place of its own.
        """
        candidates: set[UUID] = set()
        for place in _places(record):
            candidates |= self._by_place.get(place, set())
        free = [
            key
            for key in candidates
            if all(kept.source_id != source_id for kept in self._by_listing[key])
        ]
        return free[0] if len(free) == 1 else None


def _places(record: ListingRecord) -> Iterator[str]:
    """The keys by which records of different sources are seen to be one place.

    The same street and ZIP with the organization's, the service's or the whole name; the
    same ZIP and number with one of those names; or the same street, ZIP and number.
    """
    street, postal_code = _street_and_zip(record)
    if not postal_code:
        return
    numbers = {phone.number for phone in record.phones if phone.number}
    names = {
        normalize_name(name) for name in (record.organization_name, record.name, whole_name(record))
    }
    street_key = normalize_street(street) if street else ""
    for name in sorted(names):
        if street_key:
            yield f"street|{name}|{street_key}|{postal_code}"
        for number in sorted(numbers):
            yield f"phone|{name}|{postal_code}|{number}"
    if street_key:
        for number in sorted(numbers):
            yield f"both|{street_key}|{postal_code}|{number}"


def _street_and_zip(record: ListingRecord) -> tuple[str, str]:
    if record.address is None:
        return "", ""
    return record.address.address_1, record.address.postal_code


def _key(name: str, street: str, postal_code: str) -> str:
    try:
        return listing_key(name=name, street=street, postal_code=postal_code)
    except ParseError:
        return f"{normalize_name(name)}|{normalize_street(street)}|"
