"""Sessions of the staff: kept by the hash of their token, ended by deleting them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.db import LOCK_WAIT_MS
from app.models import StaffSession


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession:
    """A session as the database has it; `owner` is the fs_uniquifier of the person."""

    owner: str
    data: str
    started_at: datetime
    seen_at: datetime


def find_session(session: Session, token_hash: bytes) -> StoredSession | None:
    """The session of that token, expired or not, or None."""
    row = session.execute(
        select(
            StaffSession.owner, StaffSession.data, StaffSession.started_at, StaffSession.seen_at
        ).where(StaffSession.token_hash == token_hash)
    ).one_or_none()
    if row is None:
        return None
    return StoredSession(
        owner=row.owner, data=row.data, started_at=row.started_at, seen_at=row.seen_at
    )


def create_session(
    session: Session, token_hash: bytes, *, owner: str, data: str, now: datetime
) -> None:
    """Begin a session at this moment."""
    session.execute(
        insert(StaffSession).values(
            token_hash=token_hash, owner=owner, data=data, started_at=now, seen_at=now
        )
    )


def update_session(session: Session, token_hash: bytes, *, data: str, now: datetime) -> None:
    """Keep what a session holds now; one that was ended meanwhile stays ended."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.token_hash == token_hash)
        .values(data=data, seen_at=now)
    )


def touch_session(session: Session, token_hash: bytes, *, now: datetime) -> bool:
    """Note that a session was used, in a transaction of its own; False if it had to wait.

    A long import holds the one write lock of SQLite, and no page should wait for that note.
    """
    session.rollback()
    note = update(StaffSession).where(StaffSession.token_hash == token_hash).values(seen_at=now)
    # One connection for all of it: another would be left without its wait for a lock.
    with session.get_bind().engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        try:
            if is_sqlite:
                connection.exec_driver_sql("PRAGMA busy_timeout=0")
            connection.execute(note)
            connection.commit()
        except OperationalError:
            connection.rollback()
            return False
        finally:
            if is_sqlite:
                connection.exec_driver_sql(f"PRAGMA busy_timeout={LOCK_WAIT_MS}")
    return True


def end_session(session: Session, token_hash: bytes) -> None:
    """End one session."""
    session.execute(delete(StaffSession).where(StaffSession.token_hash == token_hash))


def end_sessions_of(session: Session, owner: str) -> None:
    """End all sessions of a person."""
    session.execute(delete(StaffSession).where(StaffSession.owner == owner))


def forget_sessions(session: Session, *, started_before: datetime, seen_before: datetime) -> None:
    """Delete sessions that are older than they may be."""
    session.execute(
        delete(StaffSession).where(
            or_(
                StaffSession.started_at < started_before,
                StaffSession.seen_at < seen_before,
            )
        )
    )
