"""What bad input gets from the search: the tables of bad inputs, row by row, on either engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from app.web.public.search.form import SearchForm
from tests.browse import Browse, Page, check_page
from tests.factories import make_record, save_records

PLACES = 25


@pytest.fixture
def listings(session: Session) -> None:
    """Enough places around one ZIP for two pages, three of which have what is asked for."""
    codes = {0: ("BU", "SA"), 1: ("MU", "SA"), 2: ("HR-NALOXONE",)}
    save_records(
        session, *(make_record(term_codes=codes.get(number, ("OP",))) for number in range(PLACES))
    )


def searched(client: FlaskClient, *pairs: tuple[str, str], method: str = "GET") -> Page:
    """The page that these fields get, checked as every page is."""
    fields = MultiDict(pairs)
    response = (
        client.get("/search", query_string=fields)
        if method == "GET"
        else client.post("/search", data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    )
    return checked(response)


def checked(response: TestResponse) -> Page:
    assert response.status_code == 200
    page = Page(response)
    check_page(page)
    return page


def numbers_of_cards(page: Page) -> int:
    return len(page.all("article", class_="listing"))


def messages(page: Page) -> str:
    summaries = page.all("section", class_="error-summary")
    return " ".join("".join(summary.itertext()) for summary in summaries)


def typed(page: Page, name: str) -> str:
    return page.all("input", id=name)[0].get("value", "")


ROWS_WITH_PROMPT = [
    pytest.param([], id="row 1: nothing"),
    pytest.param([("near", ""), ("q", "")], id="row 1: empty fields"),
    pytest.param([("near", " \t"), ("q", "  ")], id="row 2: spaces and tabs"),
    pytest.param([("near", "\xa0"), ("q", "\xa0\xa0")], id="row 2: no-break spaces"),
    pytest.param([("near", "\u200b"), ("q", "\u200b\u2060\ufeff")], id="row 2: zero width"),
    pytest.param([("near[]", "1"), ("near[$gt]", "")], id="row 27: brackets"),
]


@pytest.mark.usefixtures("listings")
@pytest.mark.parametrize("pairs", ROWS_WITH_PROMPT)
def test_nothing_asked_is_the_first_page_of_the_search(
    client: FlaskClient, pairs: Sequence[tuple[str, str]]
) -> None:
    page = searched(client, *pairs)
    assert page.h1 == "Find help near you"
    assert messages(page) == ""


ROWS_WITH_MESSAGE = [
    pytest.param("near", "1521", "A ZIP code has 5 digits", id="row 3: four digits"),
    pytest.param("near", "152133", "A ZIP code has 5 digits", id="row 3: six digits"),
    pytest.param("near", "00000", "We do not know this ZIP code", id="row 4: 00000"),
    pytest.param("near", "99999", "We do not know this ZIP code", id="row 4: 99999"),
    pytest.param("near", "O2139", "A ZIP code has 5 digits", id="row 7: letter O"),
    pytest.param("near", "' OR 1=1--", "We do not know this place", id="row 9: SQL in near"),
    pytest.param("near", "%", "We do not know this place", id="row 10: LIKE sign in near"),
    pytest.param("near", "a" * 10_000, "The place is too long", id="row 14: long place"),
    pytest.param("q", "a" * 10_000, "Use fewer words: 200", id="row 14: long text"),
    pytest.param("q", "a" * 201, "Use fewer words: 200", id="row 14: one character too many"),
    pytest.param("q", "a" * 50_000 + "!", "Use fewer words: 200", id="row 30: bait for a regex"),
    pytest.param("radius", "-5", "Choose 5, 10, 25", id="row 24: negative radius"),
    pytest.param("radius", "1e9", "Choose 5, 10, 25", id="row 24: huge radius"),
    pytest.param("radius", "NaN", "Choose 5, 10, 25", id="row 24: NaN"),
    pytest.param("radius", "inf", "Choose 5, 10, 25", id="row 24: infinity"),
    pytest.param("term", "ALL", "There is no filter “ALL”", id="row 29: ALL"),
    pytest.param("term", "BU,MU", "There is no filter “BU,MU”", id="row 29: two codes in one"),
]


@pytest.mark.usefixtures("listings")
@pytest.mark.parametrize(("name", "value", "message"), ROWS_WITH_MESSAGE)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_cannot_be_searched_says_what_to_change(
    client: FlaskClient, name: str, value: str, message: str, method: str
) -> None:
    page = searched(client, (name, value), method=method)
    assert message in messages(page)
    assert page.title.startswith("Error: ")
    assert numbers_of_cards(page) == 0


@pytest.mark.usefixtures("embedded")
@pytest.mark.parametrize("value", ["1521", "00000"])
def test_a_wrong_zip_is_kept_focused_and_has_ways_on(client: FlaskClient, value: str) -> None:
    page = searched(client, ("near", value), ("q", "methadone"))
    field = page.all("input", id="near")[0]
    assert field.get("value") == value
    assert field.get("autofocus") is not None
    assert typed(page, "q") == "methadone"
    assert "/search?near=Ohio&q=methadone" in page.links()
    assert page.all("section", id="talk"), "no helpline beside the message"


ROWS_NEAR_COLUMBUS = [
    pytest.param("43215-3890", id="row 5: ZIP+4"),
    pytest.param("\uff14\uff13\uff12\uff11\uff15", id="row 6: full-width digits"),
    pytest.param("\u0664\u0663\u0662\u0661\u0665", id="row 6: Arabic-Indic digits"),
    pytest.param(" 43215\n", id="row 8: white space around"),
    pytest.param("43215\x00", id="row 15: NUL"),
]


@pytest.mark.usefixtures("listings")
@pytest.mark.parametrize("near", ROWS_NEAR_COLUMBUS)
def test_another_way_to_write_a_zip_is_read(client: FlaskClient, near: str) -> None:
    page = searched(client, ("near", near))
    assert page.h1 == "Help within 25 miles of 43215 (Franklin County, OH)"
    assert numbers_of_cards(page) == 20


ROWS_OF_LITERAL_TEXT = [
    pytest.param("' OR 1=1--", id="row 9: SQL"),
    pytest.param("%", id="row 10: percent"),
    pytest.param("_", id="row 10: underscore"),
    pytest.param("\\", id="row 10: backslash"),
    pytest.param("100%_", id="row 10: number and signs"),
    pytest.param('"unclosed', id="row 11: open quotation mark"),
    pytest.param("zebra AND", id="row 11: AND"),
    pytest.param("NEAR(", id="row 11: NEAR("),
    pytest.param("*", id="row 11: star"),
    pytest.param("col:", id="row 11: column"),
    pytest.param("<script>alert(1)</script>", id="row 12: script"),
    pytest.param("{{7*7}}", id="row 13: braces"),
    pytest.param("${7*7}", id="row 13: dollar"),
    pytest.param("%s%n", id="row 13: format signs"),
    pytest.param("zebra\x00b", id="row 15: NUL"),
    pytest.param("\u202ezebra", id="row 18: right-to-left override"),
    pytest.param("z" + "\u0301" * 1_000, id="row 18: combining marks"),
    pytest.param("\U0001f468\u200d\U0001f469\u200d\U0001f467", id="row 18: joined emoji"),
    pytest.param("zebra \ud800", id="row 17: lone surrogate"),
]


@pytest.mark.usefixtures("listings")
@pytest.mark.parametrize("text", ROWS_OF_LITERAL_TEXT)
def test_text_is_searched_as_it_stands(client: FlaskClient, text: str) -> None:
    if "\ud800" in text:
        # No browser can send one; a form that is filled otherwise can.
        surrogate = SearchForm(MultiDict([("q", text)]))
        assert surrogate.q.data == "zebra"
        text = surrogate.q.data
    page = searched(client, ("near", "43215"), ("q", text))
    assert messages(page) == ""
    assert page.h1.startswith("Help within 25 miles")
    is_without_words = not any(character.isalnum() for character in text)
    if is_without_words:
        # Signs are no words: the text asks for nothing and narrows nothing.
        assert numbers_of_cards(page) == 20
    assert "<script>alert" not in page.html
    assert "\u202e" not in page.html
    assert "\x00" not in page.html
    if "7" in text:
        assert typed(page, "q") == text
        assert "49" not in typed(page, "q")
    if "zebra" in text:
        assert numbers_of_cards(page) == 0


@pytest.mark.usefixtures("listings")
@pytest.mark.parametrize("raw", ["%ff%fe", "%c0%af", "%ed%a0%80"])
@pytest.mark.parametrize("name", ["q", "near", "term", "radius", "page", "open_now", "remove"])
def test_row_16_bytes_that_are_no_text_are_no_error(
    client: FlaskClient, raw: str, name: str
) -> None:
    checked(client.get(f"/search?{name}={raw}"))


@pytest.mark.usefixtures("listings")
def test_row_17_a_body_that_is_no_form_asks_nothing(client: FlaskClient) -> None:
    response = client.post(
        "/search",
        data=b'{"q": "\\ud800", "near": "43215"}',
        content_type="application/json",
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert checked(response).h1 == "Find help near you"


@pytest.mark.usefixtures("listings")
@pytest.mark.parametrize("page_number", ["0", "-1", "abc", "1e3", "1.5", ""])
def test_row_19_a_page_that_is_none_is_the_first(client: FlaskClient, page_number: str) -> None:
    page = searched(client, ("near", "43215"), ("page", page_number))
    assert "Page 1 of 2" in page.text
    assert numbers_of_cards(page) == 20


@pytest.mark.usefixtures("listings")
@pytest.mark.parametrize(
    "page_number", [pytest.param("1" + "0" * 20, id="row 20"), pytest.param("3", id="row 22")]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_past_the_end_says_that_there_is_no_more(
    client: FlaskClient, page_number: str, method: str
) -> None:
    page = searched(client, ("near", "43215"), ("page", page_number), method=method)
    assert "There are no more results" in page.text
    assert numbers_of_cards(page) == 0
    is_link = "/search?near=43215&page=2" in page.links()
    is_button = any(e.get("value") == "2" for e in page.all("input", type="hidden", name="page"))
    assert (is_link, is_button) == (method == "GET", method == "POST")


@pytest.mark.usefixtures("listings")
@pytest.mark.parametrize(
    "pair",
    [
        pytest.param(("per_page", "1000000"), id="row 21"),
        pytest.param(("sort", "password"), id="row 23"),
        pytest.param(("sort", "name;DROP"), id="row 23: SQL"),
        pytest.param(("lat", "91"), id="row 25"),
        pytest.param(("lon", "NaN"), id="row 25: NaN"),
    ],
)
def test_what_the_search_does_not_know_changes_nothing(
    client: FlaskClient, pair: tuple[str, str]
) -> None:
    page = searched(client, ("near", "43215"), pair)
    assert numbers_of_cards(page) == 20
    assert f"{pair[0]}=" not in "".join(page.links())


@pytest.mark.usefixtures("listings")
def test_row_26_the_first_of_two_places_counts(client: FlaskClient) -> None:
    page = searched(client, ("near", "15213"), ("near", "43215"))
    assert "15213" in page.h1


@pytest.mark.usefixtures("listings")
def test_row_28_many_parameters_are_read(client: FlaskClient) -> None:
    page = searched(client, ("near", "43215"), *[("term", "MU")] * 900)
    assert numbers_of_cards(page) == 1


@pytest.mark.usefixtures("listings")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("methadon", "MU", id="row 31: methadon"),
        pytest.param("narcan", "HR-NALOXONE", id="row 31: narcan"),
        pytest.param("suboxin", "BU", id="row 31: suboxin"),
    ],
)
def test_a_misspelt_word_finds_what_is_meant(client: FlaskClient, text: str, code: str) -> None:
    page = searched(client, ("near", "43215"), ("q", text))
    by_filter = searched(client, ("near", "43215"), ("term", code))
    assert numbers_of_cards(page) == 1
    assert [e.get("href") for e in page.all("article")[0].iter("a")] == [
        e.get("href") for e in by_filter.all("article")[0].iter("a")
    ]


CRISIS_ROWS = [
    pytest.param([("q", "want to die")], "988", id="row 32: want to die"),
    pytest.param([("q", "overdose now")], "911", id="row 32: overdose now"),
    pytest.param([("near", "i want to kill myself")], "988", id="row 32: in the wrong field"),
    pytest.param([("q", "quiero morir"), ("near", "1521")], "988", id="row 32: beside an error"),
    pytest.param([("q", "want to die"), ("near", "Springfield")], "988", id="row 32: which place"),
]


@pytest.mark.usefixtures("listings")
@pytest.mark.parametrize(("pairs", "number"), CRISIS_ROWS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_crisis_words_put_emergency_help_first(
    client: FlaskClient, pairs: Sequence[tuple[str, str]], number: str, method: str
) -> None:
    assert_emergency_first(searched(client, *pairs, method=method), number)


@pytest.mark.usefixtures("listings")
def test_row_32_emergency_help_comes_even_if_the_search_fails(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: Any, **_names: Any) -> None:
        raise OSError

    monkeypatch.setattr("app.search.searcher.Searcher.search", fail)
    response = client.get("/search?near=43215&q=i+want+to+die")
    assert response.status_code == 503
    page = Page(response)
    check_page(page)
    assert_emergency_first(page, "988")


def assert_emergency_first(page: Page, number: str) -> None:
    main = page.all("main")[0]
    first = next(element for element in main.iter() if element is not main)
    assert "emergency" in first.get("class", "").split(), "something else comes first"
    assert f"tel:{number}" in [link.get("href") for link in first.iter("a")]


# Section F: addresses that lead nowhere.
NO_SUCH_PATHS = [
    pytest.param("/static/../../etc/passwd", id="row 109: dots"),
    pytest.param("/static/..%2f..%2fetc/passwd", id="row 109: encoded slashes"),
    pytest.param("/static/%2e%2e/%2e%2e/etc/passwd", id="row 109: encoded dots"),
    pytest.param("/static/....//....//etc/passwd", id="row 109: four dots"),
    pytest.param("/.git/config", id="row 110: .git"),
    pytest.param("/.env", id="row 110: .env"),
    pytest.param("/app.db", id="row 110: app.db"),
    pytest.param("/backup.zip", id="row 110: backup.zip"),
    pytest.param("/console", id="row 110: console"),
    pytest.param("/debug", id="row 110: debug"),
    pytest.param("/%ff", id="row 111: no UTF-8"),
    pytest.param("/%00", id="row 111: NUL"),
    pytest.param("/search;x", id="row 111: semicolon"),
    pytest.param("/search.", id="row 111: dot at the end"),
]


@pytest.mark.parametrize("path", NO_SUCH_PATHS)
def test_an_address_that_leads_nowhere_is_a_page_that_helps(browse: Browse, path: str) -> None:
    page = browse.open(path, status=404)
    assert "tel:911" in page.links()
    assert "passwd" not in page.html


def test_row_111_two_slashes_lead_to_no_other_host(client: FlaskClient) -> None:
    response = client.get("/", environ_overrides={"PATH_INFO": "//evil.example/"})
    assert response.status_code in {308, 404}
    assert not response.headers.get("Location", "").startswith("//")
