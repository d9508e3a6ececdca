"""What was on its way to a listing when that went into another: proposals, imports, tables, marks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import transaction
from app.domain.errors import NotFoundError, RowError
from app.domain.import_run import UndoReport
from app.domain.proposal import MOST_WAITING, ProposalState
from app.domain.report import NewReport, Topic
from app.extensions import db
from app.models import ImportRun, SourceRecord
from app.store import proposals
from app.store.edits import edit_listing
from app.store.history import verify_history
from app.store.import_undo import undo_run
from app.store.listings import get_listing
from app.store.merges import Merged, merge_listings, undo_merge
from app.store.reports import add_report
from tests.browse import Page, text_of
from tests.factories import NOW, import_records, make_phone, make_record
from tests.listing_forms import add, fields_of, read
from tests.proposing import (
    add_proposal,
    get_proposal,
    propose,
    sign_in_member,
    sign_in_reviewer,
)
from tests.tables import apply, out, send, table_of

LATER = NOW + timedelta(days=1)
MUCH_LATER = NOW + timedelta(days=2)
BY = "Sample Editor"


def merge(session: Session, kept: UUID, gone: UUID, **taken: str) -> Merged:
    with transaction(session):
        return merge_listings(
            session,
            kept,
            gone,
            kept_version=get_listing(session, kept).version,
            gone_version=get_listing(session, gone).version,
            taken=taken,
            by=BY,
            reason=None,
            now=LATER,
        )


def merge_in(app: Flask, kept: UUID, gone: UUID) -> UUID:
    with app.app_context():
        return merge(db.session, kept, gone).merge_id


@pytest.fixture
def pair(app: Flask) -> tuple[UUID, UUID]:
    """The listing that stays, and the one that goes."""
    kept = add(app, name="Sample Harbor", cost="Sliding fee", organization_name="Sample House")
    gone = add(app, name="Sample Wharf", cost="Ten dollars", organization_name="Sample House")
    return kept, gone


# Proposals


def test_a_proposal_of_a_listing_that_went_is_shown_and_leads_to_the_one_that_stays(
    app: Flask, pair: tuple[UUID, UUID]
) -> None:
    kept, gone = pair
    proposal_id = add_proposal(app, gone, cost="Free")
    merge_in(app, kept, gone)
    before = read(app, kept), read(app, gone)
    reviewer = sign_in_reviewer(app)
    page = reviewer.get(f"/admin/proposals/{proposal_id}")
    assert "This place was merged with another listing" in page.text
    assert "Free" in page.text
    assert f'href="/admin/listings/{kept}"' in page.html
    assert 'value="approve"' not in page.html
    version = before[1].version
    reviewer.post(f"/admin/proposals/{proposal_id}", action="approve", version=version)
    reviewer.get(f"/admin/proposals/{proposal_id}/edit", status=302)
    assert (read(app, kept), read(app, gone)) == before
    assert get_proposal(app, proposal_id).state is ProposalState.WAITING
    reviewer.get(f"/admin/proposals/{proposal_id}")
    reviewer.post(f"/admin/proposals/{proposal_id}", action="refuse", reason="done by hand")
    assert get_proposal(app, proposal_id).state is ProposalState.REFUSED


def test_past_the_pages_nothing_is_written_into_a_listing_that_went(
    app: Flask, session: Session, pair: tuple[UUID, UUID]
) -> None:
    kept, gone = pair
    proposal_id = add_proposal(app, gone, cost="Free")
    merge(session, kept, gone)
    version = get_listing(session, gone).version
    decision = proposals.Decision(by=BY, at=MUCH_LATER)
    with pytest.raises(RowError, match="merged"), transaction(session):
        proposals.approve_proposal(
            session, proposal_id, changes={"cost": "Free"}, form_version=version, decision=decision
        )
    with pytest.raises(RowError, match="merged"), transaction(session):
        edit_listing(
            session,
            gone,
            form_version=version,
            changes={"cost": "Free"},
            by=BY,
            reason=None,
            now=MUCH_LATER,
        )
    assert get_listing(session, gone).record.cost == "Ten dollars"


def test_a_member_is_led_to_the_listing_that_stays(app: Flask, pair: tuple[UUID, UUID]) -> None:
    kept, gone = pair
    member = sign_in_member(app, kept)
    merge_in(app, kept, gone)
    page = member.get(f"/admin/ours/{gone}", status=302)
    assert page.response.headers["Location"] == f"/admin/ours/{kept}"


def test_an_organization_has_so_many_proposals_waiting_and_no_more(app: Flask) -> None:
    listing_id = add(app, name="Sample Harbor", cost="Sliding fee")
    member = sign_in_member(app, listing_id)
    for number in range(MOST_WAITING):
        propose(member, listing_id, cost=f"{number} dollars")
    page = member.get(f"/admin/ours/{listing_id}")
    sent = {**fields_of(page), "cost": "Free for all"}
    page = member.send(f"/admin/ours/{listing_id}", answer=422, **sent)
    assert "50 proposals of your organization wait already" in page.text
    assert "Free for all" in page.html
    with app.app_context():
        assert proposals.count_proposals(db.session, state=None) == MOST_WAITING
    # The same once more is the one that waits, and no error.
    propose(member, listing_id, cost="7 dollars")


def test_a_proposal_for_a_listing_that_went_is_not_kept(
    app: Flask, pair: tuple[UUID, UUID]
) -> None:
    kept, gone = pair
    merge_in(app, kept, gone)
    with pytest.raises(NotFoundError):
        add_proposal(app, gone, cost="Free")


# Imports


def imported_pair(session: Session) -> tuple[UUID, UUID]:
    """Two places, each of a source of its own."""
    ids = []
    for source_id, name, last_digits in (
        ("first", "Sample Harbor", 1),
        ("second", "Sample Wharf", 2),
    ):
        record = make_record(name=name, phones=(make_phone(last_digits),))
        import_records(session, record, source_id=source_id, now=NOW + timedelta(minutes=len(ids)))
        found = select(SourceRecord.listing_id).where(SourceRecord.source_id == source_id)
        ids.append(session.execute(found).scalar_one())
    return ids[0], ids[1]


def newest_run(session: Session) -> UUID:
    found = session.execute(select(ImportRun.id).order_by(ImportRun.finished_at.desc()).limit(1))
    return found.scalar_one()


def undo(session: Session, run_id: UUID) -> UndoReport:
    with transaction(session):
        return undo_run(session, run_id, by="Sample Reviewer", now=MUCH_LATER)


def back_to_two(session: Session, merge_id: UUID) -> None:
    with transaction(session):
        undo_merge(session, merge_id, by=BY, reason=None, now=MUCH_LATER + timedelta(hours=1))


def test_the_import_that_made_a_listing_is_undone_after_that_went_into_another(
    session: Session,
) -> None:
    kept, gone = imported_pair(session)
    run_id = newest_run(session)
    merged = merge(session, kept, gone, phones="both")
    report = undo(session, run_id)
    assert [(each.listing_id, each.field, each.why) for each in report.kept] == [
        (gone, "", "merged")
    ]
    found = get_listing(session, kept)
    assert found.record.phones == merged.kept.record.phones
    assert [item.source_id for item in found.contributions] == ["first"]
    assert verify_history(session)[1] is None
    back_to_two(session, merged.merge_id)
    assert get_listing(session, kept).record.phones == (make_phone(1),)
    assert get_listing(session, gone).record.phones == (make_phone(2),)
    assert verify_history(session)[1] is None


def test_the_import_that_changed_a_listing_is_undone_after_that_went_into_another(
    session: Session,
) -> None:
    kept, gone = imported_pair(session)
    before = get_listing(session, gone).record
    changed = replace(before, phones=(make_phone(3),))
    import_records(session, changed, source_id="second", now=NOW + timedelta(hours=1))
    run_id = newest_run(session)
    merged = merge(session, kept, gone, phones="both")
    version = get_listing(session, gone).version
    report = undo(session, run_id)
    assert [(each.listing_id, each.field, each.why) for each in report.kept] == [
        (gone, "phones", "merged")
    ]
    assert get_listing(session, gone).version == version
    assert get_listing(session, kept).record.phones == merged.kept.record.phones
    back_to_two(session, merged.merge_id)
    # What the source says again is what the listing says again.
    assert get_listing(session, gone).record.phones == (make_phone(2),)
    assert get_listing(session, kept).record.phones == (make_phone(1),)
    assert verify_history(session)[1] is None


# Tables


def test_a_row_of_a_listing_that_went_is_left_out_and_says_so(
    app: Flask, pair: tuple[UUID, UUID]
) -> None:
    kept, gone = pair
    merge_in(app, kept, gone)
    reviewer = sign_in_reviewer(app)
    rows = out(reviewer, "?q=sample&status=all")
    before = read(app, gone)
    assert str(gone) in {row["service_at_location_id"] for row in rows}
    page = send(reviewer, table_of([{**row, "fees_description": "Free"} for row in rows]))
    assert "was merged with another listing" in page.text
    apply(reviewer, page, leave_out="1")
    assert read(app, kept).record.cost == "Free"
    assert read(app, gone) == before


# Marks


def test_a_report_that_came_along_marks_the_card_that_stays_at_once(
    session: Session, client: FlaskClient, pair: tuple[UUID, UUID]
) -> None:
    kept, gone = pair
    with transaction(session):
        report = NewReport(topic=Topic.PHONE, listing_id=gone)
        add_report(session, report, reference="sample", on=NOW.date())
    assert marked(client) == {"Sample Wharf"}
    merge_id = merge(session, kept, gone).merge_id
    assert marked(client) == {"Sample Harbor"}
    back_to_two(session, merge_id)
    assert marked(client) == {"Sample Wharf"}


def marked(client: FlaskClient) -> set[str]:
    """The names on the cards that say that a report is being checked."""
    page = Page(client.get("/search?near=43215"))
    return {
        name
        for card in page.all("article")
        for name in ("Sample Harbor", "Sample Wharf")
        if name in text_of(card) and "being checked" in text_of(card)
    }
