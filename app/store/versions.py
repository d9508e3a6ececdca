"""The version of the data: a number that grows with each change the public can see."""

from __future__ import annotations

import time

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.models import DataVersion


def current_version(session: Session) -> int:
    """The version of the data now; 0 for a database in which nothing was ever written."""
    return session.execute(select(DataVersion.version)).scalar_one_or_none() or 0


def first_version(session: Session) -> int:
    """The version that the data of this database began with; what is older is of another one."""
    return session.execute(select(DataVersion.first_version)).scalar_one_or_none() or 0


def bump_version(session: Session) -> int:
    """The next version, taken inside the writing transaction and locked until its end.

    The first one is the time in milliseconds, so that a database that is made anew begins
    above every version of the one before, whose search index may still lie there.
    """
    bumped = session.execute(
        update(DataVersion)
        .where(DataVersion.id == 1)
        .values(version=DataVersion.version + 1)
        .returning(DataVersion.version)
    ).scalar_one_or_none()
    if bumped is not None:
        return bumped
    first = time.time_ns() // 1_000_000
    session.execute(insert(DataVersion).values(id=1, version=first, first_version=first))
    return first
