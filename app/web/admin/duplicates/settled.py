"""What was settled of pairs: merges that can be undone, and places that are called two."""

from __future__ import annotations

import math
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import transaction
from app.domain.text import clean_int
from app.extensions import db
from app.store.duplicates import count_apart, list_apart, offer_again
from app.store.listings import get_listing, load_listings
from app.store.merge_lookup import MergeRecord, count_merges, find_merge_of, list_merges
from app.store.merges import MergedOnError, undo_merge
from app.web.admin import blueprint
from app.web.admin.door import signed_in_user
from app.web.admin.duplicates.pairs import PlaceView, place_view
from app.web.admin.listings.submit import keeps_what_was_typed, reason_in_form
from app.web.admin.listings.values import field_words
from app.web.clock import now
from app.web.formatters import day_words
from app.web.wording import gettext as _

PAGE_SIZE: Final = 25
_MOST_PAGES: Final = 10_000
# What can be done with a Listing of its own; the history of one that was merged stays to be read.
_OF_A_LISTING: Final = frozenset(
    {
        "admin.listing",
        "admin.edit_listing",
        "admin.merge_listing",
        "admin.verify_listing",
        "admin.retire_listing",
        "admin.copy_listing",
        "admin.restore_listing",
        "admin.check",
        "admin.change_check",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeView:
    """A merge in a line: which went into which, by whom, when."""

    id: UUID
    gone_name: str
    kept_id: UUID
    kept_name: str
    by: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApartView:
    """Two places that somebody called two."""

    first: PlaceView
    second: PlaceView
    by: str
    day: str


@blueprint.before_request
def _lead_to_the_merge() -> ResponseReturnValue | None:
    """A Listing that went into another is not worked on until that is undone."""
    listing_id = (request.view_args or {}).get("listing_id")
    if request.endpoint not in _OF_A_LISTING or not isinstance(listing_id, UUID):
        return None
    merge_id = find_merge_of(db.session, listing_id)
    if merge_id is None:
        return None
    if request.method == "POST":
        flash(_("This listing was merged with another. Nothing was changed."), "error")
    return redirect(url_for("admin.merged_listing", merge_id=merge_id))


@blueprint.get("/duplicates/settled")
def settled_duplicates() -> str:
    """The merges, the newest first, and the pairs that were called two places."""
    merges, aparts = count_merges(db.session), count_apart(db.session)
    last_page = max(1, math.ceil(max(merges, aparts) / PAGE_SIZE))
    page = clean_int(request.args.get("page"), default=1, low=1, high=min(last_page, _MOST_PAGES))
    offset = (page - 1) * PAGE_SIZE
    return render_template(
        "admin/duplicates/settled.html",
        merges=[_view(each) for each in list_merges(db.session, offset=offset, limit=PAGE_SIZE)],
        aparts=_apart_views(offset=offset),
        page=page,
        last_page=last_page,
        previous_url=url_for("admin.settled_duplicates", page=page - 1),
        next_url=url_for("admin.settled_duplicates", page=page + 1),
    )


@blueprint.get("/duplicates/merged/<uuid:merge_id>")
def merged_listing(merge_id: UUID) -> str:
    """One merge: the place that stays, the old address, and the way back."""
    found = list_merges(db.session, merge_id=merge_id)
    if not found:
        abort(HTTPStatus.NOT_FOUND)
    kept = get_listing(db.session, found[0].kept_id)
    return render_template(
        "admin/duplicates/merged.html",
        merge=_view(found[0]),
        gone_id=found[0].gone_id,
        kept=place_view(kept),
    )


@blueprint.post("/duplicates/merged/<uuid:merge_id>/undo", endpoint="undo_merge")
@keeps_what_was_typed
def undo_merge_of(merge_id: UUID) -> ResponseReturnValue:
    """Make two places of one again."""
    by = signed_in_user().name
    try:
        with transaction(db.session):
            undone = undo_merge(db.session, merge_id, by=by, reason=reason_in_form(), now=now())
    except MergedOnError:
        flash(_("The place that stayed was merged with another since. Undo that first."), "error")
        return redirect(url_for("admin.merged_listing", merge_id=merge_id))
    if undone is None:
        flash(_("This was already undone."), "success")
        return redirect(url_for("admin.settled_duplicates"))
    flash(_("Undone: both places are back, each at its own address."), "success")
    if undone.stayed:
        fields = ", ".join(field_words(field) for field in undone.stayed)
        flash(_("Changed since the merge, and left as it is: %(fields)s.", fields=fields), "error")
    for name in undone.retired:
        message = _("%(name)s is retired: the import that listed it was undone, and nobody has it.")
        flash(message % {"name": name}, "error")
    for name in undone.unsourced:
        message = _(
            "No source lists %(name)s any more, but somebody checked it. Is it still there?"
        )
        flash(message % {"name": name}, "error")
    return redirect(url_for("admin.duplicate", kept_id=undone.kept_id, gone_id=undone.gone_id))


@blueprint.post("/duplicates/<uuid:first_id>/<uuid:second_id>/again")
@keeps_what_was_typed
def offer_duplicate(first_id: UUID, second_id: UUID) -> ResponseReturnValue:
    """Offer a pair again that was called two places."""
    by = signed_in_user().name
    with transaction(db.session):
        was_apart = offer_again(db.session, first_id, second_id, by=by, now=now())
    flash(_("It is offered again.") if was_apart else _("It was offered already."), "success")
    return redirect(url_for("admin.settled_duplicates"))


def _apart_views(*, offset: int) -> list[ApartView]:
    found = list_apart(db.session, offset=offset, limit=PAGE_SIZE)
    ids = {key for first, second, _by, _at in found for key in (first, second)}
    places = {each.id: place_view(each) for each in load_listings(db.session, sorted(ids))}
    return [
        ApartView(first=places[first], second=places[second], by=by, day=day_words(at.date()))
        for first, second, by, at in found
    ]


def _view(merge: MergeRecord) -> MergeView:
    return MergeView(
        id=merge.id,
        gone_name=merge.gone_name,
        kept_id=merge.kept_id,
        kept_name=merge.kept_name,
        by=merge.merged_by,
        day=day_words(merge.merged_at.date()),
    )
