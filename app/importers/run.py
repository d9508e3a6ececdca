"""One import run, from parsed rows to written Listings, in one transaction or none at all.

Reads all rows first (pure), then takes the lock, loads what is there, decides and applies.
The only module here that writes Listings.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from app.domain.errors import BrakeError
from app.domain.import_run import (
    BRAKE_SHARE,
    ChangeKind,
    PlannedChange,
    PreviewChangedError,
    PreviewMark,
)
from app.importers.groups import Group, Progress, batches, read_groups
from app.importers.matching import Matcher
from app.importers.planning import Planner, Writes, planned_change
from app.importers.report import ImportReport
from app.importers.rows import ParsedFile, Problem
from app.store.codec import encode
from app.store.history import read_head
from app.store.import_runs import (
    close_run,
    keep_earlier_records,
    keep_new_records,
    note_run,
    open_run,
)
from app.store.imports import begin_import, save_conflicts, save_row_problems
from app.store.listings import load_listings
from app.store.merge_lookup import living_ids
from app.store.save import Saving, refresh_cards, save_listings
from app.store.sources import (
    insert_records,
    list_kept_records,
    list_present_records,
    mark_vanished,
    save_source,
    update_records,
)
from app.store.versions import bump_version, current_version

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# What `complete_state` says when a file holds all that its source has, in every state.
WHOLE_SOURCE: Final = "*"
# Problems kept in the database a run; the report file holds all of them.
_KEPT_PROBLEMS: Final = 5_000

# Told of each Listing that a run would change, in the order of the file.
Observer = Callable[[PlannedChange], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How a run is to go.

    `complete_state`: the file holds all that its source has in this USPS state, so that what
    is missing is retired; more than a tenth of it only when `is_confirmed`. `run_id` is of a
    run that a person began (`by`), and is filled. `expected`: nothing is written unless the
    run does what this preview said. `kinds` are the changes that are wanted, None all.
    """

    now: datetime
    file_name: str
    file_sha256: str | None = None
    is_dry_run: bool = False
    complete_state: str | None = None
    is_confirmed: bool = False
    run_id: UUID | None = None
    by: str | None = None
    kinds: frozenset[ChangeKind] | None = None
    expected: PreviewMark | None = None


def run_import(
    session: Session,
    parsed: ParsedFile,
    *,
    options: RunOptions,
    progress: Progress | None = None,
    observe: Observer | None = None,
) -> ImportReport:
    """Write what a file says, all of it or nothing; the report says what became of each row.

    Raises ImportRunningError when another import is under way, BrakeError when the file
    would retire too much and PreviewChangedError when it would do something else than was
    expected; a dry run only reads, and reports the same.
    """
    report = ImportReport(source_id=parsed.source_id, sheet=parsed.sheet)
    groups = read_groups(parsed, report=report, progress=progress)
    if options.is_dry_run:
        _plan_all(session, parsed, groups, options=options, report=report, observe=observe)
        session.rollback()
        return report
    begin_import(session)
    try:
        if options.expected:
            _check_expected(session, parsed, groups, options=options, report=report)
        run = _Run(session, parsed, options, report)
        run.open()
        for batch in batches(groups):
            run.apply(batch)
            if progress:
                progress(0)
        if options.complete_state:
            run.retire_missing(groups, state=options.complete_state)
        run.finish()
        session.commit()
    except BaseException:
        session.rollback()
        raise
    return report


class Digest:
    """Folds what a run would do into one value, equal for equal plans."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, change: PlannedChange) -> None:
        """Take one change in."""
        self._hash.update(encode(change))

    @property
    def value(self) -> str:
        """The digest of all that was taken in."""
        return self._hash.hexdigest()


def _plan_all(
    session: Session,
    parsed: ParsedFile,
    groups: Sequence[Group],
    *,
    options: RunOptions,
    report: ImportReport,
    observe: Observer | None,
) -> None:
    plan = _Plan(session, parsed, options, report, observe)
    for batch in batches(groups):
        plan.decide(batch)
    if options.complete_state:
        plan.retirements(groups, state=options.complete_state)


def _check_expected(
    session: Session,
    parsed: ParsedFile,
    groups: Sequence[Group],
    *,
    options: RunOptions,
    report: ImportReport,
) -> None:
    """Nothing where the data is what the preview saw, or the plan is still the same."""
    if options.expected is None or current_version(session) == options.expected.version:
        return
    digest = Digest()
    _plan_all(
        session,
        parsed,
        groups,
        options=replace(options, kinds=None, is_confirmed=True),
        report=replace(report),
        observe=digest.add,
    )
    if digest.value != options.expected.digest:
        raise PreviewChangedError


class _Plan:
    """A run that only reads: what it would do to each batch of facilities."""

    def __init__(
        self,
        session: Session,
        parsed: ParsedFile,
        options: RunOptions,
        report: ImportReport,
        observe: Observer | None = None,
    ) -> None:
        self.session = session
        self.parsed = parsed
        self.options = options
        self.report = report
        self.observe = observe
        self.planner = Planner(
            parsed=parsed,
            matcher=Matcher(list_kept_records(session)),
            living=living_ids(session),
            report=report,
            kinds=options.kinds,
        )

    def decide(self, batch: Sequence[Group]) -> Writes:
        """What a batch of facilities would write."""
        steps = [step for group in batch if (step := self.planner.plan(group))]
        existing = {
            listing.id: listing
            for listing in load_listings(
                self.session, [step.listing_id for step in steps if not step.is_new_listing]
            )
        }
        writes = Writes()
        for step in steps:
            self.planner.decide(step, existing.get(step.listing_id), writes)
        self._tell(writes.planned)
        return writes

    def retirements(
        self, groups: Sequence[Group], *, state: str
    ) -> tuple[list[UUID], list[Saving]]:
        """Records of this source in a state that the file has not, and Listings to retire.

        Raises BrakeError where they are too many and nobody confirmed it; a preview tells.
        """
        seen = {
            kept.id
            for group in groups
            if (kept := self.planner.matcher.find_exact(self.parsed.source_id, group.external_key))
        }
        where = None if state == WHOLE_SOURCE else state
        present = list_present_records(self.session, source_id=self.parsed.source_id, state=where)
        missing = [(record, listing) for record, listing in present if record not in seen]
        is_too_many = len(missing) > len(present) * BRAKE_SHARE
        if is_too_many and not self.options.is_confirmed:
            raise BrakeError(retiring=len(missing), present=len(present))
        listing_ids = list(dict.fromkeys(listing for _, listing in missing))
        savings = self.planner.retirements(
            load_listings(self.session, listing_ids), seen=seen, on=self.options.now.date()
        )
        self.report.retired += len(savings)
        self._tell([planned_change(saving, kind=ChangeKind.RETIRED) for saving in savings])
        return [record for record, _ in missing], savings

    def _tell(self, planned: Sequence[PlannedChange]) -> None:
        if self.observe:
            for change in planned:
                self.observe(change)


class _Run(_Plan):
    """The state of one run inside its transaction."""

    def __init__(
        self, session: Session, parsed: ParsedFile, options: RunOptions, report: ImportReport
    ) -> None:
        super().__init__(session, parsed, options, report)
        self.run_id = options.run_id or uuid4()
        self._version: int | None = None
        self._history_before = read_head(session).count

    @property
    def version(self) -> int:
        """The data's next version, taken when the first change needs it."""
        if self._version is None:
            self._version = bump_version(self.session)
        return self._version

    def open(self) -> None:
        """Keep the source and the run, which what is written refers to."""
        save_source(
            self.session,
            self.parsed.source_id,
            name=self.parsed.source_name,
            url=self.parsed.source_url,
            rank=self.parsed.rank,
        )
        self.session.flush()  # the run refers to the source
        now, options = self.options.now, self.options
        values: dict[str, object] = {"source_id": self.parsed.source_id}
        if options.run_id is None:
            values |= {"file_name": options.file_name, "file_sha256": options.file_sha256}
            values["started_at"] = now
        open_run(self.session, self.run_id, is_new=options.run_id is None, **values)

    def apply(self, batch: Sequence[Group]) -> None:
        """Decide on a batch of facilities and write what changed."""
        self._write(self.decide(batch))

    def _write(self, writes: Writes) -> None:
        now, session = self.options.now, self.session
        if writes.savings or writes.cards_only:
            self._save(writes.savings)
            refresh_cards(session, writes.cards_only, version=self.version)
        insert_records(session, writes.new_records, now=now)
        new = [(record.id, record.fingerprint) for record in writes.new_records]
        keep_new_records(session, self.run_id, new)
        changed = [(record.id, record.fingerprint) for record in writes.changed_records]
        keep_earlier_records(session, self.run_id, changed, is_gone=False)
        update_records(session, writes.changed_records, now=now)
        save_conflicts(session, writes.conflicts, now=now)

    def retire_missing(self, groups: Sequence[Group], *, state: str) -> None:
        """Retire what this source had in a state and this file has not; raises BrakeError."""
        if self.options.kinds is not None and ChangeKind.RETIRED not in self.options.kinds:
            return
        missing, savings = self.retirements(groups, state=state)
        fingerprints = self.planner.matcher.fingerprints(self.parsed.source_id)
        gone = [(record, fingerprints[record]) for record in missing]
        keep_earlier_records(self.session, self.run_id, gone, is_gone=True)
        mark_vanished(self.session, missing, now=self.options.now)
        if savings:
            self._save(savings)

    def _save(self, savings: Sequence[Saving]) -> None:
        by, name = self.options.by, self.options.file_name
        save_listings(
            self.session,
            savings,
            version=self.version,
            now=self.options.now,
            updated_by=f"import:{self.parsed.source_id}",
            reason=f"{name} ({by})" if by else name,
        )

    def finish(self) -> None:
        """Keep what came of the run, its problems, and which part of the history is its own."""
        now, last = self.options.now, read_head(self.session).count
        counts = encode(self.report.counts()).decode()
        # What others wrote before our first record lies in between; theirs has another name.
        has_history = last > self._history_before
        close_run(
            self.session,
            self.run_id,
            finished_at=now,
            report=counts,
            history_first=self._history_before + 1 if has_history else None,
            history_last=last if has_history else None,
        )
        if self.options.by:
            note_run(
                self.session, self.run_id, action="apply", by=self.options.by, at=now, after=counts
            )
        save_row_problems(
            self.session,
            [
                _problem_row(self.run_id, problem)
                for problem in self.report.problems[:_KEPT_PROBLEMS]
            ],
        )


def _problem_row(run_id: UUID, problem: Problem) -> dict[str, object]:
    return {
        "import_run_id": run_id,
        "row": problem.row,
        "field": problem.field,
        "value": problem.value,
        "reason": problem.reason,
    }
