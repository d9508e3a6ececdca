"""Keep the tables of listings that staff send back, until they are applied or a day is over.

Old code runs against the new schema while a release rolls out: add, fill, read, drop,
each in a migration and a commit of its own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db as columns

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "table_update",
        sa.Column("id", columns.Identifier(length=16), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column(
            "content", sa.LargeBinary(), nullable=False, comment="The file, packed with zlib."
        ),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("uploaded_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("applied_by", sa.Text(), nullable=True),
        sa.Column("applied_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("saved", sa.Integer(), nullable=True, comment="Listings that it changed."),
        sa.Column(
            "left_out", sa.Integer(), nullable=True, comment="Rows with problems or conflicts."
        ),
        sa.CheckConstraint(
            "(applied_at IS NULL) = (applied_by IS NULL)"
            " AND (applied_at IS NULL) = (saved IS NULL)"
            " AND (applied_at IS NULL) = (left_out IS NULL)",
            name=op.f("ck_table_update_applied_whole"),
        ),
        sa.CheckConstraint("saved IS NULL OR saved >= 0", name=op.f("ck_table_update_saved_sane")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_update")),
    )
    op.create_index("ix_table_update_uploaded_at", "table_update", ["uploaded_at"])


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("table_update")
