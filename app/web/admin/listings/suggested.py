"""The form of a new Listing, begun with what a visitor said of a place that is missing."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import abort, request, url_for
from flask_babel import gettext as _

from app.domain.records import ListingRecord
from app.domain.report import ReportRecord
from app.extensions import db
from app.gazetteer.states import states
from app.store.reports import get_report
from app.web.admin.listings.page import FormFrame, editors_frame
from app.web.admin.listings.typed import Typed, shown

_FIELD: Final = "report"
_EMPTY: Final = ListingRecord(organization_name="", name="")


def suggested_place() -> ReportRecord | None:
    """The suggestion that the address or the form names; 404 for any other report, None for none."""
    text = request.values.get(_FIELD, "")
    if not text:
        return None
    try:
        found = get_report(db.session, UUID(text))
    except ValueError:
        abort(HTTPStatus.NOT_FOUND)
    return found if found.report.suggestion else abort(HTTPStatus.NOT_FOUND)


def begun(suggested: ReportRecord | None) -> Typed:
    """The texts that the form begins with; nothing is read of them, a person looks at each."""
    told = suggested.report.suggestion if suggested else None
    typed = dict(shown(_EMPTY))
    if told is None:
        return typed
    typed |= {"name": (told.name,), "organization_name": (told.name,), "website": (told.website,)}
    city, _comma, state = told.town.rpartition(",")
    is_split = state.strip().upper() in states()
    typed["city"] = (city.strip() if is_split else told.town,)
    if is_split:
        typed["state"] = (state.strip().upper(),)
    if told.phone:
        typed |= {
            "phone_number": (told.phone,),
            "phone_extension": ("",),
            "phone_kind": ("voice",),
            "phone_description": ("",),
        }
    return typed


def frame_of(suggested: ReportRecord | None) -> FormFrame:
    """The frame of the form; of a suggestion it names it, leads back to it and brings it along."""
    frame = editors_frame(None)
    if suggested is None:
        return frame
    back = url_for("admin.report", report_id=suggested.id)
    notes = [_("A visitor named this place. Call it before you list it.")]
    if suggested.report.details:
        notes.append(_("They wrote: %(details)s", details=suggested.report.details))
    return replace(
        frame,
        back=back,
        crumbs=((_("Reports"), url_for("admin.reports")), (_("Suggestion"), back)),
        notes=tuple(notes),
        beside=((_FIELD, str(suggested.id)),),
    )
