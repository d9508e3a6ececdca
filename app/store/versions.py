"""The version of the data: a number that grows with each change the public can see."""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.models import DataVersion


def current_version(session: Session) -> int:
    """The version of the data now; 0 for a database in which nothing was ever written."""
    return session.execute(select(DataVersion.version)).scalar_one_or_none() or 0


def bump_version(session: Session) -> int:
    """The next version, taken inside the writing transaction and locked until its end."""
    bumped = session.execute(
        update(DataVersion)
        .where(DataVersion.id == 1)
        .values(version=DataVersion.version + 1)
        .returning(DataVersion.version)
    ).scalar_one_or_none()
    if bumped is not None:
        return bumped
    session.execute(insert(DataVersion).values(id=1, version=1))
    return 1
