"""Which helplines are offered as ones to call now, and what their cards say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import pytest

from app.content.helplines import load_helplines
from app.domain.helplines import (
    ALWAYS_TRUSTED_NUMBERS,
    covers,
    group_by_number,
    helplines_for,
    main_number,
)
from app.domain.listing import Listing
from app.domain.records import (
    AreaExtent,
    Delivery,
    HelplineRecord,
    PhoneKind,
    ScheduleRecord,
    ServiceAreaRecord,
)
from app.web.views.helpline_view import area_words, grouped_view, helpline_view
from tests.factories import NOW, make_phone, make_record

ALWAYS = ScheduleRecord(
    byday=("MO", "TU", "WE", "TH", "FR", "SA", "SU"), opens_at="00:00", closes_at="23:59"
)
DAYTIME = ScheduleRecord(byday=("MO", "TU", "WE", "TH", "FR"), opens_at="09:00", closes_at="17:00")
COUNTRY = ServiceAreaRecord(extent=AreaExtent.COUNTRY, code="US", name="United States")
OHIO = ServiceAreaRecord(extent=AreaExtent.STATE, code="OH", name="Ohio")
FRANKLIN = ServiceAreaRecord(extent=AreaExtent.COUNTY, code="39049", name="Franklin County, OH")


def make_helpline(name: str = "Sample line", **values: Any) -> Listing:
    helpline = {
        "topics": ("HL-TREATMENT-REFERRAL",),
        "is_stale": False,
        **values.pop("helpline", {}),
    }
    record = make_record(
        name=name,
        **{
            "delivery": Delivery.HELPLINE,
            "address": None,
            "point": None,
            "timezone": None,
            "schedules": (ALWAYS,),
            "service_areas": (COUNTRY,),
            "helpline": HelplineRecord(**helpline),
            **values,
        },
    )
    return Listing(id=uuid5(UUID(int=1), name), version=1, record=record)


def chosen(*listings: Listing, **asked: Any) -> list[str]:
    found = helplines_for(listings, **{"now": NOW, "state": "OH", **asked})
    return [listing.record.name for listing in found]


@pytest.mark.parametrize(
    ("values", "is_offered"),
    [
        ({}, True),
        ({"helpline": {"is_stale": True}}, False),
        ({"helpline": {"is_stale": None}}, False),
        ({"helpline": {"is_stale": None}, "phones": (make_phone(1, number="988"),)}, True),
        ({"helpline": {"is_stale": True}, "phones": (make_phone(1, number="+18002221222"),)}, True),
        ({"schedules": ()}, False),
        ({"schedules": (DAYTIME,)}, False),
        ({"schedules": (DAYTIME,), "timezone": "America/New_York"}, True),
        ({"schedules": (DAYTIME,), "timezone": "Pacific/Guam"}, False),
        ({"phones": ()}, False),
        ({"phones": (make_phone(1, kind=PhoneKind.FAX),)}, False),
        ({"phones": (make_phone(1, kind=PhoneKind.TEXT),)}, True),
        ({"helpline": {"topics": ("HL-VETERANS", "HL-SUICIDE-CRISIS")}}, False),
        ({"helpline": {"country": "CA"}}, False),
        ({"service_areas": (OHIO,)}, True),
        ({"service_areas": (FRANKLIN,)}, False),
    ],
)
def test_only_a_line_that_is_sure_to_answer_is_offered_now(
    values: dict[str, Any], *, is_offered: bool
) -> None:
    assert (chosen(make_helpline(**values)) == ["Sample line"]) is is_offered


def test_a_county_line_is_offered_in_its_county() -> None:
    line = make_helpline(service_areas=(FRANKLIN,))
    assert chosen(line, county_fips="39049") == ["Sample line"]


def test_without_a_place_only_lines_for_the_whole_country_are_offered() -> None:
    lines = make_helpline("Sample national"), make_helpline("Sample Ohio", service_areas=(OHIO,))
    assert chosen(*lines, state=None) == ["Sample national"]


def test_local_lines_come_first_and_few_are_shown() -> None:
    national = [make_helpline(f"Sample {number}") for number in range(5)]
    local = make_helpline("Sample Ohio", service_areas=(OHIO,))
    found = chosen(*national, local)
    assert found[0] == "Sample Ohio"
    assert len(found) == 3


def test_lines_that_refer_come_first_and_then_those_of_the_state() -> None:
    spotting = make_helpline("A", helpline={"topics": ("HL-OVERDOSE-PREVENTION-SPOTTING",)})
    refers = make_helpline("B", helpline={"topics": ("HL-TREATMENT-REFERRAL",)})
    warm = make_helpline("C", helpline={"topics": ("HL-PEER-SUPPORT",)}, service_areas=(OHIO,))
    own = make_helpline("D", helpline={"topics": ("HL-TREATMENT-REFERRAL",)}, service_areas=(OHIO,))
    assert chosen(spotting, refers, warm, own, limit=4) == ["D", "B", "C", "A"]


def test_a_number_is_offered_once() -> None:
    phones = (make_phone(1),)
    lines = make_helpline("Sample A", phones=phones), make_helpline("Sample B", phones=phones)
    assert chosen(*lines) == ["Sample A"]


def test_a_topic_brings_lines_for_some_people_only() -> None:
    line = make_helpline(helpline={"topics": ("HL-VETERANS",)})
    assert chosen(line, topic="HL-VETERANS") == ["Sample line"]


def test_no_real_line_that_is_old_or_undated_is_ever_offered_now() -> None:
    listings = [
        Listing(id=uuid5(UUID(int=2), record.name), version=1, record=record)
        for record in load_helplines()
    ]
    states = {
        code for record in load_helplines() if record.helpline for code in record.helpline.states
    }
    for hour in range(0, 24, 3):
        now = datetime(2026, 11, 24, hour, tzinfo=UTC)
        for state in [None, *sorted(states)]:
            for listing in helplines_for(listings, state=state, now=now, limit=99):
                phone = main_number(listing.record)
                assert listing.record.helpline is not None
                is_fresh = listing.record.helpline.is_stale is False
                assert is_fresh or (phone and phone.number in ALWAYS_TRUSTED_NUMBERS)
                assert listing.record.schedules


@pytest.mark.parametrize(("country", "is_covered"), [("US", True), ("CA", False), ("", False)])
def test_a_line_covers_its_own_country(country: str, *, is_covered: bool) -> None:
    assert covers(make_helpline().record, country=country) is is_covered


def test_lines_with_one_number_are_one_card_with_all_names() -> None:
    phones = (make_phone(1),)
    lines = (
        make_helpline("Sample A", phones=phones),
        make_helpline("Sample B", phones=(*phones, make_phone(2, kind=PhoneKind.TEXT))),
        make_helpline("Sample C", phones=(make_phone(3),)),
    )
    groups = group_by_number(lines)
    assert [[each.record.name for each in group] for group in groups] == [
        ["Sample A", "Sample B"],
        ["Sample C"],
    ]
    view = grouped_view(groups[0], now=NOW)
    assert view.name == "Sample A"
    (sharer,) = view.sharers
    assert sharer.name == "Sample B"
    assert (view.phones, view.texts) == (phones, ())
    assert [phone.kind for phone in sharer.phones] == [PhoneKind.TEXT]


def test_what_is_not_known_of_a_line_is_none() -> None:
    view = helpline_view(make_helpline(languages=(), cost=None), now=NOW)
    assert (view.languages, view.cost, view.confidential) == (None, None, None)


@pytest.mark.parametrize(
    ("is_confidential", "words"), [(True, "Confidential"), (False, "Not confidential")]
)
def test_whether_a_line_is_private_is_said_both_ways(words: str, *, is_confidential: bool) -> None:
    line = make_helpline(helpline={"is_confidential": is_confidential})
    assert helpline_view(line, now=NOW).confidential == words


@pytest.mark.parametrize(("is_stale", "is_old"), [(False, False), (True, True), (None, True)])
def test_old_and_undated_lines_are_marked(*, is_stale: bool | None, is_old: bool) -> None:
    assert helpline_view(make_helpline(helpline={"is_stale": is_stale}), now=NOW).is_old is is_old


def test_a_closed_line_says_when_it_opens_and_in_which_zone() -> None:
    line = make_helpline(schedules=(DAYTIME,), timezone="America/Los_Angeles")
    early = datetime(2026, 11, 24, 14, tzinfo=UTC)
    assert helpline_view(line, now=early).opening.time == "today 9:00\u00a0am Pacific time"
    near = helpline_view(line, now=early, reader_timezone="America/Los_Angeles")
    assert near.opening.time == "today 9:00\u00a0am"


def test_an_area_is_said_in_words() -> None:
    assert area_words(make_helpline().record) == "All of the United States"
    assert area_words(make_helpline(service_areas=(OHIO,)).record) == "Ohio"


def test_an_address_that_is_no_web_link_is_not_shown() -> None:
    line = make_helpline(website="javascript:alert(1)", helpline={"chat_url": "data:text/html,x"})
    view = helpline_view(line, now=NOW)
    assert (view.website, view.website_name, view.chat_url) == (None, None, None)
