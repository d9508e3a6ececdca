"""Proposals of organizations are decided on: field by field, once, and never over a newer value."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from app.db import transaction
from app.domain.proposal import ProposalClosedError, ProposalState
from app.domain.records import ListingStatus
from app.extensions import db
from app.store import proposals as store
from app.store.history import list_history, verify_history
from tests.browse import Page, text_of
from tests.factories import make_phone
from tests.listing_forms import (
    EditorBrowser,
    add,
    edit_by_somebody_else,
    fields_of,
    read,
)
from tests.proposing import (
    add_proposal,
    get_proposal,
    propose,
    sign_in_member,
    sign_in_reviewer,
)


@pytest.fixture
def listing_id(app: Flask) -> UUID:
    return add(app, name="Sample Harbor", cost="Sliding fee", eligibility="Adults")


@pytest.fixture
def member(app: Flask, listing_id: UUID) -> EditorBrowser:
    return sign_in_member(app, listing_id)


def sent(page: Page) -> dict[str, Any]:
    """What the form of a decision would send: hidden fields and the chosen buttons."""
    form = next(form for form in page.all("form") if form.findall(".//fieldset"))
    found: dict[str, Any] = {}
    for element in form.iter("input"):
        name, kind = element.get("name"), element.get("type")
        is_sent = kind == "hidden" or (kind == "radio" and element.get("checked") is not None)
        if name and name != "csrf_token" and is_sent:
            found[name] = element.get("value", "")
    return found


# Deciding


def test_an_approved_proposal_is_live_and_both_names_are_in_the_chained_history(
    app: Flask, listing_id: UUID, member: EditorBrowser
) -> None:
    where = propose(member, listing_id, cost="Free", reason="we have a grant")
    proposal_id = UUID(where.rpartition("/")[2])
    reviewer = sign_in_reviewer(app)
    assert "1 waiting" in reviewer.get("/admin/").text
    assert f"/admin/proposals/{proposal_id}" in reviewer.get("/admin/proposals/").links()
    form = sent(reviewer.get(f"/admin/proposals/{proposal_id}"))
    reviewer.send(f"/admin/proposals/{proposal_id}", **form, action="approve", reason="thank you")
    assert read(app, listing_id).record.cost == "Free"
    assert app.test_client().get(f"/listings/{listing_id}").get_data(as_text=True).count("Free")
    with app.app_context():
        (change,) = [item for item in list_history(db.session, listing_id) if item.field == "cost"]
        assert change.by == "Sample reviewer"
        assert "Sample organization_member" in (change.reason or "")
        assert "we have a grant" in (change.reason or "")
        acts = [(item.action, item.by) for item in list_history(db.session, proposal_id)]
        assert acts == [
            ("propose", "Sample organization_member"),
            ("approved", "Sample reviewer"),
        ]
        assert verify_history(db.session)[1] is None
    page = member.get(where)
    assert "Approved" in page.text
    assert "thank you" in page.text
    assert "waiting" not in reviewer.get("/admin/").text


def test_half_of_a_proposal_can_be_approved(
    app: Flask, listing_id: UUID, member: EditorBrowser
) -> None:
    where = propose(member, listing_id, cost="Free", eligibility="Anybody")
    proposal_id = UUID(where.rpartition("/")[2])
    reviewer = sign_in_reviewer(app)
    form = sent(reviewer.get(f"/admin/proposals/{proposal_id}"))
    form["take_eligibility"] = "theirs"
    reviewer.send(f"/admin/proposals/{proposal_id}", **form, action="approve")
    record = read(app, listing_id).record
    assert (record.cost, record.eligibility) == ("Free", "Adults")
    found = get_proposal(app, proposal_id)
    assert (found.state, found.taken) == (ProposalState.IN_PART, ("cost",))
    page = member.get(where)
    assert [text_of(each) for each in page.all("td", data_label="What became of it")] == [
        "taken",
        "not taken as proposed",
    ]


def test_a_refusal_needs_a_reason_and_the_member_reads_it(
    app: Flask, listing_id: UUID, member: EditorBrowser
) -> None:
    where = propose(member, listing_id, cost="Free")
    proposal_id = UUID(where.rpartition("/")[2])
    reviewer = sign_in_reviewer(app)
    reviewer.get(f"/admin/proposals/{proposal_id}")
    page = reviewer.send(f"/admin/proposals/{proposal_id}", answer=422, action="refuse", reason=" ")
    assert "Say why" in page.text
    reviewer.send(f"/admin/proposals/{proposal_id}", action="refuse", reason="the site says a fee")
    assert read(app, listing_id).record.cost == "Sliding fee"
    page = member.get(where)
    assert "Not taken" in page.text
    assert "the site says a fee" in page.text
    assert "the site says a fee" in member.get("/admin/ours/proposals/?state=refused").text
    assert "There is none" in member.get("/admin/ours/proposals/?state=waiting").text


def test_approving_nothing_asks_for_a_refusal(app: Flask, listing_id: UUID) -> None:
    proposal_id = add_proposal(app, listing_id, cost="Free")
    reviewer = sign_in_reviewer(app)
    form = sent(reviewer.get(f"/admin/proposals/{proposal_id}"))
    form["take_cost"] = "theirs"
    page = reviewer.send(f"/admin/proposals/{proposal_id}", answer=422, **form, action="approve")
    assert "Nothing of it is taken" in page.text
    assert get_proposal(app, proposal_id).state is ProposalState.WAITING


def test_a_field_that_changed_meanwhile_is_never_overwritten_without_a_choice(
    app: Flask, listing_id: UUID
) -> None:
    proposal_id = add_proposal(app, listing_id, cost="Free")
    edit_by_somebody_else(app, listing_id, cost="20 dollars", email="sample@example.org")
    reviewer = sign_in_reviewer(app)
    page = reviewer.get(f"/admin/proposals/{proposal_id}")
    for words in ("changed meanwhile too", "Sliding fee", "20 dollars", "Free"):
        assert words in page.text
    assert "sample@example.org" not in page.text
    form = sent(page)
    assert "take_cost" not in form
    page = reviewer.send(f"/admin/proposals/{proposal_id}", answer=422, **form, action="approve")
    assert "Choose for: Cost" in page.text
    assert read(app, listing_id).record.cost == "20 dollars"
    form["take_cost"] = "mine"
    reviewer.send(f"/admin/proposals/{proposal_id}", **form, action="approve")
    record = read(app, listing_id).record
    assert (record.cost, record.email) == ("Free", "sample@example.org")


def test_a_listing_that_changes_while_a_reviewer_looks_is_shown_again(
    app: Flask, listing_id: UUID
) -> None:
    proposal_id = add_proposal(app, listing_id, cost="Free")
    reviewer = sign_in_reviewer(app)
    form = sent(reviewer.get(f"/admin/proposals/{proposal_id}"))
    edit_by_somebody_else(app, listing_id, cost="20 dollars")
    page = reviewer.send(f"/admin/proposals/{proposal_id}", answer=409, **form, action="approve")
    assert "20 dollars" in page.text
    assert read(app, listing_id).record.cost == "20 dollars"
    assert get_proposal(app, proposal_id).state is ProposalState.WAITING


def test_a_double_click_on_approve_writes_once(app: Flask, listing_id: UUID) -> None:
    proposal_id = add_proposal(app, listing_id, cost="Free")
    reviewer = sign_in_reviewer(app)
    form = sent(reviewer.get(f"/admin/proposals/{proposal_id}"))
    reviewer.send(f"/admin/proposals/{proposal_id}", **form, action="approve")
    version = read(app, listing_id).version
    reviewer.send(f"/admin/proposals/{proposal_id}", **form, action="approve")
    assert "Somebody decided on it already" in reviewer.follow().text
    assert read(app, listing_id).version == version


def test_a_proposal_is_edited_before_it_is_approved(app: Flask, listing_id: UUID) -> None:
    proposal_id = add_proposal(app, listing_id, cost="Free", eligibility="Anybody")
    reviewer = sign_in_reviewer(app)
    page = reviewer.get(f"/admin/proposals/{proposal_id}/edit")
    form = fields_of(page)
    assert form["cost"] == ["Free"]
    reviewer.send(
        f"/admin/proposals/{proposal_id}/edit",
        **{**form, "cost": "Free for residents", "reason": "said so on the phone"},
    )
    record = read(app, listing_id).record
    assert (record.cost, record.eligibility) == ("Free for residents", "Anybody")
    found = get_proposal(app, proposal_id)
    assert (found.state, found.taken) == (ProposalState.IN_PART, ("eligibility",))
    assert found.reason == "said so on the phone"
    reviewer.send(f"/admin/proposals/{proposal_id}/edit", **{**form, "cost": "Other"})
    assert read(app, listing_id).record.cost == "Free for residents"


def test_an_edit_before_approving_shows_todays_value_where_both_sides_changed_one(
    app: Flask, listing_id: UUID
) -> None:
    proposal_id = add_proposal(app, listing_id, cost="Free")
    edit_by_somebody_else(app, listing_id, cost="20 dollars")
    page = sign_in_reviewer(app).get(f"/admin/proposals/{proposal_id}/edit")
    assert fields_of(page)["cost"] == ["20 dollars"]
    assert "proposed was: Free" in page.text


def test_an_edited_proposal_that_meets_a_newer_version_loses_nothing(
    app: Flask, listing_id: UUID
) -> None:
    proposal_id = add_proposal(app, listing_id, cost="Free")
    reviewer = sign_in_reviewer(app)
    form = fields_of(reviewer.get(f"/admin/proposals/{proposal_id}/edit"))
    edit_by_somebody_else(app, listing_id, cost="20 dollars")
    page = reviewer.send(f"/admin/proposals/{proposal_id}/edit", answer=409, **form)
    assert "20 dollars" in page.text
    assert "Free" in page.text
    assert get_proposal(app, proposal_id).state is ProposalState.WAITING


def test_a_place_that_was_retired_meanwhile_says_so_and_stays_out(
    app: Flask, listing_id: UUID
) -> None:
    proposal_id = add_proposal(app, listing_id, cost="Free")
    edit_by_somebody_else(app, listing_id, status=ListingStatus.DEFUNCT)
    reviewer = sign_in_reviewer(app)
    page = reviewer.get(f"/admin/proposals/{proposal_id}")
    assert "This place is not listed now: Closed for good" in page.text
    reviewer.send(f"/admin/proposals/{proposal_id}", **sent(page), action="approve")
    record = read(app, listing_id).record
    assert (record.cost, record.status) == ("Free", ListingStatus.DEFUNCT)


def test_a_place_that_belongs_to_another_organization_now_says_so(
    app: Flask, listing_id: UUID
) -> None:
    proposal_id = add_proposal(app, listing_id, cost="Free")
    edit_by_somebody_else(app, listing_id, organization_name="Sample Other Name")
    page = sign_in_reviewer(app).get(f"/admin/proposals/{proposal_id}")
    assert "It is part of Sample Other Name today" in page.text


def test_a_proposal_of_phones_keeps_their_kinds(app: Flask, listing_id: UUID) -> None:
    phones = (replace(make_phone(7), extension="12", description="intake desk"), make_phone(8))
    proposal_id = add_proposal(app, listing_id, phones=phones)
    reviewer = sign_in_reviewer(app)
    form = sent(reviewer.get(f"/admin/proposals/{proposal_id}"))
    reviewer.send(f"/admin/proposals/{proposal_id}", **form, action="approve")
    assert read(app, listing_id).record.phones == phones
    assert get_proposal(app, proposal_id).state is ProposalState.APPROVED


def test_two_who_decide_at_once_decide_once(app: Flask, listing_id: UUID) -> None:
    proposal_id = add_proposal(app, listing_id, cost="Free")
    decision = store.Decision(by="Sample Reviewer", at=datetime.now(UTC), reason="no")
    with app.app_context():
        with transaction(db.session):
            store.refuse_proposal(db.session, proposal_id, decision=decision)
        with pytest.raises(ProposalClosedError), transaction(db.session):
            store.approve_proposal(
                db.session,
                proposal_id,
                changes={"cost": "Free"},
                form_version=1,
                decision=decision,
            )
    assert read(app, listing_id).record.cost == "Sliding fee"
