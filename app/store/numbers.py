"""How fresh the directory is and what waits, counted from the data; nothing of what visitors do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, exists, func, select
from sqlalchemy.orm import Session

from app.domain.report import ReportState, Topic
from app.models import (
    ListingCard,
    Phone,
    Report,
    Service,
    ServiceAtLocation,
    Source,
    SourceRecord,
    Verification,
)

RECENT_DAYS: Final = 90
YEAR_DAYS: Final = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How many listings of a group have a number, and how many of these were checked lately.

    `within_year` counts those of `recent` too. `key` is a USPS code or the name of a source; ""
    for listings without a state, or that no source has.
    """

    key: str
    total: int
    recent: int
    within_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReport:
    """A report that waits, and since when."""

    topic: Topic
    received_on: date


def freshness_by_state(session: Session, *, today: date) -> tuple[Freshness, ...]:
    """Of the listings that are open and have a number, by the state of their card, by code."""
    state = func.coalesce(ListingCard.state, "")
    statement = (
        _counted(state, today=today)
        .outerjoin(ListingCard, ListingCard.id == ServiceAtLocation.id)
        .group_by(state)
        .order_by(state)
    )
    return _read(session, statement)


def freshness_by_source(session: Session, *, today: date) -> tuple[Freshness, ...]:
    """The same by source; a listing that several sources have counts in each of them."""
    kept = (
        select(SourceRecord.listing_id, SourceRecord.source_id)
        .where(SourceRecord.vanished_at.is_(None))
        .distinct()
        .subquery()
    )
    name = func.coalesce(Source.name, "")
    statement = (
        _counted(name, today=today)
        .outerjoin(kept, kept.c.listing_id == ServiceAtLocation.id)
        .outerjoin(Source, Source.id == kept.c.source_id)
        .group_by(name)
        .order_by(name)
    )
    return _read(session, statement)


def list_open_reports(session: Session) -> tuple[OpenReport, ...]:
    """The reports that wait, the oldest first."""
    rows = session.execute(
        select(Report.topic, Report.received_on)
        .where(Report.state != ReportState.DONE.value)
        .order_by(Report.received_on, Report.id)
    )
    return tuple(OpenReport(topic=Topic(row.topic), received_on=row.received_on) for row in rows)


def days_to_close(session: Session, *, since: date) -> tuple[int, ...]:
    """How many days each report waited that was closed from this day on, ascending."""
    rows = session.execute(
        select(Report.received_on, Report.changed_on).where(
            Report.state == ReportState.DONE.value, Report.changed_on >= since
        )
    )
    return tuple(sorted((row.changed_on - row.received_on).days for row in rows))


def _counted(key: ColumnElement[str], *, today: date) -> Select[str, int, int, int]:
    """Listings with a number by this key; a number that was edited since is not checked."""
    newest = (
        select(
            Verification.listing_id,
            Verification.how,
            Verification.verified_on,
            func.row_number()
            .over(
                partition_by=Verification.listing_id,
                order_by=(Verification.verified_on.desc(), Verification.id.desc()),
            )
            .label("place"),
        )
        .where(Verification.field == "phones")
        .subquery()
    )

    def since(days: int) -> ColumnElement[int]:
        is_checked = newest.c.verified_on >= today - timedelta(days=days)
        return func.coalesce(func.sum(case((is_checked & (newest.c.how != "edit"), 1), else_=0)), 0)

    return (
        select(
            key.label("key"),
            func.count().label("total"),
            since(RECENT_DAYS).label("recent"),
            since(YEAR_DAYS).label("within_year"),
        )
        .select_from(ServiceAtLocation)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .outerjoin(newest, (newest.c.listing_id == ServiceAtLocation.id) & (newest.c.place == 1))
        .where(
            Service.status == "active",
            exists().where(Phone.service_id == Service.id, Phone.number != ""),
        )
    )


def _read(session: Session, statement: Select[str, int, int, int]) -> tuple[Freshness, ...]:
    rows: Sequence[Any] = session.execute(statement).all()
    return tuple(
        Freshness(
            key=row.key,
            total=row.total,
            recent=int(row.recent),
            within_year=int(row.within_year),
        )
        for row in rows
    )
