"""Create the accounts of the staff, their passkeys and their sessions.

Old code runs against the new schema while a release rolls out: add, fill, read, drop,
each in a migration and a commit of its own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db as columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "user_account",
        sa.Column("id", columns.Identifier(length=16), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column(
            "name",
            sa.Text(),
            nullable=False,
            comment="As the history of a Listing shows it.",
        ),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("organization_id", columns.Identifier(length=16), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column(
            "password",
            sa.Text(),
            nullable=True,
            comment="argon2id; NULL until one is set.",
        ),
        sa.Column(
            "fs_uniquifier",
            sa.String(),
            nullable=False,
            comment="What sessions point to; a new one ends them all.",
        ),
        sa.Column("fs_webauthn_user_handle", sa.String(), nullable=True),
        sa.Column("tf_primary_method", sa.String(), nullable=True),
        sa.Column(
            "tf_totp_secret",
            sa.Text(),
            nullable=True,
            comment="Encrypted.",
        ),
        sa.Column(
            "totp_last_counter",
            sa.BigInteger(),
            nullable=True,
            comment="The time step of the last code; no code counts twice.",
        ),
        sa.Column(
            "mf_recovery_codes",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="HMACs of codes that are left.",
        ),
        sa.Column(
            "link_hash",
            sa.LargeBinary(length=32),
            nullable=True,
            comment="SHA-256 of the token in the link to set a password.",
        ),
        sa.Column("link_expires_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('editor', 'reviewer', 'admin', 'organization_member')",
            name=op.f("ck_user_account_role_known"),
        ),
        sa.CheckConstraint(
            "(role = 'organization_member') = (organization_id IS NOT NULL)",
            name=op.f("ck_user_account_member_has_organization"),
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_user_account_email_lowercase")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_user_account_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_user_account_fs_uniquifier")),
        sa.UniqueConstraint(
            "fs_webauthn_user_handle", name=op.f("uq_user_account_fs_webauthn_user_handle")
        ),
        sa.UniqueConstraint("link_hash", name=op.f("uq_user_account_link_hash")),
    )
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_user_account_organization_id"), ["organization_id"], unique=False
        )

    op.create_table(
        "passkey",
        sa.Column("id", columns.Identifier(length=16), nullable=False),
        sa.Column("user_id", columns.Identifier(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "usage",
            sa.String(),
            nullable=False,
            comment="first or secondary",
        ),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(), nullable=False),
        sa.Column("extensions", sa.Text(), nullable=True),
        sa.Column("lastuse_datetime", columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_passkey_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_passkey_user_id_name")),
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_user_id"), ["user_id"], unique=False)

    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column(
            "owner",
            sa.String(),
            nullable=False,
            comment="The person's fs_uniquifier.",
        ),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("started_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_session")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_session_owner"), ["owner"], unique=False)
        batch_op.create_index(batch_op.f("ix_staff_session_seen_at"), ["seen_at"], unique=False)


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("staff_session")
    op.drop_table("passkey")
    op.drop_table("user_account")
