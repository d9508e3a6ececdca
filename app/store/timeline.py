"""The versions of one Listing: who made each, what it changed, and the record as it was.

A version is found by going back from today's record and undoing, newest first, what later
versions changed; the history keeps each change with the value before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy.orm import Session

from app.domain.edit import differences
from app.domain.errors import NotFoundError
from app.domain.history import Action
from app.domain.listing import Listing
from app.domain.merge import FieldChange
from app.domain.records import ListingRecord
from app.store.codec import FIELD_TYPES, decode_field
from app.store.history import HistoryRecord, list_history
from app.store.listings import get_listing

# What was done beside the record's fields: a check of a field is no change of it.
_BESIDE: Final = frozenset({Action.VERIFY.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineStep:
    """What was done to a Listing at once: by whom, why, and which fields it changed.

    `version` is the version that the Listing had from then on; a VERIFY leaves it as it was,
    and its `changes` hold the checks of the fields before and after.
    """

    seq: int
    at: datetime
    by: str
    action: str
    version: int | None
    reason: str | None
    changes: tuple[FieldChange, ...]


def listing_versions(session: Session, listing_id: UUID) -> tuple[TimelineStep, ...]:
    """The timeline of a Listing, the newest step first; empty where nothing was kept."""
    records = list_history(session, listing_id)
    steps = [
        _step(list(group))
        for _key, group in groupby(
            records, key=lambda item: (item.version, item.action, item.by, item.at, item.reason)
        )
    ]
    return tuple(reversed(steps))


def record_at(session: Session, listing_id: UUID, version: int) -> ListingRecord:
    """The record as it was at this version; raises NotFoundError for a version it never had.

    `sources` and `as_of` are today's: they tell of the sources and have no versions.
    """
    return record_before(session, get_listing(session, listing_id), version=version)


def record_before(session: Session, listing: Listing, *, version: int) -> ListingRecord:
    """As `record_at`, for a Listing that was read already."""
    if not 1 <= version <= listing.version:
        raise NotFoundError(kind="version", identifier=version)
    if version == listing.version:
        return listing.record
    undone: dict[str, Any] = {}
    for record in reversed(list_history(session, listing.id, after_version=version)):
        if record.field in FIELD_TYPES and record.action not in _BESIDE:
            undone[record.field] = decode_field(record.field, record.before)
    return replace(listing.record, **undone)


def compare(
    session: Session, listing_id: UUID, *, earlier: int, later: int
) -> tuple[FieldChange, ...]:
    """The fields that differ between two versions; raises NotFoundError."""
    listing = get_listing(session, listing_id)
    return differences(
        record_before(session, listing, version=earlier),
        record_before(session, listing, version=later),
    )


def _step(records: Sequence[HistoryRecord]) -> TimelineStep:
    first = records[0]
    return TimelineStep(
        seq=first.seq,
        at=first.at,
        by=first.by,
        action=first.action,
        version=first.version,
        reason=first.reason,
        changes=tuple(_change(record) for record in records if record.field),
    )


def _change(record: HistoryRecord) -> FieldChange:
    if record.action in _BESIDE or record.field not in FIELD_TYPES:
        before, after = msgspec.json.decode(record.before), msgspec.json.decode(record.after)
    else:
        before = decode_field(record.field, record.before)
        after = decode_field(record.field, record.after)
    return FieldChange(field=record.field, before=before, after=after)
