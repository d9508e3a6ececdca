"""What staff say of a place for a while, as visitors see it, and helplines as staff edit them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.domain.notices import AVAILABILITY_LASTS_DAYS
from app.domain.records import (
    AlertRecord,
    Availability,
    AvailabilityRecord,
    Delivery,
    HelplineRecord,
)
from app.extensions import db
from app.models import FieldConflict, ListingCard, Metadata, Service
from app.store.cards import load_cards
from app.store.history import verify_history
from app.store.imports import NewConflict, save_conflicts
from app.store.listings import get_listing
from app.web.clock import CLOCK_SETTING
from tests.browse import Browse
from tests.editing import edit, imported
from tests.factories import NOW, import_records, make_record, save_records
from tests.listing_forms import add, fields_of, read, sign_in_editor

TODAY = NOW.date()
ALERT = AlertRecord(text="Closed on Thanksgiving Day", until=date(2026, 11, 26))
FULL = AvailabilityRecord(state=Availability.FULL, said_on=TODAY)
SEARCH = "/search?near=Columbus,+OH"


@pytest.fixture
def clock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    def stand(days: int) -> None:
        monkeypatch.setitem(app.config, CLOCK_SETTING, lambda: NOW + timedelta(days=days))

    stand(0)
    return stand


def test_an_alert_stands_on_page_and_card_until_its_last_day_is_over(
    session: Session, browse: Browse, clock: Any
) -> None:
    (key,) = save_records(session, make_record(alert=ALERT))
    for days, is_shown in ((0, True), (2, True), (3, False)):
        clock(days)
        assert (ALERT.text in browse.get("public.listing", listing_id=key).text) is is_shown
        assert (ALERT.text in browse.open(SEARCH).text) is is_shown
        assert (ALERT.text in browse.get("public.call_sheet", id=key).text) is is_shown


def test_room_is_shown_with_its_day_and_then_not_known(
    session: Session, browse: Browse, clock: Any
) -> None:
    (key,) = save_records(session, make_record(availability=FULL))
    for days, is_shown in ((0, True), (AVAILABILITY_LASTS_DAYS + 1, False)):
        clock(days)
        words = "Was full on Nov 24, 2026"
        assert (words in browse.get("public.listing", listing_id=key).text) is is_shown
        assert (words in browse.open(SEARCH).text) is is_shown


def test_an_import_leaves_what_only_staff_say(session: Session) -> None:
    record = make_record(description="Before")
    listing = imported(session, record)
    edit(session, listing, alert=ALERT, availability=FULL, is_address_confidential=True)
    import_records(session, make_record(**{**_values(record), "description": "After"}))
    after = get_listing(session, listing.id).record
    assert (after.alert, after.availability, after.is_address_confidential) == (ALERT, FULL, True)
    assert after.description == "After"


def test_notices_are_set_in_the_form_and_end_there(app: Flask) -> None:
    listing_id = add(app)
    staff = sign_in_editor(app)
    address = f"/admin/listings/{listing_id}/edit"
    until = date.today() + timedelta(days=3)  # noqa: DTZ011 (the day of the clock)
    staff.send(
        address,
        **{
            **fields_of(staff.get(address)),
            "alert": "Moved to the back door",
            "alert_until": until.isoformat(),
            "availability": "waitlist",
            "service_areas": "Ohio\nFranklin County, OH",
        },
    )
    record = read(app, listing_id).record
    assert record.alert == AlertRecord(text="Moved to the back door", until=until)
    assert record.availability is not None
    assert record.availability.state is Availability.WAITLIST
    assert [area.code for area in record.service_areas] == ["OH", "39049"]
    history = staff.get(f"/admin/listings/{listing_id}/history").text
    assert "Moved to the back door" in history
    staff.send(address, **{**fields_of(staff.get(address)), "alert": "", "availability": ""})
    record = read(app, listing_id).record
    assert (record.alert, record.availability) == (None, None)


def test_a_helpline_is_edited_as_a_listing_with_its_own_details(app: Flask) -> None:
    helpline = HelplineRecord(states=("OH",), topics=("HL-YOUTH",), is_stale=None)
    with app.app_context():
        (key,) = save_records(
            db.session,
            make_record(
                name="Sample Helpline",
                delivery=Delivery.HELPLINE,
                address=None,
                point=None,
                county_fips=None,
                helpline=helpline,
            ),
        )
    staff = sign_in_editor(app)
    address = f"/admin/listings/{key}/edit"
    form = staff.get(address)
    assert "Who sees the address" not in form.text
    staff.send(
        address,
        **{
            **fields_of(form),
            "helpline_answered_by": "Volunteers in recovery",
            "helpline_stale": "no",
            "helpline_chat": "https://chat.example.org",
            "topic": ["HL-YOUTH", "HL-FAMILY-SUPPORT"],
        },
    )
    record = read(app, key).record
    assert record.delivery is Delivery.HELPLINE
    assert record.helpline == HelplineRecord(
        states=("OH",),
        topics=("HL-YOUTH", "HL-FAMILY-SUPPORT"),
        is_stale=False,
        chat_url="https://chat.example.org",
        answered_by="Volunteers in recovery",
    )
    assert "Volunteers in recovery" in staff.get(f"/admin/listings/{key}/history").text
    shown = app.test_client().get(f"/listings/{key}").get_data(as_text=True)
    assert "Volunteers in recovery" in shown


def test_a_card_without_a_phone_offers_the_website(
    session: Session, browse: Browse, clock: Any
) -> None:
    save_records(session, make_record(phones=(), website="https://place.example.org"))
    del clock
    assert "https://place.example.org" in browse.open(SEARCH).links()


def test_a_card_written_before_it_had_a_website_is_still_read(session: Session) -> None:
    (key,) = save_records(session, make_record(website="https://place.example.org"))
    row = session.get_one(ListingCard, key)
    old = {
        name: value
        for name, value in json.loads(row.card).items()
        if name not in {"website", "alert", "availability", "is_address_confidential"}
    }
    session.execute(
        update(ListingCard).where(ListingCard.id == key).values(card=json.dumps(old).encode())
    )
    (card,) = load_cards(session, [key])
    assert card.website is None
    session.rollback()


def test_an_edit_that_takes_what_a_source_says_settles_the_conflict(session: Session) -> None:
    listing = imported(session, make_record(cost="Ours"))
    conflicts = [
        NewConflict(listing_id=listing.id, source_id="sample-source", field=field, incoming="Free")
        for field in ("cost", "eligibility")
    ]
    save_conflicts(session, conflicts, now=NOW)
    session.commit()
    edit(session, listing, cost="Free", description="Else")
    left = session.execute(select(FieldConflict.field)).scalars().all()
    assert left == ["eligibility"]


def test_all_that_one_form_writes_has_one_request_id(app: Flask) -> None:
    listing_id = add(app)
    staff = sign_in_editor(app)
    address = f"/admin/listings/{listing_id}/edit"
    for cost in ("Free", "Ask"):
        staff.send(
            address, **{**fields_of(staff.get(address)), "cost": cost, "description": f"{cost}."}
        )
    with app.app_context():
        rows = db.session.execute(
            select(Metadata.request_id)
            .where(Metadata.resource_id == listing_id, Metadata.last_action_type == "edit")
            .order_by(Metadata.seq)
        ).scalars()
        first, second, third, fourth = rows
        assert first == second
        assert third == fourth
        assert first
        assert first != third
        assert verify_history(db.session)[1] is None


def test_the_database_knows_no_other_room(session: Session) -> None:
    (key,) = save_records(session, make_record(availability=FULL))
    found = session.execute(select(Service.availability)).scalars().all()
    assert found == ["full"]
    with pytest.raises(Exception, match="availability"):
        session.execute(update(Service).values(availability="maybe"))
    session.rollback()
    del key


def test_an_edit_is_no_check_of_a_helpline_number(session: Session, browse: Browse) -> None:
    helpline = HelplineRecord(is_stale=False)
    listing = imported(
        session,
        make_record(
            delivery=Delivery.HELPLINE, address=None, point=None, helpline=helpline, as_of="2024"
        ),
    )
    edit(session, listing, phones=listing.record.phones[:1], description="New words")
    edit(session, get_listing(session, listing.id), phones=())
    page = browse.get("public.listing", listing_id=listing.id)
    assert "The newest of these details are from 2024" in page.text


def _values(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}
