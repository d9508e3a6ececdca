"""Reports of visitors as the staff work on them: the list, one report, taken, handed back, closed."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db import transaction
from app.domain.report import ReportClosedError, ReportOutcome, ReportRecord, ReportState
from app.domain.text import clean_text
from app.extensions import db
from app.store import reports as store
from app.store.checks_due import is_due
from app.store.history import HistoryRecord, list_history
from app.web.admin import blueprint
from app.web.admin.door import signed_in_user
from app.web.admin.listings.submit import keeps_while_away
from app.web.admin.paging import paging_of
from app.web.clock import now
from app.web.views.report_words import (
    call_words,
    outcome_choices,
    outcome_words,
    state_words,
    topic_words,
)

PAGE_SIZE: Final = 50
_LONGEST_REASON: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """A report as the staff read it."""

    id: UUID
    topic: str
    name: str
    listing_id: UUID | None
    when_called: str | None
    details: str
    town: str
    phone: str
    website: str
    received_on: str
    state: str
    is_done: bool
    taken_by: str | None


@blueprint.get("/reports/")
def reports() -> str:
    """The open reports, wrong phones first; with ?done=1 those that are closed."""
    is_open = request.args.get("done") != "1"
    total = store.count_reports(db.session, is_open=is_open)
    done = None if is_open else 1
    paging = paging_of("admin.reports", total=total, size=PAGE_SIZE, done=done)
    found = store.list_reports(db.session, is_open=is_open, offset=paging.offset, limit=PAGE_SIZE)
    return render_template(
        "admin/reports.html",
        reports=[report_view(each) for each in found],
        is_open=is_open,
        paging=paging,
    )


@blueprint.get("/reports/<uuid:report_id>")
def report(report_id: UUID) -> str:
    """One report, what was done with it, and what can be done."""
    found = store.get_report(db.session, report_id)
    return render_template(
        "admin/report.html",
        report=report_view(found),
        is_due=found.report.listing_id is not None and is_due(db.session, found.report.listing_id),
        is_mine=found.taken_by == signed_in_user().name,
        outcomes=outcome_choices(),
        acts=[_act(each) for each in list_history(db.session, report_id)],
    )


@blueprint.post("/reports/<uuid:report_id>")
@keeps_while_away
def change_report(report_id: UUID) -> ResponseReturnValue:
    """Take a report, hand it back, or close it with its outcome."""
    action, me = request.form.get("action", ""), signed_in_user().name
    outcome = _outcome() if action == "close" else None
    reason = clean_text(request.form.get("reason", "")[: 4 * _LONGEST_REASON])[:_LONGEST_REASON]
    try:
        with transaction(db.session):
            match action:
                case "take":
                    store.take_report(db.session, report_id, by=me, now=now())
                case "hand_back":
                    store.hand_back_report(db.session, report_id, by=me, now=now())
                case "close" if outcome:
                    store.close_report(
                        db.session,
                        report_id,
                        outcome=outcome,
                        by=me,
                        now=now(),
                        reason=reason or None,
                    )
                case _:
                    abort(HTTPStatus.BAD_REQUEST)
    except ReportClosedError:
        flash(_("Somebody closed this report meanwhile. Nothing was changed."), "error")
        return redirect(url_for("admin.report", report_id=report_id))
    flash(_("Saved."), "success")
    if action == "close":
        return redirect(url_for("admin.reports"))
    return redirect(url_for("admin.report", report_id=report_id))


def report_view(record: ReportRecord) -> ReportView:
    """A report in words."""
    told, place = record.report, record.report.suggestion
    state = outcome_words(record.outcome) if record.outcome else state_words(record.state)
    return ReportView(
        id=record.id,
        topic=topic_words(told.topic),
        name=record.listing_name or (place.name if place else ""),
        listing_id=told.listing_id,
        when_called=call_words(told.when_called) if told.when_called else None,
        details=told.details,
        town=place.town if place else "",
        phone=place.phone if place else "",
        website=place.website if place else "",
        received_on=record.received_on.isoformat(),
        state=state,
        is_done=record.state is ReportState.DONE,
        taken_by=record.taken_by,
    )


def _outcome() -> ReportOutcome:
    try:
        return ReportOutcome(request.form.get("outcome", ""))
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST)


def _act(record: HistoryRecord) -> tuple[str, str, str, str]:
    """Day, person, act and reason of one thing that was done with a report."""
    words = {"take": _("took it"), "hand back": _("handed it back"), "close": _("closed it")}
    day = record.at.date().isoformat()
    return day, record.by, words.get(record.action, record.action), record.reason or ""
