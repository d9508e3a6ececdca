"""Every fact in the embedded data is the fact that was read, digit for digit."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.content.entries import EmbeddedListing
from app.content.helplines import load_keyed_helplines
from app.content.starter_listings import load_keyed_starter_listings
from app.domain.hours import parse_hours, parse_range
from app.domain.records import (
    AddressRecord,
    AreaExtent,
    ListingRecord,
    PhoneKind,
    PhoneRecord,
    SourceReference,
)
from tests.shared_data import shared_path

# Digits that may be a telephone number; years, hours and "988" are shorter.
LONG_NUMBER = re.compile(r"\d[\d ()-]{3,}\d")
SHORTEST_NUMBER = 5

OFFER_CODES = {
    "buprenorphine": "BU",
    "methadone": "MU",
    "naltrexone": "NU",
    "lofexidine-or-clonidine": "DLC",
    "outpatient": "OP",
    "intensive-outpatient": "OIT",
    "residential": "RES",
    "medical-withdrawal": "DT",
    "telehealth": "TELE",
    "peer-support": "PEER",
    "naloxone": "HR-NALOXONE",
    "syringe-services": "HR-SYRINGE",
    "test-strips": "HR-TESTSTRIPS",
    "drug-checking": "HR-DRUGCHECK",
    "wound-care": "HR-WOUND",
    "hiv-hcv-testing": "HR-HIVHCV",
    "food-or-showers": "HR-FOOD",
    "pregnant": "PW",
    "youth": "CHLD",
    "family": "FCO",
    "housing": "HS",
}
PAYMENT_CODES = {
    "free": "NP",
    "medicaid": "MD",
    "medicare": "MC",
    "private-insurance": "PI",
    "cash": "SF",
    "sliding-fee": "SS",
    "unknown": None,
}
LANGUAGE_CODES = {"es": "SP", "fa": "F25", "zh": "F17", "hmn": "F37"}
# A place that gives care, not only supplies or a referral, is found as treatment.
TREATMENT_CODES = {"BU", "MU", "NU", "OP", "OIT", "RES"}

# What a page says in words beyond the short list of what it offers.
TERMS_IN_WORDS = {
    "md-cecil-county-addiction-services": {"HR-FAMILY"},
    "ny-dutchess-county-stabilization-center": {"HR-FAMILY", "OD"},
    "va-fairfax-csb-addiction-medicine": {"OD"},
    "va-eastern-shore-csb-mobile-unit": {"HR-MOBILE"},
    "ks-johnson-county-mental-health-center-adult-detoxification-unit": {"RD"},
    "ct-alliance-for-living-ssp": {"HIVT", "HCT"},
    "nc-durham-county-safe-syringe": {"HIVT"},
    "pa-allegheny-county-drug-and-alcohol": {"HR-UNINSURED"},
    "nj-sussex-county-substance-abuse-office": {"HR-UNINSURED"},
    "az-sonoran-prevention-works-mail": {"HR-SAFERUSE"},
    "ca-santa-clara-county-harm-reduction": {"HR-SAFERUSE"},
    "ky-louisville-community-syringe-exchange": {"HR-DISPOSAL"},
    "in-marion-county-safe-syringe": {"HR-DISPOSAL"},
    "az-saaf-syringe-access": {"HR-DISPOSAL"},
    "nc-orange-county-safe-syringe-hillsborough": {"HR-DISPOSAL"},
    "md-st-marys-leonardtown-harm-reduction": {"HR-DISPOSAL"},
}
# "Family" in the federal directory is family counseling; on these pages it is families in general.
NOT_FAMILY_COUNSELING = {
    "md-cecil-county-addiction-services",
    "ny-dutchess-county-stabilization-center",
}


@cache
def read_facts(path: Path, *, key: str) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)[key]}


def every_helpline() -> dict[str, dict[str, Any]]:
    return read_facts(shared_path("facts", "helplines.yaml"), key="helplines")


def helpline_pairs() -> list[tuple[dict[str, Any], EmbeddedListing]]:
    facts = every_helpline()
    return [(facts[each.external_key], each) for each in load_keyed_helplines()]


def starter_pairs() -> list[tuple[dict[str, Any], EmbeddedListing]]:
    facts = read_facts(shared_path("facts", "starter_listings.yaml"), key="listings")
    return [(facts[each.external_key], each) for each in load_keyed_starter_listings()]


def sources(fact: dict[str, Any]) -> tuple[SourceReference, ...]:
    return tuple(
        SourceReference(title=each["title"], url=each["url"], dated=each["date"])
        for each in fact["sources"]
    )


def numbers(record: ListingRecord, *kinds: PhoneKind) -> set[str]:
    return {phone.number for phone in record.phones if not kinds or phone.kind in kinds}


def test_exactly_the_helplines_that_may_be_shown_are_there() -> None:
    shown = {key for key, fact in every_helpline().items() if fact["ship"]}
    assert {each.external_key for each in load_keyed_helplines()} == shown


def test_exactly_the_starter_listings_are_there() -> None:
    facts = read_facts(shared_path("facts", "starter_listings.yaml"), key="listings")
    assert {each.external_key for each in load_keyed_starter_listings()} == set(facts)


def test_helplines_keep_their_names_dates_and_flags() -> None:
    for fact, listing in helpline_pairs():
        record, helpline = listing.record, listing.record.helpline
        assert helpline is not None
        assert (record.name, record.organization_name) == (fact["name"], fact["organization"])
        assert (record.website, record.as_of) == (fact["website"], fact["last_verified"])
        assert list(record.languages) == fact["languages"]
        assert helpline.country == fact["country"]
        assert [code.removeprefix("US-") for code in fact["states"]] == list(helpline.states)
        assert helpline.is_stale is fact["stale"]
        assert helpline.is_confidential is {"unknown": None}.get(
            fact["confidential"], fact["confidential"]
        )
        assert listing.is_verified_by == fact["confidence"]
        assert record.sources == sources(fact)


def test_helplines_keep_every_number_and_add_none() -> None:
    for fact, listing in helpline_pairs():
        record = listing.record
        texts = {fact["sms"]["number"]} if fact["sms"] else set()
        calls = {each["dial"] for each in fact["alt_phones"]}
        if fact["phone"] and not fact["phone"]["display"].startswith("text "):
            calls.add(fact["phone"]["dial"])
        teletypes = {fact["tty"]["dial"]} - {None} if fact["tty"] else set()
        assert numbers(record, PhoneKind.VOICE) == calls
        assert numbers(record, PhoneKind.TEXT) == texts
        assert numbers(record, PhoneKind.TTY) == teletypes
        assert numbers(record) == calls | texts | teletypes


def test_helplines_print_numbers_as_their_pages_do() -> None:
    for fact, listing in helpline_pairs():
        printed = [fact["phone"], *fact["alt_phones"], fact["tty"]]
        expected = {each["dial"]: each["display"] for each in printed if each and each["dial"]}
        for phone in listing.record.phones:
            if phone.kind is not PhoneKind.TEXT:
                assert phone.display in expected[phone.number]


def test_help_by_teletype_or_videophone_without_a_number_is_told_in_words() -> None:
    for fact, listing in helpline_pairs():
        if fact["tty"] and fact["tty"]["dial"] is None:
            assert listing.record.accessibility


def test_helplines_keep_keywords_and_chats() -> None:
    for fact, listing in helpline_pairs():
        helpline = listing.record.helpline
        assert helpline is not None
        assert helpline.chat_url == (fact["chat_url"] or fact.get("chat"))
        keyword = fact["sms"]["keyword"] if fact["sms"] else None
        if keyword in {"any message", "your ZIP code", "your question"}:
            keyword = None
        if listing.external_key == "us-988-lifeline":  # Any message, or AYUDA for Spanish.
            keyword = None
        assert helpline.text_keyword == keyword


def test_helplines_keep_their_hours_and_unknown_hours_stay_unknown() -> None:
    for fact, listing in helpline_pairs():
        record, hours = listing.record, fact["hours"]
        if isinstance(hours, str):
            assert record.schedules == parse_hours(hours)
            assert record.timezone is None
        else:
            assert record.schedules == tuple(parse_range(each) for each in hours["ranges"])
            assert record.timezone == hours["timezone"]


def test_helplines_keep_their_topics() -> None:
    for fact, listing in helpline_pairs():
        assert listing.record.helpline is not None
        expected = [f"HL-{topic.upper()}" for topic in fact["topics"]]
        assert list(listing.record.helpline.topics) == expected


def test_free_helplines_are_called_free_and_others_are_not() -> None:
    for fact, listing in helpline_pairs():
        cost = (listing.record.cost or "").casefold()
        assert fact["cost"].startswith("free") == cost.startswith(("free", "the service is free"))
        assert ("rates" in fact["cost"]) == ("rates may apply" in cost)


def test_numbers_that_were_not_confirmed_are_nowhere() -> None:
    pairs = helpline_pairs()
    shown = {phone.number[-7:] for _, each in pairs for phone in each.record.phones}
    told = [fact["notes"] or "" for fact in every_helpline().values()]
    told += [fact["phone"]["dial"] for fact in every_helpline().values() if not fact["ship"]]
    found = {re.sub(r"\D", "", each)[-7:] for each in LONG_NUMBER.findall(" ".join(told))}
    refused = {each for each in found if len(each) >= SHORTEST_NUMBER} - shown
    assert len(refused) > 10
    ours = [re.sub(r"[ ().-]", "", in_words(each)) for _, each in pairs]
    assert {number for number in refused for text in ours if number in text} == set()


def in_words(listing: EmbeddedListing) -> str:
    """All but numbers and sources: those are held against the facts one by one."""
    bare = tuple(replace(each, number="", display="") for each in listing.record.phones)
    return repr(replace(listing, record=replace(listing.record, sources=(), phones=bare)))


def test_starter_listings_keep_their_names_dates_and_links() -> None:
    for fact, listing in starter_pairs():
        record = listing.record
        assert (record.organization_name, record.name) == (fact["organization"], fact["service"])
        assert (record.website, record.email) == (fact["website"], fact["email"])
        assert (record.delivery.value, record.as_of) == (fact["kind"], fact["as_of"])
        assert record.accepts_walk_ins is fact["walk_in"]
        assert list(record.languages) == fact["languages"]
        assert listing.is_verified_by == fact["confidence"]
        assert record.sources == sources(fact)


def test_starter_listings_keep_their_addresses() -> None:
    for fact, listing in starter_pairs():
        written = fact["address"]
        expected = written and AddressRecord(
            address_1=written["street"],
            address_2=written["unit"],
            city=written["city"],
            state_province=written["state"],
            postal_code=written["zip"],
        )
        assert listing.record.address == expected


def test_starter_listings_keep_their_numbers_in_order() -> None:
    for fact, listing in starter_pairs():
        assert [as_printed(phone) for phone in listing.record.phones] == [
            (each["number"], each["display"], each["extension"]) for each in fact["phones"]
        ]


def as_printed(phone: PhoneRecord) -> tuple[str, str, str | None]:
    return phone.number, phone.display, phone.extension


def test_starter_listings_keep_their_hours_and_unknown_hours_stay_unknown() -> None:
    for fact, listing in starter_pairs():
        assert listing.record.schedules == parse_hours(fact["hours"])
        assert bool(listing.record.schedules) == (fact["hours"] != "unknown")


def test_starter_listings_keep_the_area_they_serve() -> None:
    for fact, listing in starter_pairs():
        served = fact["area_served"] or []
        areas = listing.record.service_areas
        if len(served) == 1 or served[:1] == ["US"]:
            assert [area.code for area in areas] == served[:1]
            continue
        assert [area.name for area in areas] == [each.split(";")[0] for each in served[1:]]
        for area in areas:
            if area.extent is AreaExtent.PLACE:
                assert area.code == served[0]


def test_starter_listings_offer_and_take_what_their_pages_say() -> None:
    for fact, listing in starter_pairs():
        key = listing.external_key
        terms = {OFFER_CODES[offer] for offer in fact["offers"]}
        terms |= {code for each in fact["payment"] if (code := PAYMENT_CODES[each])}
        terms |= {"HR-WALKIN"} if fact["walk_in"] else set()
        terms |= {"mail": {"HR-MAIL"}, "mobile": {"HR-MOBILE"}}.get(fact["kind"], set())
        terms |= TERMS_IN_WORDS.get(key, set())
        terms -= {"FCO"} if key in NOT_FAMILY_COUNSELING else set()
        terms |= {"SA"} if terms & TREATMENT_CODES else set()
        terms |= {LANGUAGE_CODES[each] for each in fact["languages"] if each in LANGUAGE_CODES}
        if "rapid HIV testing" in fact["description"]:
            terms |= {"HIVT"}
        if key.startswith("md-baltimore-county"):
            terms |= {"HIVT", "HCT"}
        assert set(listing.record.term_codes) == terms


@pytest.mark.parametrize("pairs", [helpline_pairs, starter_pairs])
def test_descriptions_are_our_own_words(pairs: Any) -> None:
    for fact, listing in pairs():
        theirs = phrases(fact["description"])
        assert not phrases(listing.record.description or "") & theirs


def phrases(text: str, *, length: int = 8) -> set[tuple[str, ...]]:
    words = re.findall(r"[\w'-]+", text.casefold())
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}
