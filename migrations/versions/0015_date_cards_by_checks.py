"""Date cards by the newest of their sources and checks, for the order of a search."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BEFORE = "The newest date of its sources."
NOW = "The newest date of its sources and checks."


def upgrade() -> None:
    """Bring the schema to this revision."""
    _comment(NOW, existing=BEFORE)
    connection = op.get_bind()
    cards = sa.table("listing_card", sa.column("id"), sa.column("as_of"), sa.column("card"))
    for row in connection.execute(sa.select(cards)).all():
        checked_on = json.loads(bytes(row.card)).get("verified_on")
        if checked_on and checked_on > (row.as_of or ""):
            change = sa.update(cards).where(cards.c.id == row.id).values(as_of=checked_on)
            connection.execute(change)


def downgrade() -> None:
    """Take this revision back; the next write of a card dates it as before."""
    _comment(BEFORE, existing=NOW)


def _comment(text: str, *, existing: str) -> None:
    # SQLite keeps no comments.
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("listing_card", "as_of", comment=text, existing_comment=existing)
