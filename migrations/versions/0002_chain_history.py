"""Bind the records of what changed into a chain that nobody can alter unseen.

The key becomes a number without gaps; each row's hash covers the row and the hash before it.
Triggers refuse UPDATE and DELETE. Rows that were there before are chained in their order.
A later migration that makes this table anew (a batch on SQLite) must call `guard_history`.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from alembic import op

import app.db as columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REFUSAL = "the history is append-only"

SQLITE_TRIGGERS = (
    f"""CREATE TRIGGER metadata_no_update BEFORE UPDATE ON metadata
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}: no UPDATE'); END""",
    f"""CREATE TRIGGER metadata_no_delete BEFORE DELETE ON metadata
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}: no DELETE'); END""",
    # INSERT OR REPLACE deletes a row without asking the trigger above.
    f"""CREATE TRIGGER metadata_no_replace BEFORE INSERT ON metadata
    WHEN EXISTS (SELECT 1 FROM metadata WHERE seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}: the number is taken'); END""",
)
POSTGRESQL_TRIGGERS = (
    f"""CREATE FUNCTION refuse_history_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{REFUSAL}: no %', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    """CREATE TRIGGER metadata_no_change BEFORE UPDATE OR DELETE ON metadata
    FOR EACH ROW EXECUTE FUNCTION refuse_history_change()""",
    """CREATE TRIGGER metadata_no_truncate BEFORE TRUNCATE ON metadata
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change()""",
)


def upgrade() -> None:
    """Bring the schema to this revision."""
    earlier = _earlier_rows()
    _drop_table()
    chained = op.create_table(
        "metadata",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
            comment="Ours: 1, 2, 3 … without a gap.",
        ),
        sa.Column("resource_id", columns.Identifier(length=16), nullable=False),
        sa.Column("resource_type", sa.String(), nullable=False),
        sa.Column(
            "resource_version",
            sa.Integer(),
            nullable=True,
            comment="Ours: the Listing's version once the change is made.",
        ),
        sa.Column(
            "last_action_date",
            sa.String(),
            nullable=False,
            comment="ISO 8601 in UTC to the microsecond, as text: these letters are what is hashed.",
        ),
        sa.Column("last_action_type", sa.String(), nullable=False),
        sa.Column(
            "field_name", sa.String(), nullable=False, comment="Empty: the thing as a whole."
        ),
        sa.Column("previous_value", sa.Text(), nullable=False, comment="JSON."),
        sa.Column("replacement_value", sa.Text(), nullable=False, comment="JSON."),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True, comment="Ours: why."),
        sa.Column(
            "request_id", sa.String(), nullable=True, comment="Ours: the request it came with."
        ),
        sa.Column(
            "hash",
            sa.LargeBinary(length=32),
            nullable=False,
            comment="Ours: SHA-256 of the hash before it and of this row.",
        ),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_metadata_seq_positive")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_metadata")),
    )
    op.create_index("ix_metadata_resource_id", "metadata", ["resource_id"], unique=False)
    if earlier:
        op.bulk_insert(chained, _chained(earlier))
    guard_history()


def downgrade() -> None:
    """Take this revision back: the rows stay, their chain, reasons and versions go."""
    rows = [_unchained(row) for row in _rows("SELECT * FROM metadata ORDER BY seq")]
    _drop_table()
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_history_change()")
    plain = op.create_table(
        "metadata",
        sa.Column("id", columns.Identifier(length=16), nullable=False),
        sa.Column("resource_id", columns.Identifier(length=16), nullable=False),
        sa.Column("resource_type", sa.String(), nullable=False),
        sa.Column("last_action_date", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_action_type", sa.String(), nullable=False),
        sa.Column("field_name", sa.String(), nullable=False),
        sa.Column("previous_value", sa.Text(), nullable=False),
        sa.Column("replacement_value", sa.Text(), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metadata")),
    )
    op.create_index("ix_metadata_resource_id", "metadata", ["resource_id"], unique=False)
    if rows:
        op.bulk_insert(plain, rows)


def guard_history() -> None:
    """Make the triggers that refuse a change of what is written."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL_TRIGGERS if is_postgresql else SQLITE_TRIGGERS:
        op.execute(statement)


def _drop_table() -> None:
    op.drop_index("ix_metadata_resource_id", "metadata")
    op.drop_table("metadata")


def _rows(statement: str) -> list[dict]:
    typed = sa.text(statement).columns(resource_id=columns.Identifier())
    return [dict(row) for row in op.get_bind().execute(typed).mappings()]


def _earlier_rows() -> list[dict]:
    typed = sa.text("SELECT * FROM metadata ORDER BY last_action_date, id").columns(
        resource_id=columns.Identifier(), last_action_date=columns.UtcDateTime()
    )
    return [dict(row) for row in op.get_bind().execute(typed).mappings()]


def _chained(rows: list[dict]) -> list[dict]:
    chained, previous = [], bytes(32)
    for seq, row in enumerate(rows, start=1):
        moment = row["last_action_date"].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        seen = {
            **{key: value for key, value in row.items() if key != "id"},
            "seq": seq,
            "resource_id": row["resource_id"].hex,
            "resource_version": None,
            "last_action_date": moment,
            "reason": None,
            "request_id": None,
        }
        text = json.dumps(seen, sort_keys=True, separators=(",", ":"))
        previous = hashlib.sha256(previous + text.encode("ascii")).digest()
        chained.append({**seen, "resource_id": row["resource_id"], "hash": previous})
    return chained


def _unchained(row: dict) -> dict:
    kept = ("resource_id", "resource_type", "last_action_type", "field_name")
    kept += ("previous_value", "replacement_value", "updated_by")
    return {
        **{key: row[key] for key in kept},
        "id": UUID(bytes=bytes(row["hash"][:16])),
        "last_action_date": datetime.fromisoformat(row["last_action_date"]),
    }
