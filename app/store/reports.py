"""Reports of visitors: kept, found by their reference, worked on and closed.

Never commits. Whatever writes a report bumps the version of the reports, by which pages know
that the marks of open reports have to be read again. The search does not know of reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, case, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.errors import NotFoundError
from app.domain.history import HistoryEntry
from app.domain.report import (
    NewReport,
    ReportClosedError,
    ReportOutcome,
    ReportRecord,
    ReportState,
    Suggestion,
    Topic,
    WhenCalled,
)
from app.models import Report, Service, ServiceAtLocation
from app.store.codec import encode
from app.store.history import append_history
from app.store.versions import bump_report_version

_KIND: Final = "report"
_IS_OPEN: Final = Report.state != ReportState.DONE.value


def add_report(session: Session, report: NewReport, *, reference: str, on: date) -> None:
    """Keep a report; one that is there under this reference already is not kept twice."""
    key, place = _hash(reference), report.suggestion
    if session.scalar(select(Report.id).where(Report.reference_hash == key)) is not None:
        return
    values = {
        "id": uuid4(),
        "reference_hash": key,
        "listing_id": report.listing_id,
        "topic": report.topic.value,
        "when_called": report.when_called.value if report.when_called else None,
        "details": report.details,
        "place_name": place.name if place else None,
        "place_town": place.town if place else None,
        "place_phone": place.phone if place else None,
        "place_website": place.website if place else None,
        "received_on": on,
        "state": ReportState.RECEIVED.value,
        "changed_on": on,
    }
    try:
        with session.begin_nested():
            session.execute(insert(Report), [values])
            bump_report_version(session)
    except IntegrityError:
        # A double click: the other request was between our look and our writing.
        if session.scalar(select(Report.id).where(Report.reference_hash == key)) is None:
            raise


def find_state(session: Session, reference: str) -> tuple[ReportState, date] | None:
    """How far a report is and since which day; None for a reference that there is not."""
    row = session.execute(
        select(Report.state, Report.changed_on).where(Report.reference_hash == _hash(reference))
    ).one_or_none()
    return (ReportState(row.state), row.changed_on) if row else None


def open_topics(
    session: Session, *, listing_id: UUID | None = None
) -> Mapping[UUID, tuple[Topic, ...]]:
    """What open reports are about, by Listing, of one or of all; those without are left out."""
    statement = select(Report.listing_id, Report.topic).where(_state_is(is_open=True)).distinct()
    if listing_id is not None:
        statement = statement.where(Report.listing_id == listing_id)
    rows = session.execute(statement)
    found: dict[UUID, set[Topic]] = {}
    for key, topic in rows:
        if key is not None:
            found.setdefault(key, set()).add(Topic(topic))
    return {key: tuple(each for each in Topic if each in topics) for key, topics in found.items()}


def count_reports(session: Session, *, is_open: bool) -> int:
    """How many reports are open, or how many are done."""
    statement = select(func.count()).select_from(Report).where(_state_is(is_open=is_open))
    return session.execute(statement).scalar_one()


def list_reports(
    session: Session, *, is_open: bool, offset: int, limit: int
) -> tuple[ReportRecord, ...]:
    """Open ones: wrong phones first, then the oldest. Done ones: the latest first."""
    order: tuple[Any, ...] = (Report.changed_on.desc(), Report.id)
    if is_open:
        is_phone = case((Report.topic == Topic.PHONE.value, 0), else_=1)
        order = (is_phone, Report.received_on, Report.id)
    rows = session.execute(
        _statement().where(_state_is(is_open=is_open)).order_by(*order).offset(offset).limit(limit)
    )
    return tuple(_record(row.Report, row.name) for row in rows)


def list_reports_of(session: Session, listing_id: UUID) -> tuple[ReportRecord, ...]:
    """The open reports of one Listing, the oldest first."""
    rows = session.execute(
        _statement()
        .where(Report.listing_id == listing_id, _IS_OPEN)
        .order_by(Report.received_on, Report.id)
    )
    return tuple(_record(row.Report, row.name) for row in rows)


def get_report(session: Session, report_id: UUID) -> ReportRecord:
    """The report with this id; raises NotFoundError."""
    row = session.execute(_statement().where(Report.id == report_id)).one_or_none()
    if row is None:
        raise NotFoundError(kind=_KIND, identifier=report_id)
    return _record(row.Report, row.name)


def take_report(session: Session, report_id: UUID, *, by: str, now: datetime) -> None:
    """Say that somebody is checking it; raises ReportClosedError, NotFoundError."""
    _change(
        session,
        report_id,
        {"state": ReportState.CHECKING.value, "taken_by": by},
        action="take",
        by=by,
        now=now,
    )


def hand_back_report(session: Session, report_id: UUID, *, by: str, now: datetime) -> None:
    """Leave it to somebody else; raises ReportClosedError, NotFoundError."""
    _change(
        session,
        report_id,
        {"state": ReportState.RECEIVED.value, "taken_by": None},
        action="hand back",
        by=by,
        now=now,
    )


def close_report(
    session: Session,
    report_id: UUID,
    *,
    outcome: ReportOutcome,
    by: str,
    now: datetime,
    reason: str | None = None,
) -> None:
    """End the work on it; raises ReportClosedError where somebody did already, NotFoundError."""
    _change(
        session,
        report_id,
        {"state": ReportState.DONE.value, "outcome": outcome.value, "taken_by": None},
        action="close",
        by=by,
        now=now,
        reason=reason,
    )


def _change(
    session: Session,
    report_id: UUID,
    values: Mapping[str, str | None],
    *,
    action: str,
    by: str,
    now: datetime,
    reason: str | None = None,
) -> None:
    before = get_report(session, report_id)
    changed = session.execute(
        update(Report)
        .where(Report.id == report_id, _IS_OPEN)
        .values(**values, changed_on=now.date())
        .execution_options(synchronize_session=False)
        .returning(Report.id)
    ).scalar_one_or_none()
    if changed is None:
        message = "the report was closed meanwhile"
        raise ReportClosedError(message)
    session.expire_all()
    bump_report_version(session)
    entry = HistoryEntry(
        at=now,
        by=by,
        action=action,
        resource_type=_KIND,
        resource_id=report_id,
        field="state",
        before=encode({"state": before.state, "taken_by": before.taken_by}).decode(),
        after=encode(values).decode(),
        reason=reason,
    )
    append_history(session, [entry])


def _state_is(*, is_open: bool) -> ColumnElement[bool]:
    # Named one by one: an index answers IN, and not "is another than".
    opened = (ReportState.RECEIVED.value, ReportState.CHECKING.value)
    return Report.state.in_(opened) if is_open else Report.state == ReportState.DONE.value


def _statement() -> Any:  # noqa: ANN401 (a select of an entity and a column)
    return (
        select(Report, Service.name)
        .outerjoin(ServiceAtLocation, ServiceAtLocation.id == Report.listing_id)
        .outerjoin(Service, Service.id == ServiceAtLocation.service_id)
    )


def _record(row: Report, listing_name: str | None) -> ReportRecord:
    suggestion = None
    if row.place_name is not None:
        suggestion = Suggestion(
            name=row.place_name,
            town=row.place_town or "",
            phone=row.place_phone or "",
            website=row.place_website or "",
        )
    return ReportRecord(
        id=row.id,
        report=NewReport(
            topic=Topic(row.topic),
            listing_id=row.listing_id,
            when_called=WhenCalled(row.when_called) if row.when_called else None,
            details=row.details,
            suggestion=suggestion,
        ),
        listing_name=listing_name,
        state=ReportState(row.state),
        outcome=ReportOutcome(row.outcome) if row.outcome else None,
        received_on=row.received_on,
        changed_on=row.changed_on,
        taken_by=row.taken_by,
    )


def _hash(reference: str) -> bytes:
    return sha256(reference.encode()).digest()
