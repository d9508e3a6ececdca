"""Follow imports: their state, who began them, and what was there before each.

Old code runs against the new schema while a release rolls out: add, fill, read, drop,
each in a migration and a commit of its own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db as columns

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TEXTS = {
    "started_by": "NULL: a command.",
    "request": "What was asked for, as JSON.",
    "summary": "The preview in figures, as JSON.",
    "problem": "Why it failed, for people.",
}


def upgrade() -> None:
    """Bring the schema to this revision."""
    with op.batch_alter_table("import_run") as batch:
        batch.alter_column("source_id", existing_type=sa.String(), nullable=True)
        batch.add_column(
            sa.Column("state", sa.String(), server_default=sa.text("'done'"), nullable=False)
        )
        for name, comment in TEXTS.items():
            batch.add_column(sa.Column(name, sa.Text(), nullable=True, comment=comment))
        batch.add_column(
            sa.Column(
                "history_first",
                sa.BigInteger(),
                nullable=True,
                comment="The first number of the history that it wrote, and",
            )
        )
        batch.add_column(
            sa.Column("history_last", sa.BigInteger(), nullable=True, comment="the last.")
        )
        batch.add_column(
            sa.Column("undone_at", columns.UtcDateTime(timezone=True), nullable=True)
        )
        batch.add_column(sa.Column("undone_by", sa.Text(), nullable=True))
        batch.add_column(
            sa.Column("undo_report", sa.Text(), nullable=True, comment="What was kept, as JSON.")
        )
        batch.create_check_constraint(
            op.f("ck_import_run_state_known"),
            "state IN ('reading', 'ready', 'applying', 'done', 'failed', 'dropped', 'undoing',"
            " 'undone')",
        )
    op.create_table(
        "imported_record",
        sa.Column("import_run_id", columns.Identifier(length=16), nullable=False),
        sa.Column("record_id", columns.Identifier(length=16), nullable=False),
        sa.Column("fingerprint_after", sa.LargeBinary(length=16), nullable=False),
        sa.Column(
            "is_gone_after",
            sa.Boolean(),
            nullable=False,
            comment="The run found that it vanished.",
        ),
        sa.Column(
            "content", sa.LargeBinary(), nullable=True, comment="NULL: it was not there."
        ),
        sa.Column("fingerprint", sa.LargeBinary(length=16), nullable=True),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("edition", sa.Text(), nullable=True),
        sa.Column("vanished_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_run_id"],
            ["import_run.id"],
            name=op.f("fk_imported_record_import_run_id_import_run"),
        ),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["source_record.id"],
            name=op.f("fk_imported_record_record_id_source_record"),
        ),
        sa.PrimaryKeyConstraint(
            "import_run_id", "record_id", name=op.f("pk_imported_record")
        ),
    )


def downgrade() -> None:
    """Take this revision back; runs that never came to an end go with it."""
    op.drop_table("imported_record")
    op.execute(
        "DELETE FROM row_problem WHERE import_run_id IN"
        " (SELECT id FROM import_run WHERE source_id IS NULL)"
    )
    op.execute("DELETE FROM import_run WHERE source_id IS NULL")
    with op.batch_alter_table("import_run") as batch:
        batch.drop_constraint(op.f("ck_import_run_state_known"), type_="check")
        for name in (
            "undo_report",
            "undone_by",
            "undone_at",
            "history_last",
            "history_first",
            *reversed(TEXTS),
            "state",
        ):
            batch.drop_column(name)
        batch.alter_column("source_id", existing_type=sa.String(), nullable=False)
