"""Accounts of the staff: added, changed, and asked for by Flask-Security."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, cast
from uuid import UUID, uuid4

from flask_security import FSQLALiteUserDatastore, RoleMixin, UserMixin
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db import begin_writing, transaction
from app.domain.errors import DirectoryError
from app.domain.history import HistoryEntry
from app.domain.roles import Role
from app.extensions import db
from app.models import Organization, Passkey, User
from app.store.history import append_history
from app.store.sessions import end_sessions_of

LINK_LASTS: Final = timedelta(hours=24)
_LINK_BYTES: Final = 32
_KIND: Final = "user_account"
_TAKEN: Final = "There is an account with that address already."
_NOTED: Final = "noted accounts"


class AccountError(DirectoryError):
    """An account that cannot be as asked; the message says why, for the person asking."""


class UserStore(FSQLALiteUserDatastore):
    """What Flask-Security reads and writes of accounts, on the session of the request."""

    def __init__(self) -> None:
        super().__init__(db, User, RoleMixin, Passkey)

    def find_user(self, case_insensitive: bool = False, **by: object) -> User | None:  # noqa: FBT001, FBT002 (Flask-Security's own)
        """The account with this one attribute, or None."""
        with db.session.no_autoflush:
            return cast("User | None", super().find_user(case_insensitive, **by))

    def find_webauthn(self, credential_id: bytes) -> Passkey | None:
        """The passkey with that id, or None."""
        with db.session.no_autoflush:
            return cast("Passkey | None", super().find_webauthn(credential_id))

    def create_webauthn(self, *args: Any, **values: Any) -> None:  # noqa: ANN401 (passed on)
        """Keep a new passkey of somebody."""
        super().create_webauthn(*args, id=uuid4(), **values)

    def tf_set(
        self,
        user: UserMixin,
        primary_method: str,
        totp_secret: str | None = None,
        phone: str | None = None,
    ) -> None:
        """Give an account its authenticator app; the history says so where it is another one."""
        del phone
        if totp_secret and user.tf_totp_secret != totp_secret:
            note_account(
                db.session,
                cast("User", user),
                "update",
                now=datetime.now(UTC),
                field="second_step",
            )
        super().tf_set(user, primary_method, totp_secret)

    def tf_reset(self, user: UserMixin) -> None:
        """Take the authenticator app away from an account."""
        user.tf_primary_method = user.tf_totp_secret = None

    def commit(self) -> None:
        """Write what changed.

        On SQLite a transaction that has read cannot always become one that writes: nothing was
        flushed yet, so it is ended and begun again with the write lock.
        """
        session = db.session
        if session.get_bind().dialect.name == "sqlite" and session.in_transaction():
            connection = session.connection()
            connection.exec_driver_sql("ROLLBACK")
            begin_writing(connection)
        session.flush()
        append_history(session, session.info.pop(_NOTED, ()))
        session.commit()


def note_account(session: Session, user: User, action: str, *, now: datetime, field: str) -> None:
    """Write what somebody did to their own account when the store commits next."""
    entry = _entry(user, action, by=user.name, now=now, field=field)
    session.info.setdefault(_NOTED, []).append(entry)


def find_user(session: Session, email: str) -> User | None:
    """The account of that address, or None."""
    return session.scalar(select(User).where(User.email == email.strip().lower()))


def get_user(session: Session, user_id: UUID) -> User | None:
    """The account with that id, or None."""
    return session.get(User, user_id)


def list_users(session: Session) -> Sequence[User]:
    """All accounts, by address."""
    return session.scalars(select(User).order_by(User.email, User.id)).all()


def has_users(session: Session) -> bool:
    """Whether anybody has an account."""
    return session.scalar(select(User.id).limit(1)) is not None


def organization_names(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names of these organizations by their ids."""
    rows = session.execute(
        select(Organization.id, Organization.name)
        .where(Organization.id.in_(ids))
        .order_by(Organization.id)
    )
    return {row.id: row.name for row in rows}


def create_user(
    session: Session,
    email: str,
    *,
    role: Role,
    now: datetime,
    by: str,
    name: str = "",
    organization_id: UUID | None = None,
) -> User:
    """A new account without a password; raises AccountError for one that cannot be."""
    address = email.strip().lower()
    if find_user(session, address):
        raise AccountError(_TAKEN)
    _check_organization(session, role=role, organization_id=organization_id)
    user = User(
        id=uuid4(),
        email=address,
        name=name.strip() or address.partition("@")[0],
        role=role,
        organization_id=organization_id,
        active=True,
        fs_uniquifier=uuid4().hex,
        fs_webauthn_user_handle=uuid4().hex,
        created_at=now,
    )
    session.add(user)
    try:
        session.flush()
    except IntegrityError as error:
        # Somebody else added the address meanwhile.
        raise AccountError(_TAKEN) from error
    record_account(session, user, "create", by=by, now=now, after=f'"{role}"')
    return user


def set_role(
    session: Session,
    user: User,
    *,
    role: Role,
    now: datetime,
    by: str,
    organization_id: UUID | None = None,
) -> None:
    """Give an account another role; it is in force at the person's next page."""
    _check_organization(session, role=role, organization_id=organization_id)
    if role != Role.ADMIN:
        _keep_one_admin(session, user)
    before = user.role
    user.role, user.organization_id = role, organization_id
    session.flush()
    record_account(
        session,
        user,
        "update",
        field="role",
        by=by,
        now=now,
        before=f'"{before}"',
        after=f'"{role}"',
    )


def set_active(session: Session, user: User, *, active: bool, now: datetime, by: str) -> None:
    """Open or close an account; closing ends its sessions and its link."""
    if not active:
        _keep_one_admin(session, user)
        _shut_out(session, user)
    before = user.active
    user.active = active
    session.flush()
    record_account(
        session,
        user,
        "update",
        field="active",
        by=by,
        now=now,
        before=str(before).lower(),
        after=str(active).lower(),
    )


def issue_link(session: Session, user: User, *, now: datetime, by: str) -> str:
    """The token of a link to set a password: good once, for a day; older links end."""
    token = secrets.token_urlsafe(_LINK_BYTES)
    user.link_hash = sha256(token.encode()).digest()
    user.link_expires_at = now + LINK_LASTS
    session.flush()
    record_account(session, user, "update", field="link", by=by, now=now)
    return token


def find_user_by_link(session: Session, token: str, *, now: datetime) -> User | None:
    """The open account that a link belongs to, None where the link is used, old or made up."""
    user = session.scalar(select(User).where(User.link_hash == sha256(token.encode()).digest()))
    if user is None or not user.active or user.link_expires_at is None:
        return None
    return user if now < user.link_expires_at else None


def use_link(session: Session, token: str, *, password_hash: str, now: datetime) -> User | None:
    """Set a password by a link and end the link and all sessions; None if somebody was first."""
    user = find_user_by_link(session, token, now=now)
    if user is None:
        return None
    claimed = session.scalar(
        update(User)
        .where(User.id == user.id, User.link_hash == user.link_hash)
        .values(link_hash=None, link_expires_at=None)
        .returning(User.id)
        .execution_options(synchronize_session=False)
    )
    if claimed is None:
        return None
    session.refresh(user)
    _shut_out(session, user)
    user.password = password_hash
    session.flush()
    record_account(session, user, "update", field="password", by=user.name, now=now)
    return user


def reset_second_step(session: Session, user: User, *, now: datetime, by: str) -> None:
    """Take app, passkeys and recovery codes away, and end all sessions; the password stays."""
    _shut_out(session, user)
    user.tf_primary_method = user.tf_totp_secret = None
    user.mf_recovery_codes = None
    session.execute(delete(Passkey).where(Passkey.user_id == user.id))
    session.flush()
    session.expire(user)
    record_account(session, user, "update", field="second_step", by=by, now=now)


def spend_code(session: Session, user_id: UUID, *, counter: int) -> bool:
    """Count a time step of the authenticator app as used; False if it or a later one was."""
    with transaction(session):
        spent = session.scalar(
            update(User)
            .where(
                User.id == user_id,
                or_(User.totp_last_counter.is_(None), User.totp_last_counter < counter),
            )
            .values(totp_last_counter=counter)
            .returning(User.id)
            .execution_options(synchronize_session=False)
        )
    return spent is not None


def spend_recovery_code(session: Session, user_id: UUID, *, code_hash: str) -> bool:
    """Use a recovery code up; False if it is none of the person's codes any more."""
    with transaction(session):
        codes = session.scalar(
            select(User.mf_recovery_codes).where(User.id == user_id).with_for_update()
        )
        if not codes or code_hash not in codes:
            return False
        left = [code for code in codes if code != code_hash]
        session.execute(
            update(User)
            .where(User.id == user_id)
            .values(mf_recovery_codes=left)
            .execution_options(synchronize_session=False)
        )
    return True


def record_account(
    session: Session,
    user: User,
    action: str,
    *,
    by: str,
    now: datetime,
    field: str = "",
    before: str = "null",
    after: str = "null",
) -> None:
    """Write what happened to an account into the history, in the transaction at hand."""
    entry = _entry(user, action, by=by, now=now, field=field, before=before, after=after)
    append_history(session, [entry])


def _entry(
    user: User,
    action: str,
    *,
    by: str,
    now: datetime,
    field: str,
    before: str = "null",
    after: str = "null",
) -> HistoryEntry:
    return HistoryEntry(
        at=now,
        by=by,
        action=action,
        resource_type=_KIND,
        resource_id=user.id,
        field=field,
        before=before,
        after=after,
    )


def _shut_out(session: Session, user: User) -> None:
    end_sessions_of(session, user.fs_uniquifier)
    user.fs_uniquifier = uuid4().hex
    user.link_hash = user.link_expires_at = None


def _check_organization(session: Session, *, role: Role, organization_id: UUID | None) -> None:
    if (role == Role.ORGANIZATION_MEMBER) != (organization_id is not None):
        message = "An organization member has one organization, other roles have none."
        raise AccountError(message)
    if organization_id is not None and session.get(Organization, organization_id) is None:
        message = "There is no organization with that id."
        raise AccountError(message)


def _keep_one_admin(session: Session, user: User) -> None:
    """Refuse to take away the last admin: nobody could undo it from the pages."""
    if user.role != Role.ADMIN or not user.active:
        return
    others = session.scalar(
        select(User.id).where(User.role == Role.ADMIN, User.active, User.id != user.id).limit(1)
    )
    if others is None:
        message = "This is the only admin. Make somebody else an admin first."
        raise AccountError(message)
