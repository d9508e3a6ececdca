"""One Listing as the staff see it: its facts with their checks, and all that can be done with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db import transaction
from app.domain.edit import EDITABLE_FIELDS, lock_of
from app.domain.errors import StaleEditError
from app.domain.listing import Listing
from app.domain.records import ListingStatus
from app.extensions import db
from app.store import edits
from app.store.checks import CHECK_WAYS, verify_fields
from app.store.listings import get_listing
from app.store.reports import list_reports_of
from app.store.sources import without_source
from app.web.admin import blueprint
from app.web.admin.door import signed_in_user
from app.web.admin.listings.edit import stale_page
from app.web.admin.listings.submit import (
    keeps_what_was_typed,
    reason_in_form,
    version_in_form,
)
from app.web.admin.listings.values import (
    field_words,
    status_choices,
    value_lines,
    way_words,
)
from app.web.clock import now
from app.web.formatters import day_words
from app.web.maps import place_map
from app.web.views.report_words import topic_words

# The fields that a person can check by asking, in the order of a call.
CHECKED_FIELDS: Final = (
    "phones",
    "address",
    "schedules",
    "term_codes",
    "cost",
    "eligibility",
    "languages",
    "website",
    "email",
    "accessibility",
)
_OLDEST_CHECK: Final = date(2000, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactView:
    """One field: its lines, and when and how somebody checked it last."""

    field: str
    label: str
    lines: tuple[str, ...]
    checked: str


@blueprint.get("/listings/<uuid:listing_id>")
def listing(listing_id: UUID) -> str:
    """The facts of a Listing, with the forms to check, copy and retire it."""
    return _page(get_listing(db.session, listing_id))


@blueprint.post("/listings/<uuid:listing_id>/verify")
@keeps_what_was_typed
def verify_listing(listing_id: UUID) -> ResponseReturnValue:
    """Mark the ticked fields as checked; nothing else of the Listing changes."""
    found = get_listing(db.session, listing_id)
    fields = [name for name in CHECKED_FIELDS if name in request.form.getlist("field")]
    how, name = request.form.get("how", ""), signed_in_user().name
    day = _day_in_form()
    errors = []
    if not fields:
        errors.append(("field-phones", _("Tick what you checked.")))
    if how not in CHECK_WAYS:
        errors.append(("how", _("Choose how you checked it.")))
    if day is None:
        errors.append(("on", _("Enter the day of the check, today or before.")))
    if errors or day is None:
        return _page(found, errors=tuple(errors)), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction(db.session):
        verify_fields(
            db.session,
            listing_id,
            fields,
            how=how,
            by=name,
            on=day,
            now=now(),
            reason=reason_in_form(),
        )
    flash(_("Marked as checked. Imports leave it alone from now on."), "success")
    return redirect(url_for("admin.listing", listing_id=listing_id))


@blueprint.post("/listings/<uuid:listing_id>/retire")
@keeps_what_was_typed
def retire_listing(listing_id: UUID) -> ResponseReturnValue:
    """Take a Listing out of the directory, or open it again where its status says so."""
    version = version_in_form()
    try:
        status = ListingStatus(request.form.get("status", ""))
    except ValueError:
        found = get_listing(db.session, listing_id)
        errors = (("status", _("Choose one of the list.")),)
        return _page(found, errors=errors), HTTPStatus.UNPROCESSABLE_ENTITY
    name = signed_in_user().name
    try:
        with transaction(db.session):
            outcome = _with_status(listing_id, status, version=version, by=name)
    except StaleEditError:
        return stale_page(listing_id, base_version=version, mine={"status": status})
    is_saved = outcome.is_saved
    flash(_("Saved. It is live.") if is_saved else _("This was already saved."), "success")
    return redirect(url_for("admin.listing", listing_id=listing_id))


def facts(found: Listing) -> Iterator[FactView]:
    """The fields of a Listing in words, each with its newest check."""
    checks = {check.field: check for check in found.verifications}
    for field in EDITABLE_FIELDS:
        value, check = getattr(found.record, field), checks.get(lock_of(field))
        is_said = value not in (None, ()) and (value or field != "is_address_confidential")
        if not is_said and field not in CHECKED_FIELDS:
            continue
        yield FactView(
            field=field,
            label=field_words(field),
            lines=(_("not known"),) if value in (None, ()) else value_lines(field, value),
            checked=_(
                "%(how)s, %(day)s, %(who)s",
                how=way_words(check.how),
                day=day_words(check.verified_on),
                who=check.verified_by,
            )
            if check
            else "",
        )


def _with_status(
    listing_id: UUID, status: ListingStatus, *, version: int, by: str
) -> edits.EditOutcome:
    if status is ListingStatus.ACTIVE:
        return edits.edit_listing(
            db.session,
            listing_id,
            form_version=version,
            changes={"status": status},
            by=by,
            reason=reason_in_form(),
            now=now(),
        )
    return edits.retire_listing(
        db.session,
        listing_id,
        form_version=version,
        status=status,
        by=by,
        reason=reason_in_form(),
        now=now(),
    )


def _page(found: Listing, *, errors: tuple[tuple[str, str], ...] = ()) -> str:
    sent = request.form
    told = tuple(facts(found))
    return render_template(
        "admin/listings/listing.html",
        listing=found,
        facts=told,
        checkable=[fact for fact in told if fact.field in CHECKED_FIELDS],
        ticked=frozenset(sent.getlist("field")),
        ways=[(way, way_words(way)) for way in CHECK_WAYS],
        how=sent.get("how", ""),
        on=sent.get("on", now().date().isoformat()),
        today=now().date().isoformat(),
        statuses=status_choices(),
        reports=[
            (report.id, topic_words(report.report.topic), report.received_on.isoformat())
            for report in list_reports_of(db.session, found.id)
        ],
        sources=[(item.source_name, item.record.as_of) for item in found.contributions],
        has_lost_source=found.record.status is ListingStatus.ACTIVE
        and found.id in without_source(db.session, [found.id]),
        map=place_map(found.record),
        all_errors=errors,
        errors=dict(errors),
        reason=reason_in_form() or "",
    )


def _day_in_form() -> date | None:
    try:
        day = date.fromisoformat(request.form.get("on", "")[:10])
    except ValueError:
        return None
    return day if _OLDEST_CHECK <= day <= now().date() else None
