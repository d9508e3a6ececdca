"""Proposals as reviewers work on them: the list, one of them against today's values, the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db import transaction
from app.domain.errors import RowError, StaleEditError
from app.domain.listing import Listing
from app.domain.proposal import ProposalClosedError, ProposalRecord, fields_as_proposed
from app.domain.records import ListingStatus
from app.extensions import db
from app.store import proposals as store
from app.store.listings import get_listing
from app.store.merge_lookup import find_kept_id
from app.store.timeline import record_before
from app.store.users import organization_names
from app.web.admin import blueprint
from app.web.admin.door import signed_in_user
from app.web.admin.listings.merging import chosen_changes
from app.web.admin.listings.submit import (
    keeps_while_away,
    reason_in_form,
    version_in_form,
)
from app.web.admin.listings.values import status_name
from app.web.admin.paging import paging_of
from app.web.admin.proposals.views import (
    PAGE_SIZE,
    asked_state,
    proposal_rows,
    proposal_view,
    row_ids,
    state_choices,
)
from app.web.clock import now

TAKE: Final = "take_"

Errors = Sequence[tuple[str, str]]


@blueprint.get("/proposals/")
def proposals() -> str:
    """The proposals in the state that is asked for; first those that wait, the oldest in front."""
    name, state = asked_state(request.args.get("state"))
    total = store.count_proposals(db.session, state=state)
    paging = paging_of("admin.proposals", total=total, size=PAGE_SIZE, state=name)
    found = store.list_proposals(db.session, state=state, offset=paging.offset, limit=PAGE_SIZE)
    return render_template(
        "admin/proposals/proposals.html",
        proposals=[proposal_view(each) for each in found],
        organizations=organization_names(db.session, [each.organization_id for each in found]),
        state=name,
        states=state_choices(),
        paging=paging,
    )


@blueprint.get("/proposals/<uuid:proposal_id>")
def proposal(proposal_id: UUID) -> str:
    """One proposal field by field against today's values, with the ways to decide on it."""
    return _page(store.get_proposal(db.session, proposal_id))


@blueprint.post("/proposals/<uuid:proposal_id>")
@keeps_while_away
def decide_proposal(proposal_id: UUID) -> ResponseReturnValue:
    """Write what was taken of a proposal, or refuse it with a reason."""
    found = store.get_proposal(db.session, proposal_id)
    try:
        match request.form.get("action"):
            case "approve":
                return _approve(found)
            case "refuse":
                return _refuse(found)
            case _:
                abort(HTTPStatus.BAD_REQUEST)
    except ProposalClosedError:
        return closed_already(proposal_id)
    except StaleEditError:
        fresh = store.get_proposal(db.session, proposal_id)
        message = _("The listing changed while you looked at it. This is how it is now.")
        return _page(fresh, errors=(("fields", message),)), HTTPStatus.CONFLICT


def decision_in_form() -> store.Decision:
    """Who decides, now, and what they say."""
    return store.Decision(by=signed_in_user().name, at=now(), reason=reason_in_form())


def closed_already(proposal_id: UUID) -> ResponseReturnValue:
    """The way back to a proposal that somebody else decided on meanwhile."""
    flash(_("Somebody decided on it already. Nothing was changed."), "error")
    return redirect(url_for("admin.proposal", proposal_id=proposal_id))


def approved(proposal_id: UUID) -> ResponseReturnValue:
    """The way on from a proposal that was written."""
    flash(_("Saved. It is live."), "success")
    return redirect(url_for("admin.proposal", proposal_id=proposal_id))


def merged_away(proposal_id: UUID) -> ResponseReturnValue:
    """The way back to a proposal whose Listing went into another, where its page says what to do."""
    flash(_("This place was merged with another listing. Nothing was changed."), "error")
    return redirect(url_for("admin.proposal", proposal_id=proposal_id))


def _approve(found: ProposalRecord) -> ResponseReturnValue:
    if find_kept_id(db.session, found.listing_id) is not None:
        return merged_away(found.id)
    version = version_in_form()
    listing = get_listing(db.session, found.listing_id)
    base = record_before(db.session, listing, version=found.base_version)
    seen = record_before(db.session, listing, version=min(version, listing.version))
    changes = chosen_changes(base, found.wanted, seen, taken=_taken(found))
    if changes is None:
        return _page(found, errors=_open_errors(found, listing)), HTTPStatus.UNPROCESSABLE_ENTITY
    if not changes and not fields_as_proposed(found, seen):
        message = _("Nothing of it is taken. Refuse it below instead, and say why.")
        return _page(found, errors=(("reason-refuse", message),)), HTTPStatus.UNPROCESSABLE_ENTITY
    decision = decision_in_form()
    try:
        with transaction(db.session):
            store.approve_proposal(
                db.session, found.id, changes=changes, form_version=version, decision=decision
            )
    except RowError as error:
        errors = (("fields", f"{error.field}: {error.reason}"),)
        return _page(found, errors=errors), HTTPStatus.UNPROCESSABLE_ENTITY
    return approved(found.id)


def _refuse(found: ProposalRecord) -> ResponseReturnValue:
    decision = decision_in_form()
    if not decision.reason:
        message = _("Say why: the organization reads it.")
        return _page(found, errors=(("reason-refuse", message),)), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction(db.session):
        store.refuse_proposal(db.session, found.id, decision=decision)
    flash(_("Saved. The organization sees your reason."), "success")
    return redirect(url_for("admin.proposals"))


def _taken(found: ProposalRecord) -> Mapping[str, str]:
    ids = row_ids(found)
    return {
        name.removeprefix(TAKE): value
        for name, value in request.form.items()
        if name.startswith(TAKE) and name.removeprefix(TAKE) in ids
    }


def _open_errors(found: ProposalRecord, listing: Listing) -> Errors:
    base = record_before(db.session, listing, version=found.base_version)
    taken = _taken(found)
    return [
        (row.id, _("Choose for: %(field)s", field=row.label))
        for row in proposal_rows(found, base=base, today=listing.record)
        if row.is_open and taken.get(row.id) not in row.choices
    ]


def _page(found: ProposalRecord, *, errors: Errors = ()) -> str:
    listing = get_listing(db.session, found.listing_id)
    base = record_before(db.session, listing, version=found.base_version)
    owner = store.organization_of(db.session, listing.id)
    names = organization_names(db.session, [found.organization_id, owner])
    kept_id = find_kept_id(db.session, listing.id)
    told: dict[str, Any] = {
        "proposal": proposal_view(found),
        "rows": proposal_rows(found, base=base, today=listing.record),
        "taken": _taken(found),
        "organization": names.get(found.organization_id, ""),
        "moved_to": "" if owner == found.organization_id else names.get(owner, ""),
        "kept": get_listing(db.session, kept_id) if kept_id else None,
        "is_changed": listing.version != found.base_version,
        "retired": ""
        if listing.record.status is ListingStatus.ACTIVE
        else status_name(listing.record.status),
        "version": listing.version,
        "reason": reason_in_form() or "",
        "all_errors": errors,
        "errors": dict(errors),
    }
    return render_template("admin/proposals/proposal.html", **told)
