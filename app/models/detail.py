"""HSDS detail records: what hangs on an Organization, a Service or a Location."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import long_text, required_text, uuid_key

PHONE_TYPES = "'voice', 'intake', 'hotline', 'tty', 'text', 'fax'"


class Phone(Base):
    """A telephone number. HSDS phone; `number` is what a telephone dials."""

    __tablename__ = "phone"
    __table_args__ = (CheckConstraint(f"type IN ({PHONE_TYPES})", name="type_known"),)

    id: Mapped[uuid_key]
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"), index=True)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    service_at_location_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("service_at_location.id"), index=True
    )
    number: Mapped[required_text]
    extension: Mapped[long_text | None]
    type: Mapped[str] = mapped_column(server_default=text("'voice'"))
    description: Mapped[long_text | None]
    display: Mapped[long_text] = mapped_column(comment="Ours: the number as it was printed.")
    position: Mapped[int] = mapped_column(server_default=text("0"), comment="Ours: the order.")


class Contact(Base):
    """A person to speak to. HSDS contact."""

    __tablename__ = "contact"

    id: Mapped[uuid_key]
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    service_at_location_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("service_at_location.id"), index=True
    )
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"), index=True)
    name: Mapped[long_text | None]
    title: Mapped[long_text | None]
    department: Mapped[long_text | None]
    email: Mapped[long_text | None]


class Schedule(Base):
    """Opening hours, local to the Location. HSDS schedule.

    HSDS keeps a UTC offset, which is wrong half of the year; the zone is `location.timezone`.
    Rows that replace the week's have no days of the week, and no times where it is closed.
    """

    __tablename__ = "schedule"
    __table_args__ = (
        CheckConstraint("freq IN ('WEEKLY', 'MONTHLY')", name="freq_known"),
        CheckConstraint('"interval" >= 1', name="interval_positive"),
        CheckConstraint(
            "NOT replaces_weekly OR (valid_from IS NOT NULL AND valid_to IS NOT NULL"
            " AND valid_from <= valid_to)",
            name="replaces_days",
        ),
    )

    id: Mapped[uuid_key]
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"), index=True)
    service_at_location_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("service_at_location.id"), index=True
    )
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    dtstart: Mapped[date | None]
    until: Mapped[date | None]
    count: Mapped[int | None]
    wkst: Mapped[str | None]
    freq: Mapped[str] = mapped_column(server_default=text("'WEEKLY'"))
    interval: Mapped[int] = mapped_column(server_default=text("1"))
    byday: Mapped[required_text]
    byweekno: Mapped[str | None]
    bymonthday: Mapped[str | None]
    byyearday: Mapped[str | None]
    description: Mapped[long_text | None]
    opens_at: Mapped[str | None]
    closes_at: Mapped[str | None]
    schedule_link: Mapped[long_text | None]
    attending_type: Mapped[long_text | None]
    notes: Mapped[long_text | None]
    is_by_appointment: Mapped[bool] = mapped_column(server_default=text("false"), comment="Ours.")
    replaces_weekly: Mapped[bool] = mapped_column(
        server_default=text("false"),
        comment="Ours: hours of these days, in place of the week's; closed without times.",
    )
    position: Mapped[int] = mapped_column(server_default=text("0"), comment="Ours: the order.")


class Language(Base):
    """A language that is spoken. HSDS language; `code` is ISO 639."""

    __tablename__ = "language"

    id: Mapped[uuid_key]
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"), index=True)
    phone_id: Mapped[UUID | None] = mapped_column(ForeignKey("phone.id"), index=True)
    name: Mapped[long_text | None]
    code: Mapped[str | None]
    note: Mapped[long_text | None]
    position: Mapped[int] = mapped_column(server_default=text("0"), comment="Ours: the order.")


class Accessibility(Base):
    """What makes a Location usable. HSDS accessibility."""

    __tablename__ = "accessibility"

    id: Mapped[uuid_key]
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"), index=True)
    description: Mapped[long_text | None]
    details: Mapped[long_text | None]
    url: Mapped[long_text | None]
    position: Mapped[int] = mapped_column(server_default=text("0"), comment="Ours: the order.")


class CostOption(Base):
    """What a Service costs. HSDS cost_option."""

    __tablename__ = "cost_option"

    id: Mapped[uuid_key]
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    option: Mapped[long_text | None]
    currency: Mapped[str | None]
    amount: Mapped[float | None]
    amount_description: Mapped[long_text | None]


class ServiceArea(Base):
    """Where a Service may be used. HSDS service_area; `extent` holds our code."""

    __tablename__ = "service_area"

    id: Mapped[uuid_key]
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    service_at_location_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("service_at_location.id"), index=True
    )
    name: Mapped[long_text | None]
    description: Mapped[long_text | None]
    extent: Mapped[long_text | None]
    extent_type: Mapped[str | None]
    uri: Mapped[long_text | None]
    position: Mapped[int] = mapped_column(server_default=text("0"), comment="Ours: the order.")


class Funding(Base):
    """Who pays for a Service or an Organization. HSDS funding."""

    __tablename__ = "funding"

    id: Mapped[uuid_key]
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    source: Mapped[long_text | None]


class RequiredDocument(Base):
    """A paper that people must bring. HSDS required_document."""

    __tablename__ = "required_document"

    id: Mapped[uuid_key]
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    document: Mapped[long_text | None]
    uri: Mapped[long_text | None]


class Url(Base):
    """A further web address. HSDS url."""

    __tablename__ = "url"

    id: Mapped[uuid_key]
    label: Mapped[long_text | None]
    url: Mapped[long_text]
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
