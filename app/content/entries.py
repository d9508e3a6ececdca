"""The parts that helplines and starter listings share: from YAML files to typed entries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import msgspec
import yaml

from app.domain.records import (
    AddressRecord,
    Delivery,
    ListingRecord,
    PhoneRecord,
    ServiceAreaRecord,
    SourceReference,
)

CONTENT_FOLDER: Final = Path(__file__).parent / "en"

# libyaml reads the 6,000 lines some ten times faster; PyYAML is built without it on some systems.
_YAML_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedListing:
    """A listing that comes with the application, and what identifies it in its source.

    `external_key` never changes. `is_verified_by` says how its facts were read: "verified-2" and
    "verified-1" are two pages and one, "page+directory" a page that the federal directory of 2022
    or 2023 agrees with. `staff_note` is never shown to the public.
    """

    external_key: str
    record: ListingRecord
    is_verified_by: str
    staff_note: str | None = None


class EmbeddedEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every embedded entry says; null is "not known", and a missing key the same.

    `hours` is text that `parse_hours` reads; `as_of` the newest date on its pages.
    """

    id: str
    organization: str
    name: str
    delivery: Delivery
    description: str
    eligibility: str | None
    phones: tuple[PhoneRecord, ...]
    website: str | None
    languages: tuple[str, ...]
    hours: str | None
    cost: str | None
    as_of: str | None
    confidence: str
    sources: tuple[SourceReference, ...]
    service_areas: tuple[ServiceAreaRecord, ...]
    address: AddressRecord | None = None
    email: str | None = None
    hours_note: str | None = None
    accessibility: tuple[str, ...] = ()
    staff_note: str | None = None


EntryType = TypeVar("EntryType", bound=EmbeddedEntry)


def read_keyed(
    folder: str, *, kind: type[EntryType], to_record: Callable[[EntryType], ListingRecord]
) -> tuple[EmbeddedListing, ...]:
    """The listings of a folder of the content, in the order of `read_entries`."""
    return tuple(
        EmbeddedListing(
            external_key=entry.id,
            record=to_record(entry),
            is_verified_by=entry.confidence,
            staff_note=entry.staff_note,
        )
        for entry in read_entries(folder, kind=kind)
    )


def read_entries(folder: str, *, kind: type[EntryType]) -> tuple[EntryType, ...]:
    """The entries of every YAML file in a folder of the content, files by name, each in its order.

    Raises msgspec.ValidationError when a file breaks the schema: the content is part of the
    program, so that a mistake in it must not start.
    """
    entries: list[EntryType] = []
    for path in sorted((CONTENT_FOLDER / folder).glob("*.yaml")):
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_YAML_LOADER)  # noqa: S506 - a safe loader
        entries.extend(msgspec.convert(raw, type=tuple[kind, ...]))  # type: ignore[valid-type]
    return tuple(entries)
