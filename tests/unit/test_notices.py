"""Alerts that end, room that falls back to not known, areas and helplines in the form."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.content.helplines import load_helplines
from app.domain.address import names_street
from app.domain.errors import ParseError
from app.domain.notices import (
    AVAILABILITY_LASTS_DAYS,
    alert_in_force,
    availability_in_force,
)
from app.domain.records import (
    AlertRecord,
    AreaExtent,
    Availability,
    AvailabilityRecord,
    ServiceAreaRecord,
)
from app.web.admin.listings.areas import read_areas, shown_areas
from app.web.admin.listings.helpline import read_helpline, shown_helpline
from app.web.admin.listings.notices import read_alert, read_room

LAST_DAY = date(2026, 11, 26)
ALERT = AlertRecord(text="Closed on Thanksgiving Day", until=LAST_DAY)
TODAY = date(2026, 11, 24)
FULL = AvailabilityRecord(state=Availability.FULL, said_on=TODAY)


@pytest.mark.parametrize(
    ("moment", "zone", "is_shown"),
    [
        (datetime(2026, 11, 27, 4, 59, tzinfo=UTC), "America/New_York", True),
        (datetime(2026, 11, 27, 5, 0, tzinfo=UTC), "America/New_York", False),
        (datetime(2026, 11, 27, 9, 59, tzinfo=UTC), "Pacific/Honolulu", True),
        (datetime(2026, 11, 27, 11, 59, tzinfo=UTC), None, True),
        (datetime(2026, 11, 27, 12, 0, tzinfo=UTC), None, False),
    ],
)
def test_an_alert_is_shown_through_its_last_day_at_the_place(
    moment: datetime, zone: str | None, *, is_shown: bool
) -> None:
    assert (alert_in_force(ALERT, now=moment, timezone=zone) is not None) is is_shown


def test_room_is_not_known_any_more_after_its_days() -> None:
    last = datetime(2026, 11, 24, 18, tzinfo=UTC) + timedelta(days=AVAILABILITY_LASTS_DAYS)
    zone = "America/New_York"
    assert availability_in_force(FULL, now=last, timezone=zone) == FULL
    assert availability_in_force(FULL, now=last + timedelta(days=1), timezone=zone) is None


@pytest.mark.parametrize("until", ["", "2026-11-23", "2027-12-01", "soon"])
def test_an_alert_needs_a_last_day_that_is_not_over(until: str) -> None:
    alert, problems = read_alert({"alert": "Closed", "alert_until": until}, today=TODAY)
    assert alert is None
    assert [field for field, _message in problems] == ["alert_until"]


def test_room_is_of_today_unless_a_day_is_given() -> None:
    def told(state: str, day: str, before: AvailabilityRecord | None = FULL) -> object:
        fields = {"availability": state, "availability_on": day}
        later = TODAY + timedelta(days=5)
        return read_room(fields, before=before, today=later)[0]

    waiting, later = Availability.WAITLIST, TODAY + timedelta(days=5)
    assert told("waitlist", TODAY.isoformat()) == AvailabilityRecord(state=waiting, said_on=later)
    assert told("full", "2026-11-26") == replace(FULL, said_on=date(2026, 11, 26))
    assert told("full", "", None) == replace(FULL, said_on=later)
    assert told("", TODAY.isoformat()) is None
    assert told("full", "2026-12-24") is None


def test_areas_are_read_as_they_were_shown() -> None:
    areas = [area for record in load_helplines() for area in record.service_areas]
    for area in areas:
        assert read_areas(shown_areas([area]), before=[area]) == (area,)


@pytest.mark.parametrize(
    ("line", "area"),
    [
        ("ohio", (AreaExtent.STATE, "OH", "Ohio")),
        ("OH", (AreaExtent.STATE, "OH", "Ohio")),
        ("All of the United States", (AreaExtent.COUNTRY, "US", "United States")),
        ("Franklin County, OH", (AreaExtent.COUNTY, "39049", "Franklin County")),
        ("Orleans Parish, Louisiana", (AreaExtent.COUNTY, "22071", "Orleans Parish")),
        ("39049", (AreaExtent.COUNTY, "39049", "Franklin County")),
        ("Near East Side, OH", (AreaExtent.PLACE, "OH", "Near East Side")),
    ],
)
def test_an_area_is_read_in_the_words_of_people(
    line: str, area: tuple[AreaExtent, str, str]
) -> None:
    extent, code, name = area
    expected = ServiceAreaRecord(extent=extent, code=code, name=name)
    assert read_areas(f"{line}\n\n{line}", before=()) == (expected,)


@pytest.mark.parametrize("line", ["everywhere", "99999", "\n".join("ABCDEFGH" * 13)])
def test_an_area_that_names_nothing_is_refused(line: str) -> None:
    with pytest.raises(ParseError):
        read_areas(line, before=())


def test_every_helpline_is_read_back_from_its_form() -> None:
    for record in load_helplines():
        assert record.helpline is not None
        fields = shown_helpline(record.helpline)
        read, problems = read_helpline(fields, record.helpline.topics, base=record.helpline)
        assert (read, problems) == (record.helpline, ())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("helpline_chat", "javascript:alert(1)"),
        ("helpline_country", "USA"),
        ("helpline_states", "<b>"),
        ("helpline_notes", "x" * 10_001),
    ],
)
def test_a_helpline_refuses_what_it_cannot_keep(field: str, value: str) -> None:
    helpline = load_helplines()[0].helpline
    assert helpline is not None
    fields = {**shown_helpline(helpline), field: value}
    read, problems = read_helpline(fields, helpline.topics, base=helpline)
    assert read == helpline
    assert [name for name, _message in problems] == [field]


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("Come to 12 North Oak Street.", True),
        ("12 N. Oak St, second door", True),
        ("112 N Oak St", False),
        ("Near Oak Street", False),
        ("", False),
    ],
)
def test_a_street_is_found_in_a_text_in_any_spelling(text: str, *, is_named: bool) -> None:
    assert names_street(text, "12 N Oak Street, Suite 4") is is_named
