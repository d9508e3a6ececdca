"""What the staff say of the law and the guide: corrections of entries, and who reviewed what."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import long_text


class LawCorrection(Base):
    """The law entry of a state as the staff corrected it; it stands in place of ours."""

    __tablename__ = "law_correction"
    __table_args__ = (CheckConstraint("version >= 1", name="version_positive"),)

    code: Mapped[str] = mapped_column(primary_key=True, comment="USPS code.")
    version: Mapped[int] = mapped_column(comment="Grows with each correction of the entry.")
    is_in_force: Mapped[bool] = mapped_column(comment="False: taken back, our entry stands again.")
    content: Mapped[bytes] = mapped_column(LargeBinary, comment="Entry and source, as JSON.")


class ContentReview(Base):
    """The newest review of a page of the guide or of a law entry; earlier ones: the history."""

    __tablename__ = "content_review"
    __table_args__ = (
        CheckConstraint("capacity IN ('clinician', 'lawyer', 'other')", name="capacity_known"),
    )

    subject: Mapped[str] = mapped_column(primary_key=True, comment="page:naloxone, law:OH.")
    fingerprint: Mapped[str] = mapped_column(comment="SHA-256 of the text that was read.")
    reviewed_on: Mapped[date]
    name: Mapped[long_text]
    role: Mapped[long_text]
    capacity: Mapped[str]
