"""What a member of an organization sees: its own listings, their form, and its proposals.

Every function asks for the Organization of the person first; what is another's is not there.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import transaction
from app.domain.edit import EDITABLE_FIELDS
from app.domain.errors import NotFoundError, ParseError
from app.domain.listing import Listing
from app.domain.merge import FieldChange
from app.domain.proposal import (
    MOST_WAITING,
    ProposalClosedError,
    ProposalRecord,
    TooManyProposalsError,
)
from app.domain.text import clean_text
from app.extensions import db
from app.store import proposals as store
from app.store.listing_search import StaffQuery, count_listings, list_listings
from app.store.listings import get_listing
from app.store.merge_lookup import find_kept_id
from app.store.timeline import record_before
from app.store.users import organization_names
from app.web.admin import blueprint
from app.web.admin.door import signed_in_user
from app.web.admin.listings.edit import needs_a_look, state_in_form
from app.web.admin.listings.page import FormFrame, FormState, form_page
from app.web.admin.listings.reading import Reading, read_listing
from app.web.admin.listings.submit import (
    keeps_what_was_typed,
    note_unknown_fields,
    reason_in_form,
    version_in_form,
)
from app.web.admin.listings.typed import shown, typed_in, unknown_fields
from app.web.admin.listings.values import status_name
from app.web.admin.paging import paging_of
from app.web.admin.proposals.views import PAGE_SIZE, asked_state, proposal_view, state_choices
from app.web.clock import now
from app.web.wording import gettext as _

_LONGEST_TEXT: Final = 200


@blueprint.get("/ours/")
def own_listings() -> str:
    """The Listings of the person's Organization, by name, with what waits for each."""
    organization_id = _own_organization()
    try:
        text = clean_text(request.args.get("q", ""), limit=_LONGEST_TEXT)
    except ParseError as error:
        text = error.value[:_LONGEST_TEXT]
    query = StaffQuery(text=text, organization_id=organization_id)
    total = count_listings(db.session, query)
    paging = paging_of("admin.own_listings", total=total, size=PAGE_SIZE, q=text or None)
    rows = list_listings(db.session, query, offset=paging.offset, limit=PAGE_SIZE)
    return render_template(
        "admin/proposals/own_listings.html",
        organization=organization_names(db.session, [organization_id]).get(organization_id, ""),
        rows=rows,
        waiting=store.waiting_for(db.session, [row.id for row in rows]),
        status_name=status_name,
        text=text,
        paging=paging,
    )


@blueprint.route("/ours/<uuid:listing_id>", methods=["GET", "POST"])
@keeps_what_was_typed
def propose_changes(listing_id: UUID) -> ResponseReturnValue:
    """The form of one's own Listing; a POST keeps what differs as a proposal, and no more."""
    organization_id = _own_organization()
    listing = _own_listing(listing_id, organization_id)
    kept_id = find_kept_id(db.session, listing_id)
    if kept_id is not None:
        return _merged_away(kept_id, organization_id)
    if request.method == "GET":
        return _form(listing, state=FormState(version=listing.version))
    state = state_in_form(version=version_in_form())
    base = record_before(db.session, listing, version=state.version or 0)
    typed = typed_in(request.form, shown(base))
    note_unknown_fields(unknown_fields(request.form))
    reading = read_listing(typed, base, today=now().date())
    if needs_a_look(reading, state):
        page = form_page(
            typed, listing=listing, state=state, reading=reading, frame=_frame(listing)
        )
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    changes = [
        FieldChange(field=field, before=getattr(base, field), after=reading.changes[field])
        for field in EDITABLE_FIELDS
        if field in reading.changes
    ]
    if not changes:
        flash(_("Nothing was changed, so nothing was sent."), "success")
        return redirect(url_for("admin.own_listings"))
    try:
        return _keep(listing_id, changes, base_version=state.version or 0)
    except TooManyProposalsError:
        full = replace(reading, errors=(("reason", _too_many()),))
        page = form_page(typed, listing=listing, state=state, reading=full, frame=_frame(listing))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY


@blueprint.get("/ours/proposals/")
def own_proposals() -> str:
    """The proposals of the person's Organization, in the state that is asked for, or all."""
    organization_id = _own_organization()
    name, state = asked_state(request.args.get("state", "all"))
    total = store.count_proposals(db.session, state=state, organization_id=organization_id)
    paging = paging_of("admin.own_proposals", total=total, size=PAGE_SIZE, state=name)
    found = store.list_proposals(
        db.session,
        state=state,
        organization_id=organization_id,
        offset=paging.offset,
        limit=PAGE_SIZE,
    )
    return render_template(
        "admin/proposals/own_proposals.html",
        proposals=[proposal_view(each) for each in found],
        state=name,
        states=state_choices(),
        paging=paging,
    )


@blueprint.get("/ours/proposals/<uuid:proposal_id>")
def own_proposal(proposal_id: UUID) -> str:
    """One proposal of the person's Organization, with its state and the answer."""
    found = _own_proposal(proposal_id, _own_organization())
    return render_template("admin/proposals/own_proposal.html", proposal=proposal_view(found))


@blueprint.post("/ours/proposals/<uuid:proposal_id>/withdraw")
def withdraw_proposal(proposal_id: UUID) -> ResponseReturnValue:
    """Take back a proposal of one's own Organization that waits."""
    _own_proposal(proposal_id, _own_organization())
    decision = store.Decision(by=signed_in_user().name, at=now())
    try:
        with transaction(db.session):
            store.withdraw_proposal(db.session, proposal_id, decision=decision)
    except ProposalClosedError:
        flash(_("It was decided on already: here is how."), "error")
    else:
        flash(_("Taken back. Nothing of it will be changed."), "success")
    return redirect(url_for("admin.own_proposal", proposal_id=proposal_id))


def _keep(
    listing_id: UUID, changes: list[FieldChange], *, base_version: int
) -> ResponseReturnValue:
    person = signed_in_user()
    organization_id, proposer_id, name = person.organization_id, person.id, person.name
    if organization_id is None:
        abort(HTTPStatus.FORBIDDEN)
    with transaction(db.session):
        proposal_id, is_new = store.add_proposal(
            db.session,
            listing_id,
            base_version=base_version,
            changes=changes,
            note=reason_in_form(),
            organization_id=organization_id,
            proposer_id=proposer_id,
            proposed_by=name,
            now=now(),
        )
    sent = _("Sent. It is shown to visitors once a reviewer approves it.")
    flash(sent if is_new else _("This was sent already: here it is."), "success")
    return redirect(url_for("admin.own_proposal", proposal_id=proposal_id))


def _too_many() -> str:
    return _(
        "%(count)s proposals of your organization wait already, as many as can wait at once. "
        "Send this one when some of them are answered, or take one back.",
        count=MOST_WAITING,
    )


def _merged_away(kept_id: UUID, organization_id: UUID) -> ResponseReturnValue:
    """From a Listing that went into another to that one where it is of the same Organization."""
    flash(_("This place was merged with another listing. Nothing was changed."), "error")
    if store.organization_of(db.session, kept_id) == organization_id:
        return redirect(url_for("admin.propose_changes", listing_id=kept_id))
    return redirect(url_for("admin.own_listings"))


def _form(listing: Listing, *, state: FormState) -> str:
    return form_page(
        shown(listing.record),
        listing=listing,
        state=state,
        reading=Reading(changes={}),
        frame=_frame(listing),
    )


def _frame(listing: Listing) -> FormFrame:
    return FormFrame(
        here="admin.own_listings",
        address=url_for("admin.propose_changes", listing_id=listing.id),
        back=url_for("admin.own_listings"),
        crumbs=((_("Your listings"), url_for("admin.own_listings")),),
        heading=_("Propose changes to %(name)s", name=listing.record.name),
        send=_("Send for approval"),
        notes=(_("What you change here waits until a reviewer approves it."),),
        reason_hint=_("For the reviewer, such as: we moved on Monday. No names of clients."),
    )


def _own_organization() -> UUID:
    found = signed_in_user().organization_id
    return found if found is not None else abort(HTTPStatus.FORBIDDEN)


def _own_listing(listing_id: UUID, organization_id: UUID) -> Listing:
    """The Listing; 404 where it is another's, as if it were not there."""
    try:
        owner = store.organization_of(db.session, listing_id)
    except NotFoundError:
        abort(HTTPStatus.NOT_FOUND)
    if owner != organization_id:
        abort(HTTPStatus.NOT_FOUND)
    return get_listing(db.session, listing_id)


def _own_proposal(proposal_id: UUID, organization_id: UUID) -> ProposalRecord:
    found = store.get_proposal(db.session, proposal_id)
    if found.organization_id != organization_id:
        abort(HTTPStatus.NOT_FOUND)
    return found
