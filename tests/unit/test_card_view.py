"""The words of a card: one line, four chips, limits, distance and age."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from app.content.taxonomy import load_taxonomy
from app.domain.card import CardRecord
from app.domain.records import AreaExtent, Delivery, PhoneKind, ServiceAreaRecord
from app.web.views.card_view import card_view, first_phone, other_phones, town_words
from app.web.views.care_words import MAX_CHIPS, care_words, restriction_words
from tests.factories import NOW, make_phone

CARD = CardRecord(
    id=UUID(int=7),
    name="Sample Clinic",
    organization_name="Sample Organization",
    delivery=Delivery.SITE,
    city="Columbus",
    state="OH",
    phones=(make_phone(1),),
    term_codes=("BU", "MD", "OP", "SA"),
    as_of="2025",
    source_title="Sample directory",
)


def test_a_card_says_what_it_is_without_codes() -> None:
    view = card_view(CARD, now=NOW, url="/listings/7")
    assert view.what == "Treatment for drug or alcohol use, outpatient visits"
    assert view.chips == ("Buprenorphine", "Medicaid")
    assert view.town == "Columbus, OH"
    assert view.id == str(CARD.id)


@pytest.mark.parametrize(
    ("is_approximate", "words"), [(False, "2.5 miles"), (True, "about 2 miles")]
)
def test_a_rough_place_is_said_to_be_about_so_far(words: str, *, is_approximate: bool) -> None:
    card = replace(CARD, is_approximate=is_approximate)
    assert card_view(card, now=NOW, url="x", distance_m=4_000).distance == words


def test_chips_are_at_most_four_and_the_rest_is_counted() -> None:
    words = care_words(("BU", "MD", "MU", "NU", "PI", "SS"))
    assert len(words.chips) == MAX_CHIPS
    assert words.more_chips == "and 2 more"


def test_a_way_to_pay_is_among_the_chips_of_a_place_with_much_to_offer() -> None:
    words = care_words(("HR-DRUGCHECK", "HR-HIVHCV", "HR-NALOXONE", "HR-SYRINGE", "NP"))
    assert "Free" in words.chips


def test_help_with_paying_is_not_called_a_sliding_fee() -> None:
    assert "sliding" not in " ".join(care_words(("PA",)).chips).lower()


def test_no_words_of_a_card_are_codes() -> None:
    codes = {term.code for term in load_taxonomy().terms}
    for term in load_taxonomy().terms:
        words = care_words((term.code,))
        assert codes.isdisjoint({*words.chips, words.what}), term.code


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (("SA",), None),
        (("OUDO",), "Only for opioid use"),
        (("AUDO", "OUDO"), "Only for alcohol use or opioid use"),
        (("NMOA",), "Does not use medicine for opioid use"),
        (("BU", "NMOA"), None),
        (("NOOP", "OUDO"), "Only for opioid use. Does not treat opioid use"),
    ],
)
def test_who_is_turned_away_stands_on_the_card(codes: tuple[str, ...], words: str | None) -> None:
    assert restriction_words(codes) == words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Details from Sample directory, 2025. Not checked by us since."),
        (
            {"source_title": "Sample directory 2025"},
            "Details from Sample directory 2025. Not checked by us since.",
        ),
        (
            {"as_of": None},
            "Details from Sample directory, date not known. Not checked by us since.",
        ),
        (
            {"verified_on": "2026-11-20"},
            "Details from Sample directory, 2025. Checked by us on Nov 20, 2026.",
        ),
    ],
)
def test_a_card_says_how_old_it_is(values: dict[str, str | None], words: str) -> None:
    assert card_view(replace(CARD, **values), now=NOW, url="x").checked == words  # type: ignore[arg-type]


def test_the_intake_number_is_called_before_the_main_line() -> None:
    main, intake = make_phone(1), make_phone(2, kind=PhoneKind.INTAKE)
    assert first_phone((main, intake)) == intake
    assert other_phones((main, intake)) == (main,)


def test_the_same_number_to_text_is_still_shown() -> None:
    voice, text = make_phone(1), make_phone(1, kind=PhoneKind.TEXT)
    assert other_phones((voice, text)) == (text,)


def test_a_fax_and_a_number_that_cannot_be_dialled_are_not_called() -> None:
    fax, broken = make_phone(1, kind=PhoneKind.FAX), make_phone(2, number="")
    assert first_phone((fax, broken)) is None


def test_the_organization_is_not_said_twice() -> None:
    assert (
        card_view(replace(CARD, organization_name="SAMPLE CLINIC "), now=NOW, url="x").organization
        is None
    )


def test_a_town_without_a_state_is_enough() -> None:
    assert town_words("Columbus", None) == "Columbus"
    assert town_words(None, None) is None


@pytest.mark.parametrize(
    ("delivery", "words"),
    [
        (Delivery.MAIL, "By mail, Ohio"),
        (Delivery.MOBILE, "Comes to you in Ohio"),
        (Delivery.VIRTUAL, "By phone or online, Ohio"),
    ],
)
def test_a_service_without_a_place_says_where_it_reaches(delivery: Delivery, words: str) -> None:
    area = ServiceAreaRecord(extent=AreaExtent.STATE, code="OH", name="Ohio")
    card = replace(CARD, city=None, state=None, delivery=delivery, service_areas=(area,))
    assert card_view(card, now=NOW, url="x").town == words


def test_a_service_for_a_whole_country_says_so() -> None:
    area = ServiceAreaRecord(extent=AreaExtent.COUNTRY, code="US", name="United States")
    card = replace(CARD, city=None, state=None, delivery=Delivery.MAIL, service_areas=(area,))
    assert card_view(card, now=NOW, url="/").town == "By mail, all of the United States"
