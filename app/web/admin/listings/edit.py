"""A Listing is changed: read, warned of, saved, or held against what others saved meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db import transaction
from app.domain.errors import RowError, StaleEditError
from app.domain.listing import Listing
from app.domain.records import ListingRecord
from app.extensions import db
from app.store import edits as store
from app.store.duplicates import find_alike
from app.store.listings import get_listing
from app.store.timeline import listing_versions, record_before
from app.web.admin import blueprint
from app.web.admin.door import signed_in_user
from app.web.admin.listings.merging import chosen_changes, merge_rows
from app.web.admin.listings.page import FormState, form_page
from app.web.admin.listings.reading import Caution, Reading, read_listing
from app.web.admin.listings.submit import (
    keeps_what_was_typed,
    kept_fields,
    note_unknown_fields,
    reason_in_form,
    version_in_form,
)
from app.web.admin.listings.typed import shown, typed_in, unknown_fields
from app.web.clock import now
from app.web.views.duplicate_words import reasons_line

# What the page of two edits sends beside the fields of the form it came from.
_OF_THE_MERGE = frozenset({"version", "base_version", "reason", "csrf_token"})
_TAKE = "take_"
# The buttons of the form that save nothing.
_SHOWN_AGAIN = frozenset({"filter", "more_days"})
# A change of one of these can make it the same place as another.
_TELLING = frozenset({"organization_name", "name", "address", "phones"})


@blueprint.route("/listings/<uuid:listing_id>/edit", methods=["GET", "POST"])
@keeps_what_was_typed
def edit_listing(listing_id: UUID) -> ResponseReturnValue:
    """The form of a Listing; a POST saves what differs from what the form showed."""
    if request.method == "GET":
        listing = get_listing(db.session, listing_id)
        state = FormState(version=listing.version)
        return form_page(shown(listing.record), listing=listing, state=state)
    state = state_in_form(version=version_in_form())
    listing = get_listing(db.session, listing_id)
    base = record_before(db.session, listing, version=state.version or 0)
    typed = typed_in(request.form, shown(base))
    note_unknown_fields(unknown_fields(request.form))
    reading = read_listing(typed, base, today=now().date())
    reading = with_duplicate(reading, base, beside=listing_id)
    if needs_a_look(reading, state):
        page = form_page(typed, listing=listing, state=state, reading=reading)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    if not reading.changes:
        flash(_("Nothing was changed."), "success")
        return redirect(url_for("admin.listing", listing_id=listing_id))
    try:
        return save_changes(listing_id, reading.changes, version=state.version or 0)
    except StaleEditError:
        return stale_page(listing_id, base_version=state.version or 0, mine=reading.changes)
    except RowError as error:
        wrong = replace(reading, errors=((error.field, f"{error.field}: {error.reason}"),))
        page = form_page(typed, listing=listing, state=state, reading=wrong)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY


@blueprint.post("/listings/<uuid:listing_id>/merge")
@keeps_what_was_typed
def merge_listing(listing_id: UUID) -> ResponseReturnValue:
    """Save what a person chose of two edits; 409 again where a third one came meanwhile."""
    version, base_version = version_in_form(), version_in_form("base_version")
    listing = get_listing(db.session, listing_id)
    base = record_before(db.session, listing, version=base_version)
    theirs = record_before(db.session, listing, version=version)
    reading = read_listing(typed_in(request.form, shown(base)), base, today=now().date())
    if reading.errors:
        abort(HTTPStatus.BAD_REQUEST)
    taken = {
        name.removeprefix(_TAKE): value
        for name, value in request.form.items()
        if name.startswith(_TAKE)
    }
    changes = chosen_changes(base, reading.changes, theirs, taken=taken)
    if changes is None:
        return _stale_page(
            listing,
            base=base,
            mine=reading.changes,
            base_version=base_version,
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    if not changes:
        flash(_("Nothing was changed: what you kept is saved already."), "success")
        return redirect(url_for("admin.listing", listing_id=listing_id))
    try:
        return save_changes(listing_id, changes, version=version)
    except StaleEditError:
        return stale_page(listing_id, base_version=base_version, mine=reading.changes)


def save_changes(
    listing_id: UUID, changes: Mapping[str, Any], *, version: int
) -> ResponseReturnValue:
    """Save, and go to the Listing; raises StaleEditError where somebody saved meanwhile."""
    name = signed_in_user().name
    with transaction(db.session):
        outcome = store.edit_listing(
            db.session,
            listing_id,
            form_version=version,
            changes=changes,
            by=name,
            reason=reason_in_form(),
            now=now(),
        )
    is_ours = outcome.is_saved
    flash(_("Saved. It is live.") if is_ours else _("This was already saved."), "success")
    return redirect(url_for("admin.listing", listing_id=listing_id))


def stale_page(
    listing_id: UUID, *, base_version: int, mine: Mapping[str, Any]
) -> ResponseReturnValue:
    """Both edits field by field, read anew, since the save that failed forgot what it read."""
    listing = get_listing(db.session, listing_id)
    base = record_before(db.session, listing, version=base_version)
    return _stale_page(listing, base=base, mine=mine, base_version=base_version)


def needs_a_look(reading: Reading, state: FormState) -> bool:
    """Whether a person must see the form again: errors, a new warning, a filter, or more rows."""
    is_filtering = request.form.get("action") in _SHOWN_AGAIN
    is_odd = any(caution.key not in state.confirmed for caution in reading.warnings)
    return bool(reading.errors) or is_odd or is_filtering


def with_duplicate(reading: Reading, base: ListingRecord, *, beside: UUID | None) -> Reading:
    """The reading, warned of other Listings that may be the same place, and why they may."""
    if reading.errors or not _TELLING & set(reading.changes):
        return reading
    # Of what was so before the edit the list of duplicates tells.
    known = {twin.listing_id for twin in find_alike(db.session, base, beside=beside)}
    cautions = [
        Caution(
            key=f"twin_{twin.listing_id}",
            message=_(
                "%(name)s may be the same place: %(reasons)s.",
                name=twin.name,
                reasons=reasons_line(twin.verdict.speaks_for),
            ),
            listing_id=twin.listing_id,
        )
        for twin in find_alike(db.session, replace(base, **reading.changes), beside=beside)
        if twin.listing_id not in known
    ]
    return replace(reading, warnings=(*reading.warnings, *cautions))


def state_in_form(*, version: int | None) -> FormState:
    """What the form sent beside the facts of the place."""
    return FormState(
        version=version,
        reason=reason_in_form() or "",
        confirmed=tuple(request.form.getlist("confirmed")),
        term_filter=request.form.get("term_filter", "")[:100],
    )


def _stale_page(
    listing: Listing,
    *,
    base: ListingRecord,
    mine: Mapping[str, Any],
    base_version: int,
    status: HTTPStatus = HTTPStatus.CONFLICT,
) -> ResponseReturnValue:
    kept = [
        pair
        for pair in kept_fields()
        if pair[0] not in _OF_THE_MERGE and not pair[0].startswith(_TAKE)
    ]
    steps = [
        step
        for step in listing_versions(db.session, listing.id)
        if step.version is not None and step.version > base_version and step.changes
    ]
    rows = merge_rows(base, mine, listing.record)
    page = render_template(
        "admin/listings/stale.html",
        listing=listing,
        rows=rows,
        steps=steps,
        base_version=base_version,
        kept=kept,
        reason=reason_in_form() or "",
        errors=[
            (row.id, _("Choose for: %(field)s", field=row.label)) for row in rows if row.is_open
        ]
        if status is HTTPStatus.UNPROCESSABLE_ENTITY
        else (),
    )
    return page, status
