"""What a member of an organization does: proposes, takes back, and reaches nobody else's listing."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from flask import Flask

from app.db import transaction
from app.domain.proposal import ProposalState
from app.extensions import db
from app.store import proposals as store
from app.web.admin.access import ACCESS, MEMBERS
from tests.factories import NOW
from tests.listing_forms import (
    EditorBrowser,
    add,
    edit_by_somebody_else,
    fields_of,
    read,
    sign_in_editor,
)
from tests.proposing import (
    add_proposal,
    get_proposal,
    propose,
    sign_in_member,
)


@pytest.fixture
def listing_id(app: Flask) -> UUID:
    return add(app, name="Sample Harbor", cost="Sliding fee", eligibility="Adults")


@pytest.fixture
def member(app: Flask, listing_id: UUID) -> EditorBrowser:
    return sign_in_member(app, listing_id)


# Proposing


def test_what_a_member_saves_waits_and_the_listing_stays_as_it_was(
    app: Flask, listing_id: UUID, member: EditorBrowser
) -> None:
    before = read(app, listing_id)
    where = propose(member, listing_id, cost="Free", reason="we have a grant")
    page = member.get(where)
    assert "Waiting" in page.text
    assert "Sliding fee" in page.text
    assert "Free" in page.text
    assert "we have a grant" in page.text
    assert read(app, listing_id) == before
    found = get_proposal(app, UUID(where.rpartition("/")[2]))
    assert [(item.field, item.before, item.after) for item in found.changes] == [
        ("cost", "Sliding fee", "Free")
    ]
    assert found.base_version == before.version


def test_a_proposal_that_is_sent_twice_is_kept_once(
    app: Flask, listing_id: UUID, member: EditorBrowser
) -> None:
    first = propose(member, listing_id, cost="Free")
    second = propose(member, listing_id, cost="Free")
    assert first == second
    with app.app_context():
        assert store.count_proposals(db.session, state=None) == 1


def test_a_form_without_a_change_sends_nothing(
    app: Flask, listing_id: UUID, member: EditorBrowser
) -> None:
    assert propose(member, listing_id) == "/admin/ours/"
    with app.app_context():
        assert store.count_proposals(db.session, state=None) == 0


def test_a_wrong_field_is_shown_back_to_the_member_with_what_was_typed(
    listing_id: UUID, member: EditorBrowser
) -> None:
    form = fields_of(member.get(f"/admin/ours/{listing_id}"))
    page = member.send(
        f"/admin/ours/{listing_id}", answer=422, **{**form, "email": "nobody", "cost": "Kept"}
    )
    assert "write it like name@example.org" in page.text
    assert "Kept" in page.html
    assert "/admin/listings" not in "".join(page.links())


def test_a_member_takes_a_proposal_back(
    app: Flask, listing_id: UUID, member: EditorBrowser
) -> None:
    where = propose(member, listing_id, cost="Free")
    member.get(where)
    member.send(f"{where}/withdraw")
    assert "Withdrawn" in member.get(where).text
    proposal_id = UUID(where.rpartition("/")[2])
    assert get_proposal(app, proposal_id).state is ProposalState.WITHDRAWN
    member.send(f"{where}/withdraw")
    assert "decided on already" in member.follow().text


def test_a_member_finds_only_the_listings_of_the_own_organization(
    app: Flask, listing_id: UUID, member: EditorBrowser
) -> None:
    other = add(app, name="Sample Harbor Elsewhere")
    page = member.get("/admin/ours/?q=harbor")
    assert f"/admin/ours/{listing_id}" in page.links()
    assert str(other) not in page.html
    assert "1 listing" in page.text


def test_a_member_of_an_organization_without_listings_is_told_so(
    app: Flask, listing_id: UUID, member: EditorBrowser
) -> None:
    edit_by_somebody_else(app, listing_id, organization_name="Sample Other Name")
    assert "No listing belongs to your organization yet" in member.get("/admin/ours/").text


# Another organization's


def test_no_route_lets_a_member_reach_another_organizations_listing(
    app: Flask, member: EditorBrowser
) -> None:
    other = add(app, name="Sample Foreign")
    foreign = add_proposal(app, other, cost="Foreign")
    before = read(app, other)
    adapter = app.url_map.bind("localhost")
    member.get("/admin/ours/")
    tried = 0
    for rule in app.url_map.iter_rules():
        names = set(rule.arguments)
        if not rule.rule.startswith("/admin/") or not names & {"listing_id", "proposal_id"}:
            continue
        if not names <= {"listing_id", "proposal_id"}:
            continue
        values = {"listing_id": other, "proposal_id": foreign}
        address = adapter.build(rule.endpoint, {name: values[name] for name in names})
        expected = 404 if ACCESS[rule.endpoint] == MEMBERS else 403
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            tried += 1
            if method == "GET":
                page = member.get(address, status=expected)
            else:
                page = member.send(
                    address, answer=expected, version="1", cost="Taken", action="approve"
                )
            assert "Sample Foreign" not in page.html, address
            member.get("/admin/ours/")
    assert tried >= 20
    assert read(app, other) == before
    assert get_proposal(app, foreign).state is ProposalState.WAITING


def test_a_member_cannot_add_a_listing_nor_see_the_lists_of_the_staff(
    member: EditorBrowser,
) -> None:
    for address in (
        "/admin/listings/",
        "/admin/listings/new",
        "/admin/proposals/",
        "/admin/reports/",
        "/admin/checks/",
    ):
        member.get(address, status=403)


def test_an_editor_does_not_decide_on_proposals(app: Flask, listing_id: UUID) -> None:
    proposal_id = add_proposal(app, listing_id, cost="Free")
    editor = sign_in_editor(app)
    editor.get("/admin/proposals/", status=403)
    editor.get("/admin/listings/")
    editor.send(f"/admin/proposals/{proposal_id}", answer=403, action="approve", version="1")
    assert read(app, listing_id).record.cost == "Sliding fee"


def test_a_listing_that_left_the_organization_is_refused_at_the_save_too(
    app: Flask, listing_id: UUID
) -> None:
    foreign = add(app, name="Sample Foreign")
    with app.app_context():
        organization_id = store.organization_of(db.session, foreign)
        with pytest.raises(store.NotFoundError), transaction(db.session):
            store.add_proposal(
                db.session,
                listing_id,
                base_version=1,
                changes=(),
                note=None,
                organization_id=organization_id,
                proposer_id=uuid4(),
                proposed_by="Sample Member",
                now=NOW,
            )
