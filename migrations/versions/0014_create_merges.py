"""Create the merges of listings, and the pairs that are two places.

Old code runs against the new schema while a release rolls out: add, fill, read, drop,
each in a migration and a commit of its own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db as columns

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "listing_merge",
        sa.Column("id", columns.Identifier(length=16), nullable=False),
        sa.Column("gone_id", columns.Identifier(length=16), nullable=False),
        sa.Column("kept_id", columns.Identifier(length=16), nullable=False),
        sa.Column(
            "gone_version", sa.Integer(), nullable=False, comment="Its version once it was merged."
        ),
        sa.Column(
            "kept_version", sa.Integer(), nullable=False, comment="Its version once it was merged."
        ),
        sa.Column("merged_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("merged_by", sa.Text(), nullable=False),
        sa.Column(
            "moved", sa.Text(), nullable=False, comment="What hung on the one that went, as JSON."
        ),
        sa.CheckConstraint("gone_id <> kept_id", name=op.f("ck_listing_merge_two_listings")),
        sa.ForeignKeyConstraint(
            ["gone_id"],
            ["service_at_location.id"],
            name=op.f("fk_listing_merge_gone_id_service_at_location"),
        ),
        sa.ForeignKeyConstraint(
            ["kept_id"],
            ["service_at_location.id"],
            name=op.f("fk_listing_merge_kept_id_service_at_location"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_merge")),
        sa.UniqueConstraint("gone_id", name=op.f("uq_listing_merge_gone_id")),
    )
    op.create_index(op.f("ix_listing_merge_kept_id"), "listing_merge", ["kept_id"])
    op.create_table(
        "listing_apart",
        sa.Column("first_id", columns.Identifier(length=16), nullable=False),
        sa.Column("second_id", columns.Identifier(length=16), nullable=False),
        sa.Column("said_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.CheckConstraint("first_id <> second_id", name=op.f("ck_listing_apart_two_listings")),
        sa.ForeignKeyConstraint(
            ["first_id"],
            ["service_at_location.id"],
            name=op.f("fk_listing_apart_first_id_service_at_location"),
        ),
        sa.ForeignKeyConstraint(
            ["second_id"],
            ["service_at_location.id"],
            name=op.f("fk_listing_apart_second_id_service_at_location"),
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_listing_apart")),
    )
    op.create_index(op.f("ix_listing_apart_second_id"), "listing_apart", ["second_id"])


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("listing_apart")
    op.drop_table("listing_merge")
