"""What undoing an import puts back in one Listing, and what it leaves because people changed it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.domain.edit import differences, lock_of, read_together
from app.domain.import_run import KeptField
from app.domain.listing import Listing
from app.domain.merge import FieldChange
from app.domain.records import ListingRecord, ListingStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingUndo:
    """The record to write, what changes in it (nothing: it stays as it is), and what was kept."""

    record: ListingRecord
    changes: tuple[FieldChange, ...] = ()
    kept: tuple[KeptField, ...] = ()


def undo_changes(listing: Listing, changes: Mapping[str, tuple[Any, Any]]) -> ListingUndo:
    """Undo what a run did to a Listing that was there before it.

    `changes` are the values before and after the run by field. A field that has another value
    since, or that somebody checked since, is kept, and with it those that are read with it.
    """
    locked = {check.field for check in listing.verifications}
    kept = {
        field: why
        for field, (_before, after) in changes.items()
        if (why := _why_kept(listing.record, field, after, locked=locked))
    }
    held = {each for field in kept for each in read_together(field)}
    put_back = {field: before for field, (before, _after) in changes.items() if field not in held}
    record = replace(listing.record, **put_back)
    return ListingUndo(
        record=record,
        changes=differences(listing.record, record),
        kept=tuple(
            _kept(listing, field, kept.get(field, "changed"))
            for field in changes
            if field in held and changes[field][0] != getattr(listing.record, field)
        ),
    )


def undo_creation(
    listing: Listing, *, is_touched: bool, other_sources: Collection[str]
) -> ListingUndo:
    """Undo that a run made a Listing: it is retired, unless somebody has done something with it.

    `is_touched`: a person or another run changed it since. `other_sources` also list it now.
    """
    why = "checked" if listing.verifications else "changed" if is_touched else ""
    why = why or ("other source" if other_sources else "")
    is_listed = listing.record.status is ListingStatus.ACTIVE
    if why or not is_listed:
        return ListingUndo(
            record=listing.record, kept=(_kept(listing, "", why),) if why and is_listed else ()
        )
    record = replace(listing.record, status=ListingStatus.INACTIVE)
    return ListingUndo(record=record, changes=differences(listing.record, record))


def keep_merged(listing: Listing, fields: Sequence[str]) -> tuple[KeptField, ...]:
    """What a run wrote in a Listing that went into another since: it stays, and is named once."""
    names = ("",) if "" in fields else tuple(dict.fromkeys(fields))
    return tuple(_kept(listing, field, "merged") for field in names)


def _why_kept(
    record: ListingRecord, field: str, after: object, *, locked: Collection[str]
) -> str | None:
    if lock_of(field) in locked:
        return "checked"
    return None if getattr(record, field) == after else "changed"


def _kept(listing: Listing, field: str, why: str) -> KeptField:
    return KeptField(listing_id=listing.id, name=listing.record.name, field=field, why=why)
