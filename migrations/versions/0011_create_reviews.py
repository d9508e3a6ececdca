"""Create the corrections of law entries and the reviews of pages and entries.

Old code runs against the new schema while a release rolls out: add, fill, read, drop,
each in a migration and a commit of its own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "law_correction",
        sa.Column("code", sa.String(), nullable=False, comment="USPS code."),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="Grows with each correction of the entry.",
        ),
        sa.Column(
            "is_in_force",
            sa.Boolean(),
            nullable=False,
            comment="False: taken back, our entry stands again.",
        ),
        sa.Column(
            "content", sa.LargeBinary(), nullable=False, comment="Entry and source, as JSON."
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_law_correction_version_positive")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_law_correction")),
    )
    op.create_table(
        "content_review",
        sa.Column("subject", sa.String(), nullable=False, comment="page:naloxone, law:OH."),
        sa.Column(
            "fingerprint",
            sa.String(),
            nullable=False,
            comment="SHA-256 of the text that was read.",
        ),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("capacity", sa.String(), nullable=False),
        sa.CheckConstraint(
            "capacity IN ('clinician', 'lawyer', 'other')",
            name=op.f("ck_content_review_capacity_known"),
        ),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_content_review")),
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("content_review")
    op.drop_table("law_correction")
