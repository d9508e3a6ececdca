"""New Listings: entered by hand, or like one that is there."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db import transaction
from app.domain.errors import ParseError
from app.domain.records import ListingRecord
from app.domain.report import ReportState
from app.domain.text import clean_text
from app.extensions import db
from app.store.listing_search import copy_once, create_once, find_same_place
from app.store.listings import get_listing
from app.web.admin import blueprint
from app.web.admin.door import signed_in_user
from app.web.admin.listings.edit import needs_a_look, state_in_form, with_duplicate
from app.web.admin.listings.page import FormState, form_page
from app.web.admin.listings.reading import read_listing
from app.web.admin.listings.submit import (
    keeps_what_was_typed,
    note_unknown_fields,
    reason_in_form,
)
from app.web.admin.listings.suggested import begun, frame_of, suggested_place
from app.web.admin.listings.typed import shown, typed_in, unknown_fields
from app.web.clock import now

_EMPTY: Final = ListingRecord(organization_name="", name="")
_TWIN: Final = "twin_"


@blueprint.route("/listings/new", methods=["GET", "POST"])
@keeps_what_was_typed
def add_listing() -> ResponseReturnValue:
    """The empty form; a POST makes a Listing, once however often it is sent.

    With ?report=ID the form begins with what a visitor said of a place that is missing.
    """
    suggested = suggested_place()
    frame = frame_of(suggested)
    if request.method == "GET":
        return form_page(begun(suggested), listing=None, state=FormState(), frame=frame)
    state = state_in_form(version=None)
    typed = typed_in(request.form, shown(_EMPTY))
    note_unknown_fields(unknown_fields(request.form))
    reading = read_listing(typed, _EMPTY, today=now().date())
    warned = reading
    if not any(key.startswith(_TWIN) for key in state.confirmed):
        warned = with_duplicate(reading, _EMPTY, beside=None)
    record = replace(_EMPTY, **reading.changes)
    if len(warned.warnings) > len(reading.warnings):
        same = find_same_place(db.session, record)
        if same is not None and _is_sent_twice(same.record, record):
            return _already(same.id)
    if needs_a_look(warned, state):
        page = form_page(typed, listing=None, state=state, reading=warned, frame=frame)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    name = signed_in_user().name
    with transaction(db.session):
        made, is_new = create_once(
            db.session,
            record,
            is_meant=any(key.startswith(_TWIN) for key in state.confirmed),
            by=name,
            reason=reason_in_form(),
            now=now(),
        )
    if not is_new:
        return _already(made.id)
    if suggested is not None and suggested.state is not ReportState.DONE:
        flash(_("Added. It is live. Close the visitor's suggestion here."), "success")
        return redirect(url_for("admin.report", report_id=suggested.id))
    flash(_("Added. It is live."), "success")
    return redirect(url_for("admin.listing", listing_id=made.id))


@blueprint.post("/listings/<uuid:listing_id>/copy")
@keeps_what_was_typed
def copy_listing(listing_id: UUID) -> ResponseReturnValue:
    """Make a Listing like this one under another name, not listed until somebody opens it."""
    found = get_listing(db.session, listing_id)
    try:
        name = clean_text(request.form.get("name"))
    except ParseError:
        name = ""
    if not name or name == found.record.name:
        flash(_("Enter another name for the copy, with 10,000 characters at most."), "error")
        return redirect(url_for("admin.listing", listing_id=listing_id))
    by = signed_in_user().name
    with transaction(db.session):
        made, is_new = copy_once(
            db.session, listing_id, name=name, by=by, reason=reason_in_form(), now=now()
        )
    if not is_new:
        return _already(made.id)
    flash(_("Copied. It is not listed until you set its status to “Listed”."), "success")
    return redirect(url_for("admin.edit_listing", listing_id=made.id))


def _already(listing_id: UUID) -> ResponseReturnValue:
    flash(_("This was already saved: here it is."), "success")
    return redirect(url_for("admin.listing", listing_id=listing_id))


def _is_sent_twice(known: ListingRecord, record: ListingRecord) -> bool:
    return replace(known, sources=(), as_of=None) == replace(record, sources=(), as_of=None)
