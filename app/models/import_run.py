"""Runs of importers: how far each is, what was wrong with rows, what was there before."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.models.columns import long_text, uuid_key


class ImportRun(Base):
    """One run of an importer and what came of it."""

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint(
            "state IN ('reading', 'ready', 'applying', 'done', 'failed', 'dropped', 'undoing',"
            " 'undone')",
            name="state_known",
        ),
    )

    id: Mapped[uuid_key]
    source_id: Mapped[str | None] = mapped_column(ForeignKey("source.id"), index=True)
    file_name: Mapped[long_text]
    file_sha256: Mapped[str | None]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    report: Mapped[long_text] = mapped_column(comment="The counts, as JSON.")
    state: Mapped[str] = mapped_column(server_default=text("'done'"))
    started_by: Mapped[long_text | None] = mapped_column(comment="NULL: a command.")
    request: Mapped[long_text | None] = mapped_column(comment="What was asked for, as JSON.")
    summary: Mapped[long_text | None] = mapped_column(comment="The preview in figures, as JSON.")
    problem: Mapped[long_text | None] = mapped_column(comment="Why it failed, for people.")
    history_first: Mapped[int | None] = mapped_column(
        BigInteger, comment="The first number of the history that it wrote, and"
    )
    history_last: Mapped[int | None] = mapped_column(BigInteger, comment="the last.")
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[long_text | None]
    undo_report: Mapped[long_text | None] = mapped_column(comment="What was kept, as JSON.")


class ImportedRecord(Base):
    """What one run did to one source record, and the record as it was before it."""

    __tablename__ = "imported_record"

    import_run_id: Mapped[UUID] = mapped_column(ForeignKey("import_run.id"), primary_key=True)
    record_id: Mapped[UUID] = mapped_column(ForeignKey("source_record.id"), primary_key=True)
    fingerprint_after: Mapped[bytes] = mapped_column(LargeBinary(16))
    is_gone_after: Mapped[bool] = mapped_column(comment="The run found that it vanished.")
    content: Mapped[bytes | None] = mapped_column(LargeBinary, comment="NULL: it was not there.")
    fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    state: Mapped[str | None]
    edition: Mapped[long_text | None]
    vanished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RowProblem(Base):
    """One thing that was wrong in one row of a run."""

    __tablename__ = "row_problem"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    import_run_id: Mapped[UUID] = mapped_column(ForeignKey("import_run.id"), index=True)
    row: Mapped[int]
    field: Mapped[long_text]
    value: Mapped[long_text]
    reason: Mapped[long_text]
