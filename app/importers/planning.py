"""What an import would do: for each place of a file its Listing, the decision, what to write.

Reads from the records that are loaded for it and writes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from uuid import UUID, uuid5

from app.domain.address import listing_id as id_of_key
from app.domain.edit import differences
from app.domain.history import Action
from app.domain.import_run import ChangeKind, PlannedChange
from app.domain.listing import Listing
from app.domain.merge import Contribution, Decision, FieldChange, Outcome, combine, decide
from app.domain.records import ListingRecord, ListingStatus
from app.importers.groups import Group
from app.importers.matching import Matcher, minted_listing_id
from app.importers.report import ImportReport
from app.importers.rows import ParsedFile
from app.store.codec import encode
from app.store.imports import NewConflict
from app.store.save import Saving
from app.store.sources import KeptRecord, NewRecord

_FINGERPRINT_BYTES: Final = 16
# What there is of a place before it is listed.
_NOTHING: Final = ListingRecord(organization_name="", name="")


@dataclass(frozen=True, slots=True)
class Step:
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
class Writes:
    """What a batch will write, and what it says of it to people."""

    savings: list[Saving] = field(default_factory=list)
    cards_only: list[Saving] = field(default_factory=list)
    new_records: list[NewRecord] = field(default_factory=list)
    changed_records: list[NewRecord] = field(default_factory=list)
    conflicts: list[NewConflict] = field(default_factory=list)
    planned: list[PlannedChange] = field(default_factory=list)


@dataclass(slots=True)
class Planner:
    """Plans one file against what is there; counts what becomes of its rows in `report`.

    `living` leads from each Listing that went into another to the one that stays. Places whose
    kind of change is not among `kinds` are left out; None is every kind.
    """

    parsed: ParsedFile
    matcher: Matcher
    report: ImportReport
    living: Mapping[UUID, UUID]
    kinds: frozenset[ChangeKind] | None = None

    def plan(self, group: Group) -> Step | None:
        """Where a record goes; None when its source says what it said before."""
        content = encode(group.record)
        fingerprint = hashlib.sha256(content).digest()[:_FINGERPRINT_BYTES]
        source_id = self.parsed.source_id
        kept = self.matcher.find_exact(source_id, group.external_key)
        if kept and kept.fingerprint == fingerprint and not kept.is_vanished:
            self.report.unchanged += 1
            return None
        minted_id = self._minted_id(group)
        elsewhere = None if kept else self.matcher.find_elsewhere(group.record, source_id=source_id)
        merged = None if kept or elsewhere else self.living.get(minted_id)
        listing_id = kept.listing_id if kept else elsewhere or merged or minted_id
        step = Step(
            group=group,
            listing_id=listing_id,
            minted_id=minted_id,
            kept=kept,
            fingerprint=fingerprint,
            content=content,
            is_new_listing=not (kept or elsewhere or merged),
            is_joining=bool(elsewhere or merged),
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

    def decide(self, step: Step, listing: Listing | None, writes: Writes) -> None:
        """Add to `writes` what becomes of one step."""
        locked = {check.field for check in listing.verifications} if listing else set()
        existing = listing.record if listing else None
        decision = decide(existing, self._combined(step, listing), locked_fields=locked)
        record = decision.record
        is_back = bool(step.kept and step.kept.is_vanished and "status" not in locked)
        if is_back and record.status is not ListingStatus.ACTIVE:
            record = replace(record, status=ListingStatus.ACTIVE)
        kind = _kind(step, decision, is_back=is_back)
        saving = Saving(
            listing_id=step.listing_id,
            record=record,
            is_new=listing is None,
            status_changed_on=_closed_since(listing, record),
            verified_on=listing.checked_on if listing else None,
            changes=differences(existing, record) if existing else (),
        )
        if kind or decision.conflicts:
            writes.planned.append(planned_change(saving, kind=kind, conflicts=decision.conflicts))
        if kind and self.kinds is not None and kind not in self.kinds:
            self.report.left_out += 1
            return
        self._count(decision, kind)
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

    def retirements(
        self, listings: Sequence[Listing], *, seen: Collection[UUID], on: date
    ) -> list[Saving]:
        """The Listings among these that nobody has any more, as they are when retired.

        `seen` are the records of this source that the file has: two can be of one Listing.
        """
        return [
            Saving(
                listing_id=listing.id,
                record=retired,
                is_new=False,
                status_changed_on=on,
                verified_on=listing.checked_on,
                changes=differences(listing.record, retired),
                action=Action.RETIRE,
            )
            for listing in listings
            if self._is_left(listing, seen=seen)
            for retired in (replace(listing.record, status=ListingStatus.INACTIVE),)
        ]

    def _minted_id(self, group: Group) -> UUID:
        minted = minted_listing_id(group.record, external_key=group.own_key)
        source_id = self.parsed.source_id
        taken = any(
            kept.source_id == source_id and kept.external_key != group.external_key
            for kept in self.matcher.records_of(minted)
        )
        # A source can list one place under two keys of its own: then the key makes the id.
        return id_of_key(f"{source_id}|{group.external_key}") if taken else minted

    def _is_left(self, listing: Listing, *, seen: Collection[UUID]) -> bool:
        still_seen = any(
            not kept.is_vanished and (kept.source_id != self.parsed.source_id or kept.id in seen)
            for kept in self.matcher.records_of(listing.id)
        )
        is_locked = any(check.field == "status" for check in listing.verifications)
        is_active = listing.record.status is ListingStatus.ACTIVE
        return is_active and not still_seen and not is_locked

    def _combined(self, step: Step, listing: Listing | None) -> ListingRecord:
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

    def _count(self, decision: Decision, kind: ChangeKind | None) -> None:
        self.report.conflicts += len(decision.conflicts)
        match kind:
            case ChangeKind.MERGED:
                self.report.merged += 1
            case ChangeKind.CREATED:
                self.report.created += 1
            case ChangeKind.UPDATED:
                self.report.updated += 1
            case _:
                self.report.unchanged += 1

    def _kept_row(self, step: Step) -> NewRecord:
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


def planned_change(
    saving: Saving, *, kind: ChangeKind | None, conflicts: tuple[FieldChange, ...] = ()
) -> PlannedChange:
    """What a write of a Listing is, as people read it in a preview: of a new one, all that it says."""
    address = saving.record.address
    place = f"{address.city}, {address.state_province}" if address else ""
    return PlannedChange(
        kind=kind,
        listing_id=saving.listing_id,
        name=saving.record.name,
        place=place.strip(", "),
        changes=differences(_NOTHING, saving.record) if saving.is_new else saving.changes,
        conflicts=conflicts,
    )


def _kind(step: Step, decision: Decision, *, is_back: bool) -> ChangeKind | None:
    if step.is_joining:
        return ChangeKind.MERGED
    if decision.outcome is Outcome.CREATED:
        return ChangeKind.CREATED
    if decision.outcome is Outcome.UPDATED or is_back:
        return ChangeKind.UPDATED
    return None


def _closed_since(listing: Listing | None, record: ListingRecord) -> date | None:
    if listing is None or record.status is ListingStatus.ACTIVE:
        return None
    return listing.status_changed_on
