"""${message}.

Old code runs against the new schema while a release rolls out: add, fill, read, drop,
each in a migration and a commit of its own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db as columns
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Take this revision back."""
    ${downgrades if downgrades else "pass"}
