"""What a visitor says is wrong or missing, without an account, and how far we are with it.

The answer to a sent form is a page and no redirect: the reference stands in no address, so
that the browser's history does not keep it. Loading the page again sends nothing twice.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import DatabaseUnavailableError, transaction
from app.domain.errors import NotFoundError
from app.domain.listing import Listing
from app.domain.report import read_reference
from app.extensions import db
from app.store.merge_lookup import find_merged_listing_id
from app.store.public_listings import get_public_listing
from app.store.reports import add_report, find_state
from app.web import clock
from app.web.limits import Limit
from app.web.origin import refuse_other_origins
from app.web.public import blueprint
from app.web.public.report_form import (
    TRAP,
    TypedReport,
    empty_form,
    errors_of,
    made_up_reference,
    read_form,
    reference_of,
    report_of,
    struck_form,
)
from app.web.reading import read_again
from app.web.tries import network_of, seconds_to_wait
from app.web.views.report_words import call_choices, state_words, topic_choices
from app.web.wording import gettext as _
from app.web.wording import ngettext

_HOUR_S: Final = 3_600
_MINUTE_S: Final = 60
_RETRY_AFTER_S: Final = "5"
BY_NETWORK: Final = Limit(name="report network", count=10, period_s=_HOUR_S)
BY_EVERYBODY: Final = Limit(name="report everybody", count=300, period_s=_HOUR_S)


@blueprint.route("/listings/<uuid:listing_id>/report", methods=["GET", "POST"])
def report(listing_id: UUID) -> ResponseReturnValue:
    """Say what is wrong with a Listing."""
    if request.method == "POST":
        refuse_other_origins()
        return _receive(read_form(request.form), listing_id=listing_id)
    listing = _listing(listing_id)
    if listing.id != listing_id:
        address = url_for("public.report", listing_id=listing.id)
        return redirect(address, HTTPStatus.MOVED_PERMANENTLY)
    typed = empty_form(topic=request.args.get("topic", ""))
    return _form_page(typed, listing_id=listing_id, listing=listing)


@blueprint.route("/suggest", methods=["GET", "POST"])
def suggest() -> ResponseReturnValue:
    """Name a place that is missing."""
    if request.method == "POST":
        refuse_other_origins()
        return _receive(read_form(request.form), listing_id=None)
    return _form_page(empty_form(), listing_id=None)


@blueprint.get("/reports/<reference>")
def report_state(reference: str) -> ResponseReturnValue:
    """How far a report is and since when, and nothing else of it."""
    found = read_reference(reference)
    state = find_state(db.session, found) if found else None
    if state is None:
        return render_template("public/report_unknown.html"), HTTPStatus.NOT_FOUND
    words = state_words(state[0])
    return render_template("public/report_state.html", state=words, since=state[1].isoformat())


def _receive(typed: TypedReport, *, listing_id: UUID | None) -> ResponseReturnValue:
    """Keep the report, or show the form again with what stands in the way."""
    try:
        listing = read_again(lambda: _listing(listing_id)) if listing_id else None
        return _received(typed, listing_id=listing.id if listing else None, listing=listing)
    except DatabaseUnavailableError:
        problem = _("We cannot keep it at the moment. What you wrote is still here: send it again.")
        page = _form_page(typed, listing_id=listing_id, problem=problem)
        return page, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": _RETRY_AFTER_S}


def _received(
    typed: TypedReport, *, listing_id: UUID | None, listing: Listing | None
) -> ResponseReturnValue:
    errors = errors_of(typed, is_suggestion=listing_id is None)
    if errors:
        page = _form_page(typed, listing_id=listing_id, listing=listing, errors=errors)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    struck, removed = struck_form(typed, listing.record if listing else None)
    if removed:
        return _form_page(struck, listing_id=listing_id, listing=listing, removed=removed)
    wait_s = _seconds_to_wait()
    if wait_s:
        minutes = math.ceil(wait_s / _MINUTE_S)
        problem = ngettext(
            "Many reports came from your network. Send this again in %(num)s minute.",
            "Many reports came from your network. Send this again in %(num)s minutes.",
            minutes,
        )
        page = _form_page(typed, listing_id=listing_id, listing=listing, problem=problem)
        return page, HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(wait_s)}
    if typed.is_trapped:
        return _sent_page(made_up_reference(), listing=listing)
    new = report_of(typed, listing_id=listing_id)
    reference = reference_of(typed, new, secret=current_app.config["SECRET_KEY"])
    with transaction(db.session):
        add_report(db.session, new, reference=reference, on=clock.now().date())
    return _sent_page(reference, listing=listing)


def _seconds_to_wait() -> int:
    return seconds_to_wait(BY_NETWORK, network_of(request)) or seconds_to_wait(BY_EVERYBODY, "")


def _listing(listing_id: UUID) -> Listing:
    """The Listing, or the one that its id lives on in; answers 404 where there is neither."""
    living = find_merged_listing_id(db.session, listing_id) or listing_id
    try:
        return get_public_listing(db.session, living)
    except NotFoundError:
        abort(HTTPStatus.NOT_FOUND)


def _form_page(
    typed: TypedReport,
    *,
    listing_id: UUID | None,
    listing: Listing | None = None,
    errors: Mapping[str, str] | None = None,
    removed: list[str] | None = None,
    problem: str | None = None,
) -> str:
    """The form; `listing` is None for a new place, and where the database is gone."""
    is_suggestion = listing_id is None
    address = (
        url_for("public.suggest")
        if is_suggestion
        else url_for("public.report", listing_id=listing_id)
    )
    return render_template(
        "public/report_suggest.html" if is_suggestion else "public/report.html",
        action=address,
        typed=typed,
        listing_id=listing_id,
        name=listing.record.name if listing else None,
        topics=topic_choices(),
        calls=call_choices(),
        errors=errors or {},
        removed=removed or [],
        problem=problem,
        trap=TRAP,
    )


def _sent_page(reference: str, *, listing: Listing | None) -> str:
    return render_template(
        "public/report_sent.html",
        reference=reference,
        listing_id=listing.id if listing else None,
        name=listing.record.name if listing else None,
    )
