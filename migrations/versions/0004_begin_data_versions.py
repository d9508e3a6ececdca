"""Say with which version the data of a database begins.

Old code runs against the new schema while a release rolls out: add, fill, read, drop,
each in a migration and a commit of its own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    with op.batch_alter_table("data_version") as batch:
        batch.add_column(
            sa.Column(
                "first_version",
                sa.BigInteger(),
                nullable=False,
                server_default=sa.text("0"),
                comment="A search index of an earlier version is of another database.",
            )
        )


def downgrade() -> None:
    """Take this revision back."""
    with op.batch_alter_table("data_version") as batch:
        batch.drop_column("first_version")
