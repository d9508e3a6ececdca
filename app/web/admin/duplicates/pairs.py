"""The list of pairs, and one pair side by side with what a merge of it would be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import transaction
from app.domain.errors import RowError, StaleEditError
from app.domain.listing import Listing
from app.domain.place_merge import (
    FieldChoice,
    Whose,
    chosen_sides,
    field_choices,
    is_better,
)
from app.domain.records import Delivery, ListingStatus
from app.extensions import db
from app.store.duplicates import DuplicateFinder, judge_pair, set_apart
from app.store.listings import get_listing, load_listings
from app.store.merge_lookup import find_merge_of
from app.store.merges import merge_listings
from app.web.admin import blueprint
from app.web.admin.door import signed_in_user
from app.web.admin.listings.submit import (
    keeps_what_was_typed,
    reason_in_form,
    version_in_form,
)
from app.web.admin.listings.values import field_words, status_name, value_lines
from app.web.admin.paging import paging_of
from app.web.clock import now
from app.web.formatters import day_words, partial_date
from app.web.views.duplicate_words import likeliness, reasons_line
from app.web.views.listing_view import address_line
from app.web.wording import gettext as _

PAGE_SIZE: Final = 25
_TAKE: Final = "take_"
_GONE: Final = frozenset({ListingStatus.INACTIVE, ListingStatus.DEFUNCT})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """One of the two, as the pages name it."""

    id: UUID
    version: int
    name: str
    organization: str
    address: str
    status: str
    checked: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairView:
    """A line of the list: the one to keep first."""

    kept: PlaceView
    gone: PlaceView
    likeliness: str
    speaks_for: str
    speaks_against: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceView:
    """One choice of a merge: (value, whose, lines) for each way, and which is chosen."""

    id: str
    label: str
    ways: tuple[tuple[str, str, tuple[str, ...]], ...]
    chosen: str


@blueprint.get("/duplicates/")
def duplicates() -> str:
    """The pairs that may be one place, the likeliest first."""
    finder: DuplicateFinder = current_app.extensions["duplicates"]
    found = finder.pairs(db.session)
    paging = paging_of("admin.duplicates", total=len(found), size=PAGE_SIZE)
    shown = found[paging.offset : paging.offset + PAGE_SIZE]
    ids = {key for pair in shown for key in (pair.first, pair.second)}
    listings = {each.id: each for each in load_listings(db.session, sorted(ids))}
    views = []
    for pair in shown:
        kept, gone = _better_first(listings[pair.first], listings[pair.second])
        views.append(
            PairView(
                kept=place_view(kept),
                gone=place_view(gone),
                likeliness=likeliness(pair.verdict.score),
                speaks_for=reasons_line(pair.verdict.speaks_for),
                speaks_against=reasons_line(pair.verdict.speaks_against),
            )
        )
    return render_template(
        "admin/duplicates/pairs.html",
        pairs=views,
        paging=paging,
    )


@blueprint.get("/duplicates/<uuid:kept_id>/<uuid:gone_id>")
def duplicate(kept_id: UUID, gone_id: UUID) -> ResponseReturnValue:
    """Two places side by side; the first is the one that would stay."""
    kept, gone = _both(kept_id, gone_id)
    merge_id = find_merge_of(db.session, gone_id) or find_merge_of(db.session, kept_id)
    if merge_id is not None:
        return redirect(url_for("admin.merged_listing", merge_id=merge_id))
    return _page(kept, gone)


@blueprint.post("/duplicates/<uuid:kept_id>/<uuid:gone_id>/merge")
@keeps_what_was_typed
def merge_duplicate(kept_id: UUID, gone_id: UUID) -> ResponseReturnValue:
    """Make one place of the two; 409 with both as they are now where one changed meanwhile."""
    kept_version, gone_version = version_in_form("kept_version"), version_in_form("gone_version")
    by = signed_in_user().name
    try:
        with transaction(db.session):
            merged = merge_listings(
                db.session,
                kept_id,
                gone_id,
                kept_version=kept_version,
                gone_version=gone_version,
                taken=_taken(),
                by=by,
                reason=reason_in_form(),
                now=now(),
            )
    except StaleEditError:
        return _after_change(kept_id, gone_id)
    except RowError:
        kept, gone = _both(kept_id, gone_id)
        problem = _(
            "These two cannot be merged: the one that stays must be a place that is listed."
        )
        return _page(kept, gone, problem=problem), HTTPStatus.UNPROCESSABLE_ENTITY
    if merged.is_saved:
        flash(_("Merged. The old address leads here now."), "success")
    else:
        flash(_("This was already saved: these two are one."), "success")
    return redirect(url_for("admin.merged_listing", merge_id=merged.merge_id))


@blueprint.post("/duplicates/<uuid:kept_id>/<uuid:gone_id>/apart")
@keeps_what_was_typed
def part_duplicate(kept_id: UUID, gone_id: UUID) -> ResponseReturnValue:
    """Remember that these are two places; they are not offered again."""
    _both(kept_id, gone_id)
    by = signed_in_user().name
    with transaction(db.session):
        is_new = set_apart(db.session, kept_id, gone_id, by=by, reason=reason_in_form(), now=now())
    if is_new:
        flash(_("Noted: two different places. They are not offered again."), "success")
    else:
        flash(_("This was already noted."), "success")
    return redirect(url_for("admin.duplicates"))


def place_view(listing: Listing) -> PlaceView:
    """A Listing as these pages name it."""
    record = listing.record
    checked = listing.checked_on
    return PlaceView(
        id=listing.id,
        version=listing.version,
        name=record.name,
        organization=record.organization_name if record.organization_name != record.name else "",
        address=address_line(record.address) if record.address else _("no address known"),
        status="" if record.status is ListingStatus.ACTIVE else status_name(record.status),
        checked=_("Checked on %(day)s", day=day_words(checked)) if checked else _("Never checked"),
        sources=tuple(
            f"{item.source_name}, {partial_date(item.record.as_of)}"
            if item.record.as_of
            else item.source_name
            for item in listing.contributions
        ),
    )


def _after_change(kept_id: UUID, gone_id: UUID) -> ResponseReturnValue:
    kept, gone = _both(kept_id, gone_id)
    merge_id = find_merge_of(db.session, gone_id) or find_merge_of(db.session, kept_id)
    if merge_id is not None:
        flash(_("Somebody merged one of these meanwhile. Nothing of yours was saved."), "error")
        return redirect(url_for("admin.merged_listing", merge_id=merge_id))
    problem = _(
        "Somebody changed one of these meanwhile. Nothing is merged yet. "
        "Here they are as they are now; what you chose is still chosen."
    )
    return _page(kept, gone, problem=problem), HTTPStatus.CONFLICT


def _page(kept: Listing, gone: Listing, *, problem: str = "") -> str:
    verdict = judge_pair(db.session, kept.id, gone.id)
    choices = field_choices(kept, gone)
    sides = chosen_sides(choices, taken=_taken())
    return render_template(
        "admin/duplicates/pair.html",
        kept=place_view(kept),
        gone=place_view(gone),
        likeliness=likeliness(verdict.score),
        speaks_for=reasons_line(verdict.speaks_for),
        speaks_against=reasons_line(verdict.speaks_against),
        choices=[_choice_view(choice, chosen=sides[choice.id]) for choice in choices],
        may_merge=kept.record.status not in _GONE,
        problem=problem,
        reason=reason_in_form() or "",
    )


def _choice_view(choice: FieldChoice, *, chosen: Whose) -> ChoiceView:
    differing = [field for field in choice.fields if choice.kept[field] != choice.gone[field]]
    ways = [
        (Whose.KEPT.value, _("Of the one that stays"), _lines(choice.kept, differing)),
        (Whose.GONE.value, _("Of the other"), _lines(choice.gone, differing)),
    ]
    if choice.both is not None:
        ways.append((Whose.BOTH.value, _("Both together"), ()))
    return ChoiceView(
        id=choice.id,
        label=", ".join(field_words(field) for field in differing),
        ways=tuple(ways),
        chosen=chosen.value,
    )


def _lines(values: Mapping[str, Any], fields: Sequence[str]) -> tuple[str, ...]:
    lines = [line for field in fields for line in value_lines(field, values[field])]
    return tuple(lines)


def _taken() -> Mapping[str, str]:
    return {
        name.removeprefix(_TAKE): value
        for name, value in request.form.items()
        if name.startswith(_TAKE)
    }


def _both(kept_id: UUID, gone_id: UUID) -> tuple[Listing, Listing]:
    """Both Listings; answers 404 for one that there is not, for one twice, and for helplines."""
    kept, gone = get_listing(db.session, kept_id), get_listing(db.session, gone_id)
    if kept_id == gone_id or Delivery.HELPLINE in {kept.record.delivery, gone.record.delivery}:
        abort(HTTPStatus.NOT_FOUND)
    return kept, gone


def _better_first(first: Listing, second: Listing) -> tuple[Listing, Listing]:
    return (first, second) if is_better(first, second) else (second, first)
