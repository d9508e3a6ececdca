"""Undoing a run of an importer: Listings and source records as they were before it.

Never commits. What people or other runs changed since is left and named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from app.domain.history import Action
from app.domain.import_run import KeptField, RunState, RunStateError, UndoReport
from app.domain.import_undo import ListingUndo, keep_merged, undo_changes, undo_creation
from app.domain.listing import Listing
from app.domain.records import ListingStatus
from app.models import (
    FieldConflict,
    ImportedRecord,
    ImportRun,
    ListingMerge,
    Metadata,
    SourceRecord,
)
from app.store.codec import FIELD_TYPES, decode_field, encode
from app.store.import_runs import move_run, note_run
from app.store.listings import load_listings
from app.store.merge_lookup import living_ids
from app.store.save import Saving, refresh_cards, save_listings
from app.store.versions import bump_version

_BATCH: Final = 500
_RESOURCE: Final = "service_at_location"


class _Author(NamedTuple):
    by: str
    at: datetime
    reason: str
    version: int


def undo_run(session: Session, run_id: UUID, *, by: str, now: datetime) -> UndoReport:
    """Put back what a run changed, where nobody changed it since; what was done and what kept.

    A Listing that the run made is retired, since nothing is ever deleted. Raises RunStateError
    for a run that is not done.
    """
    run = session.get_one(ImportRun, run_id, populate_existing=True)
    if run.state not in {RunState.DONE, RunState.UNDOING}:
        raise RunStateError(state=RunState(run.state))
    author = _Author(by, now, f"Undo: {run.file_name}", bump_version(session))
    _restore_records(session, run_id, now=now)
    listings = 0
    kept: list[KeptField] = []
    for ids in _batches(_touched_listings(session, run)):
        changed, left = _undo_batch(session, run, ids, author=author)
        listings += changed
        kept += left
    _drop_conflicts(session, run)
    report = UndoReport(listings=listings, kept=tuple(kept))
    told = encode(report).decode()
    move_run(
        session,
        run_id,
        to=RunState.UNDONE,
        out_of=(RunState.DONE, RunState.UNDOING),
        undone_at=now,
        undone_by=by,
        undo_report=told,
    )
    note_run(session, run_id, action="undo", by=by, at=now, after=str(listings))
    return report


def _restore_records(session: Session, run_id: UUID, *, now: datetime) -> None:
    """Give the records of the source back what they said; new ones count as vanished.

    A record that another run has changed since keeps what that run found.
    """
    untouched = and_(
        SourceRecord.id == ImportedRecord.record_id,
        SourceRecord.fingerprint == ImportedRecord.fingerprint_after,
        SourceRecord.vanished_at.is_not(None) == ImportedRecord.is_gone_after,
    )
    rows = session.execute(
        select(ImportedRecord, SourceRecord.id)
        .join(SourceRecord, untouched)
        .where(ImportedRecord.import_run_id == run_id)
        .order_by(ImportedRecord.record_id)
        .execution_options(yield_per=_BATCH)
    )
    before = [_as_before(row.ImportedRecord, now=now) for row in rows]
    new = [row for row in before if row["old_content"] is None]
    old = [row for row in before if row["old_content"] is not None]
    where = update(SourceRecord).where(SourceRecord.id == bindparam("key"))
    connection = session.connection()
    if new:
        keys = [{"key": row["key"], "old_vanished_at": now} for row in new]
        connection.execute(where.values(vanished_at=bindparam("old_vanished_at")), keys)
    if old:
        columns = ("content", "fingerprint", "state", "edition", "vanished_at", "last_seen_at")
        values: dict[str, Any] = {column: bindparam(f"old_{column}") for column in columns}
        connection.execute(where.values(**values), old)


def _as_before(row: ImportedRecord, *, now: datetime) -> dict[str, Any]:
    return {
        "key": row.record_id,
        "old_content": row.content,
        "old_fingerprint": row.fingerprint,
        "old_state": row.state,
        "old_edition": row.edition,
        "old_vanished_at": row.vanished_at,
        "old_last_seen_at": row.last_seen_at or now,
    }


def _touched_listings(session: Session, run: ImportRun) -> list[UUID]:
    """The Listings that the run wrote or whose source records it changed, ordered by id."""
    recorded = select(SourceRecord.listing_id).join(
        ImportedRecord, ImportedRecord.record_id == SourceRecord.id
    )
    found = session.execute(
        recorded.where(ImportedRecord.import_run_id == run.id).union(
            select(Metadata.resource_id).where(_is_of(run))
        )
    ).scalars()
    return sorted(found)


def _is_of(run: ImportRun) -> Any:  # noqa: ANN401 (a condition)
    """Of the history, what a run wrote about Listings."""
    return and_(
        Metadata.seq.between(run.history_first or 0, run.history_last or -1),
        Metadata.resource_type == _RESOURCE,
        Metadata.updated_by == f"import:{run.source_id}",
    )


def _undo_batch(
    session: Session, run: ImportRun, ids: Sequence[UUID], *, author: _Author
) -> tuple[int, list[KeptField]]:
    written = _written(session, run, ids)
    touched = _touched_since(session, run, ids)
    others = _other_sources(session, run, ids)
    gone = living_ids(session)
    savings: list[Saving] = []
    cards_only: list[Saving] = []
    kept: list[KeptField] = []
    for listing in load_listings(session, ids):
        rows = written.get(listing.id, [])
        if listing.id in gone:
            kept += keep_merged(listing, [row.field_name for row in rows])
            continue
        undone = _undo_listing(
            listing,
            rows,
            is_touched=listing.id in touched,
            others=others.get(listing.id, set()),
        )
        saving = _saving(listing, undone, now=author.at)
        kept += undone.kept
        (savings if undone.changes else cards_only).append(saving)
    save_listings(
        session,
        savings,
        version=author.version,
        now=author.at,
        updated_by=author.by,
        reason=author.reason,
    )
    refresh_cards(session, cards_only, version=author.version)
    return len(savings), kept


def _undo_listing(
    listing: Listing, rows: Sequence[Row[Any]], *, is_touched: bool, others: set[str]
) -> ListingUndo:
    if any(not row.field_name for row in rows):
        return undo_creation(listing, is_touched=is_touched, other_sources=others)
    changes: dict[str, tuple[Any, Any]] = {}
    for row in rows:
        before = decode_field(row.field_name, row.previous_value)
        after = decode_field(row.field_name, row.replacement_value)
        first = changes.get(row.field_name, (before, after))[0]
        changes[row.field_name] = (first, after)
    return undo_changes(listing, changes)


def _saving(listing: Listing, undone: ListingUndo, *, now: datetime) -> Saving:
    is_active = undone.record.status is ListingStatus.ACTIVE
    is_as_before = undone.record.status is listing.record.status
    since = listing.status_changed_on if is_as_before else now.date()
    return Saving(
        listing_id=listing.id,
        record=undone.record,
        is_new=False,
        status_changed_on=None if is_active else since,
        verified_on=listing.checked_on,
        changes=undone.changes,
        action=Action.RESTORE,
    )


def _written(
    session: Session, run: ImportRun, ids: Sequence[UUID]
) -> Mapping[UUID, list[Row[Any]]]:
    """What the history says that the run did to these Listings, oldest first."""
    rows: Iterable[Row[Any]] = session.execute(
        select(
            Metadata.resource_id,
            Metadata.field_name,
            Metadata.previous_value,
            Metadata.replacement_value,
        )
        .where(_is_of(run), Metadata.resource_id.in_(ids))
        .where(or_(Metadata.field_name == "", Metadata.field_name.in_(list(FIELD_TYPES))))
        .order_by(Metadata.seq)
    )
    found: dict[UUID, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.resource_id, []).append(row)
    return found


def _touched_since(session: Session, run: ImportRun, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the Listings of which the history has something later than the run.

    A merge that was undone left both as they were, so that it is nothing.
    """
    joined = select(ListingMerge.kept_id)
    of_merges = Metadata.last_action_type.in_([Action.MERGE, Action.UNMERGE])
    return set(
        session.execute(
            select(Metadata.resource_id)
            .where(
                Metadata.resource_id.in_(ids),
                Metadata.resource_type == _RESOURCE,
                Metadata.seq > (run.history_last or 0),
                or_(~of_merges, Metadata.resource_id.in_(joined)),
            )
            .distinct()
        ).scalars()
    )


def _other_sources(
    session: Session, run: ImportRun, ids: Sequence[UUID]
) -> Mapping[UUID, set[str]]:
    """The sources besides the run's that still list these Listings."""
    of_run = exists().where(
        ImportedRecord.import_run_id == run.id, ImportedRecord.record_id == SourceRecord.id
    )
    rows = session.execute(
        select(SourceRecord.listing_id, SourceRecord.source_id).where(
            SourceRecord.listing_id.in_(ids), SourceRecord.vanished_at.is_(None), ~of_run
        )
    )
    found: dict[UUID, set[str]] = {}
    for row in rows:
        found.setdefault(row.listing_id, set()).add(row.source_id)
    return found


def _drop_conflicts(session: Session, run: ImportRun) -> None:
    """Take away what the run said against fields that people locked."""
    session.execute(
        delete(FieldConflict).where(
            FieldConflict.source_id == run.source_id, FieldConflict.seen_at == run.finished_at
        )
    )


def _batches(ids: Sequence[UUID]) -> Iterator[list[UUID]]:
    iterator = iter(ids)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
