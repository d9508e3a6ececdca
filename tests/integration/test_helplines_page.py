"""The helplines page: by place, need and country; never the wrong emergency number."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from app.content.helplines import emergency_numbers
from app.content.taxonomy import load_taxonomy
from app.web.clock import CLOCK_SETTING
from tests.browse import Browse, Page, text_of
from tests.factories import NOW

COUNTRIES = ("CA", "GB", "AU", "IE", "NZ", "ES", "DE", "PT", "BE", "FR", "FI")


@pytest.fixture(autouse=True)
def _clock(embedded: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(embedded.config, CLOCK_SETTING, lambda: NOW)


def names(page: Page) -> list[str]:
    """The names of the cards, in their order."""
    return [text_of(next(card.iter("h3"))) for card in page.all("article", class_="helpline")]


def section_names(page: Page, identifier: str) -> list[str]:
    for element in page.all("section", aria_labelledby=identifier):
        return [text_of(next(card.iter("h3"))) for card in element.iter("article")]
    return []


def test_without_a_place_lines_for_the_whole_country_are_shown(browse: Browse) -> None:
    page = browse.get("public.helplines")
    assert "SAMHSA National Helpline" in names(page)
    assert "Ohio CareLine" not in names(page)
    assert names(page)[0] == "SAMHSA National Helpline"
    assert "/helplines?near=Ohio" in page.links()


def test_a_state_brings_its_own_lines_first(browse: Browse) -> None:
    page = browse.get("public.helplines", near="Madison, WI")
    assert section_names(page, "now")[0] == "Wisconsin Addiction Recovery Helpline"
    assert page.h1 == "Helplines for Madison, WI"


def test_old_lines_come_last_and_are_marked(browse: Browse) -> None:
    page = browse.get("public.helplines", near="Columbus, OH")
    assert "Ohio CareLine" in section_names(page, "old")
    assert names(page)[-len(section_names(page, "old")) :] == section_names(page, "old")
    assert "may be out of date" in page.text


def test_a_line_that_is_closed_is_not_among_those_that_answer(
    embedded: Flask, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = datetime(2026, 11, 25, 7, tzinfo=UTC)
    monkeypatch.setitem(embedded.config, CLOCK_SETTING, lambda: night)
    page = browse.get("public.helplines", near="Louisville, KY")
    assert "KY HELP Statewide Call Center" in section_names(page, "later")
    assert "Eastern time" not in page.text.split("KY HELP")[1][:200]


def test_a_number_is_on_one_card_with_all_its_names(browse: Browse) -> None:
    page = browse.get("public.helplines", near="Pittsburgh, PA")
    cards = [
        text_of(card)
        for card in page.all("article", class_="helpline")
        if any(link.get("href") == "tel:+18006624357" for link in card.iter("a"))
    ]
    assert len(cards) == 1
    assert "PA Get Help Now" in cards[0]
    assert "SAMHSA National Helpline" in cards[0]


@pytest.mark.parametrize("choice", load_taxonomy().topics.choices, ids=lambda each: each.code)
def test_each_need_gives_a_page(browse: Browse, choice: object) -> None:
    page = browse.get("public.helplines", topic=choice.code)  # type: ignore[attr-defined]
    assert names(page) or "No helpline fits all of this" in page.text


def test_a_need_leaves_out_lines_for_others(browse: Browse) -> None:
    page = browse.get("public.helplines", topic="HL-VETERANS")
    assert names(page) == ["Veterans Crisis Line"]


@pytest.mark.parametrize("country", COUNTRIES)
def test_another_country_has_its_own_emergency_number_and_never_911(
    browse: Browse, country: str
) -> None:
    page = browse.get("public.helplines", country=country)
    dialled = {link.removeprefix("tel:") for link in page.links() if link.startswith("tel:")}
    numbers = {phone.number for phone in emergency_numbers(country)}
    if "911" not in numbers:
        assert "911" not in dialled
    if "988" not in numbers and country != "CA":
        assert "988" not in dialled
    assert names(page)
    if numbers:
        assert emergency_numbers(country)[0].number in dialled
    else:
        assert "We do not know that number" in page.text


def test_a_country_that_is_not_in_the_data_has_no_invented_number(browse: Browse) -> None:
    page = browse.get("public.helplines", country="JP")
    assert not [link for link in page.links() if link.startswith("tel:")]
    assert "We have no helplines for that country" in page.text
    assert page.title.startswith("Error:")


def test_a_name_of_several_places_is_asked_about(browse: Browse) -> None:
    page = browse.get("public.helplines", near="Springfield")
    assert "Which Springfield do you mean?" in page.text
    assert any("near=Springfield" in link and "IL" in link for link in page.links())


def test_a_misspelt_place_is_kept_and_gets_suggestions(browse: Browse) -> None:
    page = browse.get("public.helplines", near="Clevelnad")
    (typed,) = page.all("input", name="near")
    assert typed.get("value") == "Clevelnad"
    assert "Did you mean" in page.text
    assert any("Cleveland" in link for link in page.links())


@pytest.mark.parametrize(
    "near",
    ["1521", "00000", "x" * 5_000, "' OR 1=1--", "<script>alert(1)</script>", "\u202e%00", "🤷"],
)
def test_what_is_no_place_is_answered_kindly(browse: Browse, near: str) -> None:
    page = browse.get("public.helplines", near=near[:3_000])
    assert page.title.startswith("Error:")
    assert names(page)


def test_an_unknown_need_is_said_and_never_silently_all(browse: Browse) -> None:
    page = browse.get("public.helplines", topic="ALL")
    assert "There is no such need" in page.text


def test_no_old_line_stands_among_those_that_answer_now(browse: Browse) -> None:
    for near in ("", "Illinois", "Indiana", "Oregon", "New Jersey", "Maine"):
        page = browse.get("public.helplines", near=near)
        for element in page.all("section", aria_labelledby="now"):
            assert "may be out of date" not in text_of(element), near
