"""One Listing goes into another of the same place, and comes back when that was wrong.

Never commits. Each function takes the data's next version first, which keeps other writers
waiting, so that what it reads is what it changes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.domain.edit import EDITABLE_FIELDS, differences, lock_of, merge_three_ways
from app.domain.errors import DirectoryError, RowError, StaleEditError
from app.domain.history import Action, HistoryEntry
from app.domain.listing import Listing
from app.domain.merge import combine, decide
from app.domain.place_merge import Whose, chosen_sides, field_choices, merged_record
from app.domain.records import Delivery, ListingRecord, ListingStatus
from app.models import ListingMerge
from app.store.checks import insert_checks
from app.store.codec import encode
from app.store.edits import refresh_own_record
from app.store.history import append_history
from app.store.listings import get_listing
from app.store.merge_lookup import find_merge_of
from app.store.merge_rows import (
    Moved,
    carry_back,
    carry_over,
    decode_moved,
    encode_moved,
    new_locks,
    restore_check,
    set_assured,
)
from app.store.save import Saving, save_listings
from app.store.sources import without_source
from app.store.timeline import record_before
from app.store.versions import bump_report_version, bump_version

# The fields of the history that tell of a merge beside the fields of the Listing.
MERGED_FROM: Final = "merged_from"
MERGED_INTO: Final = "merged_into"
_GONE: Final = frozenset({ListingStatus.INACTIVE, ListingStatus.DEFUNCT})


class MergedOnError(DirectoryError):
    """The kept Listing went into another meanwhile: that merge has to be undone first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The kept Listing after a merge. Not `is_saved`: these two were merged already."""

    kept: Listing
    merge_id: UUID
    is_saved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """Both ids after an undo. `stayed` are fields changed since, which keep their values.

    `retired` are the names of those that no source lists any more, as when the import that
    made one was undone meanwhile; `unsourced` of those that stay because somebody checked them.
    """

    kept_id: UUID
    gone_id: UUID
    stayed: tuple[str, ...]
    retired: tuple[str, ...] = ()
    unsourced: tuple[str, ...] = ()


def merge_listings(
    session: Session,
    kept_id: UUID,
    gone_id: UUID,
    *,
    kept_version: int,
    gone_version: int,
    taken: Mapping[str, str],
    by: str,
    reason: str | None,
    now: datetime,
) -> Merged:
    """Make one Listing of two: `taken` says by field whose value stays ("kept", "gone", "both").

    The address of the one that goes leads to the kept one, and its records, reports and checks
    hang on that one, so that a source that names it again updates the kept one. Raises
    StaleEditError where either was changed since the form was made, NotFoundError, RowError
    for two that cannot be one place.
    """
    version = bump_version(session)
    session.expire_all()  # what the session read before it had the lock
    known = session.execute(
        select(ListingMerge).where(ListingMerge.gone_id == gone_id, ListingMerge.kept_id == kept_id)
    ).scalar_one_or_none()
    if known is not None:
        return Merged(kept=get_listing(session, kept_id), merge_id=known.id, is_saved=False)
    kept, gone = get_listing(session, kept_id), get_listing(session, gone_id)
    _check_pair(session, kept, gone)
    _check_version(kept, kept_version)
    _check_version(gone, gone_version)
    choices = field_choices(kept, gone)
    sides = chosen_sides(choices, taken=taken)
    wanted = merged_record(kept.record, choices, sides=sides)
    moved = carry_over(session, gone_id=gone_id, kept_id=kept_id, sides=sides)
    refresh_own_record(session, kept_id, wanted)
    session.expire_all()  # rows were written past the objects of the session
    joined = get_listing(session, kept_id)
    savings = (
        _saving(joined, kept.record, wanted, action=Action.MERGE, version=kept.version, now=now),
        _gone_saving(gone, now=now),
    )
    save_listings(session, savings, version=version, now=now, updated_by=by, reason=reason)
    locks = _locks(joined, wanted, sides)
    insert_checks(session, kept_id, locks, how="edit", by=by, on=now.date())
    moved = replace(moved, locks=new_locks(session, kept_id, locks))
    set_assured(session, kept_id, on=joined.checked_on)
    merge_id = uuid4()
    _keep_merge(session, merge_id, kept, gone, moved=moved, by=by, now=now)
    _tell(session, kept, gone, action=Action.MERGE, moved=moved, by=by, reason=reason, now=now)
    session.expire_all()  # rows were written past the objects of the session
    return Merged(kept=get_listing(session, kept_id), merge_id=merge_id, is_saved=True)


def undo_merge(
    session: Session, merge_id: UUID, *, by: str, reason: str | None, now: datetime
) -> Undone | None:
    """Make two Listings of one again, each at its own address; None where it was done already.

    Fields of the kept one that were changed since the merge stay as they are. Raises
    MergedOnError where the kept one went into a third meanwhile.
    """
    version = bump_version(session)
    session.expire_all()  # what the session read before it had the lock
    known = session.get(ListingMerge, merge_id)
    if known is None:
        return None
    if find_merge_of(session, known.kept_id) is not None:
        message = "the kept listing was merged with another"
        raise MergedOnError(message)
    moved = decode_moved(known.moved)
    kept, gone = get_listing(session, known.kept_id), get_listing(session, known.gone_id)
    kept_wanted, stayed = _without_merge(session, kept, merged_version=known.kept_version)
    gone_wanted = record_before(session, gone, version=known.gone_version - 1)
    is_changed = carry_back(session, moved, gone_id=gone.id, kept_id=kept.id)
    session.expire_all()  # rows were written past the objects of the session
    back, left = get_listing(session, gone.id), get_listing(session, kept.id)
    if is_changed:
        gone_wanted = _as_sources_say(back, gone_wanted)
    alone = without_source(session, (left.id, back.id))
    retired = [each.id for each in (left, back) if each.id in alone and not each.verifications]
    if left.id in retired:
        kept_wanted = _as_retired(kept_wanted)
    if back.id in retired:
        gone_wanted = _as_retired(gone_wanted)
    savings = (
        _saving(left, kept.record, kept_wanted, action=Action.UNMERGE, now=now),
        _saving(back, gone.record, gone_wanted, action=Action.UNMERGE, now=now),
    )
    save_listings(session, savings, version=version, now=now, updated_by=by, reason=reason)
    for listing, wanted in ((left, kept_wanted), (back, gone_wanted)):
        refresh_own_record(session, listing.id, wanted)
        set_assured(session, listing.id, on=listing.checked_on)
    restore_check(session, moved, gone_id=gone.id)
    session.execute(delete(ListingMerge).where(ListingMerge.id == merge_id))
    _tell(session, kept, gone, action=Action.UNMERGE, moved=moved, by=by, reason=reason, now=now)
    session.expire_all()  # rows were written past the objects of the session
    names = {left.id: kept_wanted.name, back.id: gone_wanted.name}
    return Undone(
        kept_id=kept.id,
        gone_id=gone.id,
        stayed=stayed,
        retired=tuple(names[key] for key in retired),
        unsourced=tuple(names[key] for key in names if key in alone and key not in retired),
    )


def _check_pair(session: Session, kept: Listing, gone: Listing) -> None:
    if kept.id == gone.id:
        raise RowError(field="id", value=str(gone.id), reason="is the same listing")
    if Delivery.HELPLINE in {kept.record.delivery, gone.record.delivery}:
        raise RowError(field="delivery", value="helpline", reason="is no place")
    if kept.record.status in _GONE:
        raise RowError(field="status", value=kept.record.status, reason="is not listed")
    for listing in (kept, gone):
        if find_merge_of(session, listing.id) is not None:
            raise StaleEditError(listing_id=listing.id, form_version=listing.version)


def _check_version(listing: Listing, form_version: int) -> None:
    if listing.version != form_version:
        raise StaleEditError(listing_id=listing.id, form_version=form_version, current=listing)


def _saving(
    listing: Listing,
    before: ListingRecord,
    wanted: ListingRecord,
    *,
    action: Action,
    now: datetime,
    version: int | None = None,
) -> Saving:
    """A Listing with the sources that hang on it now."""
    is_as_it_was = wanted.status is listing.record.status and listing.status_changed_on
    return Saving(
        listing_id=listing.id,
        record=replace(wanted, sources=listing.record.sources, as_of=listing.record.as_of),
        is_new=False,
        status_changed_on=None
        if wanted.status is ListingStatus.ACTIVE
        else (listing.status_changed_on if is_as_it_was else now.date()),
        verified_on=listing.checked_on,
        changes=differences(before, wanted),
        expected_version=version,
        action=action,
    )


def _as_retired(record: ListingRecord) -> ListingRecord:
    is_listed = record.status is ListingStatus.ACTIVE
    return replace(record, status=ListingStatus.INACTIVE) if is_listed else record


def _gone_saving(gone: Listing, *, now: datetime) -> Saving:
    wanted = replace(gone.record, status=ListingStatus.INACTIVE)
    return Saving(
        listing_id=gone.id,
        record=wanted,
        is_new=False,
        status_changed_on=now.date(),
        verified_on=gone.checked_on,
        changes=differences(gone.record, wanted),
        expected_version=gone.version,
        action=Action.MERGE,
    )


def _locks(joined: Listing, wanted: ListingRecord, sides: Mapping[str, Whose]) -> tuple[str, ...]:
    """The fields in which the next import would take a person's choice back."""
    if not joined.contributions:
        return ()
    imported = combine(joined.contributions)
    locked = {check.field for check in joined.verifications}
    found = (
        lock_of(field)
        for field in sides
        if getattr(imported, field) != getattr(wanted, field) and lock_of(field) not in locked
    )
    return tuple(dict.fromkeys(found))


def _without_merge(
    session: Session, kept: Listing, *, merged_version: int
) -> tuple[ListingRecord, tuple[str, ...]]:
    """The kept one as it would be without the merge, and the fields that were changed since."""
    before = record_before(session, kept, version=merged_version - 1)
    after = record_before(session, kept, version=merged_version)
    mine: dict[str, Any] = {field: getattr(before, field) for field in EDITABLE_FIELDS}
    joined = merge_three_ways(after, mine, kept.record)
    wanted = replace(kept.record, **joined.changes)
    return wanted, tuple(item.field for item in joined.conflicts)


def _as_sources_say(back: Listing, record: ListingRecord) -> ListingRecord:
    """The record as an import would have it: its sources changed while it was merged."""
    locked = {check.field for check in back.verifications}
    return decide(record, combine(back.contributions), locked_fields=locked).record


def _keep_merge(
    session: Session,
    merge_id: UUID,
    kept: Listing,
    gone: Listing,
    *,
    moved: Moved,
    by: str,
    now: datetime,
) -> None:
    session.execute(
        insert(ListingMerge).values(
            id=merge_id,
            gone_id=gone.id,
            kept_id=kept.id,
            gone_version=gone.version + 1,
            kept_version=kept.version + 1,
            merged_at=now,
            merged_by=by,
            moved=encode_moved(moved),
        )
    )


def _tell(
    session: Session,
    kept: Listing,
    gone: Listing,
    *,
    action: Action,
    moved: Moved,
    by: str,
    reason: str | None,
    now: datetime,
) -> None:
    """Say in the history of both what went where; the fields are there already."""
    is_merge = action is Action.MERGE
    entries = []
    for listing, field, other in ((kept, MERGED_FROM, gone), (gone, MERGED_INTO, kept)):
        told = encode({"id": other.id, "name": other.record.name, "moved": _ids_of(moved)}).decode()
        entries.append(
            HistoryEntry(
                at=now,
                by=by,
                action=action,
                resource_type="service_at_location",
                resource_id=listing.id,
                version=listing.version + 1,
                field=field,
                before="null" if is_merge else told,
                after=told if is_merge else "null",
                reason=reason,
            )
        )
    append_history(session, entries)
    if moved.reports:
        bump_report_version(session)  # the marks of open reports are on other cards now


def _ids_of(moved: Moved) -> Mapping[str, Collection[Any]]:
    return {
        "records": sorted(str(key) for key, _ in moved.records),
        "reports": sorted(str(key) for key in moved.reports),
        "checks": sorted(str(key) for key in (*moved.checks_in, *moved.checks_out)),
    }
