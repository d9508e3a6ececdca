"""The rows of the work-list, kept in step with each write of a Listing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from app.content.taxonomy import load_taxonomy
from app.domain.check_due import TRIES_BEFORE_UNLISTING, Risk
from app.domain.records import ListingRecord, ListingStatus
from app.models import CheckDue

# A wrong detail of these can cost a life.
_CARE_GROUPS: Final = ("medicine", "withdrawal")
_CARE_CODES: Final = ("HR-NALOXONE", "NOE")
_GONE: Final = frozenset({ListingStatus.INACTIVE, ListingStatus.DEFUNCT})


class Written(Protocol):
    """What a write of a Listing says of it."""

    @property
    def listing_id(self) -> UUID:
        """Which Listing."""

    @property
    def record(self) -> ListingRecord:
        """What it is then."""

    @property
    def verified_on(self) -> date | None:
        """The day of its newest check."""


def refresh_check_rows(session: Session, written: Sequence[Written]) -> None:
    """Write anew how pressing these Listings are; who works on them stays.

    One that is closed or retired leaves the list, unless it is because nobody was reached.
    """
    ids = [item.listing_id for item in written]
    session.execute(
        delete(CheckDue).where(
            CheckDue.listing_id.in_([i.listing_id for i in written if i.record.status in _GONE]),
            CheckDue.tries < TRIES_BEFORE_UNLISTING,
        )
    )
    known = set(
        session.execute(select(CheckDue.listing_id).where(CheckDue.listing_id.in_(ids))).scalars()
    )
    new = [
        {"listing_id": item.listing_id, **_pressing(item)}
        for item in written
        if item.listing_id not in known and item.record.status not in _GONE
    ]
    old = [
        {"key": item.listing_id, **{f"new_{name}": v for name, v in _pressing(item).items()}}
        for item in written
        if item.listing_id in known
    ]
    connection = session.connection()
    if new:
        connection.execute(insert(CheckDue), new)
    if old:
        connection.execute(_UPDATE, old)


def risk_of(codes: Collection[str]) -> Risk:
    """How pressing a Listing with these taxonomy codes is, without reports and conflicts."""
    return Risk.REST if _care_codes().isdisjoint(codes) else Risk.CARE


_UPDATE: Final = (
    update(CheckDue)
    .where(CheckDue.listing_id == bindparam("key"))
    .values(
        risk=bindparam("new_risk"),
        checked_on=bindparam("new_checked_on"),
        as_of=bindparam("new_as_of"),
    )
)


def _pressing(item: Written) -> dict[str, object]:
    return {
        "risk": int(risk_of(item.record.term_codes)),
        "checked_on": item.verified_on.isoformat() if item.verified_on else "",
        "as_of": item.record.as_of or "",
    }


@cache
def _care_codes() -> frozenset[str]:
    groups = [group for group in load_taxonomy().groups if group.id in _CARE_GROUPS]
    codes = [choice.codes for group in groups for choice in group.choices]
    return frozenset(_CARE_CODES).union(*codes)
