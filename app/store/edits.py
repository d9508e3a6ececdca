"""What people do to a Listing: edit, make, copy, retire and restore it.

Never commits: the caller holds `with transaction(session)`. Each function takes the data's
next version first, which keeps other writers waiting, so that what it reads is what it changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.domain.edit import EDITABLE_FIELDS, differences, lock_of
from app.domain.errors import RowError, StaleEditError
from app.domain.history import Action
from app.domain.listing import Listing
from app.domain.merge import FieldChange
from app.domain.records import STAFF_FIELDS, ListingRecord, ListingStatus
from app.models import FieldConflict, Organization, Service, ServiceAtLocation, SourceRecord
from app.store.checks import insert_checks
from app.store.codec import encode
from app.store.listings import get_listing, load_listings
from app.store.merge_lookup import find_merge_of
from app.store.rows import is_on_cards, organization_id_of
from app.store.save import Authorship, Saving, save_listings
from app.store.sources import NewRecord, insert_records, save_source
from app.store.timeline import record_before
from app.store.versions import bump_version

# What staff enter is kept as a source of its own, so that an import finds the place.
STAFF_SOURCE: Final = "staff"
_STAFF_SOURCE_NAME: Final = "Entered by the staff of this directory"
_STAFF_RANK: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class EditOutcome:
    """The Listing after a save. Not `is_saved`: all that was asked for was there already."""

    listing: Listing
    is_saved: bool


def edit_listing(
    session: Session,
    listing_id: UUID,
    *,
    form_version: int,
    changes: Mapping[str, Any],
    by: str,
    reason: str | None,
    now: datetime,
    request_id: str | None = None,
    action: Action = Action.EDIT,
) -> EditOutcome:
    """Change these fields of a Listing that still is as the form showed it.

    What is changed is locked: no import changes it from then on. Raises StaleEditError when
    somebody saved something else meanwhile, NotFoundError for an id or a version that there
    never was, RowError for a field that cannot be edited or a Listing that went into another.
    """
    version = bump_version(session)
    session.expire_all()  # what the session read before it had the lock
    listing = get_listing(session, listing_id)
    if find_merge_of(session, listing_id) is not None:
        raise RowError(field="id", value=str(listing_id), reason="was merged with another listing")
    base = record_before(session, listing, version=form_version)
    wanted = _wanted(listing.record, changes)
    differing = differences(listing.record, wanted)
    if not differing:
        return EditOutcome(listing=listing, is_saved=False)
    if form_version != listing.version:
        raise StaleEditError(
            listing_id=listing_id,
            form_version=form_version,
            mine=changes,
            base=base,
            current=listing,
        )
    author = Authorship(by=by, at=now, reason=reason, request_id=request_id)
    locked = tuple(
        dict.fromkeys(
            lock_of(change.field) for change in differing if change.field not in STAFF_FIELDS
        )
    )
    _rename_organization(session, wanted, beside=listing_id, version=version, author=author)
    saving = Saving(
        listing_id=listing_id,
        record=wanted,
        is_new=False,
        status_changed_on=_status_changed_on(listing, wanted, now=now),
        verified_on=_checked_on(listing, without=locked),
        changes=differing,
        expected_version=form_version,
        action=action,
    )
    _save(session, saving, version=version, author=author)
    insert_checks(session, listing_id, locked, how="edit", by=by, on=now.date())
    refresh_own_record(session, listing_id, wanted)
    _settle_conflicts(session, listing_id, differing)
    session.expire_all()  # rows were written past the objects of the session
    return EditOutcome(listing=get_listing(session, listing_id), is_saved=True)


def retire_listing(
    session: Session,
    listing_id: UUID,
    *,
    form_version: int,
    by: str,
    reason: str | None,
    now: datetime,
    status: ListingStatus = ListingStatus.INACTIVE,
    request_id: str | None = None,
) -> EditOutcome:
    """Take a Listing out of the directory; its page says so, and no import brings it back."""
    if status is ListingStatus.ACTIVE:
        raise RowError(field="status", value=status.value, reason="is not retired")
    return edit_listing(
        session,
        listing_id,
        form_version=form_version,
        changes={"status": status},
        by=by,
        reason=reason,
        now=now,
        request_id=request_id,
        action=Action.RETIRE,
    )


def restore_listing(
    session: Session,
    listing_id: UUID,
    *,
    form_version: int,
    to_version: int,
    by: str,
    reason: str | None,
    now: datetime,
    fields: Collection[str] = EDITABLE_FIELDS,
    request_id: str | None = None,
) -> EditOutcome:
    """Give these fields (all of them, unless told) the values of an earlier version."""
    target = record_before(session, get_listing(session, listing_id), version=to_version)
    return edit_listing(
        session,
        listing_id,
        form_version=form_version,
        changes={field: getattr(target, field) for field in EDITABLE_FIELDS if field in fields},
        by=by,
        reason=reason,
        now=now,
        request_id=request_id,
        action=Action.RESTORE,
    )


def create_listing(
    session: Session,
    record: ListingRecord,
    *,
    by: str,
    reason: str | None,
    now: datetime,
    request_id: str | None = None,
) -> Listing:
    """Make a Listing of what a person entered; what they gave is locked, the rest is open."""
    save_source(session, STAFF_SOURCE, name=_STAFF_SOURCE_NAME, url=None, rank=_STAFF_RANK)
    record = replace(record, as_of=record.as_of or now.date().isoformat())
    author = Authorship(by=by, at=now, reason=reason, request_id=request_id)
    listing_id = _create(session, record, author=author)
    insert_records(session, [_own_record(listing_id, record)], now=now)
    session.expire_all()  # rows were written past the objects of the session
    return get_listing(session, listing_id)


def copy_listing(
    session: Session,
    listing_id: UUID,
    *,
    name: str,
    by: str,
    reason: str | None,
    now: datetime,
    request_id: str | None = None,
) -> Listing:
    """Make a Listing like this one under another name, inactive until somebody opens it.

    It is no source's record, so that imports go on finding the one it was copied from.
    """
    record = replace(
        get_listing(session, listing_id).record, name=name, status=ListingStatus.INACTIVE
    )
    author = Authorship(by=by, at=now, reason=reason, request_id=request_id)
    copied = _create(session, record, author=author)
    session.expire_all()  # rows were written past the objects of the session
    return get_listing(session, copied)


def _create(session: Session, record: ListingRecord, *, author: Authorship) -> UUID:
    listing_id, version = uuid4(), bump_version(session)
    _rename_organization(session, record, beside=listing_id, version=version, author=author)
    is_active = record.status is ListingStatus.ACTIVE
    saving = Saving(
        listing_id=listing_id,
        record=_wanted(record, {}),
        is_new=True,
        status_changed_on=None if is_active else author.at.date(),
        is_kept_whole=True,
    )
    _save(session, saving, version=version, author=author)
    given = [
        field
        for field in EDITABLE_FIELDS
        if field not in STAFF_FIELDS and getattr(record, field) not in (None, ())
    ]
    locked = tuple(dict.fromkeys(lock_of(field) for field in given))
    insert_checks(session, listing_id, locked, how="edit", by=author.by, on=author.at.date())
    return listing_id


def _save(session: Session, *savings: Saving, version: int, author: Authorship) -> None:
    save_listings(
        session,
        savings,
        version=version,
        now=author.at,
        updated_by=author.by,
        reason=author.reason,
        request_id=author.request_id,
    )


def _wanted(record: ListingRecord, changes: Mapping[str, Any]) -> ListingRecord:
    """The record with these changes, its codes in the order in which they are kept."""
    for field in sorted(set(changes) - set(EDITABLE_FIELDS)):
        raise RowError(field, "", "is no field that can be edited")
    wanted = replace(record, **changes)
    if (wanted.helpline is None) != (record.helpline is None) or (
        is_on_cards(wanted) != is_on_cards(record)
    ):
        raise RowError(field="delivery", value=wanted.delivery, reason="a helpline stays one")
    return replace(wanted, term_codes=tuple(sorted(set(wanted.term_codes))))


def _rename_organization(
    session: Session, record: ListingRecord, *, beside: UUID, version: int, author: Authorship
) -> None:
    """Spell an Organization anew that is there already, in all its Listings but this one."""
    organization_id = organization_id_of(record)
    name = session.execute(
        select(Organization.name).where(Organization.id == organization_id)
    ).scalar_one_or_none()
    if name in (None, record.organization_name):
        return
    session.execute(
        update(Organization)
        .where(Organization.id == organization_id)
        .values(name=record.organization_name)
        .execution_options(synchronize_session=False)
    )
    ids = session.execute(
        select(ServiceAtLocation.id)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .where(Service.organization_id == organization_id, ServiceAtLocation.id != beside)
        .order_by(ServiceAtLocation.id)
    ).scalars()
    change = FieldChange(field="organization_name", before=name, after=record.organization_name)
    savings = [
        Saving(
            listing_id=other.id,
            record=replace(other.record, organization_name=record.organization_name),
            is_new=False,
            status_changed_on=other.status_changed_on,
            verified_on=other.checked_on,
            changes=(change,),
            action=Action.EDIT,
        )
        for other in load_listings(session, ids.all())
    ]
    _save(session, *savings, version=version, author=author)


def _status_changed_on(listing: Listing, wanted: ListingRecord, *, now: datetime) -> date | None:
    if wanted.status is ListingStatus.ACTIVE:
        return None
    return listing.status_changed_on if wanted.status is listing.record.status else now.date()


def _checked_on(listing: Listing, *, without: Collection[str]) -> date | None:
    """The day of the newest check that an edit of these fields leaves standing."""
    kept = tuple(check for check in listing.verifications if check.field not in without)
    return replace(listing, verifications=kept).checked_on


def _settle_conflicts(session: Session, listing_id: UUID, changes: Collection[FieldChange]) -> None:
    """What a source said otherwise is settled once the Listing says the same."""
    for change in changes:
        session.execute(
            delete(FieldConflict).where(
                FieldConflict.listing_id == listing_id,
                FieldConflict.field == change.field,
                FieldConflict.incoming == encode(change.after).decode(),
            )
        )


def _own_record(listing_id: UUID, record: ListingRecord) -> NewRecord:
    content = encode(record)
    return NewRecord(
        id=uuid4(),
        source_id=STAFF_SOURCE,
        external_key=str(listing_id),
        listing_id=listing_id,
        minted_id=listing_id,
        content=content,
        fingerprint=hashlib.sha256(content).digest()[:16],
        state=record.address.state_province if record.address else None,
        edition=None,
    )


def refresh_own_record(session: Session, listing_id: UUID, record: ListingRecord) -> None:
    """Keep what staff entered in step with their edits, where the Listing is theirs."""
    own = _own_record(listing_id, record)
    session.execute(
        update(SourceRecord)
        .where(SourceRecord.listing_id == listing_id, SourceRecord.source_id == STAFF_SOURCE)
        .values(content=own.content, fingerprint=own.fingerprint, state=own.state)
        .execution_options(synchronize_session=False)
    )
