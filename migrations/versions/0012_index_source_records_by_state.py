"""Find the records of a state without reading those of all others.

Old code runs against the new schema while a release rolls out: add, fill, read, drop,
each in a migration and a commit of its own.
"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_index("ix_source_record_state_source_id", "source_record", ["state", "source_id"])


def downgrade() -> None:
    """Take this revision back."""
    op.drop_index("ix_source_record_state_source_id", table_name="source_record")
