"""Tables of listings that staff send back: kept for a day, shown, and applied once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.models.columns import long_text, uuid_key


class TableUpdate(Base):
    """One table that was sent back, and whether somebody applied it."""

    __tablename__ = "table_update"
    __table_args__ = (
        CheckConstraint(
            "(applied_at IS NULL) = (applied_by IS NULL)"
            " AND (applied_at IS NULL) = (saved IS NULL)"
            " AND (applied_at IS NULL) = (left_out IS NULL)",
            name="applied_whole",
        ),
        CheckConstraint("saved IS NULL OR saved >= 0", name="saved_sane"),
    )

    id: Mapped[uuid_key]
    file_name: Mapped[long_text]
    content: Mapped[bytes] = mapped_column(LargeBinary, comment="The file, packed with zlib.")
    uploaded_by: Mapped[long_text]
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    applied_by: Mapped[long_text | None]
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    saved: Mapped[int | None] = mapped_column(comment="Listings that it changed.")
    left_out: Mapped[int | None] = mapped_column(comment="Rows with problems or conflicts.")
