"""The history of a Listing: its timeline, two versions side by side, and what is put back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db import transaction
from app.domain.edit import EDITABLE_FIELDS, read_together
from app.domain.errors import StaleEditError
from app.domain.history import Action
from app.domain.listing import Listing
from app.domain.text import clean_int
from app.extensions import db
from app.store.edits import restore_listing as store_restore
from app.store.listings import get_listing
from app.store.timeline import TimelineStep, compare, listing_versions
from app.web.admin import blueprint
from app.web.admin.door import signed_in_user
from app.web.admin.listings.submit import (
    keeps_what_was_typed,
    reason_in_form,
    version_in_form,
)
from app.web.admin.listings.values import change_lines, check_words, field_words
from app.web.clock import now

STEPS_PER_PAGE: Final = 50
_MOST_PAGES: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """One field from its value before to the one after; `restores` is the field to put back."""

    field: str
    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    restores: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """What somebody did at once; `version` is None where the Listing's version stayed."""

    at: datetime
    by: str
    words: str
    reason: str
    version: int | None
    changes: tuple[ChangeView, ...]


@blueprint.get("/listings/<uuid:listing_id>/history")
def listing_history(listing_id: UUID) -> str:
    """The timeline, the newest step first, with a way to put back each field and each version."""
    return _page(get_listing(db.session, listing_id))


@blueprint.get("/listings/<uuid:listing_id>/compare")
def compare_listing(listing_id: UUID) -> str:
    """Any two versions field by field; the numbers of versions that never were are 404."""
    listing = get_listing(db.session, listing_id)
    last = listing.version
    earlier = clean_int(request.args.get("earlier"), default=max(1, last - 1), low=1, high=last)
    later = clean_int(request.args.get("later"), default=last, low=1, high=last)
    earlier, later = sorted((earlier, later))
    changes = [
        _change_view(change.field, change.before, change.after, is_current=False)
        for change in compare(db.session, listing_id, earlier=earlier, later=later)
    ]
    return render_template(
        "admin/listings/compare.html",
        listing=listing,
        earlier=earlier,
        later=later,
        changes=changes,
    )


@blueprint.post("/listings/<uuid:listing_id>/restore")
@keeps_what_was_typed
def restore_listing(listing_id: UUID) -> ResponseReturnValue:
    """Put back one field (with those that are read with it) or all, as an edit of its own."""
    version, to_version = version_in_form(), version_in_form("to_version")
    field = request.form.get("field", "")
    if field and field not in EDITABLE_FIELDS:
        abort(HTTPStatus.BAD_REQUEST)
    name = signed_in_user().name
    try:
        with transaction(db.session):
            outcome = store_restore(
                db.session,
                listing_id,
                form_version=version,
                to_version=to_version,
                by=name,
                reason=reason_in_form(),
                now=now(),
                fields=read_together(field) if field else EDITABLE_FIELDS,
            )
    except StaleEditError:
        page = _page(get_listing(db.session, listing_id), is_stale=True)
        return page, HTTPStatus.CONFLICT
    is_saved = outcome.is_saved
    flash(_("Put back. It is live.") if is_saved else _("This was already so."), "success")
    return redirect(url_for("admin.listing_history", listing_id=listing_id))


def step_view(step: TimelineStep, *, version: int) -> StepView:
    """A step in words; `version` is the one that the Listing has now."""
    is_check = step.action == Action.VERIFY
    return StepView(
        at=step.at,
        by=step.by,
        words=_action_words(step.action),
        reason=step.reason or "",
        version=None if is_check else step.version,
        changes=tuple(
            _check_view(change.field, change.before, change.after)
            if is_check
            else _change_view(
                change.field,
                change.before,
                change.after,
                is_current=step.action != Action.CREATE and (step.version or 0) <= version,
            )
            for change in step.changes
        ),
    )


def _page(listing: Listing, *, is_stale: bool = False) -> str:
    steps = listing_versions(db.session, listing.id)
    last_page = max(1, -(-len(steps) // STEPS_PER_PAGE))
    page = clean_int(request.args.get("page"), default=1, low=1, high=min(last_page, _MOST_PAGES))
    shown = steps[(page - 1) * STEPS_PER_PAGE : page * STEPS_PER_PAGE]
    return render_template(
        "admin/listings/history.html",
        listing=listing,
        steps=[step_view(step, version=listing.version) for step in shown],
        is_stale=is_stale,
        page=page,
        last_page=last_page,
        previous_url=url_for("admin.listing_history", listing_id=listing.id, page=page - 1),
        next_url=url_for("admin.listing_history", listing_id=listing.id, page=page + 1),
    )


def _change_view(field: str, before: object, after: object, *, is_current: bool) -> ChangeView:
    gone, come = change_lines(field, before, after)
    return ChangeView(
        field=field,
        label=field_words(field),
        before=gone,
        after=come,
        restores=field if is_current and field in EDITABLE_FIELDS else None,
    )


def _check_view(field: str, before: object, after: object) -> ChangeView:
    return ChangeView(
        field=field,
        label=field_words(field),
        before=(check_words(before),),
        after=(check_words(after),),
    )


def _action_words(action: str) -> str:
    words: dict[str, str] = {
        Action.CREATE: _("added it"),
        Action.UPDATE: _("updated it from a source"),
        Action.EDIT: _("changed it"),
        Action.RETIRE: _("took it out"),
        Action.RESTORE: _("put back"),
        Action.VERIFY: _("checked it"),
        Action.MERGE: _("merged it"),
        Action.UNMERGE: _("undid the merge"),
    }
    return words.get(action, action)
