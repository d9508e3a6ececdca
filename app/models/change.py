"""What changed and what is shown: HSDS metadata, the data's version, the listing cards."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import long_text, uuid_key


class Metadata(Base):
    """Who changed which field of what, from what to what, and why. HSDS metadata.

    Append-only: triggers refuse UPDATE and DELETE, and each row's `hash` covers the row and
    the hash before it. HSDS's `id` is the first half of the hash, when it is written out.
    """

    __tablename__ = "metadata"
    __table_args__ = (
        CheckConstraint("seq >= 1", name="seq_positive"),
        Index("ix_metadata_resource_id", "resource_id"),
    )

    seq: Mapped[int] = mapped_column(
        # SQLite keeps its rows by an INTEGER key, and by no other type of number.
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
        comment="Ours: 1, 2, 3 … without a gap.",
    )
    resource_id: Mapped[UUID]
    resource_type: Mapped[str]
    resource_version: Mapped[int | None] = mapped_column(
        comment="Ours: the Listing's version once the change is made."
    )
    last_action_date: Mapped[str] = mapped_column(
        comment="ISO 8601 in UTC to the microsecond, as text: these letters are what is hashed."
    )
    last_action_type: Mapped[str]
    field_name: Mapped[str] = mapped_column(comment="Empty: the thing as a whole.")
    previous_value: Mapped[long_text] = mapped_column(comment="JSON.")
    replacement_value: Mapped[long_text] = mapped_column(comment="JSON.")
    updated_by: Mapped[long_text]
    reason: Mapped[long_text | None] = mapped_column(comment="Ours: why.")
    request_id: Mapped[str | None] = mapped_column(comment="Ours: the request it came with.")
    hash: Mapped[bytes] = mapped_column(
        LargeBinary(32), comment="Ours: SHA-256 of the hash before it and of this row."
    )


class MetaTableDescription(Base):
    """A description of a table of the data. HSDS meta_table_description."""

    __tablename__ = "meta_table_description"

    id: Mapped[uuid_key]
    name: Mapped[long_text | None]
    language: Mapped[str | None]
    character_set: Mapped[str | None]


class DataVersion(Base):
    """The one row whose number grows in each transaction that changes what the public sees."""

    __tablename__ = "data_version"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(BigInteger)
    first_version: Mapped[int] = mapped_column(
        BigInteger,
        server_default=text("0"),
        comment="A search index of an earlier version is of another database.",
    )


class ReportVersion(Base):
    """The one row whose number grows in each transaction that changes a report.

    Apart from the data's version: an import holds that one until it ends, and a visitor who
    reports a wrong number must not wait for it.
    """

    __tablename__ = "report_version"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(BigInteger)


class ListingCard(Base):
    """A Listing as the search and its result page need it, in one row.

    Written in the transaction that changes the Listing, with the data version of that
    transaction; it holds nothing that the HSDS tables do not say. Helplines have none.
    """

    __tablename__ = "listing_card"
    __table_args__ = (
        Index("ix_listing_card_version", "version"),
        Index("ix_listing_card_state", "state"),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("service_at_location.id"), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    is_listed: Mapped[bool] = mapped_column(comment="False: closed or retired, never a result.")
    name: Mapped[long_text]
    search_text: Mapped[long_text] = mapped_column(
        comment="Folded words of name, Organization and description."
    )
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    state: Mapped[str | None]
    county_fips: Mapped[str | None]
    areas: Mapped[long_text] = mapped_column(
        comment="Codes of where it may be used without a place, by spaces: US OH 39049."
    )
    term_codes: Mapped[long_text] = mapped_column(comment="Taxonomy codes, by spaces.")
    timezone: Mapped[long_text | None]
    schedules: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="The ScheduleRecords as JSON; NULL where hours are not known."
    )
    dated_hours: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="The DatedHoursRecords as JSON; NULL where there are none."
    )
    as_of: Mapped[str | None] = mapped_column(comment="The newest date of its sources and checks.")
    card: Mapped[bytes] = mapped_column(LargeBinary, comment="What a card shows, as JSON.")
