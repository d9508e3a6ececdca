"""A proposal edited before it is approved: the form of the Listing, filled with what is proposed."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db import transaction
from app.domain.edit import merge_three_ways
from app.domain.errors import RowError, StaleEditError
from app.domain.listing import Listing
from app.domain.proposal import ProposalClosedError, ProposalRecord, ProposalState
from app.extensions import db
from app.store import proposals as store
from app.store.listings import get_listing
from app.store.merge_lookup import find_kept_id
from app.store.timeline import record_before
from app.web.admin import blueprint
from app.web.admin.listings.edit import needs_a_look, stale_page, state_in_form, with_duplicate
from app.web.admin.listings.page import FormFrame, FormState, form_page
from app.web.admin.listings.reading import Reading, read_listing
from app.web.admin.listings.submit import (
    keeps_what_was_typed,
    note_unknown_fields,
    version_in_form,
)
from app.web.admin.listings.typed import Typed, shown, typed_in, unknown_fields
from app.web.admin.listings.values import field_words, value_lines
from app.web.admin.proposals.review import (
    approved,
    closed_already,
    decision_in_form,
    merged_away,
)
from app.web.clock import now


@blueprint.route("/proposals/<uuid:proposal_id>/edit", methods=["GET", "POST"])
@keeps_what_was_typed
def edit_proposal(proposal_id: UUID) -> ResponseReturnValue:
    """The Listing's form with the proposed values in it; a POST saves it and closes the proposal."""
    found = store.get_proposal(db.session, proposal_id)
    refused = _refused(found)
    if refused is not None:
        return refused
    listing = get_listing(db.session, found.listing_id)
    if request.method == "GET":
        return _first_form(found, listing)
    state = state_in_form(version=version_in_form())
    base = record_before(db.session, listing, version=state.version or 0)
    typed = typed_in(request.form, shown(base))
    note_unknown_fields(unknown_fields(request.form))
    reading = with_duplicate(read_listing(typed, base, today=now().date()), base, beside=listing.id)
    if needs_a_look(reading, state):
        return _again(found, listing, typed=typed, state=state, reading=reading)
    if not reading.changes:
        flash(_("As it stands, nothing would change: refuse the proposal, and say why."), "error")
        return redirect(url_for("admin.proposal", proposal_id=proposal_id))
    try:
        return _save(found, reading, version=state.version or 0)
    except RowError as error:
        wrong = replace(reading, errors=((error.field, f"{error.field}: {error.reason}"),))
        return _again(found, listing, typed=typed, state=state, reading=wrong)


def _refused(found: ProposalRecord) -> ResponseReturnValue | None:
    """The way back from a proposal that cannot be approved any more."""
    if found.state is not ProposalState.WAITING:
        return closed_already(found.id)
    if find_kept_id(db.session, found.listing_id) is not None:
        return merged_away(found.id)
    return None


def _save(found: ProposalRecord, reading: Reading, *, version: int) -> ResponseReturnValue:
    decision = decision_in_form()
    try:
        with transaction(db.session):
            store.approve_proposal(
                db.session,
                found.id,
                changes=reading.changes,
                form_version=version,
                decision=decision,
            )
    except StaleEditError:
        flash(_("The proposal still waits: save this first, then decide on it."), "error")
        return stale_page(found.listing_id, base_version=version, mine=reading.changes)
    except ProposalClosedError:
        return closed_already(found.id)
    return approved(found.id)


def _first_form(found: ProposalRecord, listing: Listing) -> str:
    """The proposed values over today's; where both sides changed one, today's stands."""
    base = record_before(db.session, listing, version=found.base_version)
    merged = merge_three_ways(base, found.wanted, listing.record)
    proposed = replace(listing.record, **merged.changes)
    return form_page(
        shown(proposed),
        listing=listing,
        state=FormState(version=listing.version),
        reading=Reading(changes={}),
        frame=_frame(found, listing),
    )


def _again(
    found: ProposalRecord, listing: Listing, *, typed: Typed, state: FormState, reading: Reading
) -> ResponseReturnValue:
    page = form_page(
        typed, listing=listing, state=state, reading=reading, frame=_frame(found, listing)
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


def _frame(found: ProposalRecord, listing: Listing) -> FormFrame:
    base = record_before(db.session, listing, version=found.base_version)
    notes = [
        _("%(who)s proposed: %(fields)s.", who=found.proposed_by, fields=_names(found)),
        *(
            _(
                "%(field)s was changed meanwhile too. Today's value is in the form; proposed was: %(value)s",
                field=field_words(item.field),
                value="; ".join(value_lines(item.field, item.mine)),
            )
            for item in merge_three_ways(base, found.wanted, listing.record).conflicts
            if item.field in found.wanted
        ),
    ]
    back = url_for("admin.proposal", proposal_id=found.id)
    return FormFrame(
        here="admin.proposals",
        address=url_for("admin.edit_proposal", proposal_id=found.id),
        back=back,
        crumbs=((_("Proposals"), url_for("admin.proposals")), (listing.record.name, back)),
        heading=_("Edit the proposal for %(name)s", name=listing.record.name),
        send=_("Save and approve"),
        notes=tuple(notes),
        reason_hint=_("For the history, and for the organization."),
    )


def _names(found: ProposalRecord) -> str:
    return ", ".join(field_words(change.field) for change in found.changes)
