"""Days with other hours from the editor's form to every page that tells hours, and their history."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db import transaction
from app.domain.hours import parse_hours
from app.domain.records import DatedHoursRecord, Delivery, HelplineRecord
from app.models import Schedule
from app.store.cards import load_cards
from app.store.edits import restore_listing
from app.store.history import verify_history
from app.store.listings import get_listing
from app.store.merges import merge_listings, undo_merge
from app.store.timeline import listing_versions
from app.web.clock import CLOCK_SETTING
from tests.browse import Browse, text_of
from tests.editing import edit, imported
from tests.factories import NOW, import_records, make_record, save_records
from tests.listing_forms import (
    EditorBrowser,
    add,
    edit_by_somebody_else,
    fields_of,
    hidden,
    read,
    sign_in_editor,
)
from tests.proposing import get_proposal, propose, sign_in_member, sign_in_reviewer

CHRISTMAS = date(2026, 12, 25)
CLOSED = DatedHoursRecord(valid_from=CHRISTMAS, valid_to=CHRISTMAS, note="Christmas Day")
EXTRA = DatedHoursRecord(
    valid_from=date(2026, 12, 26), valid_to=date(2026, 12, 26), opens_at="10:00", closes_at="14:00"
)
WORKDAYS = parse_hours("Mon-Fri 8:00-17:00")
SEARCH = "/search?near=Columbus,+OH&open_now=1"


@pytest.fixture
def clock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    def stand(moment: str) -> None:
        now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        monkeypatch.setitem(app.config, CLOCK_SETTING, lambda: now)

    return stand


@pytest.fixture
def staff(app: Flask) -> EditorBrowser:
    return sign_in_editor(app)


def filled(values: dict[str, Any], *rows: tuple[str, str, str, str, str, str]) -> dict[str, Any]:
    """The form with these rows in place of its rows of days."""
    names = (
        "dated_from", "dated_to", "dated_kind", "dated_opens", "dated_closes", "dated_note"
    )  # fmt: skip
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return {**values, **{name: list(column) for name, column in zip(names, columns, strict=True)}}


def test_an_editor_adds_days_sees_them_as_the_public_does_and_takes_them_away(
    app: Flask, staff: EditorBrowser, browse: Browse
) -> None:
    listing_id = add(app, schedules=WORKDAYS)
    address = f"/admin/listings/{listing_id}/edit"
    form = fields_of(staff.get(address))
    assert form["dated_from"] == ["", ""]
    staff.send(
        address,
        **filled(
            form,
            ("2026-12-25", "", "closed", "", "", "Christmas Day"),
            ("2026-12-26", "", "open", "10:00", "14:00", ""),
        ),
    )
    assert read(app, listing_id).record.dated_hours == (CLOSED, EXTRA)
    assert "Closed on Friday, December 25, 2026" in staff.get(f"/admin/listings/{listing_id}").text
    page = browse.get("public.listing", listing_id=listing_id)
    assert "Closed on Friday, December 25 (Christmas Day)" in page.text
    assert "Saturday, December 26: 10:00 am to 2:00 pm" in page.text
    form = fields_of(staff.get(address))
    assert form["dated_from"] == ["2026-12-25", "2026-12-26", "", ""]
    staff.send(address, **form)
    assert read(app, listing_id).version == 2
    staff.get(address)
    staff.send(address, **{**form, "dated_remove": ["0"]})
    assert read(app, listing_id).record.dated_hours == (EXTRA,)
    history = staff.get(f"/admin/listings/{listing_id}/history").text
    assert "Days with other hours" in history
    assert "Closed on Friday, December 25, 2026 (Christmas Day)" in history


def test_what_is_wrong_is_said_and_what_was_typed_stays(app: Flask, staff: EditorBrowser) -> None:
    listing_id = add(app)
    address = f"/admin/listings/{listing_id}/edit"
    form = fields_of(staff.get(address))
    page = staff.send(
        address,
        answer=422,
        **filled(
            form,
            ("2026-12-25", "2026-12-24", "closed", "", "", ""),
            ("2026-02-30", "", "open", "09:00", "", "Sample note"),
        ),
    )
    assert "row 1: the last day comes before the first" in page.text
    assert "row 2: enter a day that exists" in page.text
    assert fields_of(page)["dated_note"] == ["", "Sample note", "", ""]
    assert read(app, listing_id).version == 1


def test_more_rows_come_by_a_button_and_nothing_is_saved(app: Flask, staff: EditorBrowser) -> None:
    listing_id = add(app)
    address = f"/admin/listings/{listing_id}/edit"
    form = fields_of(staff.get(address))
    two = [("2026-12-25", "", "closed", "", "", ""), ("2026-12-26", "", "closed", "", "", "")]
    page = staff.send(address, answer=422, action="more_days", **filled(form, *two))
    assert fields_of(page)["dated_from"] == ["2026-12-25", "2026-12-26", "", ""]
    assert read(app, listing_id).version == 1


def test_a_form_from_before_the_days_takes_none_of_them_away(
    app: Flask, staff: EditorBrowser
) -> None:
    listing_id = add(app, dated_hours=(CLOSED,))
    address = f"/admin/listings/{listing_id}/edit"
    form = fields_of(staff.get(address))
    without = {name: value for name, value in form.items() if not name.startswith("dated_")}
    staff.send(address, **{**without, "cost": "Free"})
    assert read(app, listing_id).record.dated_hours == (CLOSED,)


def test_a_day_that_is_over_leaves_the_form_and_stays_in_the_history(
    app: Flask, staff: EditorBrowser, session: Session
) -> None:
    past = DatedHoursRecord(valid_from=date(2026, 7, 3), valid_to=date(2026, 7, 3))
    listing_id = add(app, dated_hours=(past, CLOSED))
    address = f"/admin/listings/{listing_id}/edit"
    form = fields_of(staff.get(address))
    assert form["dated_from"] == ["2026-12-25", "", ""]
    staff.send(address, **{**form, "cost": "Free"})
    assert read(app, listing_id).record.dated_hours == (past, CLOSED)
    form = fields_of(staff.get(address))
    staff.send(address, **filled(form, ("2026-12-26", "", "open", "10:00", "14:00", "")))
    assert read(app, listing_id).record.dated_hours == (EXTRA,)
    assert "July 3, 2026" in staff.get(f"/admin/listings/{listing_id}/history").text
    with transaction(session):
        restore_listing(
            session, listing_id, to_version=1, form_version=3, by="Sample", reason=None, now=NOW
        )
    assert get_listing(session, listing_id).record.dated_hours == (past, CLOSED)
    assert verify_history(session)[1] is None


def test_two_edits_of_the_days_are_held_side_by_side_and_two_of_other_fields_are_joined(
    app: Flask, staff: EditorBrowser
) -> None:
    listing_id = add(app)
    address = f"/admin/listings/{listing_id}/edit"
    form = fields_of(staff.get(address))
    edit_by_somebody_else(app, listing_id, schedules=WORKDAYS)
    mine = filled(form, ("2026-12-25", "", "closed", "", "", "Christmas Day"))
    staff.send(address, answer=409, **mine)
    assert staff.page is not None
    staff.send(f"/admin/listings/{listing_id}/merge", **hidden(staff.page))
    record = read(app, listing_id).record
    assert (record.schedules, record.dated_hours) == (WORKDAYS, (CLOSED,))
    form = fields_of(staff.get(address))
    edit_by_somebody_else(app, listing_id, dated_hours=())
    page = staff.send(
        address, answer=409, **filled(form, ("2026-12-26", "", "open", "10:00", "14:00", ""))
    )
    assert "Saturday, December 26, 2026: 10:00 am to 2:00 pm" in page.text
    assert "Closed on Friday, December 25, 2026" in page.text


def test_an_organization_proposes_days_and_a_reviewer_approves_them(app: Flask) -> None:
    listing_id = add(app)
    member = sign_in_member(app, listing_id)
    form = fields_of(member.get(f"/admin/ours/{listing_id}"))
    days = filled(form, ("2026-12-25", "", "closed", "", "", "Christmas Day"))
    proposal_id = UUID(propose(member, listing_id, **days).rpartition("/")[2])
    assert read(app, listing_id).record.dated_hours == ()
    assert get_proposal(app, proposal_id).changes[0].after == (CLOSED,)
    reviewer = sign_in_reviewer(app)
    address = f"/admin/proposals/{proposal_id}"
    page = reviewer.get(f"{address}/edit")
    assert fields_of(page)["dated_from"] == ["2026-12-25", "", ""]
    reviewer.send(f"{address}/edit", **fields_of(page))
    assert read(app, listing_id).record.dated_hours == (CLOSED,)


def test_an_import_never_takes_the_days_away(session: Session) -> None:
    record = make_record(schedules=WORKDAYS)
    listing = imported(session, record)
    edit(session, listing, dated_hours=(CLOSED,))
    newer = replace(record, schedules=parse_hours("Mon-Thu 9:00-16:00"), as_of="2026-11")
    import_records(session, newer)
    after = get_listing(session, listing.id).record
    assert after.dated_hours == (CLOSED,)
    assert after.schedules == newer.schedules
    assert load_cards(session, [listing.id])[0].dated_hours == (CLOSED,)


def test_days_come_along_when_two_listings_become_one_and_go_back_when_that_is_undone(
    session: Session,
) -> None:
    kept = make_record(schedules=WORKDAYS, dated_hours=(CLOSED,))
    gone = replace(kept, name="Sample Other", dated_hours=(replace(CLOSED, note=None), EXTRA))
    kept_id, gone_id = save_records(session, kept, gone)
    with transaction(session):
        merged = merge_listings(
            session, kept_id, gone_id, kept_version=1, gone_version=1,
            taken={"dated_hours": "both"}, by="Sample", reason=None, now=NOW,
        )  # fmt: skip
    assert get_listing(session, kept_id).record.dated_hours == (CLOSED, EXTRA)
    with transaction(session):
        undo_merge(session, merged.merge_id, by="Sample", reason=None, now=NOW)
    assert get_listing(session, kept_id).record.dated_hours == (CLOSED,)
    assert get_listing(session, gone_id).record.dated_hours == gone.dated_hours


def test_days_are_schedules_that_replace_the_week_and_the_database_wants_both_their_ends(
    session: Session,
) -> None:
    (key,) = save_records(session, make_record(schedules=WORKDAYS, dated_hours=(CLOSED, EXTRA)))
    assert get_listing(session, key).record.dated_hours == (CLOSED, EXTRA)
    rows = session.execute(select(Schedule).where(Schedule.replaces_weekly)).scalars().all()
    assert {(row.valid_from, row.notes, row.byday) for row in rows} == {
        (CHRISTMAS, "Christmas Day", ""),
        (EXTRA.valid_from, None, ""),
    }
    session.rollback()
    for change in ("valid_to = NULL", "valid_to = '2026-12-01'"):
        with pytest.raises(IntegrityError), transaction(session):
            session.execute(
                text(f"UPDATE schedule SET {change} WHERE replaces_weekly")  # noqa: S608
            )
    assert session.execute(select(func.count()).select_from(Schedule)).scalar() == 3


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-12-24 15:00", True),  # Thursday morning in Ohio
        ("2026-12-25 15:00", False),
        ("2026-12-26 15:30", True),  # the extra Saturday
        ("2026-12-26 19:30", False),
        ("2027-01-02 15:30", False),  # a Saturday like others
    ],
)
def test_search_page_card_sheet_and_comparison_agree_on_the_day(
    session: Session, browse: Browse, clock: Any, moment: str, *, is_open: bool
) -> None:
    (key, other) = save_records(
        session,
        make_record(name="Sample Holiday", schedules=WORKDAYS, dated_hours=(CLOSED, EXTRA)),
        make_record(name="Sample Always", schedules=parse_hours("24/7")),
    )
    clock(moment)
    found = browse.open(SEARCH).text
    assert "Sample Always" in found
    assert ("Sample Holiday" in found) is is_open
    words = "Open now, until" if is_open else "Closed now"
    for page in (
        browse.get("public.listing", listing_id=key),
        browse.open(f"/compare?id={key}&id={other}"),
        browse.open("/search?near=Columbus,+OH"),
    ):
        assert words in page.text
    is_told = moment < "2026-12-25 99"
    for page in (
        browse.get("public.listing", listing_id=key),
        browse.open(f"/compare?id={key}&id={other}"),
        browse.get("public.call_sheet", id=key),
    ):
        assert ("Closed on Friday, December 25 (Christmas Day)" in page.text) is is_told


def test_a_card_that_is_kept_changes_its_line_with_the_day(
    session: Session, browse: Browse, clock: Any
) -> None:
    save_records(session, make_record(schedules=parse_hours("24/7"), dated_hours=(CLOSED,)))
    said = []
    for moment in (
        "2026-12-16 15:00", "2026-12-23 15:00", "2026-12-24 15:00", "2026-12-25 04:30",
        "2026-12-25 05:00", "2026-12-25 15:00", "2026-12-26 04:59", "2026-12-26 05:00",
    ):  # fmt: skip
        clock(moment)
        page = browse.open("/search?near=Columbus,+OH")
        (card,) = page.all("article", class_="card")
        said.append(text_of(next(p for p in card.iter("p") if "state" in p.get("class", ""))))
    assert said == [
        "Open now, day and night",
        "Open now, until the end of Thursday",
        "Open now, until midnight",
        "Open, closes in 30 minutes",
        "Closed now, opens tonight at midnight",
        "Closed now, opens tonight at midnight",
        "Closed now, opens tonight at midnight",
        "Open now, day and night",
    ]


def test_the_file_to_take_along_tells_the_days(session: Session, browse: Browse) -> None:
    save_records(session, make_record(schedules=WORKDAYS, dated_hours=(CLOSED,)))
    page = browse.open("/take-along/file?near=Columbus,+OH")
    assert "Closed on Friday, December 25 (Christmas Day)" in page.text


def test_a_helpline_is_closed_on_its_day_and_says_so(
    session: Session, browse: Browse, clock: Any
) -> None:
    save_records(
        session,
        make_record(
            name="Sample Line",
            delivery=Delivery.HELPLINE,
            address=None,
            point=None,
            schedules=parse_hours("24/7"),
            dated_hours=(CLOSED,),
            helpline=HelplineRecord(topics=("HL-TREATMENT-REFERRAL",), is_stale=False),
        ),
    )
    for moment, is_listed in (("2026-12-24 15:00", True), ("2026-12-25 15:00", False)):
        clock(moment)
        assert ("Sample Line" in browse.open("/search?near=Columbus,+OH").text) is is_listed
        assert "Closed on Friday, December 25 (Christmas Day)" in browse.open("/helplines").text


def test_every_change_of_the_days_is_a_version(session: Session) -> None:
    listing = imported(session, make_record())
    edit(session, listing, dated_hours=(CLOSED,))
    edit(session, get_listing(session, listing.id), dated_hours=(CLOSED, EXTRA))
    steps = [step for step in listing_versions(session, listing.id) if step.changes]
    assert [step.changes[0].field for step in steps] == ["dated_hours"] * 2
    assert verify_history(session)[1] is None
