"""Create the proposals of organizations: changes that wait until a reviewer decides on them.

Old code runs against the new schema while a release rolls out: add, fill, read, drop,
each in a migration and a commit of its own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db as columns

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "proposal",
        sa.Column("id", columns.Identifier(length=16), nullable=False),
        sa.Column("listing_id", columns.Identifier(length=16), nullable=False),
        sa.Column("organization_id", columns.Identifier(length=16), nullable=False),
        sa.Column(
            "base_version",
            sa.Integer(),
            nullable=False,
            comment="The Listing's version in the form.",
        ),
        sa.Column(
            "changes",
            sa.Text(),
            nullable=False,
            comment="JSON: field, value before, value wanted.",
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposer_id", columns.Identifier(length=16), nullable=False),
        sa.Column("proposed_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column(
            "waiting_key",
            sa.LargeBinary(length=32),
            nullable=True,
            comment="SHA-256 of who asks for what while it waits: the same is kept once.",
        ),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "taken",
            sa.Text(),
            nullable=True,
            comment="The fields that were taken as proposed, by spaces.",
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'approved', 'in_part', 'refused', 'withdrawn')",
            name=op.f("ck_proposal_state_known"),
        ),
        sa.CheckConstraint("base_version >= 1", name=op.f("ck_proposal_base_version_positive")),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)"
            " AND (decided_at IS NULL) = (decided_by IS NULL)",
            name=op.f("ck_proposal_decided_whole"),
        ),
        sa.CheckConstraint(
            "state <> 'refused' OR reason IS NOT NULL",
            name=op.f("ck_proposal_refused_with_reason"),
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (waiting_key IS NOT NULL)",
            name=op.f("ck_proposal_key_while_waiting"),
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["service_at_location.id"],
            name=op.f("fk_proposal_listing_id_service_at_location"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_proposal_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["proposer_id"],
            ["user_account.id"],
            name=op.f("fk_proposal_proposer_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("waiting_key", name=op.f("uq_proposal_waiting_key")),
    )
    for name, fields in (
        ("ix_proposal_state_proposed_at", ["state", "proposed_at", "id"]),
        ("ix_proposal_organization_id_state", ["organization_id", "state"]),
        ("ix_proposal_listing_id_state", ["listing_id", "state"]),
    ):
        op.create_index(name, "proposal", fields)


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("proposal")
