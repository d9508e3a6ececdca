"""The page of the law on kratom: honest answers first, the map and the table say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.content.kratom_law import LawStatus, load_kratom_law
from app.web.clock import CLOCK_SETTING
from tests.browse import Browse, Page, text_of

LAW = load_kratom_law()
UNCLEAR = [entry for entry in LAW.states if entry.status is LawStatus.UNCLEAR]
SVG = "{http://www.w3.org/2000/svg}"
# What somebody could read as "it is legal there".
READS_AS_LEGAL = re.compile(
    r"(?<!il)(?<!il-)\blegal\b|\bregulated\b|no state rule found|\d\d and over|\ballowed\b",
    re.IGNORECASE,
)


@pytest.fixture
def clock(app: Flask) -> Iterator[None]:
    app.config[CLOCK_SETTING] = lambda: datetime(2026, 11, 24, 12, tzinfo=UTC)
    yield
    app.config.pop(CLOCK_SETTING)


def row(page: Page, code: str) -> str:
    (found,) = page.all("tr", id=f"state-{code.lower()}")
    return text_of(found)


def your_state(page: Page) -> str:
    (section,) = page.all("section", id="your-state")
    return text_of(section)


def test_the_first_screen_says_whether_it_is_legal_and_whether_it_works(browse: Browse) -> None:
    html = browse.get("learn.law").html
    legal, works, form = (
        html.index("Is it legal here?"),
        html.index("Does it work?"),
        html.index("Find your state</label>"),
    )
    assert legal < works < form < html.index('id="federal"')
    assert (
        "For withdrawal, that has not been shown. We found no controlled trial in people." in html
    )


def test_the_federal_notice_is_told_with_its_unknown_outcome(browse: Browse) -> None:
    text = browse.get("learn.law").text
    assert "On Jul 1, 2026 the DEA gave notice" in text
    assert "We could not find out whether the order followed." in text
    assert "these products are illegal in every state" in text


def test_every_entry_shows_status_age_seven_oh_and_date(browse: Browse) -> None:
    page = browse.get("learn.law")
    for entry in LAW.states:
        told = row(page, entry.code)
        assert entry.name in told
        assert ("Check before you rely on this." in told) is (
            entry.is_uncertain or entry.status is LawStatus.UNCLEAR
        )
        if entry.min_age is not None and entry.status is not LawStatus.UNCLEAR:
            assert f"{entry.min_age} and over" in told
        assert ("As of" in told) is (entry.as_of is not None)
        assert entry.as_of is None or entry.as_of[:4] in told
        assert len(re.findall(r"#source-\d+", page.html)) > 50


@pytest.mark.parametrize("entry", UNCLEAR, ids=lambda entry: entry.code)
def test_an_unclear_state_is_never_shown_as_legal(browse: Browse, entry: object) -> None:
    assert hasattr(entry, "code")
    assert hasattr(entry, "name")
    page = browse.get("learn.law", near=entry.name)
    for told in (row(page, entry.code), your_state(page)):
        assert "Unclear: may be banned" in told
        assert not READS_AS_LEGAL.search(told), told
    assert f"Kratom may now be illegal in {entry.name}" in page.text


def test_the_words_that_read_as_legal_are_found_where_they_stand(browse: Browse) -> None:
    page = browse.get("learn.law")
    assert READS_AS_LEGAL.search(row(page, "TX"))
    assert READS_AS_LEGAL.search(row(page, "AK"))
    assert not READS_AS_LEGAL.search(row(page, "AL"))


@pytest.mark.parametrize(
    ("near", "answer"),
    [
        ("43215", "Kratom may now be illegal in Ohio"),
        ("35203", "Kratom is banned in Alabama"),
        ("Boston, MA", "We found no state rule on kratom in Massachusetts"),
        ("Texas", "Texas has rules on how kratom is sold"),
        ("94103", "California treats the sale of kratom as unlawful"),
        ("New York State", "New York has an age limit for kratom and a warning label"),
        ("96910", "Kratom may now be illegal in Guam"),
        ("20001", "Kratom may now be illegal in District of Columbia"),
    ],
)
def test_a_typed_place_gives_the_answer_of_its_state(
    browse: Browse, near: str, answer: str
) -> None:
    assert answer in browse.get("learn.law", near=near).text
    assert answer in browse.post("/learn/kratom-law", data={"near": near}).text


def test_a_place_sent_by_post_stands_in_no_address(browse: Browse) -> None:
    page = browse.post("/learn/kratom-law", data={"near": "43215"})
    assert not [link for link in page.links() if "43215" in link]
    (form,) = [form for form in page.all("form") if "find-state" in form.get("class", "")]
    assert form.get("method") == "post"


@pytest.mark.parametrize(
    ("near", "words"),
    [
        ("1521", "A ZIP code has 5 digits"),
        ("99999", "We do not know this ZIP code"),
        ("Colunbus, OH", "Columbus, OH"),
        ("<script>alert(1)</script>", "We do not know this place"),
        ("x" * 3_000, "The place is too long"),
    ],
)
def test_a_place_that_is_not_known_keeps_the_page(browse: Browse, near: str, words: str) -> None:
    page = browse.get("learn.law", near=near)
    assert words in page.text
    assert "Does it work?" in page.text
    assert not page.all("section", id="your-state")


def test_a_name_in_several_states_asks_which_and_the_answer_is_certain(browse: Browse) -> None:
    page = browse.get("learn.law", near="Springfield")
    choices = [b.get("value", "") for b in page.all("button") if b.get("name") == "meant"]
    assert {"Illinois", "Ohio"} <= set(choices)
    for choice in choices:
        chosen = browse.get("learn.law", near="Springfield", meant=choice)
        assert chosen.all("section", id="your-state"), choice


def test_several_places_in_one_state_need_no_choice(browse: Browse) -> None:
    page = browse.get("learn.law", near="Columbus, OH")
    assert "Ohio" in your_state(page)


def test_another_site_cannot_send_a_place(client: FlaskClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = client.post("/learn/kratom-law", data={"near": "43215"}, headers=headers)
    assert answer.status_code == 403


@pytest.mark.usefixtures("clock")
def test_data_older_than_thirty_days_says_so(browse: Browse) -> None:
    page = browse.get("learn.law", near="43215")
    assert "Some of this is older than 30 days" in page.text
    assert "As of Feb 2026. Older than 30 days." in your_state(page)


def test_data_that_is_fresh_does_not_say_that_it_is_old(browse: Browse, app: Flask) -> None:
    app.config[CLOCK_SETTING] = lambda: datetime(2025, 8, 20, 12, tzinfo=UTC)
    try:
        page = browse.get("learn.law", near="Alaska")
    finally:
        app.config.pop(CLOCK_SETTING)
    assert "As of Aug 2025." in your_state(page)
    assert "Older than 30 days" not in your_state(page)


def test_the_map_has_a_tile_for_each_state_and_tells_what_it_is(browse: Browse) -> None:
    page = browse.get("learn.law")
    (drawing,) = [svg for svg in page.all(f"{SVG}svg") if svg.get("role") == "img"]
    assert [text_of(element) for element in drawing.iter(f"{SVG}title")] == ["Kratom law by state"]
    codes = {text_of(element) for element in drawing.iter(f"{SVG}text")}
    assert codes == {entry.code for entry in LAW.states}


def test_countries_that_were_not_checked_have_no_status(browse: Browse) -> None:
    page = browse.get("learn.law")
    unchecked = re.findall(r"Not checked: (.*?)\. Ask the country", page.text)[0]
    names = [entry.name for entry in LAW.countries if not entry.status]
    assert all(name in unchecked for name in names)
    assert len(names) == 15
    assert "MalaysiaBanned without a license." in page.text


def test_nothing_on_the_page_helps_to_buy(browse: Browse) -> None:
    page = browse.get("learn.law")
    outside = [link for link in page.links() if link.startswith("http")]
    assert not [url for url in outside if re.search(r"herbs|speciosa|kratom\w*\.com", url)]
