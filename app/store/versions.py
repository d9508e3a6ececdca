"""The version of the data: numbers that grow with each change the public can see."""

from __future__ import annotations

import time
from typing import Final, NamedTuple

from sqlalchemy import insert, select, text, update
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from app.db import read_row
from app.models import DataVersion

# Each page asks for these, so that they are asked of the driver itself.
_VERSIONS: Final = "SELECT (SELECT version FROM data_version), (SELECT version FROM report_version)"
# In one statement: two reports that come at once are both the first. Counted from 1, and not
# from the time as the data is: that would tell at what hour the first report came.
_BUMP_REPORTS: Final = text(
    "INSERT INTO report_version (id, version) VALUES (1, 1)"
    " ON CONFLICT (id) DO UPDATE SET version = report_version.version + 1"
)


class Versions(NamedTuple):
    """The versions of the listings and of the reports of visitors."""

    data: int
    reports: int


def current_version(session: Session) -> int:
    """The version of the data now; 0 for a database in which nothing was ever written."""
    return session.execute(select(DataVersion.version)).scalar_one_or_none() or 0


def current_versions(engine: Engine) -> Versions:
    """Both versions now, 0 for nothing yet, as a page of results asks for them.

    Outside of any session: what is read after this is as new or newer.
    """
    data, reports = read_row(engine, _VERSIONS) or (0, 0)
    return Versions(data or 0, reports or 0)


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


def bump_report_version(session: Session) -> None:
    """Say inside the writing transaction that a report was added or changed."""
    session.execute(_BUMP_REPORTS)
