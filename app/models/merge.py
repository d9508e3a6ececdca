"""One place that was listed twice: which Listing went into which, and which only look alike."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.models.columns import long_text, uuid_key


class ListingMerge(Base):
    """A Listing that lives on in another; the row goes when the merge is undone.

    The one that went keeps its rows, so that it can come back; its address leads to the other.
    """

    __tablename__ = "listing_merge"
    __table_args__ = (
        UniqueConstraint("gone_id"),
        CheckConstraint("gone_id <> kept_id", name="two_listings"),
    )

    id: Mapped[uuid_key]
    gone_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"))
    kept_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"), index=True)
    gone_version: Mapped[int] = mapped_column(comment="Its version once it was merged.")
    kept_version: Mapped[int] = mapped_column(comment="Its version once it was merged.")
    merged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    merged_by: Mapped[long_text]
    moved: Mapped[long_text] = mapped_column(comment="What hung on the one that went, as JSON.")


class ListingApart(Base):
    """Two Listings that a person called two different places; the smaller id comes first."""

    __tablename__ = "listing_apart"
    __table_args__ = (CheckConstraint("first_id <> second_id", name="two_listings"),)

    first_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"), primary_key=True)
    second_id: Mapped[UUID] = mapped_column(
        ForeignKey("service_at_location.id"), primary_key=True, index=True
    )
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    said_by: Mapped[long_text]
