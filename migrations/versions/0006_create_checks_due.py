"""Create the work-list of checks and fill it with the listings that are there.

Old code runs against the new schema while a release rolls out: add, fill, read, drop,
each in a migration and a commit of its own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db as columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# The codes of naloxone, medicine and withdrawal care when this was written.
CARE_CODES = frozenset(
    {
        "ADTX",
        "BDTX",
        "BERI",
        "BMW",
        "BSDM",
        "BU",
        "BUM",
        "BWN",
        "BWON",
        "CDTX",
        "DB",
        "DLC",
        "DM",
        "DT",
        "HID",
        "HR-NALOXONE",
        "MDET",
        "MDTX",
        "METH",
        "MM",
        "MMW",
        "MOA",
        "MU",
        "NOE",
        "NU",
        "NXN",
        "OD",
        "ODTX",
        "OTP",
        "RD",
        "RPN",
        "SOTP",
        "UB",
        "ULC",
        "UN",
        "VTRL",
    }
)
ROWS_A_STEP = 1_000


def upgrade() -> None:
    """Bring the schema to this revision."""
    table = op.create_table(
        "check_due",
        sa.Column("listing_id", columns.Identifier(length=16), nullable=False),
        sa.Column(
            "risk",
            sa.Integer(),
            nullable=False,
            comment="3: naloxone, medicine or withdrawal care; 4: rest.",
        ),
        sa.Column(
            "checked_on",
            sa.Text(),
            server_default=sa.text("''"),
            nullable=False,
            comment="Day of the last check as ISO text; empty: never, which sorts in front.",
        ),
        sa.Column(
            "as_of",
            sa.Text(),
            server_default=sa.text("''"),
            nullable=False,
            comment="As in ListingCard; empty: not known.",
        ),
        sa.Column(
            "tries",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Days on which nobody could be reached, in a row.",
        ),
        sa.Column("last_tried_on", sa.Date(), nullable=True),
        sa.Column("taken_by", sa.Text(), nullable=True),
        sa.Column("taken_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("risk IN (3, 4)", name=op.f("ck_check_due_risk_known")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_check_due_tries_sane")),
        sa.CheckConstraint(
            "(taken_by IS NULL) = (taken_at IS NULL)", name=op.f("ck_check_due_taken_whole")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["service_at_location.id"],
            name=op.f("fk_check_due_listing_id_service_at_location"),
        ),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_check_due")),
    )
    op.create_index(
        "ix_check_due_order", "check_due", ["risk", "checked_on", "as_of", "listing_id"]
    )
    _fill(table)


def _fill(table: sa.Table) -> None:
    connection = op.get_bind()
    found = connection.execute(
        sa.text(
            "SELECT l.id, s.assured_date, c.term_codes, c.as_of FROM service_at_location l"
            " JOIN service s ON s.id = l.service_id LEFT JOIN listing_card c ON c.id = l.id"
            " WHERE s.status IN ('active', 'temporarily closed')"
        ).columns(id=columns.Identifier(length=16), assured_date=sa.Date())
    ).all()
    rows = [
        {
            "listing_id": row.id,
            "risk": 4 if CARE_CODES.isdisjoint((row.term_codes or "").split()) else 3,
            "checked_on": row.assured_date.isoformat() if row.assured_date else "",
            "as_of": row.as_of or "",
        }
        for row in found
    ]
    for at in range(0, len(rows), ROWS_A_STEP):
        connection.execute(sa.insert(table), rows[at : at + ROWS_A_STEP])


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("check_due")
