"""Organization and what only an Organization has."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import long_text, required_text, uuid_key


class Organization(Base):
    """The body that runs Services. HSDS organization."""

    __tablename__ = "organization"
    __table_args__ = (CheckConstraint("name <> ''", name="name_given"),)

    id: Mapped[uuid_key]
    name: Mapped[long_text]
    alternate_name: Mapped[long_text | None]
    description: Mapped[required_text]
    email: Mapped[long_text | None]
    website: Mapped[long_text | None]
    tax_status: Mapped[long_text | None]
    tax_id: Mapped[long_text | None]
    year_incorporated: Mapped[int | None]
    legal_status: Mapped[long_text | None]
    logo: Mapped[long_text | None]
    uri: Mapped[long_text | None]
    parent_organization_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organization.id"), index=True
    )


class OrganizationIdentifier(Base):
    """A number that a register gave an Organization. HSDS organization_identifier."""

    __tablename__ = "organization_identifier"

    id: Mapped[uuid_key]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    identifier_scheme: Mapped[long_text | None]
    identifier_type: Mapped[long_text]
    identifier: Mapped[long_text]


class Program(Base):
    """A group of Services of one Organization. HSDS program."""

    __tablename__ = "program"

    id: Mapped[uuid_key]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    name: Mapped[long_text]
    alternate_name: Mapped[long_text | None]
    description: Mapped[required_text]
