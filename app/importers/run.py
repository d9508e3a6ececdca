"""One import run, from parsed rows to written Listings, in one transaction or none at all.

Reads all rows first (pure), then takes the lock, loads what is there, decides and applies.
The only module here that has effects.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4, uuid5

from app.domain.edit import differences
from app.domain.errors import BrakeError
from app.domain.history import Action
from app.domain.listing import Listing
from app.domain.merge import Contribution, Decision, Outcome, combine, decide
from app.domain.records import ListingRecord, ListingStatus
from app.importers.groups import Group, Progress, batches, read_groups
from app.importers.matching import Matcher, minted_listing_id
from app.importers.report import ImportReport
from app.importers.rows import ParsedFile, Problem
from app.store.codec import encode
from app.store.imports import (
    NewConflict,
    begin_import,
    save_conflicts,
    save_import_run,
    save_row_problems,
)
from app.store.listings import load_listings
from app.store.save import Saving, refresh_cards, save_listings
from app.store.sources import (
    KeptRecord,
    NewRecord,
    insert_records,
    list_kept_records,
    list_present_records,
    mark_vanished,
    save_source,
    update_records,
)
from app.store.versions import bump_version

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# What `complete_state` says when a file holds all that its source has, in every state.
WHOLE_SOURCE: Final = "*"
_BRAKE_SHARE: Final = 0.10
# Problems kept in the database a run; the report file holds all of them.
_KEPT_PROBLEMS: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How a run is to go.

    `complete_state`: the file holds all that its source has in this USPS state, so that what
    is missing is retired; more than a tenth of it only when `is_confirmed`.
    """

    now: datetime
    file_name: str
    file_sha256: str | None = None
    is_dry_run: bool = False
    complete_state: str | None = None
    is_confirmed: bool = False


def run_import(
    session: Session,
    parsed: ParsedFile,
    *,
    options: RunOptions,
    progress: Progress | None = None,
) -> ImportReport:
    """Write what a file says, all of it or nothing; the report says what became of each row.

    Raises ImportRunningError when another import is under way and BrakeError when the file
    would retire too much; a dry run writes nothing and reports the same.
    """
    report = ImportReport(source_id=parsed.source_id)
    groups = read_groups(parsed, report=report, progress=progress)
    begin_import(session)
    try:
        run = _Run(session, parsed, options, report)
        for batch in batches(groups):
            run.apply(batch)
            if progress:
                progress(0)
        if options.complete_state:
            run.retire_missing(groups, state=options.complete_state)
        run.finish()
        if options.is_dry_run:
            session.rollback()
        else:
            session.commit()
    except BaseException:
        session.rollback()
        raise
    return report


@dataclass(frozen=True, slots=True)
class _Step:
    """One record on its way: where it goes and what its source said there before."""

    group: Group
    listing_id: UUID
    minted_id: UUID
    kept: KeptRecord | None
    fingerprint: bytes
    content: bytes
    is_new_listing: bool
    is_joining: bool


@dataclass(slots=True)
class _Writes:
    """What a batch will write."""

    savings: list[Saving] = field(default_factory=list)
    cards_only: list[Saving] = field(default_factory=list)
    new_records: list[NewRecord] = field(default_factory=list)
    changed_records: list[NewRecord] = field(default_factory=list)
    conflicts: list[NewConflict] = field(default_factory=list)


class _Run:
    """The state of one run inside its transaction."""

    def __init__(
        self, session: Session, parsed: ParsedFile, options: RunOptions, report: ImportReport
    ) -> None:
        self.session = session
        self.parsed = parsed
        self.options = options
        self.report = report
        self.matcher = Matcher(list_kept_records(session))
        self.ranks = {parsed.source_id: (parsed.source_name, parsed.rank)}
        self._version: int | None = None
        save_source(
            session,
            parsed.source_id,
            name=parsed.source_name,
            url=parsed.source_url,
            rank=parsed.rank,
        )

    @property
    def version(self) -> int:
        """The data's next version, taken when the first change needs it."""
        if self._version is None:
            self._version = bump_version(self.session)
        return self._version

    def apply(self, batch: Sequence[Group]) -> None:
        """Decide on a batch of facilities and write what changed."""
        steps = [step for group in batch if (step := self._plan(group))]
        existing = {
            listing.id: listing
            for listing in load_listings(
                self.session, [step.listing_id for step in steps if not step.is_new_listing]
            )
        }
        writes = _Writes()
        for step in steps:
            self._decide(step, existing.get(step.listing_id), writes)
        self._write(writes)

    def _plan(self, group: Group) -> _Step | None:
        """Where a record goes; None when its source says what it said before."""
        content = encode(group.record)
        fingerprint = hashlib.sha256(content).digest()[:16]
        source_id = self.parsed.source_id
        kept = self.matcher.find_exact(source_id, group.external_key)
        if kept and kept.fingerprint == fingerprint and not kept.is_vanished:
            self.report.unchanged += 1
            return None
        minted_id = minted_listing_id(group.record, external_key=group.own_key)
        elsewhere = None if kept else self.matcher.find_elsewhere(group.record, source_id=source_id)
        listing_id = kept.listing_id if kept else elsewhere or minted_id
        step = _Step(
            group=group,
            listing_id=listing_id,
            minted_id=minted_id,
            kept=kept,
            fingerprint=fingerprint,
            content=content,
            is_new_listing=not kept and not elsewhere,
            is_joining=elsewhere is not None,
        )
        self.matcher.add(
            KeptRecord(
                id=kept.id if kept else uuid5(listing_id, f"{source_id}|{group.external_key}"),
                source_id=source_id,
                external_key=group.external_key,
                listing_id=listing_id,
                fingerprint=fingerprint,
                is_vanished=False,
                record=group.record,
            )
        )
        return step

    def _decide(self, step: _Step, listing: Listing | None, writes: _Writes) -> None:
        locked = {check.field for check in listing.verifications} if listing else set()
        existing = listing.record if listing else None
        decision = decide(existing, self._combined(step, listing), locked_fields=locked)
        record = decision.record
        is_back = bool(step.kept and step.kept.is_vanished and "status" not in locked)
        if is_back and record.status is not ListingStatus.ACTIVE:
            record = replace(record, status=ListingStatus.ACTIVE)
        self._count(step, decision, is_back=is_back)
        saving = Saving(
            listing_id=step.listing_id,
            record=record,
            is_new=listing is None,
            status_changed_on=_closed_since(listing, record),
            verified_on=listing.checked_on if listing else None,
            changes=differences(existing, record) if existing else (),
        )
        if decision.outcome is Outcome.UNCHANGED and not is_back:
            writes.cards_only.append(saving)
        else:
            writes.savings.append(saving)
        target = writes.changed_records if step.kept else writes.new_records
        target.append(self._kept_row(step))
        writes.conflicts.extend(
            NewConflict(step.listing_id, self.parsed.source_id, change.field, change.after)
            for change in decision.conflicts
        )

    def _combined(self, step: _Step, listing: Listing | None) -> ListingRecord:
        own = Contribution(
            source_id=self.parsed.source_id,
            source_name=self.parsed.source_name,
            rank=self.parsed.rank,
            record=step.group.record,
        )
        # Of its own source's other records of this Listing, those stay; the one that this
        # row replaces is left out by its content.
        replaced = step.kept.record if step.kept else None
        others = [
            item
            for item in (listing.contributions if listing else ())
            if not (item.source_id == own.source_id and item.record == replaced)
        ]
        return combine([own, *others])

    def _count(self, step: _Step, decision: Decision, *, is_back: bool) -> None:
        self.report.conflicts += len(decision.conflicts)
        if step.is_joining:
            self.report.merged += 1
        elif decision.outcome is Outcome.CREATED:
            self.report.created += 1
        elif decision.outcome is Outcome.UPDATED or is_back:
            self.report.updated += 1
        else:
            self.report.unchanged += 1

    def _kept_row(self, step: _Step) -> NewRecord:
        source_id, key = self.parsed.source_id, step.group.external_key
        address = step.group.record.address
        return NewRecord(
            id=step.kept.id if step.kept else uuid5(step.listing_id, f"{source_id}|{key}"),
            source_id=source_id,
            external_key=key,
            listing_id=step.listing_id,
            minted_id=step.minted_id,
            content=step.content,
            fingerprint=step.fingerprint,
            state=address.state_province if address else None,
            edition=self.parsed.edition,
        )

    def _write(self, writes: _Writes) -> None:
        now, session = self.options.now, self.session
        if writes.savings or writes.cards_only:
            save_listings(
                session,
                writes.savings,
                version=self.version,
                now=now,
                updated_by=f"import:{self.parsed.source_id}",
                reason=self.options.file_name,
            )
            refresh_cards(session, writes.cards_only, version=self.version)
        insert_records(session, writes.new_records, now=now)
        update_records(session, writes.changed_records, now=now)
        save_conflicts(session, writes.conflicts, now=now)

    def retire_missing(self, groups: Sequence[Group], *, state: str) -> None:
        """Retire what this source had in a state and this file has not; raises BrakeError."""
        seen = {
            kept.id
            for group in groups
            if (kept := self.matcher.find_exact(self.parsed.source_id, group.external_key))
        }
        present = list_present_records(self.session, source_id=self.parsed.source_id, state=state)
        missing = [(record, listing) for record, listing in present if record not in seen]
        is_too_many = len(missing) > len(present) * _BRAKE_SHARE
        if is_too_many and not self.options.is_confirmed:
            raise BrakeError(retiring=len(missing), present=len(present))
        mark_vanished(self.session, [record for record, _ in missing], now=self.options.now)
        self._retire([listing for _, listing in missing])

    def _retire(self, listing_ids: Sequence[UUID]) -> None:
        today = self.options.now.date()
        savings = []
        for listing in load_listings(self.session, list(dict.fromkeys(listing_ids))):
            still_seen = any(
                not kept.is_vanished and kept.source_id != self.parsed.source_id
                for kept in self.matcher.records_of(listing.id)
            )
            is_locked = any(check.field == "status" for check in listing.verifications)
            if still_seen or is_locked or listing.record.status is not ListingStatus.ACTIVE:
                continue
            retired = replace(listing.record, status=ListingStatus.INACTIVE)
            savings.append(
                Saving(
                    listing_id=listing.id,
                    record=retired,
                    is_new=False,
                    status_changed_on=today,
                    verified_on=listing.checked_on,
                    changes=differences(listing.record, retired),
                    action=Action.RETIRE,
                )
            )
        self.report.retired += len(savings)
        if savings:
            save_listings(
                self.session,
                savings,
                version=self.version,
                now=self.options.now,
                updated_by=f"import:{self.parsed.source_id}",
                reason=self.options.file_name,
            )

    def finish(self) -> None:
        """Keep the record of the run and of its problems."""
        now = self.options.now
        run_id = uuid4()
        save_import_run(
            self.session,
            id=run_id,
            source_id=self.parsed.source_id,
            file_name=self.options.file_name,
            file_sha256=self.options.file_sha256,
            started_at=now,
            finished_at=now,
            report=encode(self.report.counts()).decode(),
        )
        save_row_problems(
            self.session,
            [_problem_row(run_id, problem) for problem in self.report.problems[:_KEPT_PROBLEMS]],
        )


def _closed_since(listing: Listing | None, record: ListingRecord) -> date | None:
    if listing is None or record.status is ListingStatus.ACTIVE:
        return None
    return listing.status_changed_on


def _problem_row(run_id: UUID, problem: Problem) -> dict[str, object]:
    return {
        "import_run_id": run_id,
        "row": problem.row,
        "field": problem.field,
        "value": problem.value,
        "reason": problem.reason,
    }
