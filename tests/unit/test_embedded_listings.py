"""The files of embedded helplines and starter listings keep their schema, wherever tests run."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from zoneinfo import ZoneInfo

import msgspec
import pytest
import yaml

from app.content import entries
from app.content.embedded import load_embedded_listings
from app.content.entries import CONTENT_FOLDER, EmbeddedListing, read_entries
from app.content.helplines import (
    EMERGENCY_TOPIC,
    HelplineEntry,
    emergency_numbers,
    load_helplines,
    load_keyed_helplines,
)
from app.content.starter_listings import (
    StarterEntry,
    load_keyed_starter_listings,
    load_starter_listings,
)
from app.content.taxonomy import load_taxonomy
from app.domain.errors import UnknownPlaceError
from app.domain.phone import parse_phone
from app.domain.records import AreaExtent, Delivery, ListingRecord, PhoneKind
from app.gazetteer.places import county_name
from app.gazetteer.states import state_name

FOLDERS = ("helplines", "starter_listings")
NEW_EDITION = "National Directory of Drug and Alcohol Use Treatment Facilities 2023 (SAMHSA)"
OLD_EDITION = "National Directory of Drug and Alcohol Abuse Treatment Facilities 2022 (SAMHSA)"
DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
# What a person reads first is short; two sentences of twenty words hold the answer.
LONGEST_DESCRIPTION = 220

EVERYTHING = load_embedded_listings()
IDS = [listing.external_key for listing in EVERYTHING]


@cache
def raw_entries() -> list[dict[str, object]]:
    paths = [path for folder in FOLDERS for path in sorted((CONTENT_FOLDER / folder).glob("*"))]
    return [
        entry for path in paths for entry in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    ]


def public_words(record: ListingRecord) -> str:
    """All that we wrote ourselves and people read; not names, which are the organizations' own."""
    ours = [record.description, record.eligibility, record.cost, record.hours_note]
    ours += [phone.description for phone in record.phones]
    ours += record.accessibility
    if record.helpline is not None:
        ours.append(record.helpline.notes)
    return " ".join(text for text in ours if text)


def find(key: str) -> EmbeddedListing:
    return next(listing for listing in EVERYTHING if listing.external_key == key)


def test_there_are_108_helplines_and_71_starter_listings() -> None:
    assert (len(load_helplines()), len(load_starter_listings())) == (108, 71)


def test_external_keys_are_unique_and_fit_for_an_address() -> None:
    assert [key for key, count in Counter(IDS).items() if count > 1] == []
    assert [key for key in IDS if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", key)] == []


def test_loading_twice_gives_the_same_records() -> None:
    before = load_keyed_helplines() + load_keyed_starter_listings()
    load_keyed_helplines.cache_clear()
    load_keyed_starter_listings.cache_clear()
    assert load_embedded_listings() == before


def test_helplines_are_helplines_and_starter_listings_are_not() -> None:
    for record in load_helplines():
        assert record.delivery is Delivery.HELPLINE
        assert record.helpline is not None
        assert record.address is None
        assert record.point is None
    for record in load_starter_listings():
        assert record.delivery is not Delivery.HELPLINE
        assert record.helpline is None


def test_a_printed_number_dials_what_is_written_beside_it() -> None:
    for listing in EVERYTHING:
        record = listing.record
        country = record.helpline.country if record.helpline else "US"
        for phone in record.phones:
            read = parse_phone(phone.display, kind=phone.kind, country=country)
            assert read.number == phone.number
            assert re.fullmatch(r"\+[1-9]\d{7,14}|\d{3,6}", phone.number)
        assert len({(phone.number, phone.kind) for phone in record.phones}) == len(record.phones)


def test_every_listing_says_where_its_facts_come_from() -> None:
    for listing in EVERYTHING:
        record = listing.record
        assert record.sources
        assert listing.is_verified_by in {"verified-1", "verified-2", "page+directory"}
        for source in record.sources:
            assert source.title
            assert source.url or source.title in {NEW_EDITION, OLD_EDITION}
        for dated in (record.as_of, *(source.dated for source in record.sources)):
            assert dated is None or DATE.fullmatch(dated)


def test_links_are_web_addresses() -> None:
    for listing in EVERYTHING:
        record = listing.record
        links = [record.website, *(source.url for source in record.sources)]
        links.append(record.helpline.chat_url if record.helpline else None)
        for link in filter(None, links):
            assert re.fullmatch(r"https?://[^\s<>\"]+\.[^\s<>\"]+", link)


def test_our_words_are_short_plain_and_person_first() -> None:
    for listing in EVERYTHING:
        words = public_words(listing.record)
        assert len(listing.record.description or "") <= LONGEST_DESCRIPTION
        refused = (
            r"addicts?\b|abuser|junkie|alcoholic|\bclean\b|\bdirty\b|relapse|\bhabit\b|\bjust\b"
        )
        refused += r"|simply|easy|easily|!|counsell|programme|centre(?! antipoison)|organisation|substance abuse"
        assert re.search(refused, words, re.IGNORECASE) is None


def test_notes_for_staff_are_never_in_public_words() -> None:
    for listing in EVERYTHING:
        words = public_words(listing.record).casefold()
        for sentence in re.split(r"[.;:]\s", listing.staff_note or ""):
            assert not sentence or sentence.casefold() not in words
        assert re.search(r"press[ -]?3|lgbtq\+ callers|github|code file", words) is None


def test_languages_are_iso_639_codes() -> None:
    for listing in EVERYTHING:
        assert listing.record.languages
        assert all(re.fullmatch(r"[a-z]{2,3}", code) for code in listing.record.languages)


def test_hours_with_times_know_their_time_zone() -> None:
    for listing in EVERYTHING:
        record = listing.record
        if record.timezone:
            ZoneInfo(record.timezone)
        times = {(each.opens_at, each.closes_at) for each in record.schedules}
        if times - {("00:00", "23:59"), (None, None)}:
            assert record.timezone


def test_service_areas_name_places_that_exist() -> None:
    for listing in EVERYTHING:
        for area in listing.record.service_areas:
            assert area.name
            if area.extent is AreaExtent.COUNTY:
                assert county_name(area.code)
            elif area.extent is AreaExtent.COUNTRY:
                assert re.fullmatch(r"[A-Z]{2}", area.code)
            elif area.extent is AreaExtent.STATE and len(area.code) == 2:
                assert state_name(area.code) == area.name or area.code == "VI"
            elif area.extent is AreaExtent.PLACE:
                assert state_name(area.code)
            else:
                assert re.fullmatch(r"(CA|GB|AU|BE)-[A-Z]{2,3}", area.code)


def test_a_helpline_covers_its_country_or_its_states() -> None:
    for listing in load_keyed_helplines():
        helpline = listing.record.helpline
        assert helpline is not None
        codes = tuple(area.code for area in listing.record.service_areas)
        assert codes == (helpline.states or (helpline.country,))


def test_a_helpline_without_a_dated_page_is_not_called_fresh() -> None:
    for listing in load_keyed_helplines():
        helpline = listing.record.helpline
        assert helpline is not None
        if listing.record.as_of is None:
            assert helpline.is_stale is None
        elif listing.external_key != "gb-999":  # 999 has not changed since the old page.
            assert helpline.is_stale is (listing.record.as_of < "2022")


def test_no_part_of_an_entry_has_a_key_that_nobody_reads() -> None:
    for entry in raw_entries():
        known = {
            "phones": {"number", "display", "kind", "extension", "description"},
            "sources": {"title", "url", "dated"},
            "service_areas": {"extent", "code", "name"},
        }
        for key, names in known.items():
            parts = entry[key]
            assert isinstance(parts, list)
            assert {name for part in parts for name in part} <= names
        address = entry.get("address", {})
        assert isinstance(address, dict)
        assert set(address) <= {"address_1", "address_2", "city", "state_province", "postal_code"}


def test_places_with_a_street_have_an_approximate_point_in_their_zip_code() -> None:
    for record in load_starter_listings():
        if record.address is None:
            continue
        assert record.point is not None
        assert record.point.is_approximate
        assert record.timezone
        assert record.county_fips
        assert re.fullmatch(r"\d{5}", record.address.postal_code)


def test_mobile_services_can_be_found_near_the_town_they_serve() -> None:
    mobile = [each for each in load_starter_listings() if each.delivery is Delivery.MOBILE]
    assert len(mobile) == 13
    for record in mobile:
        assert record.address is None
        assert record.point is not None
        assert record.point.is_approximate
        assert record.service_areas


def test_services_by_mail_or_website_have_areas_and_no_point() -> None:
    remote = {Delivery.MAIL, Delivery.VIRTUAL}
    records = [each for each in load_starter_listings() if each.delivery in remote]
    assert len(records) == 5
    for record in records:
        assert (record.point, record.address) == (None, None)
        assert record.service_areas


def test_every_code_is_in_the_taxonomy() -> None:
    for listing in EVERYTHING:
        taxonomy = load_taxonomy()
        record = listing.record
        assert record.term_codes == tuple(sorted(set(record.term_codes)))
        assert [code for code in record.term_codes if taxonomy.term(code) is None] == []
        topics = {choice.code for choice in taxonomy.topics.choices}
        if record.helpline is not None:
            assert record.helpline.topics
            assert set(record.helpline.topics) <= topics


@pytest.mark.parametrize(
    ("country", "numbers"),
    [
        ("US", ["911"]),
        ("CA", ["911"]),
        ("GB", ["999"]),
        ("IE", ["112", "999"]),
        ("AU", ["000"]),
        ("NZ", ["111"]),
        ("ES", ["112"]),
        ("BE", ["112"]),
        ("FR", []),
        ("XX", []),
    ],
)
def test_emergency_numbers_are_the_short_codes_of_the_country(
    country: str, numbers: list[str]
) -> None:
    assert [phone.number for phone in emergency_numbers(country)] == numbers
    assert load_taxonomy().term(EMERGENCY_TOPIC)


def test_lines_that_only_take_texts_have_no_number_to_call() -> None:
    for key in ("us-crisis-text-line", "us-mha-addiction-text"):
        assert {phone.kind for phone in find(key).record.phones} == {PhoneKind.TEXT}


def test_services_without_a_verified_number_show_none() -> None:
    for key in ("us-findtreatment", "be-druglijn"):
        assert find(key).record.phones == ()


def test_a_misspelt_key_is_refused(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    first = raw_entries()[0] | {"descripton": "a slip"}
    with pytest.raises(msgspec.ValidationError, match="descripton"):
        msgspec.convert(first, type=HelplineEntry)
    monkeypatch.setattr(entries, "CONTENT_FOLDER", tmp_path)
    assert read_entries("helplines", kind=HelplineEntry) == ()


def test_a_town_that_the_gazetteer_lacks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.content.starter_listings.find_cities", lambda *_: ())
    load_keyed_starter_listings.cache_clear()
    with pytest.raises(UnknownPlaceError):
        load_starter_listings()


def test_starter_entries_use_only_known_deliveries() -> None:
    kinds = {entry.delivery for entry in read_entries("starter_listings", kind=StarterEntry)}
    assert kinds == {
        Delivery.SITE,
        Delivery.MOBILE,
        Delivery.MAIL,
        Delivery.VIRTUAL,
        Delivery.ACCESS_POINT,
    }
