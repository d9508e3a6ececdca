"""How much room a Service has."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.models.columns import long_text, uuid_key


class Unit(Base):
    """What a capacity counts. HSDS unit."""

    __tablename__ = "unit"

    id: Mapped[uuid_key]
    name: Mapped[long_text]
    scheme: Mapped[long_text | None]
    identifier: Mapped[long_text | None]
    uri: Mapped[long_text | None]


class ServiceCapacity(Base):
    """How many places a Service has and has free. HSDS service_capacity."""

    __tablename__ = "service_capacity"

    id: Mapped[uuid_key]
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    available: Mapped[int]
    maximum: Mapped[int | None]
    description: Mapped[long_text | None]
    updated: Mapped[datetime] = mapped_column(UtcDateTime)
