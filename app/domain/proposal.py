"""What a member of an organization asks to be changed in one of its Listings, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from app.domain.errors import DirectoryError
from app.domain.merge import FieldChange
from app.domain.records import ListingRecord


class ProposalState(StrEnum):
    """How far a proposal is; IN_PART: some fields were taken, or taken with other values."""

    WAITING = "waiting"
    APPROVED = "approved"
    IN_PART = "in_part"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


# What one organization can have waiting at once: more than anybody would read in a week.
MOST_WAITING: Final = 50


class TooManyProposalsError(DirectoryError):
    """An organization has as many proposals waiting as it may; nothing was kept."""


class ProposalClosedError(DirectoryError):
    """Somebody decided on the proposal already; nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRecord:
    """One proposal. `changes` are against `base_version`, the version that its form showed.

    `taken` are the fields that were written as proposed, () until somebody decides. `reason`
    is what the decider answers; `note` is what the proposer wrote.
    """

    id: UUID
    listing_id: UUID
    listing_name: str
    organization_id: UUID
    base_version: int
    changes: tuple[FieldChange, ...]
    note: str | None
    proposed_by: str
    proposed_at: datetime
    state: ProposalState
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    taken: tuple[str, ...]

    @property
    def wanted(self) -> Mapping[str, Any]:
        """The proposed values by field."""
        return {change.field: change.after for change in self.changes}


def fields_as_proposed(proposal: ProposalRecord, record: ListingRecord) -> tuple[str, ...]:
    """The proposed fields that this record has as they were proposed."""
    return tuple(
        change.field for change in proposal.changes if getattr(record, change.field) == change.after
    )


def state_of_decision(proposal: ProposalRecord, taken: Collection[str]) -> ProposalState:
    """APPROVED where every proposed field was taken as it was proposed, IN_PART otherwise."""
    is_whole = all(change.field in taken for change in proposal.changes)
    return ProposalState.APPROVED if is_whole else ProposalState.IN_PART
