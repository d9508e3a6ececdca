"""What visitors say is wrong or missing; nothing here says who sent it, or at what hour."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.domain.report import LONGEST_DETAILS, ReportOutcome, ReportState, Topic, WhenCalled
from app.models.columns import long_text, uuid_key


def _listed(values: type[Topic | WhenCalled | ReportState | ReportOutcome]) -> str:
    return ", ".join(f"'{value}'" for value in values)


class Report(Base):
    """One report about a Listing, or one place that a visitor misses.

    The sender has the reference; we keep its hash, so that no copy of the data has it.
    """

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint(f"topic IN ({_listed(Topic)})", name="topic_known"),
        CheckConstraint(f"when_called IN ({_listed(WhenCalled)})", name="when_called_known"),
        CheckConstraint(f"state IN ({_listed(ReportState)})", name="state_known"),
        CheckConstraint(f"outcome IN ({_listed(ReportOutcome)})", name="outcome_known"),
        CheckConstraint("(state = 'done') = (outcome IS NOT NULL)", name="outcome_when_done"),
        CheckConstraint(
            "(topic = 'new_place') = (listing_id IS NULL)", name="listing_or_new_place"
        ),
        CheckConstraint(f"length(details) <= {LONGEST_DETAILS}", name="details_length"),
        Index("ix_report_listing_id_state", "listing_id", "state"),
        Index("ix_report_state_received_on", "state", "received_on", "id"),
    )

    id: Mapped[uuid_key]
    reference_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    listing_id: Mapped[UUID | None] = mapped_column(ForeignKey("service_at_location.id"))
    topic: Mapped[str]
    when_called: Mapped[str | None]
    details: Mapped[long_text] = mapped_column(comment="Personal details are struck out.")
    place_name: Mapped[long_text | None] = mapped_column(comment="Of a place that is not listed.")
    place_town: Mapped[long_text | None]
    place_phone: Mapped[long_text | None]
    place_website: Mapped[long_text | None]
    received_on: Mapped[date] = mapped_column(comment="The day alone: the hour could tell who.")
    state: Mapped[str]
    outcome: Mapped[str | None]
    changed_on: Mapped[date]
    taken_by: Mapped[long_text | None] = mapped_column(comment="Who of the staff is checking it.")
