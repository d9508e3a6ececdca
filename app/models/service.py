"""Service, the place where it is given, and what only a Helpline has."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.models.columns import long_text, uuid_key

STATUSES = "'active', 'inactive', 'defunct', 'temporarily closed'"
AVAILABILITIES = "'accepting', 'waitlist', 'full'"
DELIVERIES = "'site', 'mobile', 'mail', 'virtual', 'access-point', 'helpline'"


class Service(Base):
    """Something that people attend, call or receive. HSDS service."""

    __tablename__ = "service"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name_given"),
        CheckConstraint(f"status IN ({STATUSES})", name="status_known"),
        CheckConstraint(f"delivery IN ({DELIVERIES})", name="delivery_known"),
        CheckConstraint("minimum_age IS NULL OR minimum_age >= 0", name="minimum_age_sane"),
        CheckConstraint("maximum_age IS NULL OR maximum_age >= 0", name="maximum_age_sane"),
        CheckConstraint(f"availability IN ({AVAILABILITIES})", name="availability_known"),
    )

    id: Mapped[uuid_key]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    program_id: Mapped[UUID | None] = mapped_column(ForeignKey("program.id"), index=True)
    name: Mapped[long_text]
    alternate_name: Mapped[long_text | None]
    description: Mapped[long_text | None]
    url: Mapped[long_text | None]
    email: Mapped[long_text | None]
    status: Mapped[str] = mapped_column(server_default=text("'active'"))
    interpretation_services: Mapped[long_text | None]
    application_process: Mapped[long_text | None]
    fees_description: Mapped[long_text | None]
    wait_time: Mapped[long_text | None]
    accreditations: Mapped[long_text | None]
    eligibility_description: Mapped[long_text | None]
    minimum_age: Mapped[int | None]
    maximum_age: Mapped[int | None]
    assured_date: Mapped[date | None]
    assurer_email: Mapped[long_text | None]
    licenses: Mapped[long_text | None]
    alert: Mapped[long_text | None]
    alert_until: Mapped[date | None] = mapped_column(
        comment="Ours: the last day on which the alert is shown."
    )
    availability: Mapped[str | None] = mapped_column(
        comment="Ours: whether it takes new people, as it told the staff."
    )
    availability_on: Mapped[date | None] = mapped_column(comment="Ours: the day it said so.")
    last_modified: Mapped[datetime] = mapped_column(UtcDateTime)
    delivery: Mapped[str] = mapped_column(
        server_default=text("'site'"), comment="Ours: how people reach the Service."
    )
    accepts_walk_ins: Mapped[bool | None] = mapped_column(comment="Ours: NULL is not known.")
    hours_note: Mapped[long_text | None] = mapped_column(
        comment="Ours: what a Schedule cannot say of the hours."
    )
    unknown_codes: Mapped[long_text | None] = mapped_column(
        comment="Ours: codes of a source that our taxonomy does not hold, one a line."
    )


class ServiceAtLocation(Base):
    """One Service at one Location: what we call a Listing. HSDS service_at_location.

    `location_id` is NULL for a Service without a place (a helpline, supplies by mail).
    """

    __tablename__ = "service_at_location"
    __table_args__ = (UniqueConstraint("service_id", "location_id"),)

    id: Mapped[uuid_key]
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"), index=True)
    description: Mapped[long_text | None]
    version: Mapped[int] = mapped_column(
        server_default=text("1"), comment="Ours: grows with each change of the Listing."
    )
    status_changed_on: Mapped[date | None] = mapped_column(
        comment="Ours: since when it is closed or retired."
    )


class Helpline(Base):
    """What only a Helpline has; ours, since HSDS has no word for it."""

    __tablename__ = "helpline"

    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), primary_key=True)
    country: Mapped[str] = mapped_column(comment="ISO 3166-1 alpha-2.")
    states: Mapped[long_text | None] = mapped_column(
        comment="USPS codes or ISO 3166-2 parts, by spaces; NULL for the whole country."
    )
    topics: Mapped[long_text] = mapped_column(comment="Taxonomy codes, by spaces.")
    chat_url: Mapped[long_text | None]
    text_keyword: Mapped[long_text | None]
    is_confidential: Mapped[bool | None]
    is_stale: Mapped[bool | None] = mapped_column(comment="NULL: no page of it is dated.")
    notes: Mapped[long_text | None]
    answered_by: Mapped[long_text | None] = mapped_column(comment="Who picks up, in words.")
