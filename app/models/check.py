"""Which listings are due for a check, by risk; nothing is counted of what visitors look at."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.models.columns import long_text, required_text


class CheckDue(Base):
    """One Listing in the staff's work-list: how pressing it is by itself, and who works on it.

    Reports and conflicts, which come first, are read from their own tables.
    """

    __tablename__ = "check_due"
    __table_args__ = (
        CheckConstraint("risk IN (3, 4)", name="risk_known"),
        CheckConstraint("tries >= 0", name="tries_sane"),
        CheckConstraint("(taken_by IS NULL) = (taken_at IS NULL)", name="taken_whole"),
        Index("ix_check_due_order", "risk", "checked_on", "as_of", "listing_id"),
    )

    listing_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"), primary_key=True)
    risk: Mapped[int] = mapped_column(comment="3: naloxone, medicine or withdrawal care; 4: rest.")
    checked_on: Mapped[required_text] = mapped_column(
        comment="Day of the last check as ISO text; empty: never, which sorts in front."
    )
    as_of: Mapped[required_text] = mapped_column(comment="As in ListingCard; empty: not known.")
    tries: Mapped[int] = mapped_column(
        server_default=text("0"), comment="Days on which nobody could be reached, in a row."
    )
    last_tried_on: Mapped[date | None]
    taken_by: Mapped[long_text | None]
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
