"""How a Listing comes of what its sources say: combined, compared, decided; nothing is applied.

`combine` folds the records of several sources into one; `decide` holds the outcome against
what is shown today and against the fields that people locked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from app.domain.records import (
    LISTING_FIELDS,
    STAFF_FIELDS,
    ListingRecord,
    PhoneKind,
    PhoneRecord,
    PointRecord,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one source says of a Listing. A higher `rank` wins among equally new ones."""

    source_id: str
    source_name: str
    rank: int
    record: ListingRecord


class Outcome(StrEnum):
    """What becomes of a Listing when a record comes in."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field that differs between what is shown and what came in."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The record to show, what changed in it, and what people's locks held back."""

    outcome: Outcome
    record: ListingRecord
    changes: tuple[FieldChange, ...] = ()
    conflicts: tuple[FieldChange, ...] = ()


# Lists that are united over the sources; of all other fields the newest source's value stands.
_UNITED_FIELDS: Final = ("languages", "accessibility", "term_codes", "unknown_codes")
_CODE_FIELDS: Final = frozenset({"term_codes", "unknown_codes"})
# What says where and when belongs together: hours read with another source's note mislead.
_HOURS_FIELDS: Final = ("schedules", "hours_note")
_PLACE_FIELDS: Final = ("address", "timezone", "county_fips")
# Kinds of numbers that a voice call does not stand in for.
_OTHER_WAYS: Final = frozenset({PhoneKind.TEXT, PhoneKind.TTY, PhoneKind.FAX})

PhoneKey = tuple[str, str | None, PhoneKind]


def in_order(contributions: Iterable[Contribution]) -> tuple[Contribution, ...]:
    """The contributions, the one to believe first at the front: newest, then highest rank."""
    by_source = sorted(contributions, key=lambda item: item.source_id)
    return tuple(
        sorted(by_source, key=lambda item: (item.record.as_of or "", item.rank), reverse=True)
    )


def combine(contributions: Sequence[Contribution]) -> ListingRecord:
    """One record of what all sources say; the newest wins where they differ.

    Phones, languages and terms are united: an absent code means "not reported", so that one
    source's silence never takes away what another reports. Needs at least one contribution.
    """
    ordered = [item.record for item in in_order(contributions)]
    first = ordered[0]
    values: dict[str, Any] = {
        field: _first_given(ordered, field)
        for field in LISTING_FIELDS
        if field not in (*_UNITED_FIELDS, *_HOURS_FIELDS, "address", "point", "phones")
    }
    values.update(_together(ordered, _HOURS_FIELDS))
    values.update(_together(ordered, _PLACE_FIELDS))
    for field in _UNITED_FIELDS:
        united = dict.fromkeys(item for record in ordered for item in getattr(record, field))
        values[field] = tuple(sorted(united) if field in _CODE_FIELDS else united)
    return replace(
        first,
        **values,
        point=_best_point(ordered),
        phones=_united_phones(ordered),
        sources=tuple(dict.fromkeys(source for record in ordered for source in record.sources)),
        as_of=first.as_of,
    )


def unite_rows(first: ListingRecord, second: ListingRecord) -> ListingRecord:
    """One record of two rows of one file that are the same facility (substance use, mental)."""
    return combine(
        (
            Contribution(source_id="a", source_name="", rank=1, record=first),
            Contribution(source_id="b", source_name="", rank=0, record=second),
        )
    )


def decide(
    existing: ListingRecord | None,
    incoming: ListingRecord,
    *,
    locked_fields: Collection[str] = (),
) -> Decision:
    """What is to be shown, given what is shown now; a locked field keeps its value.

    A different incoming value of a locked field becomes a conflict for staff. Fields that
    only tell of the source (`sources`, `as_of`) change without making it an update.
    """
    if existing is None:
        return Decision(outcome=Outcome.CREATED, record=incoming)
    differing = [
        FieldChange(field=field, before=getattr(existing, field), after=getattr(incoming, field))
        for field in LISTING_FIELDS
        if getattr(existing, field) != getattr(incoming, field)
    ]
    conflicts = tuple(change for change in differing if change.field in locked_fields)
    changes = tuple(change for change in differing if change.field not in locked_fields)
    kept = {change.field: change.before for change in conflicts}
    kept |= {field: getattr(existing, field) for field in STAFF_FIELDS}
    if "address" in locked_fields:
        kept |= {"timezone": existing.timezone, "county_fips": existing.county_fips}
    return Decision(
        outcome=Outcome.UPDATED if changes else Outcome.UNCHANGED,
        record=replace(incoming, status=existing.status, **kept),
        changes=changes,
        conflicts=conflicts,
    )


def provenance(
    record: ListingRecord, contributions: Iterable[Contribution]
) -> Mapping[str, tuple[Contribution, ...]]:
    """For each field that is shown, the contributions that say so, the newest first.

    A united field (phones, terms) names every source that gave a part of it. A field that no
    source gives (somebody edited it) is not in the answer.
    """
    ordered = in_order(contributions)
    said: dict[str, tuple[Contribution, ...]] = {}
    for field in LISTING_FIELDS:
        shown = getattr(record, field)
        if shown is None or shown == ():
            continue
        sayers = tuple(item for item in ordered if _says(item.record, field, shown))
        if sayers:
            said[field] = sayers
    return said


def _says(record: ListingRecord, field: str, shown: object) -> bool:
    value = getattr(record, field)
    if field == "phones":
        numbers = {_phone_key(phone) for phone in record.phones}
        return isinstance(shown, tuple) and any(_phone_key(phone) in numbers for phone in shown)
    if field in _UNITED_FIELDS:
        return isinstance(shown, tuple) and not set(value).isdisjoint(shown)
    return bool(value == shown)


def _first_given(records: Sequence[ListingRecord], field: str) -> Any:  # noqa: ANN401 (a field of any type)
    values = (getattr(record, field) for record in records)
    return next(
        (value for value in values if value is not None and value != ()),
        getattr(records[0], field),
    )


def _together(records: Sequence[ListingRecord], fields: tuple[str, ...]) -> dict[str, Any]:
    """Fields that are taken from one source, the first that gives any of them."""
    chosen = next(
        (
            record
            for record in records
            if any(getattr(record, field) not in (None, ()) for field in fields)
        ),
        records[0],
    )
    return {field: getattr(chosen, field) for field in fields}


def _best_point(records: Sequence[ListingRecord]) -> PointRecord | None:
    points = [record.point for record in records if record.point]
    return next((point for point in points if not point.is_approximate), next(iter(points), None))


def _united_phones(records: Sequence[ListingRecord]) -> tuple[PhoneRecord, ...]:
    phones: dict[PhoneKey, PhoneRecord] = {}
    for record in records:
        for phone in record.phones:
            phones.setdefault(_phone_key(phone), phone)
    return tuple(phones.values())


def _phone_key(phone: PhoneRecord) -> PhoneKey:
    # 988 is called and texted: one number, two ways that must both be shown.
    way = phone.kind if phone.kind in _OTHER_WAYS else PhoneKind.VOICE
    return (phone.number or phone.display, phone.extension, way)
