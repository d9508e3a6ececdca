"""Checks due: the work-list by risk, and one screen per listing for the call."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import transaction
from app.domain.check_due import (
    TRIES_BEFORE_UNLISTING,
    CheckTakenError,
    DueCheck,
    Risk,
    TooFewTriesError,
    TriedTodayError,
)
from app.domain.errors import StaleEditError
from app.domain.records import PhoneRecord
from app.domain.report import ReportOutcome
from app.domain.text import clean_int, clean_text
from app.extensions import db
from app.store import checks_due as store
from app.store.history import HistoryRecord, list_history
from app.store.listings import get_listing
from app.store.reports import list_reports_of
from app.web.admin import blueprint
from app.web.admin.check_fields import conflict_words, fields_to_check
from app.web.admin.door import signed_in_user
from app.web.admin.listings.submit import keeps_while_away
from app.web.admin.paging import paging_of
from app.web.admin.reports import report_view
from app.web.clock import now
from app.web.formatters import partial_date
from app.web.views.questions import call_questions
from app.web.views.report_words import outcome_choices
from app.web.wording import gettext as _
from app.web.wording import ngettext

PAGE_SIZE: Final = 50
_LONGEST_REASON: Final = 500
_ACTIONS: Final = ("take", "hand_back", "done", "not_reached", "unlist")
_WAYS: Final = ("call", "visit", "website")


@dataclass(frozen=True, slots=True, kw_only=True)
class DueView:
    """A line of the work-list in words."""

    listing_id: UUID
    name: str
    state: str
    why: str
    age: str
    tries: int
    taken_by: str | None
    is_mine: bool


@blueprint.get("/checks/")
def checks() -> str:
    """The work-list, what can harm soonest in front."""
    total = store.count_due(db.session)
    paging = paging_of("admin.checks", total=total, size=PAGE_SIZE)
    found = store.list_due(db.session, now=now(), offset=paging.offset, limit=PAGE_SIZE)
    me = signed_in_user().name
    return render_template(
        "admin/checks.html",
        checks=[_due_view(each, me=me) for each in found],
        paging=paging,
    )


@blueprint.get("/checks/<uuid:listing_id>")
def check(listing_id: UUID) -> str:
    """One listing: whom to call, what to ask, what to mark as checked."""
    return _check_page(listing_id)


@blueprint.post("/checks/<uuid:listing_id>")
@keeps_while_away
def change_check(listing_id: UUID) -> ResponseReturnValue:
    """Take a check, hand it back, end it, count a try, or take the listing out."""
    action = request.form.get("action", "")
    if action not in _ACTIONS:
        abort(HTTPStatus.BAD_REQUEST)
    if action == "done" and not request.form.getlist("field"):
        page = _check_page(listing_id, error=_("Tick what you have checked"))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction(db.session):
            message = _apply(action, listing_id)
    except CheckTakenError as error:
        problem = _("%(name)s has this check. Nothing was changed.", name=error.by or _("Nobody"))
    except TriedTodayError:
        problem = _("One try a day counts, and today's is counted already.")
    except TooFewTriesError:
        problem = _("It was tried on fewer than 3 days. Nothing was changed.")
    except StaleEditError:
        problem = _("Somebody changed this listing meanwhile. Look at it again.")
    else:
        flash(message, "success")
        if action == "take":
            return redirect(url_for("admin.check", listing_id=listing_id))
        return redirect(url_for("admin.checks"))
    flash(problem, "error")
    return redirect(url_for("admin.check", listing_id=listing_id))


def _apply(action: str, listing_id: UUID) -> str:
    """Do one thing with a check; what to say of it."""
    me, moment = signed_in_user().name, now()
    match action:
        case "take":
            store.take_check(db.session, listing_id, by=me, now=moment)
            return _("You have this check for 4 hours.")
        case "hand_back":
            store.hand_back_check(db.session, listing_id, by=me, now=moment)
            return _("Handed back.")
        case "done":
            return _finish(listing_id)
        case "not_reached":
            tries = store.note_try(db.session, listing_id, by=me, now=moment, reason=_reason())
            return ngettext(
                "Counted: not reached on %(num)s day.",
                "Counted: not reached on %(num)s days.",
                tries,
            )
        case _:
            version = clean_int(request.form.get("version"), default=0, low=0, high=2**31 - 1)
            store.unlist_unreached(db.session, listing_id, form_version=version, by=me, now=moment)
            return _("Not listed until somebody is reached. It stays among the checks due.")


def _finish(listing_id: UUID) -> str:
    how, fields = request.form.get("how", ""), set(request.form.getlist("field"))
    known = {item.field for item in fields_to_check(get_listing(db.session, listing_id))}
    if how not in _WAYS or not fields <= known:
        abort(HTTPStatus.BAD_REQUEST)
    listing = store.finish_check(
        db.session,
        listing_id,
        fields,
        how=how,
        by=signed_in_user().name,
        now=now(),
        outcome=_outcome(),
        reason=_reason(),
    )
    return _("Checked: %(name)s.", name=listing.record.name)


def _check_page(listing_id: UUID, *, error: str | None = None) -> str:
    moment, me = now(), signed_in_user().name
    listing = get_listing(db.session, listing_id)
    due = store.get_due(db.session, listing_id, now=moment)
    record = listing.record
    return render_template(
        "admin/check.html",
        due=_due_view(due, me=me),
        version=listing.version,
        phones=_voices(record.phones),
        questions=call_questions(record),
        fields=fields_to_check(listing, today=moment.date()),
        ticked=set(request.form.getlist("field")),
        conflicts=[conflict_words(*each) for each in store.list_conflicts(db.session, listing_id)],
        reports=[report_view(each) for each in list_reports_of(db.session, listing_id)],
        outcomes=(("", _("Leave them open")), *outcome_choices()),
        ways=(
            ("call", _("By a call")),
            ("visit", _("By a visit")),
            ("website", _("On its website")),
        ),
        reason=request.form.get("reason", "")[:_LONGEST_REASON],
        may_unlist=due.tries >= TRIES_BEFORE_UNLISTING and record.status == "active",
        acts=[_act(each) for each in list_history(db.session, store.check_id_of(listing_id))],
        error=error,
    )


def _due_view(due: DueCheck, *, me: str) -> DueView:
    return DueView(
        listing_id=due.listing_id,
        name=due.name,
        state=due.state or "",
        why=_why(due.risk),
        age=_age(due),
        tries=due.tries,
        taken_by=due.taken_by,
        is_mine=due.taken_by == me,
    )


def _why(risk: Risk) -> str:
    return {
        Risk.WRONG_PHONE: _("A visitor reported a wrong phone number"),
        Risk.CONFLICT: _("An import says something else"),
        Risk.REPORT: _("A visitor reported a problem"),
        Risk.CARE: _("Naloxone, medicine or withdrawal care"),
        Risk.REST: _("Its turn"),
    }[risk]


def _age(due: DueCheck) -> str:
    if due.checked_on:
        return _("Checked on %(day)s", day=partial_date(due.checked_on))
    if due.as_of:
        return _("Never checked; details of %(day)s", day=partial_date(due.as_of))
    return _("Never checked")


def _voices(phones: tuple[PhoneRecord, ...]) -> list[PhoneRecord]:
    """The numbers that a person can call."""
    return [phone for phone in phones if phone.number and phone.kind not in {"fax", "text", "tty"}]


def _outcome() -> ReportOutcome | None:
    chosen = request.form.get("outcome", "")
    if not chosen:
        return None
    try:
        return ReportOutcome(chosen)
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST)


def _reason() -> str | None:
    text = request.form.get("reason", "")[: 4 * _LONGEST_REASON]
    return clean_text(text)[:_LONGEST_REASON] or None


def _act(record: HistoryRecord) -> tuple[str, str, str, str]:
    """Day, person, act and reason of one thing that was done with a check."""
    words = {
        "take": _("took it"),
        "hand back": _("handed it back"),
        "not reached": _("reached nobody"),
        "unlist": _("took it out of the directory"),
        "done": _("checked it"),
    }
    day = record.at.date().isoformat()
    return day, record.by, words.get(record.action, record.action), record.reason or ""
