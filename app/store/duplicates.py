"""Listings that may be one place: all pairs kept in step with the data, and those of one record.

`DuplicateFinder` is one per process. It reads what changed since it last looked, by the version
of the data, so that an edit or an import is seen by the next look in every process.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from app.domain.address import split_unit
from app.domain.candidate_pairs import CandidatePair, CandidatePairs
from app.domain.duplicates import THRESHOLD, Verdict, compare, judge
from app.domain.history import HistoryEntry
from app.domain.records import ListingRecord, PhoneKind
from app.domain.traits import Traits, make_traits, traits_of
from app.models import (
    Address,
    ListingApart,
    ListingCard,
    ListingMerge,
    Location,
    Organization,
    Phone,
    Service,
    ServiceAtLocation,
)
from app.store.history import append_history
from app.store.versions import bump_version, current_version, first_version

_KIND: Final = "listing_pair"
_MOST_ALIKE: Final = 3

Pair = CandidatePair[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """A Listing that may be the same place as a record, and why."""

    listing_id: UUID
    name: str
    verdict: Verdict


class DuplicateFinder:
    """The pairs of all Listings that are in the directory; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: CandidatePairs[UUID] = CandidatePairs()
        self._first, self._version = -1, -1

    def pairs(self, session: Session) -> tuple[Pair, ...]:
        """The pairs that may be one place, the likeliest first, without those called two."""
        with self._lock:
            self._catch_up(session)
            best = self._known.best()
        apart = _pairs_apart(session)
        return tuple(pair for pair in best if (pair.first, pair.second) not in apart)

    def _catch_up(self, session: Session) -> None:
        first, version = first_version(session), current_version(session)
        if first != self._first or version < self._version:
            self._known, self._version = CandidatePairs(), -1
        if version == self._version:
            return
        is_new = ListingCard.version > self._version
        closed = select(ListingCard.id).where(is_new, ListingCard.is_listed.is_(False))
        self._known.drop(session.execute(closed).scalars())
        self._known.put(load_traits(session, is_new, ListingCard.is_listed.is_(True)))
        self._first, self._version = first, version


def load_traits(session: Session, *conditions: ColumnElement[bool]) -> dict[UUID, Traits]:
    """The Traits of the Listings that meet these conditions on Listing, card, place or number."""
    numbers: dict[UUID, list[str]] = {}
    wanted = _joined(select(ServiceAtLocation.service_id)).where(*conditions)
    for service_id, number in session.execute(
        select(Phone.service_id, Phone.number).where(
            Phone.service_id.in_(wanted), Phone.type != PhoneKind.FAX.value
        )
    ):
        if service_id is not None:
            numbers.setdefault(service_id, []).append(number)
    rows = session.execute(_joined(select(*_COLUMNS)).where(*conditions).order_by(_COLUMNS[0]))
    return {row.id: _traits(row, numbers.get(row.service_id, ())) for row in rows}


def find_alike(
    session: Session, record: ListingRecord, *, beside: UUID | None = None
) -> tuple[Alike, ...]:
    """The Listings that may be the same place as a record, in whatever state, the likeliest first.

    At most three. Those that went into another are left out, as are those that a person called
    another place than `beside`, the Listing that the record is of.
    """
    places = _sharing(record)
    if not places:
        return ()
    conditions = [
        or_(*places),
        ServiceAtLocation.id.not_in(select(ListingMerge.gone_id)),
        ServiceAtLocation.id != beside if beside else ServiceAtLocation.id.is_not(None),
    ]
    own = traits_of(record)
    apart = _pairs_apart(session) if beside else frozenset()
    found = {
        key: judge(compare(own, traits))
        for key, traits in load_traits(session, *conditions).items()
        if beside is None or _ordered(beside, key) not in apart
    }
    best = sorted(
        (key for key, verdict in found.items() if verdict.score >= THRESHOLD),
        key=lambda key: (-found[key].score, key),
    )[:_MOST_ALIKE]
    rows = session.execute(
        select(ServiceAtLocation.id, Service.name)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .where(ServiceAtLocation.id.in_(best))
    )
    names = {row.id: row.name for row in rows}
    return tuple(Alike(listing_id=key, name=names[key], verdict=found[key]) for key in best)


def judge_pair(session: Session, first: UUID, second: UUID) -> Verdict:
    """How likely two Listings are one place, whatever their state."""
    both = load_traits(session, ServiceAtLocation.id.in_([first, second]))
    return judge(compare(both[first], both[second]))


def set_apart(
    session: Session, first: UUID, second: UUID, *, by: str, reason: str | None, now: datetime
) -> bool:
    """Remember that two Listings are two places; whether that is new."""
    bump_version(session)
    pair = _ordered(first, second)
    if pair in _pairs_apart(session):
        return False
    session.execute(
        insert(ListingApart).values(first_id=pair[0], second_id=pair[1], said_at=now, said_by=by)
    )
    _tell(session, pair, "set apart", by=by, reason=reason, now=now)
    return True


def offer_again(session: Session, first: UUID, second: UUID, *, by: str, now: datetime) -> bool:
    """Forget that two Listings are two places; whether it had been said."""
    bump_version(session)
    pair = _ordered(first, second)
    if pair not in _pairs_apart(session):
        return False
    session.execute(
        delete(ListingApart).where(
            ListingApart.first_id == pair[0], ListingApart.second_id == pair[1]
        )
    )
    _tell(session, pair, "offer again", by=by, reason=None, now=now)
    return True


def count_apart(session: Session) -> int:
    """How many pairs were called two places."""
    return session.execute(select(func.count()).select_from(ListingApart)).scalar_one()


def list_apart(
    session: Session, *, offset: int, limit: int
) -> Sequence[tuple[UUID, UUID, str, datetime]]:
    """The pairs that were called two places, by whom and when, the newest first."""
    rows = session.execute(
        select(ListingApart)
        .order_by(ListingApart.said_at.desc(), ListingApart.first_id, ListingApart.second_id)
        .offset(offset)
        .limit(limit)
    ).scalars()
    return [(row.first_id, row.second_id, row.said_by, row.said_at) for row in rows]


_COLUMNS: Final = (
    ServiceAtLocation.id,
    ServiceAtLocation.service_id,
    Organization.name.label("organization"),
    Service.name,
    Service.url,
    Location.latitude,
    Location.longitude,
    Location.is_approximate,
    Address.address_1,
    Address.address_2,
    Address.postal_code,
    Address.city,
    Address.state_province,
)


def _joined(statement: Any) -> Any:  # noqa: ANN401 (a SELECT of any columns)
    return (
        statement.select_from(ServiceAtLocation)
        .join(ListingCard, ListingCard.id == ServiceAtLocation.id)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Organization, Organization.id == Service.organization_id)
        .outerjoin(Location, Location.id == ServiceAtLocation.location_id)
        .outerjoin(Address, Address.location_id == ServiceAtLocation.location_id)
    )


def _traits(row: Any, numbers: Collection[str]) -> Traits:  # noqa: ANN401 (a row of _COLUMNS)
    street, unit = split_unit(row.address_1 or "")
    has_point = row.latitude is not None and not row.is_approximate
    return make_traits(
        organization=row.organization,
        name=row.name,
        street=street,
        unit=f"{unit or ''} {row.address_2 or ''}",
        postal_code=row.postal_code or "",
        city=row.city or "",
        state=row.state_province or "",
        phones=numbers,
        website=row.url,
        point=(row.latitude, row.longitude) if has_point else None,
    )


def _sharing(record: ListingRecord) -> list[ColumnElement[bool]]:
    """What a Listing must share with a record for the two to be compared."""
    found: list[ColumnElement[bool]] = []
    address = record.address
    if address and address.postal_code:
        found.append(Address.postal_code.startswith(address.postal_code[:5], autoescape=True))
    if address and address.city and address.state_province:
        found.append(
            (func.lower(Address.city) == address.city.lower())
            & (Address.state_province == address.state_province)
        )
    return found


def _pairs_apart(session: Session) -> frozenset[tuple[UUID, UUID]]:
    rows = session.execute(select(ListingApart.first_id, ListingApart.second_id))
    return frozenset((row.first_id, row.second_id) for row in rows)


def _ordered(first: UUID, second: UUID) -> tuple[UUID, UUID]:
    return (first, second) if first < second else (second, first)


def _tell(
    session: Session,
    pair: tuple[UUID, UUID],
    action: str,
    *,
    by: str,
    reason: str | None,
    now: datetime,
) -> None:
    entry = HistoryEntry(
        at=now,
        by=by,
        action=action,
        resource_type=_KIND,
        resource_id=uuid5(pair[0], f"pair:{pair[1]}"),
        after=f'["{pair[0]}","{pair[1]}"]',
        reason=reason,
    )
    append_history(session, [entry])
