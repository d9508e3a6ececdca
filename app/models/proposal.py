"""Changes that wait for the word of a reviewer: what organizations ask for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.domain.proposal import ProposalState
from app.models.columns import long_text, uuid_key

_STATES = ", ".join(f"'{state}'" for state in ProposalState)


class Proposal(Base):
    """What a member of an Organization asks to be changed in one of its Listings."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state_known"),
        CheckConstraint("base_version >= 1", name="base_version_positive"),
        CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)"
            " AND (decided_at IS NULL) = (decided_by IS NULL)",
            name="decided_whole",
        ),
        CheckConstraint("state <> 'refused' OR reason IS NOT NULL", name="refused_with_reason"),
        CheckConstraint(
            "(state = 'waiting') = (waiting_key IS NOT NULL)", name="key_while_waiting"
        ),
        Index("ix_proposal_state_proposed_at", "state", "proposed_at", "id"),
        Index("ix_proposal_organization_id_state", "organization_id", "state"),
        Index("ix_proposal_listing_id_state", "listing_id", "state"),
    )

    id: Mapped[uuid_key]
    listing_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    base_version: Mapped[int] = mapped_column(comment="The Listing's version in the form.")
    changes: Mapped[long_text] = mapped_column(comment="JSON: field, value before, value wanted.")
    note: Mapped[long_text | None]
    proposed_by: Mapped[long_text]
    proposer_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str]
    waiting_key: Mapped[bytes | None] = mapped_column(
        LargeBinary(32),
        unique=True,
        comment="SHA-256 of who asks for what while it waits: the same is kept once.",
    )
    decided_by: Mapped[long_text | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[long_text | None]
    taken: Mapped[long_text | None] = mapped_column(
        comment="The fields that were taken as proposed, by spaces."
    )
