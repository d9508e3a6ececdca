"""Give listings a confidential address, an alert that ends and their room; cards the website.

Old code runs against the new schema while a release rolls out: add, fill, read, drop,
each in a migration and a commit of its own. Old code that writes a card leaves its website
out, which the card then does not offer until the listing is next changed.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

import app.db as columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ROWS_A_STEP = 1_000


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.add_column(
        "location",
        sa.Column(
            "is_address_confidential",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Ours: only the town is for the public.",
        ),
    )
    op.add_column(
        "service",
        sa.Column(
            "alert_until",
            sa.Date(),
            nullable=True,
            comment="Ours: the last day on which the alert is shown.",
        ),
    )
    # SQLite takes a check with a new column, but not afterwards.
    op.execute(
        "ALTER TABLE service ADD COLUMN availability VARCHAR"
        " CONSTRAINT ck_service_availability_known"
        " CHECK (availability IN ('accepting', 'waitlist', 'full'))"
    )
    op.add_column(
        "service",
        sa.Column(
            "availability_on", sa.Date(), nullable=True, comment="Ours: the day it said so."
        ),
    )
    op.add_column(
        "helpline",
        sa.Column("answered_by", sa.Text(), nullable=True, comment="Who picks up, in words."),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "COMMENT ON COLUMN service.availability IS"
            " 'Ours: whether it takes new people, as it told the staff.'"
        )
    _give_websites_to_cards()


def _give_websites_to_cards() -> None:
    connection = op.get_bind()
    cards = sa.table(
        "listing_card",
        sa.column("id", columns.Identifier(length=16)),
        sa.column("card", sa.LargeBinary()),
    )
    places = sa.table(
        "service_at_location",
        sa.column("id", columns.Identifier(length=16)),
        sa.column("service_id", columns.Identifier(length=16)),
    )
    services = sa.table(
        "service", sa.column("id", columns.Identifier(length=16)), sa.column("url", sa.Text())
    )
    found = connection.execute(
        sa.select(cards.c.id, services.c.url)
        .join_from(cards, places, places.c.id == cards.c.id)
        .join(services, services.c.id == places.c.service_id)
        .where(services.c.url.is_not(None))
        .order_by(cards.c.id)
    ).all()
    change = (
        sa.update(cards)
        .where(cards.c.id == sa.bindparam("of_id", type_=columns.Identifier(length=16)))
        .values(card=sa.bindparam("new_card"))
    )
    for at in range(0, len(found), ROWS_A_STEP):
        websites = {row.id: row.url for row in found[at : at + ROWS_A_STEP]}
        told = connection.execute(sa.select(cards).where(cards.c.id.in_(list(websites)))).all()
        connection.execute(
            change,
            [
                {
                    "of_id": row.id,
                    "new_card": json.dumps(
                        {**json.loads(row.card), "website": websites[row.id]},
                        ensure_ascii=False,
                        separators=(",", ":"),
                    ).encode(),
                }
                for row in told
            ],
        )


def downgrade() -> None:
    """Take this revision back; what a card says beyond it is not read by older code."""
    op.drop_column("helpline", "answered_by")
    op.drop_column("service", "availability_on")
    op.drop_column("service", "availability")
    op.drop_column("service", "alert_until")
    op.drop_column("location", "is_address_confidential")
