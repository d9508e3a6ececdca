"""The words of a listing's page: limits, unknowns, questions, notes and warnings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from app.content.taxonomy import load_taxonomy
from app.domain.listing import Listing, VerificationRecord
from app.domain.merge import Contribution
from app.domain.records import (
    AddressRecord,
    Delivery,
    ListingStatus,
    PointRecord,
    ScheduleRecord,
    SourceReference,
)
from app.web.views.listing_view import ListingView, listing_view
from app.web.views.ongoing_care import is_withdrawal_only
from tests.factories import NOW, make_record


def make_listing(*checks: VerificationRecord, **values: Any) -> Listing:
    source = SourceReference(title="Sample directory", url="https://example.org", dated="2025")
    record = make_record(**{"sources": (source,), **values})
    contribution = Contribution(
        source_id="sample", source_name="Sample directory", rank=1, record=record
    )
    return Listing(
        id=UUID(int=3),
        version=1,
        record=record,
        contributions=(contribution,),
        verifications=checks,
    )


def view_of(*checks: VerificationRecord, **values: Any) -> ListingView:
    return listing_view(make_listing(*checks, **values), now=NOW)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ((), False),
        (("SA",), False),
        (("DT",), True),
        (("DT", "SA"), True),
        (("DT", "RD"), True),
        (("RD", "RES"), True),
        (("OD", "OP"), True),
        (("HI", "HID"), True),
        (("HID", "ODTX"), True),
        (("ODTX",), True),
        (("DB", "DM"), True),
        (("DT", "HR-NALOXONE", "MD"), True),
        (("DT", "OP"), False),
        (("DT", "RES"), False),
        (("RD", "RES", "RL"), False),
        (("OD", "OIT", "OP"), False),
        (("BU", "DT"), False),
        (("DT", "MM"), False),
        (("DT", "NU"), False),
        (("DT", "OTP"), False),
    ],
)
def test_withdrawal_care_alone_is_told_from_codes(
    codes: tuple[str, ...], *, expected: bool
) -> None:
    assert is_withdrawal_only(codes) is expected


def test_people_who_may_not_come_are_said_in_words() -> None:
    view = view_of(term_codes=("OUDO", "SA"))
    assert [term.name for term in view.limits] == ["Only for opioid use"]


def test_what_is_not_done_is_said_and_nowhere_else() -> None:
    view = view_of(term_codes=("NMOA", "SA"))
    assert [term.name for term in view.refusals] == ["Does not use medicine for opioid use"]
    assert "NMOA" not in str(view.more)
    assert not view.medicines


def test_every_reported_term_stands_somewhere_on_the_page() -> None:
    for term in load_taxonomy().terms:
        if term.scheme == "help-first" and term.category == "HL":
            continue
        view = view_of(term_codes=(term.code,))
        parts = (view.limits, view.refusals, view.payments, view.medicines, view.offers, view.more)
        shown = any(parts) or view.languages or any(row.value for row in view.audience)
        assert shown, term.code


def test_unknown_things_become_questions() -> None:
    view = view_of(term_codes=("SA",), cost=None, schedules=(), eligibility=None)
    asked = " ".join(view.questions)
    for word in ("hours", "pay", "buprenorphine", "bring", "new people", "language"):
        assert word in asked, word


def test_what_is_known_is_not_asked() -> None:
    weekdays = ScheduleRecord(byday=("MO",), opens_at="08:00", closes_at="17:00")
    view = view_of(
        term_codes=("MD", "SA"),
        schedules=(weekdays,),
        eligibility="Adults",
        languages=("en",),
        accepts_walk_ins=True,
    )
    asked = " ".join(view.questions)
    for word in ("hours", "pay", "walk in", "cannot take", "language"):
        assert word not in asked, word


def test_a_place_for_supplies_is_not_asked_about_medicine() -> None:
    view = view_of(term_codes=("HR-MOBILE", "HR-SYRINGE"), delivery=Delivery.MOBILE)
    assert "buprenorphine" not in " ".join(view.questions)


@pytest.mark.parametrize(
    ("as_of", "check", "is_warned"),
    [
        ("2026-10", None, False),
        ("2025-11-24", None, False),
        ("2025-11-23", None, True),
        ("2022", None, True),
        (None, None, True),
        ("2022", date(2026, 11, 1), False),
    ],
)
def test_old_details_carry_a_warning(
    as_of: str | None, check: date | None, *, is_warned: bool
) -> None:
    checks = []
    if check:
        checks.append(
            VerificationRecord(field="phones", how="call", verified_on=check, verified_by="Sample")
        )
    view = view_of(*checks, as_of=as_of)
    assert (view.warning is not None) is is_warned


def test_each_detail_says_where_it_comes_from() -> None:
    view = view_of(as_of="2025")
    assert view.phone_note is not None
    assert view.phone_note.text == "Seen in Sample directory, 2025 edition"
    assert view.phone_note.is_old


def test_a_check_by_a_person_is_said_with_its_way_and_day() -> None:
    check = VerificationRecord(
        field="phones", how="call", verified_on=date(2026, 11, 20), verified_by="Sample"
    )
    view = view_of(check, as_of="2022")
    assert view.phone_note is not None
    assert view.phone_note.text == "Checked by a call on Nov 20, 2026"
    assert not view.phone_note.is_old
    assert view.place_note is not None
    assert view.place_note.is_old


def test_a_place_has_a_line_to_copy_and_a_link_to_its_point() -> None:
    place = view_of().place
    assert place is not None
    assert place.line.endswith("Columbus, OH 43215")
    assert place.url is not None
    assert place.url.startswith("geo:39.967100,-83.004400?q=")


def test_the_middle_of_a_zip_code_is_never_given_as_a_door() -> None:
    point = PointRecord(latitude=39.9, longitude=-83.0, is_approximate=True)
    place = view_of(point=point).place
    assert place is not None
    assert place.is_point_approximate
    assert place.url is not None
    assert place.url.startswith("geo:0,0?q=")


def test_a_place_without_a_street_is_about_there() -> None:
    address = AddressRecord(address_1="", city="Columbus", state_province="OH", postal_code="43215")
    point = PointRecord(latitude=39.9, longitude=-83.0, is_approximate=True)
    place = view_of(address=address, point=point).place
    assert place is not None
    assert place.is_approximate
    assert place.url is None


def test_a_cost_that_repeats_a_way_to_pay_is_said_once() -> None:
    view = view_of(cost="Free.", term_codes=("NP",))
    assert view.cost is None
    assert [term.name for term in view.payments] == ["Free"]


def test_scripts_are_no_websites() -> None:
    assert view_of(website="javascript:alert(1)").website is None
    assert view_of(website="https://example.org/a").website == "https://example.org/a"


def test_a_place_that_is_closed_for_now_says_so() -> None:
    listing = make_listing()
    record = replace(listing.record, status=ListingStatus.TEMPORARILY_CLOSED)
    view = listing_view(replace(listing, record=record), now=NOW)
    assert view.status_note is not None
    assert "Closed for now" in view.status_note
