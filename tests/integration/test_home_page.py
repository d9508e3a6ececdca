"""The first page: medical help first, then the search, who answers now, and withdrawal."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.db import DatabaseUnavailableError
from tests.browse import Browse, Page, text_of
from tests.wire import wire_bytes

HOME_LIMIT = 14 * 1024


@pytest.fixture
def home(browse: Browse) -> Page:
    return browse.get("public.home")


def places(page: Page) -> list[str]:
    """The parts of the page in their order, each by what tells it apart."""
    order = []
    for element in page.all("main")[0].iter():
        known = {"search-form": "search", "talk": "helplines", "withdrawal": "withdrawal"}
        told = element.get("class", "").split()
        if "care" in told:
            order.append(told[1])
        elif element.get("id") in known:
            order.append(known[element.get("id", "")])
    return order


@pytest.mark.usefixtures("embedded")
def test_medical_help_comes_first(browse: Browse) -> None:
    page = browse.get("public.home")
    assert places(page) == ["emergency", "urgent", "search", "helplines", "withdrawal"]


def test_the_emergency_card_says_signs_steps_and_911(home: Page) -> None:
    [card] = home.all("section", class_="emergency")
    told = text_of(card)
    for words in ("cannot be woken up", "very small pupils", "naloxone", "on their side", "Stay"):
        assert words in told
    assert "tel:911" in [link.get("href") for link in card.iter("a")]


@pytest.mark.usefixtures("embedded")
def test_helplines_for_the_whole_country_answer_now(browse: Browse) -> None:
    [talk] = browse.get("public.home").all("section", id="talk")
    rows = [e for e in talk.iter("div") if e.get("class") == "helpline-row"]
    assert len(rows) in {2, 3}
    assert all("Open now" in text_of(row) for row in rows)


def test_without_any_data_the_helplines_that_come_along_are_named(home: Page) -> None:
    [talk] = home.all("section", id="talk")
    assert any(link.get("href", "").startswith("tel:") for link in talk.iter("a"))
    # They have no page of their own yet.
    assert not [link for link in talk.iter("a") if "/listings/" in link.get("href", "")]
    assert home.all("form", id="search-form")[0].get("action") == "/search"


def test_a_database_that_is_gone_takes_no_number_from_the_first_page(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        statement = "SELECT"
        raise DatabaseUnavailableError(statement, None, OSError())

    monkeypatch.setattr("app.web.helplines_now.current_helplines", away)
    assert browse.get("public.home").all("section", id="talk")


def test_the_way_to_the_pages_about_withdrawal(home: Page) -> None:
    assert "/learn/withdrawal" in home.links()
    assert "/learn/withdrawal-danger" in home.links()
    assert "/check" in home.links()


def test_facts_about_health_name_their_sources_and_their_day(home: Page) -> None:
    assert "Facts put together on Nov 24, 2026" in home.text
    outside = [link for link in home.all("a") if link.get("href", "").startswith("https://doi.org")]
    assert len(outside) == 3
    assert all("noreferrer" in link.get("rel", "") for link in outside)


@pytest.mark.usefixtures("embedded")
def test_the_first_page_is_small(client: FlaskClient) -> None:
    assert wire_bytes(client, "/") <= HOME_LIMIT
