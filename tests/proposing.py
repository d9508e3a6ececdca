"""What tests of proposals share: members of organizations, their browsers, and what they send."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Flask

from app.db import transaction
from app.domain.edit import differences
from app.domain.roles import Role
from app.extensions import db
from app.store import proposals as store
from app.store.listings import get_listing
from tests.factories import NOW
from tests.listing_forms import EditorBrowser, fields_of
from tests.staff import Person, make_user


def make_member(
    app: Flask, listing_id: UUID, *, email: str = "sample.member@example.org"
) -> Person:
    """A member of the organization that this listing belongs to."""
    with app.app_context():
        organization_id = store.organization_of(db.session, listing_id)
        db.session.rollback()
    return make_user(
        app, role=Role.ORGANIZATION_MEMBER, email=email, organization_id=organization_id
    )


def sign_in_member(app: Flask, listing_id: UUID, **options: Any) -> EditorBrowser:
    browser = EditorBrowser(app)
    browser.sign_in(make_member(app, listing_id, **options).email)
    return browser


def sign_in_reviewer(app: Flask) -> EditorBrowser:
    browser = EditorBrowser(app)
    browser.sign_in(make_user(app, role=Role.REVIEWER).email)
    return browser


def propose(member: EditorBrowser, listing_id: UUID, **values: Any) -> str:
    """Fill the form of a listing and send it; where the proposal is, as its member sees it."""
    page = member.get(f"/admin/ours/{listing_id}")
    sent = {**fields_of(page), **values}
    answer = member.send(f"/admin/ours/{listing_id}", **sent)
    return str(answer.response.headers["Location"])


def add_proposal(app: Flask, listing_id: UUID, *, note: str | None = None, **changes: Any) -> UUID:
    """A proposal of a new member of the listing's organization, past the pages."""
    email = f"sample.member.{listing_id}@example.org"
    person = make_member(app, listing_id, email=email)
    with app.app_context():
        listing = get_listing(db.session, listing_id)
        found = differences(listing.record, replace(listing.record, **changes))
        organization_id = store.organization_of(db.session, listing_id)
        with transaction(db.session):
            made, _is_new = store.add_proposal(
                db.session,
                listing_id,
                base_version=listing.version,
                changes=found,
                note=note,
                organization_id=organization_id,
                proposer_id=person.id,
                proposed_by=person.name,
                now=NOW,
            )
    return made


def get_proposal(app: Flask, proposal_id: UUID) -> Any:
    with app.app_context():
        return store.get_proposal(db.session, proposal_id)
