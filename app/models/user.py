"""People with an account, their passkeys and their sessions; nobody of the public is here.

The names of the columns that Flask-Security reads and writes are its own.
"""

# mypy: disable-error-code="assignment, misc"
# (Flask-Security's mixins declare the same names with other types, for type checkers alone.)

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask_security import UserMixin, WebAuthnMixin
from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UtcDateTime
from app.domain.roles import Role
from app.models.columns import long_text, uuid_key

_ROLES = ", ".join(f"'{role}'" for role in Role)


class User(Base, UserMixin):
    """One person who signs in."""

    __tablename__ = "user_account"
    __table_args__ = (
        CheckConstraint(f"role IN ({_ROLES})", name="role_known"),
        CheckConstraint(
            "(role = 'organization_member') = (organization_id IS NOT NULL)",
            name="member_has_organization",
        ),
        CheckConstraint("email = lower(email)", name="email_lowercase"),
    )

    id: Mapped[uuid_key]
    email: Mapped[long_text] = mapped_column(unique=True)
    name: Mapped[long_text] = mapped_column(comment="As the history of a Listing shows it.")
    role: Mapped[str]
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    active: Mapped[bool]
    password: Mapped[long_text | None] = mapped_column(comment="argon2id; NULL until one is set.")
    fs_uniquifier: Mapped[str] = mapped_column(
        unique=True, comment="What sessions point to; a new one ends them all."
    )
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(unique=True)
    tf_primary_method: Mapped[str | None]
    tf_totp_secret: Mapped[long_text | None] = mapped_column(comment="Encrypted.")
    totp_last_counter: Mapped[int | None] = mapped_column(
        BigInteger, comment="The time step of the last code; no code counts twice."
    )
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(
        JSON(none_as_null=True), comment="HMACs of codes that are left."
    )
    link_hash: Mapped[bytes | None] = mapped_column(
        LargeBinary(32), unique=True, comment="SHA-256 of the token in the link to set a password."
    )
    link_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    # Flask-Security reads it while somebody signs in and on the account's own pages only.
    webauthn: Mapped[list[Passkey]] = relationship(
        back_populates="user", cascade="all, delete-orphan", lazy="select"
    )


class Passkey(Base, WebAuthnMixin):
    """A key in somebody's device that signs in. Only its public half is here."""

    __tablename__ = "passkey"
    __table_args__ = (UniqueConstraint("user_id", "name", name="uq_passkey_user_id_name"),)

    id: Mapped[uuid_key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    name: Mapped[long_text]
    usage: Mapped[str] = mapped_column(comment="first or secondary")
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    backup_state: Mapped[bool]
    device_type: Mapped[str]
    extensions: Mapped[long_text | None]
    lastuse_datetime: Mapped[datetime] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(back_populates="webauthn", lazy="raise")


class StaffSession(Base):
    """A session of somebody who gave a password at least; the cookie holds its token."""

    __tablename__ = "staff_session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    owner: Mapped[str] = mapped_column(index=True, comment="The person's fs_uniquifier.")
    data: Mapped[long_text]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
