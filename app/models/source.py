"""Where data came from: sources, what each said of a Listing, conflicts, checks."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.models.columns import long_text, uuid_key


class Source(Base):
    """A body of data that we load, such as a federal directory; `rank` breaks ties of age."""

    __tablename__ = "source"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[long_text]
    url: Mapped[long_text | None]
    rank: Mapped[int] = mapped_column(server_default=text("0"))


class SourceRecord(Base):
    """What one source said of one Listing, whole, as it was last seen.

    A Listing is the sum of its records and of what people verified or edited. `content` is
    the ListingRecord as JSON; its fingerprint tells an unchanged row without reading it.
    """

    __tablename__ = "source_record"
    __table_args__ = (
        UniqueConstraint("source_id", "external_key"),
        Index("ix_source_record_listing_id", "listing_id"),
        Index("ix_source_record_minted_id", "minted_id"),
        Index("ix_source_record_state_source_id", "state", "source_id"),
    )

    id: Mapped[uuid_key]
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    external_key: Mapped[long_text]
    listing_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"))
    minted_id: Mapped[UUID] = mapped_column(
        comment="The id that this record alone would give; a printed address of it still answers."
    )
    content: Mapped[bytes] = mapped_column(LargeBinary)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(16))
    state: Mapped[str | None] = mapped_column(comment="USPS code, for retiring by state.")
    edition: Mapped[long_text | None] = mapped_column(comment="The edition it was last seen in.")
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    vanished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FieldConflict(Base):
    """A source wants to change a field that a person verified or edited: for staff to settle."""

    __tablename__ = "field_conflict"
    __table_args__ = (UniqueConstraint("listing_id", "source_id", "field"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    listing_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"))
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    field: Mapped[str]
    incoming: Mapped[long_text] = mapped_column(comment="The value the source has, as JSON.")
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Verification(Base):
    """One field of one Listing was checked: how, when, by whom. It is locked from then on."""

    __tablename__ = "verification"
    __table_args__ = (
        CheckConstraint("how IN ('call', 'visit', 'website', 'source', 'edit')", name="how_known"),
        Index("ix_verification_listing_id_field", "listing_id", "field"),
    )

    id: Mapped[uuid_key]
    listing_id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"))
    field: Mapped[str]
    how: Mapped[str]
    verified_on: Mapped[date]
    verified_by: Mapped[long_text]
