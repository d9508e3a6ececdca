"""The staff's work-list by risk: what is due, and what became of a check.

Never commits: the caller holds `with transaction(session)`. Each act is a record of the
history, of the check and not of the Listing: it changes nothing that visitors see.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import case, delete, func, literal, or_, select, union_all, update
from sqlalchemy.orm import Session

from app.domain.check_due import (
    TAKE_LASTS,
    TRIES_BEFORE_UNLISTING,
    CheckTakenError,
    DueCheck,
    Risk,
    TooFewTriesError,
    TriedTodayError,
)
from app.domain.errors import NotFoundError
from app.domain.history import Action, HistoryEntry
from app.domain.listing import Listing
from app.domain.records import ListingStatus
from app.domain.report import ReportOutcome, ReportState, Topic
from app.models import CheckDue, FieldConflict, ListingCard, Report, Service, ServiceAtLocation
from app.store.checks import verify_fields
from app.store.codec import encode
from app.store.edits import edit_listing, retire_listing
from app.store.history import append_history
from app.store.reports import close_report, list_reports_of
from app.store.versions import bump_version

_KIND: Final = "check_due"
# The columns of ix_check_due_order.
ORDER: Final = (CheckDue.risk, CheckDue.checked_on, CheckDue.as_of, CheckDue.listing_id)
_OPEN_STATES: Final = (ReportState.RECEIVED.value, ReportState.CHECKING.value)


def check_id_of(listing_id: UUID) -> UUID:
    """What the history calls the checking of a Listing."""
    return uuid5(listing_id, "check")


def count_due(session: Session) -> int:
    """How many Listings the work-list has."""
    return session.execute(select(func.count()).select_from(CheckDue)).scalar_one()


def count_pressing(session: Session) -> int:
    """How many of the Listings in the work-list have an open report or a conflict."""
    urgent = _urgent()
    return session.execute(
        select(func.count())
        .select_from(urgent)
        .join(CheckDue, CheckDue.listing_id == urgent.c.listing_id)
    ).scalar_one()


def list_due(session: Session, *, now: datetime, offset: int, limit: int) -> tuple[DueCheck, ...]:
    """A part of the work-list, by risk, then the longest unchecked first.

    Reports and conflicts are few and read live; all others come by one index in its order.
    """
    urgent = _urgent()
    pressing = session.execute(
        select(CheckDue, urgent.c.risk)
        .join(urgent, urgent.c.listing_id == CheckDue.listing_id)
        .order_by(urgent.c.risk, *ORDER[1:])
        .offset(offset)
        .limit(limit)
    ).all()
    found = [(row.CheckDue, Risk(row.risk)) for row in pressing]
    if len(found) < limit:
        before = count_pressing(session)
        rest = session.execute(
            select(CheckDue)
            .where(CheckDue.listing_id.not_in(select(urgent.c.listing_id)))
            .order_by(*ORDER)
            .offset(max(0, offset - before))
            .limit(limit - len(found))
        ).scalars()
        found += [(row, Risk(row.risk)) for row in rest]
    return _due_checks(session, found, now=now)


def is_due(session: Session, listing_id: UUID) -> bool:
    """Whether a Listing is in the work-list; one that is out of the directory is not."""
    return session.get(CheckDue, listing_id) is not None


def get_due(session: Session, listing_id: UUID, *, now: datetime) -> DueCheck:
    """One line of the work-list; raises NotFoundError."""
    urgent = _urgent(listing_id)
    row = session.execute(
        select(CheckDue, urgent.c.risk)
        .outerjoin(urgent, urgent.c.listing_id == CheckDue.listing_id)
        .where(CheckDue.listing_id == listing_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError(kind=_KIND, identifier=listing_id)
    risk = Risk(row.CheckDue.risk if row.risk is None else row.risk)
    return _due_checks(session, [(row.CheckDue, risk)], now=now)[0]


def list_conflicts(session: Session, listing_id: UUID) -> tuple[tuple[str, str, str], ...]:
    """Field, source and what that source says of it as JSON, where a person's word stands."""
    rows = session.execute(
        select(FieldConflict.field, FieldConflict.source_id, FieldConflict.incoming)
        .where(FieldConflict.listing_id == listing_id)
        .order_by(FieldConflict.field, FieldConflict.source_id)
    )
    return tuple((row.field, row.source_id, row.incoming) for row in rows)


def take_check(session: Session, listing_id: UUID, *, by: str, now: datetime) -> None:
    """Give a check to a person; raises CheckTakenError where another has it, NotFoundError."""
    is_free = or_(
        CheckDue.taken_by.is_(None),
        CheckDue.taken_by == by,
        CheckDue.taken_at <= now - TAKE_LASTS,
    )
    if not _set(session, listing_id, {"taken_by": by, "taken_at": now}, where=is_free):
        raise CheckTakenError(get_due(session, listing_id, now=now).taken_by or "")
    _note(session, listing_id, "take", by=by, now=now)


def hand_back_check(session: Session, listing_id: UUID, *, by: str, now: datetime) -> None:
    """Leave a check to somebody else; raises CheckTakenError where it is another's."""
    is_mine = CheckDue.taken_by == by
    if not _set(session, listing_id, {"taken_by": None, "taken_at": None}, where=is_mine):
        raise CheckTakenError(get_due(session, listing_id, now=now).taken_by or "")
    _note(session, listing_id, "hand back", by=by, now=now)


def note_try(
    session: Session, listing_id: UUID, *, by: str, now: datetime, reason: str | None = None
) -> int:
    """Count a day on which nobody was reached; how many there are.

    Raises TriedTodayError for a second one of a day, NotFoundError.
    """
    today = now.date()
    values = {
        "tries": CheckDue.tries + 1,
        "last_tried_on": today,
        "taken_by": None,
        "taken_at": None,
    }
    is_new_day = or_(CheckDue.last_tried_on.is_(None), CheckDue.last_tried_on < today)
    if not _set(session, listing_id, values, where=is_new_day):
        get_due(session, listing_id, now=now)
        message = "tried today already"
        raise TriedTodayError(message)
    tries = get_due(session, listing_id, now=now).tries
    _note(session, listing_id, "not reached", by=by, now=now, reason=reason, after={"tries": tries})
    return tries


def finish_check(
    session: Session,
    listing_id: UUID,
    fields: Collection[str],
    *,
    how: str,
    by: str,
    now: datetime,
    outcome: ReportOutcome | None = None,
    reason: str | None = None,
) -> Listing:
    """Mark fields as checked and end the check; the Listing as it is then.

    What sources said against these fields is settled until they say it again. With an
    outcome, its open reports are closed. A Listing that was taken out because nobody was
    reached is listed again. Raises as `verify_fields`, and NotFoundError.
    """
    bump_version(session)  # the first of all locks
    tries = get_due(session, listing_id, now=now).tries
    listing = verify_fields(
        session, listing_id, fields, how=how, by=by, on=now.date(), now=now, reason=reason
    )
    session.execute(
        delete(FieldConflict).where(
            FieldConflict.listing_id == listing_id, FieldConflict.field.in_(list(fields))
        )
    )
    if listing.record.status is ListingStatus.INACTIVE and tries >= TRIES_BEFORE_UNLISTING:
        listing = edit_listing(
            session,
            listing_id,
            form_version=listing.version,
            changes={"status": ListingStatus.ACTIVE},
            by=by,
            reason=reason,
            now=now,
            action=Action.RESTORE,
        ).listing
    _set(
        session,
        listing_id,
        {"tries": 0, "last_tried_on": None, "taken_by": None, "taken_at": None},
    )
    if outcome is not None:
        for report in list_reports_of(session, listing_id):
            close_report(session, report.id, outcome=outcome, by=by, now=now, reason=reason)
    _note(session, listing_id, "done", by=by, now=now, reason=reason)
    return listing


def unlist_unreached(
    session: Session, listing_id: UUID, *, form_version: int, by: str, now: datetime
) -> None:
    """Take a Listing out until somebody is reached; it stays in the work-list.

    It becomes inactive and not "temporarily closed": that nobody answers does not say that
    it is closed. Raises TooFewTriesError, StaleEditError, NotFoundError.
    """
    bump_version(session)  # the first of all locks
    tries = get_due(session, listing_id, now=now).tries
    if tries < TRIES_BEFORE_UNLISTING:
        message = f"{tries} tries"
        raise TooFewTriesError(message)
    reason = f"not reached on {tries} days"
    retire_listing(session, listing_id, form_version=form_version, by=by, reason=reason, now=now)
    _note(session, listing_id, "unlist", by=by, now=now, reason=reason)


def _urgent(listing_id: UUID | None = None) -> Any:  # noqa: ANN401 (a subquery)
    """The Listings with open reports or conflicts, each with its most pressing risk."""
    is_phone = case(
        (Report.topic == Topic.PHONE.value, int(Risk.WRONG_PHONE)), else_=int(Risk.REPORT)
    )
    reported = select(Report.listing_id, is_phone.label("risk")).where(
        Report.state.in_(_OPEN_STATES), Report.listing_id.is_not(None)
    )
    conflicting = select(FieldConflict.listing_id, literal(int(Risk.CONFLICT)).label("risk"))
    if listing_id is not None:
        reported = reported.where(Report.listing_id == listing_id)
        conflicting = conflicting.where(FieldConflict.listing_id == listing_id)
    every = union_all(reported, conflicting).subquery()
    return (
        select(every.c.listing_id, func.min(every.c.risk).label("risk"))
        .group_by(every.c.listing_id)
        .subquery()
    )


def _due_checks(
    session: Session, found: list[tuple[CheckDue, Risk]], *, now: datetime
) -> tuple[DueCheck, ...]:
    names = {
        row.id: row
        for row in session.execute(
            select(ServiceAtLocation.id, Service.name, ListingCard.state)
            .join(Service, Service.id == ServiceAtLocation.service_id)
            .outerjoin(ListingCard, ListingCard.id == ServiceAtLocation.id)
            .where(ServiceAtLocation.id.in_([due.listing_id for due, _risk in found]))
        )
    }
    return tuple(
        DueCheck(
            listing_id=due.listing_id,
            name=names[due.listing_id].name,
            state=names[due.listing_id].state,
            risk=risk,
            checked_on=due.checked_on,
            as_of=due.as_of,
            tries=due.tries,
            last_tried_on=due.last_tried_on,
            taken_by=due.taken_by if due.taken_at and due.taken_at > now - TAKE_LASTS else None,
        )
        for due, risk in found
    )


def _set(
    session: Session,
    listing_id: UUID,
    values: Mapping[str, Any],
    *,
    where: Any = True,  # noqa: ANN401 (a condition of SQL)
) -> bool:
    """Whether the row was there, and as it had to be, to be written."""
    changed = session.execute(
        update(CheckDue)
        .where(CheckDue.listing_id == listing_id, where)
        .values(**values)
        .execution_options(synchronize_session=False)
        .returning(CheckDue.listing_id)
    ).scalar_one_or_none()
    session.expire_all()  # a row was written past the objects of the session
    return changed is not None


def _note(
    session: Session,
    listing_id: UUID,
    action: str,
    *,
    by: str,
    now: datetime,
    reason: str | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    entry = HistoryEntry(
        at=now,
        by=by,
        action=action,
        resource_type=_KIND,
        resource_id=check_id_of(listing_id),
        reason=reason,
    )
    append_history(session, [replace(entry, after=encode(after).decode()) if after else entry])
