"""Location and its Addresses."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import long_text, required_text, uuid_key


class Location(Base):
    """A place where a Service is given. HSDS location."""

    __tablename__ = "location"
    __table_args__ = (
        CheckConstraint(
            "location_type IN ('physical', 'postal', 'virtual')", name="location_type_known"
        ),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_range"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_range"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="point_whole"),
    )

    id: Mapped[uuid_key]
    location_type: Mapped[str] = mapped_column(server_default=text("'physical'"))
    url: Mapped[long_text | None]
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    name: Mapped[long_text | None]
    alternate_name: Mapped[long_text | None]
    description: Mapped[long_text | None]
    transportation: Mapped[long_text | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    external_identifier: Mapped[long_text | None]
    external_identifier_type: Mapped[long_text | None]
    is_approximate: Mapped[bool] = mapped_column(
        server_default=text("false"), comment="Ours: the point is the centre of a ZIP code."
    )
    is_address_confidential: Mapped[bool] = mapped_column(
        server_default=text("false"), comment="Ours: only the town is for the public."
    )
    timezone: Mapped[long_text | None] = mapped_column(comment="Ours: IANA zone of the place.")
    county_fips: Mapped[str | None] = mapped_column(comment="Ours: five digits.")


class Address(Base):
    """A postal address of a Location. HSDS address."""

    __tablename__ = "address"
    __table_args__ = (
        CheckConstraint(
            "address_type IN ('physical', 'postal', 'virtual')", name="address_type_known"
        ),
    )

    id: Mapped[uuid_key]
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"), index=True)
    attention: Mapped[long_text | None]
    address_1: Mapped[required_text]
    address_2: Mapped[long_text | None]
    city: Mapped[long_text]
    region: Mapped[long_text | None]
    state_province: Mapped[str]
    postal_code: Mapped[str]
    country: Mapped[str] = mapped_column(server_default=text("'US'"))
    address_type: Mapped[str] = mapped_column(server_default=text("'physical'"))
