"""Add hours of single days, in place of those of the week, to schedules and cards."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    # SQLite takes a check with a new column, but not afterwards.
    op.execute(
        "ALTER TABLE schedule ADD COLUMN replaces_weekly BOOLEAN DEFAULT false NOT NULL"
        " CONSTRAINT ck_schedule_replaces_days"
        " CHECK (NOT replaces_weekly OR (valid_from IS NOT NULL AND valid_to IS NOT NULL"
        " AND valid_from <= valid_to))"
    )
    op.add_column(
        "listing_card",
        sa.Column(
            "dated_hours",
            sa.LargeBinary(),
            nullable=True,
            comment="The DatedHoursRecords as JSON; NULL where there are none.",
        ),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "COMMENT ON COLUMN schedule.replaces_weekly IS"
            " 'Ours: hours of these days, in place of the week''s; closed without times.'"
        )


def downgrade() -> None:
    """Take this revision back, and with it all hours of single days, in rows and in cards."""
    op.execute("DELETE FROM schedule WHERE replaces_weekly")
    _take_from_cards()
    op.drop_column("listing_card", "dated_hours")
    op.drop_column("schedule", "replaces_weekly")  # and its check with it


def _take_from_cards() -> None:
    """Older code does not read them, but a later one would, long after the rows are gone."""
    connection = op.get_bind()
    cards = sa.table(
        "listing_card", sa.column("id"), sa.column("dated_hours"), sa.column("card")
    )
    found = connection.execute(
        sa.select(cards.c.id, cards.c.card).where(cards.c.dated_hours.is_not(None))
    ).all()
    for row in found:
        told = json.loads(bytes(row.card))
        told.pop("dated_hours", None)
        content = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        connection.execute(sa.update(cards).where(cards.c.id == row.id).values(card=content))
