"""Proposals in words, for the people who make them and for those who decide on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from app.domain.edit import read_together
from app.domain.proposal import ProposalRecord, ProposalState
from app.domain.records import ListingRecord
from app.web.admin.listings.merging import MergeRow, merge_rows
from app.web.admin.listings.values import change_lines, field_words
from app.web.wording import gettext as _

PAGE_SIZE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedChange:
    """One field: as the form showed it, as it is wanted, and what became of it ("" so far)."""

    label: str
    before: Sequence[str]
    after: Sequence[str]
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalView:
    """A proposal as a page shows it."""

    id: UUID
    listing_id: UUID
    listing_name: str
    organization_id: UUID
    fields: str
    note: str
    proposed_by: str
    proposed_at: datetime
    state: str
    is_waiting: bool
    decided_by: str
    decided_at: datetime | None
    reason: str
    changes: tuple[ProposedChange, ...]


def proposal_view(proposal: ProposalRecord) -> ProposalView:
    """A proposal in words."""
    return ProposalView(
        id=proposal.id,
        listing_id=proposal.listing_id,
        listing_name=proposal.listing_name,
        organization_id=proposal.organization_id,
        fields=", ".join(field_words(change.field) for change in proposal.changes),
        note=proposal.note or "",
        proposed_by=proposal.proposed_by,
        proposed_at=proposal.proposed_at,
        state=state_words(proposal.state),
        is_waiting=proposal.state is ProposalState.WAITING,
        decided_by=proposal.decided_by or "",
        decided_at=proposal.decided_at,
        reason=proposal.reason or "",
        changes=tuple(_changes(proposal)),
    )


def state_words(state: ProposalState) -> str:
    """How far a proposal is."""
    return {
        ProposalState.WAITING: _("Waiting"),
        ProposalState.APPROVED: _("Approved"),
        ProposalState.IN_PART: _("Approved in part"),
        ProposalState.REFUSED: _("Not taken"),
        ProposalState.WITHDRAWN: _("Withdrawn"),
    }[state]


def state_choices() -> Sequence[tuple[str, str]]:
    """The states as (value, words) pairs, those that wait first."""
    return (*((state.value, state_words(state)) for state in ProposalState), ("all", _("All")))


def asked_state(text: str | None) -> tuple[str, ProposalState | None]:
    """The state that a list is asked for: its value and itself, None for all; WAITING first."""
    if text == "all":
        return "all", None
    found = next((state for state in ProposalState if state == text), ProposalState.WAITING)
    return found.value, found


def proposal_rows(
    proposal: ProposalRecord, *, base: ListingRecord, today: ListingRecord
) -> tuple[MergeRow, ...]:
    """What is proposed against today's values, field by field; what others changed is left out."""
    ids = row_ids(proposal)
    return tuple(row for row in merge_rows(base, proposal.wanted, today) if row.id in ids)


def row_ids(proposal: ProposalRecord) -> frozenset[str]:
    """The ids of the rows that hold a proposed field."""
    return frozenset(read_together(change.field)[0] for change in proposal.changes)


def _changes(proposal: ProposalRecord) -> Sequence[ProposedChange]:
    is_decided = proposal.state in {ProposalState.APPROVED, ProposalState.IN_PART}
    found = []
    for change in proposal.changes:
        before, after = change_lines(change.field, change.before, change.after)
        outcome = _("taken") if change.field in proposal.taken else _("not taken as proposed")
        found.append(
            ProposedChange(
                label=field_words(change.field),
                before=before,
                after=after,
                outcome=outcome if is_decided else "",
            )
        )
    return found
