"""Proposals of organizations: kept, listed, decided on, and written into the Listing they are of.

Never commits. What waits is no part of the data's version: visitors see none of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.errors import NotFoundError
from app.domain.history import HistoryEntry
from app.domain.merge import FieldChange
from app.domain.proposal import (
    MOST_WAITING,
    ProposalClosedError,
    ProposalRecord,
    ProposalState,
    TooManyProposalsError,
    fields_as_proposed,
    state_of_decision,
)
from app.models import Proposal, Service, ServiceAtLocation
from app.store.codec import decode_field, encode
from app.store.edits import edit_listing
from app.store.history import append_history
from app.store.merge_lookup import find_merge_of
from app.store.versions import bump_version

_KIND: Final = "proposal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decides, when, and what they say about it."""

    by: str
    at: datetime
    reason: str | None = None


def organization_of(session: Session, listing_id: UUID) -> UUID:
    """The Organization that a Listing belongs to; raises NotFoundError."""
    found = session.execute(
        select(Service.organization_id)
        .join(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
        .where(ServiceAtLocation.id == listing_id)
    ).scalar_one_or_none()
    if found is None:
        raise NotFoundError(kind="listing", identifier=listing_id)
    return found


def add_proposal(
    session: Session,
    listing_id: UUID,
    *,
    base_version: int,
    changes: Sequence[FieldChange],
    note: str | None,
    organization_id: UUID,
    proposer_id: UUID,
    proposed_by: str,
    now: datetime,
) -> tuple[UUID, bool]:
    """Keep a proposal: its id and True; or the id of the same one that waits, and False.

    Raises NotFoundError for a Listing that is not this Organization's or went into another,
    TooManyProposalsError while MOST_WAITING of the Organization wait.
    """
    if organization_of(session, listing_id) != organization_id:
        raise NotFoundError(kind="listing", identifier=listing_id)
    if find_merge_of(session, listing_id) is not None:
        raise NotFoundError(kind="listing", identifier=listing_id)
    content = _encode_changes(changes)
    key = sha256(
        b"|".join((listing_id.bytes, proposer_id.bytes, str(base_version).encode(), content))
    ).digest()
    known = _waiting(session, key)
    if known is not None:
        return known, False
    waiting = count_proposals(session, state=ProposalState.WAITING, organization_id=organization_id)
    if waiting >= MOST_WAITING:
        message = f"{waiting} proposals of the organization wait"
        raise TooManyProposalsError(message)
    values = {
        "id": uuid4(),
        "listing_id": listing_id,
        "organization_id": organization_id,
        "base_version": base_version,
        "changes": content.decode(),
        "note": note,
        "proposed_by": proposed_by,
        "proposer_id": proposer_id,
        "proposed_at": now,
        "state": ProposalState.WAITING.value,
        "waiting_key": key,
    }
    try:
        with session.begin_nested():
            session.execute(insert(Proposal), [values])
    except IntegrityError:
        # A double click: the other request was between our look and our writing.
        known = _waiting(session, key)
        if known is None:
            raise
        return known, False
    entry = HistoryEntry(
        at=now,
        by=proposed_by,
        action="propose",
        resource_type=_KIND,
        resource_id=values["id"],  # type: ignore[arg-type]  # the one UUID made above
        after=encode({"listing_id": listing_id, "fields": [c.field for c in changes]}).decode(),
        reason=note,
    )
    append_history(session, [entry])
    return entry.resource_id, True


def get_proposal(session: Session, proposal_id: UUID) -> ProposalRecord:
    """The proposal with this id; raises NotFoundError."""
    row = session.execute(_statement().where(Proposal.id == proposal_id)).one_or_none()
    if row is None:
        raise NotFoundError(kind=_KIND, identifier=proposal_id)
    return _record(row.Proposal, row.name)


def count_proposals(
    session: Session, *, state: ProposalState | None, organization_id: UUID | None = None
) -> int:
    """How many proposals are in a state (None: in any), of one Organization or of all."""
    statement = select(func.count()).select_from(Proposal)
    conditions = _conditions(state=state, organization_id=organization_id)
    return session.execute(statement.where(*conditions)).scalar_one()


def list_proposals(
    session: Session,
    *,
    state: ProposalState | None,
    organization_id: UUID | None = None,
    offset: int = 0,
    limit: int = 50,
) -> tuple[ProposalRecord, ...]:
    """Proposals in a state (None: in any): those that wait oldest first, all others newest first."""
    oldest = (Proposal.proposed_at, Proposal.id)
    newest = (Proposal.proposed_at.desc(), Proposal.id)
    rows = session.execute(
        _statement()
        .where(*_conditions(state=state, organization_id=organization_id))
        .order_by(*(oldest if state is ProposalState.WAITING else newest))
        .offset(offset)
        .limit(limit)
    )
    return tuple(_record(row.Proposal, row.name) for row in rows)


def waiting_for(session: Session, listing_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """How many proposals wait for each of these Listings; those without are left out."""
    rows = session.execute(
        select(Proposal.listing_id, func.count())
        .where(
            Proposal.listing_id.in_(list(listing_ids)),
            Proposal.state == ProposalState.WAITING.value,
        )
        .group_by(Proposal.listing_id)
    )
    return {row[0]: row[1] for row in rows}


def approve_proposal(
    session: Session,
    proposal_id: UUID,
    *,
    changes: Mapping[str, Any],
    form_version: int,
    decision: Decision,
) -> ProposalRecord:
    """Write these changes into the Listing and close the proposal; the proposal as it is then.

    `changes` are what a reviewer took of it, held against the Listing at `form_version`.
    Raises StaleEditError where the Listing moved on since, RowError where it went into another,
    ProposalClosedError where somebody decided already, NotFoundError.
    """
    bump_version(session)
    session.expire_all()  # what the session read before it had the lock
    proposal = get_proposal(session, proposal_id)
    if proposal.state is not ProposalState.WAITING:
        raise _closed()
    outcome = edit_listing(
        session,
        proposal.listing_id,
        form_version=form_version,
        changes=changes,
        by=decision.by,
        reason=_reason_of_edit(proposal, decision),
        now=decision.at,
    )
    record = outcome.listing.record
    taken = fields_as_proposed(proposal, record)
    return _decide(
        session, proposal, state=state_of_decision(proposal, taken), decision=decision, taken=taken
    )


def refuse_proposal(session: Session, proposal_id: UUID, *, decision: Decision) -> ProposalRecord:
    """Close a proposal without writing anything; raises ProposalClosedError, NotFoundError."""
    proposal = get_proposal(session, proposal_id)
    return _decide(session, proposal, state=ProposalState.REFUSED, decision=decision)


def withdraw_proposal(session: Session, proposal_id: UUID, *, decision: Decision) -> ProposalRecord:
    """Close a proposal that its organization no longer wants; raises as `refuse_proposal`."""
    proposal = get_proposal(session, proposal_id)
    return _decide(session, proposal, state=ProposalState.WITHDRAWN, decision=decision)


def _decide(
    session: Session,
    proposal: ProposalRecord,
    *,
    state: ProposalState,
    decision: Decision,
    taken: Sequence[str] = (),
) -> ProposalRecord:
    changed = session.execute(
        update(Proposal)
        .where(Proposal.id == proposal.id, Proposal.state == ProposalState.WAITING.value)
        .values(
            state=state.value,
            waiting_key=None,
            decided_by=decision.by,
            decided_at=decision.at,
            reason=decision.reason,
            taken=" ".join(taken) or None,
        )
        .execution_options(synchronize_session=False)
        .returning(Proposal.id)
    ).scalar_one_or_none()
    if changed is None:
        raise _closed()
    session.expire_all()
    entry = HistoryEntry(
        at=decision.at,
        by=decision.by,
        action=state.value,
        resource_type=_KIND,
        resource_id=proposal.id,
        before=encode({"proposed_by": proposal.proposed_by, "state": proposal.state}).decode(),
        after=encode({"state": state, "taken": taken}).decode(),
        reason=decision.reason,
    )
    append_history(session, [entry])
    return get_proposal(session, proposal.id)


def _reason_of_edit(proposal: ProposalRecord, decision: Decision) -> str:
    """Who asked for it, beside who approved it, in the history of the Listing."""
    said = [text for text in (proposal.note, decision.reason) if text]
    return ". ".join([f"Proposed by {proposal.proposed_by}, approved by {decision.by}", *said])


def _closed() -> ProposalClosedError:
    message = "somebody decided on the proposal already"
    return ProposalClosedError(message)


def _waiting(session: Session, key: bytes) -> UUID | None:
    return session.scalar(select(Proposal.id).where(Proposal.waiting_key == key))


def _conditions(*, state: ProposalState | None, organization_id: UUID | None) -> list[Any]:
    found: list[Any] = []
    if state is not None:
        found.append(Proposal.state == state.value)
    if organization_id is not None:
        found.append(Proposal.organization_id == organization_id)
    return found


def _statement() -> Any:  # noqa: ANN401 (a select of an entity and a column)
    return (
        select(Proposal, Service.name)
        .join(ServiceAtLocation, ServiceAtLocation.id == Proposal.listing_id)
        .join(Service, Service.id == ServiceAtLocation.service_id)
    )


def _encode_changes(changes: Sequence[FieldChange]) -> bytes:
    return encode(
        [{"field": item.field, "from": item.before, "to": item.after} for item in changes]
    )


def _decode_changes(text: str) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(
            field=item["field"],
            before=decode_field(item["field"], encode(item["from"]).decode()),
            after=decode_field(item["field"], encode(item["to"]).decode()),
        )
        for item in msgspec.json.decode(text)
    )


def _record(row: Proposal, listing_name: str) -> ProposalRecord:
    return ProposalRecord(
        id=row.id,
        listing_id=row.listing_id,
        listing_name=listing_name,
        organization_id=row.organization_id,
        base_version=row.base_version,
        changes=_decode_changes(row.changes),
        note=row.note,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        state=ProposalState(row.state),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        taken=tuple((row.taken or "").split()),
    )
