"""Which helplines cover a place, which answer now, and which share one number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from app.domain.dated_hours import holds_on
from app.domain.listing import Listing
from app.domain.opening import UNKNOWN_STATE, OpeningKind, OpeningState, opening_state
from app.domain.records import (
    AreaExtent,
    HelplineRecord,
    ListingRecord,
    PhoneKind,
    PhoneRecord,
    ServiceAreaRecord,
)

DEFAULT_COUNTRY: Final = "US"
DEFAULT_LIMIT: Final = 3

# Whatever the age of the pages they were read on, these answer: 911, 988 and Poison Help.
# Source: us-911, us-988-lifeline and us-poison-help of content/en/helplines.
ALWAYS_TRUSTED_NUMBERS: Final = frozenset({"911", "988", "+18002221222"})

EMERGENCY_TOPIC: Final = "HL-OVERDOSE-EMERGENCY"
_REFERRAL_TOPIC: Final = "HL-TREATMENT-REFERRAL"
# What somebody who asked for nothing in particular is helped by, the most useful first.
_GENERAL_TOPICS: Final = (
    _REFERRAL_TOPIC,
    "HL-WITHDRAWAL-ADVICE",
    "HL-OVERDOSE-PREVENTION-SPOTTING",
    "HL-PEER-SUPPORT",
    "HL-SUICIDE-CRISIS",
    "HL-FAMILY-SUPPORT",
    "HL-GENERAL-INFO",
)
# Lines for some people only are shown to those who choose them.
_OWN_AUDIENCE_TOPICS: Final = frozenset(
    {
        "HL-YOUTH",
        "HL-LGBTQ",
        "HL-VETERANS",
        "HL-PREGNANCY",
        "HL-DOMESTIC-VIOLENCE",
        "HL-LEGAL",
    }
)
_VOICES: Final = frozenset({PhoneKind.VOICE, PhoneKind.HOTLINE, PhoneKind.INTAKE})


def helplines_for(
    listings: Iterable[Listing],
    *,
    now: datetime,
    state: str | None = None,
    county_fips: str | None = None,
    topic: str | None = None,
    country: str = DEFAULT_COUNTRY,
    limit: int = DEFAULT_LIMIT,
) -> tuple[Listing, ...]:
    """The few helplines that cover the place and answer at `now`, most useful first.

    `state` is a USPS code (None: only those for the whole country), `topic` a taxonomy code.
    One whose pages are old or undated is never among them, but for 911, 988 and Poison Help;
    nor is one whose hours are not known. Local ones come first, a number comes once.
    """
    answering = answering_helplines(listings, now=now, topic=topic)
    return choose_covering(
        answering, state=state, county_fips=county_fips, country=country, limit=limit
    )


def answering_helplines(
    listings: Iterable[Listing], *, now: datetime, topic: str | None = None
) -> tuple[Listing, ...]:
    """Those that answer at `now` and meet the topic, of any place, most useful first."""
    fitting = [
        listing
        for listing in listings
        if _meets(listing.record, topic)
        and is_trusted(listing.record)
        and answers_now(listing.record, now=now)
    ]
    return tuple(sorted(fitting, key=lambda listing: usefulness(listing, topic=topic)))


def choose_covering(
    answering: Iterable[Listing],
    *,
    state: str | None = None,
    county_fips: str | None = None,
    country: str = DEFAULT_COUNTRY,
    limit: int = DEFAULT_LIMIT,
) -> tuple[Listing, ...]:
    """The first of them that cover the place, in their order; a number comes once."""
    chosen: dict[str, Listing] = {}
    for listing in answering:
        if len(chosen) == limit:
            break
        if covers(listing.record, state=state, county_fips=county_fips, country=country):
            chosen.setdefault(_number_key(listing), listing)
    return tuple(chosen.values())


def covers(
    record: ListingRecord,
    *,
    state: str | None = None,
    county_fips: str | None = None,
    country: str = DEFAULT_COUNTRY,
) -> bool:
    """Whether somebody at this place can use the helpline; an area told in words is not sure."""
    helpline = record.helpline
    if helpline is None or helpline.country != country:
        return False
    if not record.service_areas:
        return not helpline.states or state in helpline.states
    # A loop rather than any(): each page of results asks this of all that answer.
    for area in record.service_areas:
        if _area_holds(area, state=state, county_fips=county_fips, country=country):
            return True
    return False


def is_local(record: ListingRecord) -> bool:
    """Whether the helpline is for a part of its country."""
    return all(area.extent is not AreaExtent.COUNTRY for area in record.service_areas) and bool(
        record.service_areas or (record.helpline and record.helpline.states)
    )


def is_trusted(record: ListingRecord) -> bool:
    """Whether its number was seen on pages new enough to send somebody there now."""
    helpline = record.helpline
    if helpline is not None and helpline.is_stale is False:
        return True
    first = main_number(record)
    return first is not None and first.number in ALWAYS_TRUSTED_NUMBERS


def answers_now(record: ListingRecord, *, now: datetime) -> bool:
    """Whether somebody answers at `now` by phone or text; hours not known are never now."""
    return main_number(record) is not None and (
        helpline_state(record, now=now).kind is OpeningKind.OPEN
    )


def usefulness(
    listing: Listing, *, topic: str | None = None
) -> tuple[bool, bool, bool, int, str, str]:
    """A sorting key: lines for everybody, those that lead to treatment, local ones, the others.

    So the line of the searched state that refers to treatment comes first, then the national
    one, then what else the state has, then the others by what is most asked for.
    With a topic all that have it are alike, so that local ones come first.
    """
    record = listing.record
    topics = _topics(record.helpline)
    ranks = [rank for rank, code in enumerate(_GENERAL_TOPICS) if code in topics]
    rank = min(ranks, default=len(_GENERAL_TOPICS))
    is_national, name, key = not is_local(record), record.name, str(listing.id)
    if topic:
        return False, False, is_national, 0, name, key
    is_for_some = not _OWN_AUDIENCE_TOPICS.isdisjoint(topics)
    return is_for_some, _REFERRAL_TOPIC not in topics, is_national, rank, name, key


def helpline_state(record: ListingRecord, *, now: datetime) -> OpeningState:
    """Open, closed or unknown. A line without a time zone is open only if it always is.

    Around days with hours of their own it is unknown: they are over somewhere, and not elsewhere.
    """
    if record.timezone:
        return opening_state(
            record.schedules, timezone=record.timezone, now=now, dated=record.dated_hours
        )
    anywhere = opening_state(record.schedules, timezone="UTC", now=now)
    today = now.astimezone(UTC).date()
    is_plain_day = not any(
        holds_on(each, today + timedelta(days=offset))
        for each in record.dated_hours
        for offset in (-1, 0, 1)
    )
    return anywhere if anywhere.is_all_day and is_plain_day else UNKNOWN_STATE


def main_number(record: ListingRecord) -> PhoneRecord | None:
    """The number to reach people at: the first to call, else the first to text."""
    dialable = [phone for phone in record.phones if phone.number]
    for phone in dialable:
        if phone.kind in _VOICES:
            return phone
    return next((phone for phone in dialable if phone.kind is PhoneKind.TEXT), None)


def group_by_number(listings: Iterable[Listing]) -> tuple[tuple[Listing, ...], ...]:
    """The helplines in their order, those that share a main number together with the first."""
    groups: dict[str, list[Listing]] = {}
    for listing in listings:
        groups.setdefault(_number_key(listing), []).append(listing)
    return tuple(tuple(group) for group in groups.values())


def _number_key(listing: Listing) -> str:
    phone = main_number(listing.record)
    return phone.number if phone else str(listing.id)


def _area_holds(
    area: ServiceAreaRecord, *, state: str | None, county_fips: str | None, country: str
) -> bool:
    if area.extent is AreaExtent.COUNTRY:
        return area.code == country
    if area.extent is AreaExtent.STATE:
        return state is not None and area.code == state
    return area.extent is AreaExtent.COUNTY and county_fips == area.code


def _meets(record: ListingRecord, topic: str | None) -> bool:
    topics = _topics(record.helpline)
    if topic is not None:
        return topic in topics
    is_for_everybody = _OWN_AUDIENCE_TOPICS.isdisjoint(topics)
    return is_for_everybody and not topics.isdisjoint(_GENERAL_TOPICS)


def _topics(helpline: HelplineRecord | None) -> frozenset[str]:
    return frozenset(helpline.topics if helpline else ())
