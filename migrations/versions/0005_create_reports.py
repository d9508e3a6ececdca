"""Create the reports of visitors.

Old code runs against the new schema while a release rolls out: add, fill, read, drop,
each in a migration and a commit of its own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db as columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "report",
        sa.Column("id", columns.Identifier(length=16), nullable=False),
        sa.Column("reference_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("listing_id", columns.Identifier(length=16), nullable=True),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("when_called", sa.String(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False, comment="Personal details are struck out."),
        sa.Column("place_name", sa.Text(), nullable=True, comment="Of a place that is not listed."),
        sa.Column("place_town", sa.Text(), nullable=True),
        sa.Column("place_phone", sa.Text(), nullable=True),
        sa.Column("place_website", sa.Text(), nullable=True),
        sa.Column(
            "received_on",
            sa.Date(),
            nullable=False,
            comment="The day alone: the hour could tell who.",
        ),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=True, comment="Who of the staff is checking it."),
        sa.CheckConstraint(
            "topic IN ('phone', 'place_or_hours', 'closed', 'offer', 'other', 'new_place')",
            name=op.f("ck_report_topic_known"),
        ),
        sa.CheckConstraint(
            "when_called IN ('not_called', 'no_answer', 'not_in_service', 'somebody_else',"
            " 'different')",
            name=op.f("ck_report_when_called_known"),
        ),
        sa.CheckConstraint(
            "state IN ('received', 'checking', 'done')", name=op.f("ck_report_state_known")
        ),
        sa.CheckConstraint(
            "outcome IN ('mended', 'no_problem', 'not_reached')",
            name=op.f("ck_report_outcome_known"),
        ),
        sa.CheckConstraint(
            "(state = 'done') = (outcome IS NOT NULL)", name=op.f("ck_report_outcome_when_done")
        ),
        sa.CheckConstraint(
            "(topic = 'new_place') = (listing_id IS NULL)",
            name=op.f("ck_report_listing_or_new_place"),
        ),
        sa.CheckConstraint("length(details) <= 2000", name=op.f("ck_report_details_length")),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["service_at_location.id"],
            name=op.f("fk_report_listing_id_service_at_location"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("reference_hash", name=op.f("uq_report_reference_hash")),
    )
    op.create_index("ix_report_listing_id_state", "report", ["listing_id", "state"])
    op.create_index("ix_report_state_received_on", "report", ["state", "received_on", "id"])


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("report")
