"""The search page: results, filters, private searches, repairs and its designed states."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.domain.records import PointRecord
from app.extensions import db
from app.importers import findtreatment
from tests.browse import Browse, Page, text_of
from tests.factories import import_records, make_record, save_records
from tests.wire import wire_bytes

RESULTS_LIMIT = 30 * 1024
COLUMBUS = PointRecord(latitude=39.9671, longitude=-83.0044)
FAR_AWAY = PointRecord(latitude=40.8, longitude=-83.0044)  # 58 miles north


@pytest.fixture
def three(session: Session) -> None:
    """Three places: with methadone, with buprenorphine and Medicaid, with neither."""
    save_records(
        session,
        make_record(name="Sample One", term_codes=("MU", "SA")),
        make_record(name="Sample Two", term_codes=("BU", "MD", "SA")),
        make_record(name="Sample Three", term_codes=("OP",)),
    )


def names(page: Page) -> list[str]:
    return [
        text_of(next(link for link in card.iter("a")))
        for card in page.all("article", class_="card")
        if "listing" in card.get("class", "")
    ]


def counts(page: Page) -> dict[str, str]:
    """The count beside each choice, by its code."""
    found = {}
    for label in page.all("label"):
        box = label.find("input")
        count = label.find("b")
        if box is not None and count is not None and box.get("name") == "term":
            found[box.get("value", "")] = text_of(count)
    return found


def buttons(page: Page, name: str) -> list[Element]:
    return page.all("button", name=name)


@pytest.mark.usefixtures("three")
def test_a_search_lists_what_it_says(browse: Browse) -> None:
    page = browse.get("public.search", near="43215", term=["MU", "BU"])
    sentence = (
        "2 places within 25 miles of 43215 (Franklin County, OH) that offer methadone or "
        "buprenorphine"
    )
    assert text_of(page.all("h2", id="results")[0]) == sentence
    assert sorted(names(page)) == ["Sample One", "Sample Two"]


@pytest.mark.usefixtures("three")
def test_groups_are_joined_by_and_and_their_choices_by_or(browse: Browse) -> None:
    page = browse.get("public.search", near="43215", term=["MU", "BU", "MD"])
    assert names(page) == ["Sample Two"]
    assert "1 place within 25 miles" in page.text
    assert "that offers methadone or buprenorphine, and takes Medicaid" in page.text


@pytest.mark.usefixtures("three")
def test_each_choice_has_its_count_without_its_own_group(browse: Browse) -> None:
    shown = counts(browse.get("public.search", near="43215", term="MU"))
    assert (shown["MU"], shown["BU"], shown["MD"], shown["SA"]) == ("1", "1", "0", "1")


@pytest.mark.usefixtures("three")
def test_chosen_filters_are_repeated_with_a_link_that_removes_each(browse: Browse) -> None:
    page = browse.get("public.search", near="43215", q="sample", term=["MU", "MD"], open_now=1)
    [chosen] = page.all("section", class_="chosen")
    queries = [dict_of(link.get("href", "")) for link in chosen.iter("a")]
    assert queries == [
        [("near", "43215"), ("term", "MU"), ("term", "MD"), ("open_now", "1")],
        [("near", "43215"), ("q", "sample"), ("term", "MU"), ("term", "MD")],
        [("near", "43215"), ("q", "sample"), ("term", "MD"), ("open_now", "1")],
        [("near", "43215"), ("q", "sample"), ("term", "MU"), ("open_now", "1")],
    ]


def dict_of(address: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(address).query)


@pytest.mark.usefixtures("three")
def test_a_chosen_filter_without_a_box_stays_in_the_form(browse: Browse) -> None:
    page = browse.get("public.search", near="43215", term="METH")
    hidden = page.all("input", type="hidden", name="term")
    assert [field.get("value") for field in hidden] == ["METH"]


@pytest.mark.usefixtures("three")
def test_how_words_were_understood_is_told(browse: Browse) -> None:
    page = browse.get("public.search", near="43215", q="suboxone methadon xyzzy")
    assert "“suboxone” is read as buprenorphine." in page.text
    assert "“methadon” is read as methadone." in page.text
    assert "No place has the word “xyzzy”." in page.text


def test_pages_follow_each_other_by_link(session: Session, browse: Browse) -> None:
    save_records(session, *(make_record() for _ in range(25)))
    first = browse.get("public.search", near="43215", radius=50)
    assert "/search?near=43215&radius=50&page=2" in first.links()
    second = browse.get("public.search", near="43215", radius=50, page=2)
    assert "/search?near=43215&radius=50" in second.links()
    assert (len(names(first)), len(names(second))) == (20, 5)
    assert not set(names(first)) & set(names(second))


def test_an_approximate_place_says_about(session: Session, browse: Browse) -> None:
    near_by = PointRecord(latitude=40.05, longitude=-83.0044, is_approximate=True)
    save_records(session, make_record(point=near_by))
    assert "about 6 miles" in browse.get("public.search", near="43215").text


# A search that stays out of the history.


@pytest.mark.usefixtures("three")
def test_a_private_search_leads_on_by_post_alone(session: Session, browse: Browse) -> None:
    save_records(session, *(make_record(term_codes=("MU",)) for _ in range(24)))
    fields = {"near": "43215", "q": "methadone", "term": ["MU"], "open_now": ""}
    page = browse.post("/search", data=fields)
    assert page.all("form", id="search-form")[0].get("method") == "post"
    assert [b.get("value") for b in buttons(page, "page")] == ["2"]
    assert [b.get("value") for b in buttons(page, "remove")] == ["q", "term:MU"]
    for button in (*buttons(page, "page"), *buttons(page, "remove")):
        assert (button.get("form"), button.get("formmethod")) == ("search-form", "post")
    assert not [link for link in page.links() if link.startswith("/search?")]
    assert "Search without leaving it in my history" not in page.text


@pytest.mark.usefixtures("three")
def test_a_private_search_is_the_same_page(browse: Browse) -> None:
    fields = {"near": "43215", "term": ["MU", "BU"], "radius": "50"}
    private = browse.post("/search", data=fields)
    public = browse.get("public.search", **fields)
    assert names(private) == names(public)
    assert counts(private) == counts(public)


@pytest.mark.usefixtures("three")
def test_a_button_removes_a_filter(browse: Browse) -> None:
    fields = {"near": "43215", "term": ["MU", "MD"], "remove": "term:MD"}
    page = browse.post("/search", data=fields)
    assert names(page) == ["Sample One"]
    ticked = [box.get("value") for box in page.all("input", name="term", checked="")]
    assert ticked == ["MU"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://[localhost"},
    ],
)
def test_a_post_from_elsewhere_is_refused(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/search", data={"near": "43215"}, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
    ],
)
def test_a_post_from_here_is_answered(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/search", data={"near": "43215"}, headers=headers).status_code == 200


# Which place is meant.


def test_a_name_of_several_places_asks_which_largest_first(browse: Browse) -> None:
    page = browse.get("public.search", near="Springfield", q="methadone", term="MD")
    assert page.h1 == "Which “Springfield” do you mean?"
    ways = [link for link in page.links() if link.startswith("/search?")]
    assert dict_of(ways[0]) == [("near", "Springfield, MO"), ("q", "methadone"), ("term", "MD")]
    assert dict_of(ways[1])[0] == ("near", "Springfield, MA")
    assert len(ways) > 15


def test_a_private_search_asks_which_place_by_buttons(browse: Browse) -> None:
    page = browse.post("/search", data={"near": "Springfield", "term": "MD"})
    first = page.all("ul", class_="ways")[0].find("li/form")
    assert first is not None
    assert first.get("method") == "post"
    fields = [(field.get("name"), field.get("value")) for field in first.iter("input")]
    assert fields == [("near", "Springfield, MO"), ("term", "MD")]


def test_washington_in_indiana_is_never_the_state(browse: Browse) -> None:
    assert "Washington, IN" in browse.get("public.search", near="Washington, IN").h1


def test_a_misspelt_place_offers_near_spellings(browse: Browse) -> None:
    page = browse.get("public.search", near="Bostn, MA", q="methadone")
    assert "/search?near=Boston%2C+MA&q=methadone" in page.links()


# Nothing found.


def test_an_empty_search_names_the_filter_that_emptied_it(session: Session, browse: Browse) -> None:
    save_records(session, make_record(term_codes=("MU",)), make_record(term_codes=("MU",)))
    page = browse.get("public.search", near="43215", term=["MU", "MD"])
    assert "It is the filter “Medicaid” that leaves nothing here." in page.text
    [empty] = page.all("section", class_="empty")
    told = [text_of(line) for line in empty.iter("li")]
    assert told[:2] == [
        "Search without “Medicaid”: 2 places",
        "Search without “Methadone”: no place",
    ]
    assert "/search?near=43215&term=MU" in page.links()


def test_words_that_nothing_matches_are_named_as_words(session: Session, browse: Browse) -> None:
    save_records(session, make_record())
    page = browse.get("public.search", near="43215", q="xyzzy")
    assert "It is the words you typed that leave nothing here." in page.text
    assert "Search without the words you typed: 1 place" in page.text


def test_an_empty_search_offers_wider_circles_and_the_nearest(
    session: Session, browse: Browse
) -> None:
    save_records(session, make_record(name="Sample Far", point=FAR_AWAY, term_codes=("MU",)))
    page = browse.get("public.search", near="43215", term="MU")
    [empty] = page.all("section", class_="empty")
    told = [text_of(line) for line in empty.iter("li")]
    assert told[-2:] == ["Look within 50 miles: no place", "Look within 100 miles: 1 place"]
    assert "/search?near=43215&radius=100&term=MU" in page.links()
    assert names(page) == ["Sample Far"]


def test_an_empty_private_search_is_repaired_by_buttons(session: Session, browse: Browse) -> None:
    save_records(session, make_record(term_codes=("MU",)))
    page = browse.post("/search", data={"near": "43215", "term": ["MU", "MD"]})
    [empty] = page.all("section", class_="empty")
    [form] = list(empty.iter("form"))
    assert [(f.get("name"), f.get("value")) for f in form.iter("input")] == [
        ("near", "43215"),
        ("term", "MU"),
    ]


# A state that nobody has loaded.


def test_a_state_without_a_directory_says_so(session: Session, browse: Browse) -> None:
    save_records(
        session, make_record(name="Sample Near"), make_record(name="Sample Far", point=FAR_AWAY)
    )
    page = browse.get("public.search", near="43215")
    assert "We have no treatment directory for Ohio yet" in page.text
    assert "make listings STATE=OH" in page.text
    link = page.all("a", href="https://findtreatment.gov/")[0]
    assert "noreferrer" in link.get("rel", "").split()
    assert "https://findtreatment.gov" in text_of(link)
    assert names(page) == ["Sample Near", "Sample Far"]


def test_a_loaded_state_says_nothing_of_it(session: Session, browse: Browse) -> None:
    import_records(session, make_record(), source_id=findtreatment.SOURCE_ID)
    page = browse.get("public.search", near="43215")
    assert "We have no treatment directory" not in page.text


# What stands above the results.


@pytest.mark.usefixtures("embedded")
@pytest.mark.parametrize("near", ["02128", "Anchorage, AK", "00901", "96910", "Washington, IN"])
def test_helplines_that_answer_now_stand_above_the_results(browse: Browse, near: str) -> None:
    page = browse.get("public.search", near=near)
    [talk] = page.all("section", id="talk")
    rows = [e for e in talk.iter("div") if e.get("class") == "helpline-row"]
    assert len(rows) in {2, 3}
    for row in rows:
        assert "Open now" in text_of(row) or "Open, closes in" in text_of(row)
        assert any(link.get("href", "").startswith("tel:") for link in row.iter("a"))
    order = [e for e in page.tree.iter() if e is talk or e.get("id") == "results"]
    assert order[0] is talk


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("withdrawal", "withdrawal"),
        ("dope sick", "withdrawal"),
        ("abstinencia", "withdrawal"),
        ("narcan", "naloxone"),
        ("naloxona", "naloxone"),
        ("sobredosis", "overdose"),
        ("my friend won't wake up", "overdose"),
        ("how long will this last", "withdrawal-timeline"),
        ("kratom legal", "kratom-law"),
        ("detox", "detox-alone"),
        ("desintoxicación", "detox-alone"),
        ("clínica de metadona", "treatment"),
        ("embarazo", "pregnancy"),
    ],
)
def test_words_without_a_place_lead_to_the_guide_first(
    browse: Browse, typed: str, slug: str
) -> None:
    page = browse.get("public.search", q=typed)
    reads = [link for link in page.links() if link.startswith("/learn/")]
    assert next(link for link in reads if link != "/learn/") == f"/learn/{slug}"


def test_a_search_with_a_place_offers_one_page_of_the_guide(browse: Browse) -> None:
    page = browse.get("public.search", near="43215", q="withdrawal")
    offered = [e for e in page.all("p", class_="lead") if "Read first" in text_of(e)]
    assert len(offered) == 1
    assert "/learn/withdrawal" in page.links()


def test_the_name_of_a_place_to_go_offers_no_page_of_the_guide(browse: Browse) -> None:
    assert "Read first" not in browse.get("public.search", q="Sample Recovery Center").text


# Speed and size.


def test_a_page_of_cards_that_were_shown_lately_costs_no_session(
    session: Session, client: FlaskClient
) -> None:
    import_records(session, *(make_record() for _ in range(25)), source_id=findtreatment.SOURCE_ID)
    client.get("/search?near=43215")
    assert _tables_read(client, "/search?near=43215") == []


def test_cards_that_were_not_shown_lately_cost_one_statement(
    session: Session, client: FlaskClient
) -> None:
    import_records(session, *(make_record() for _ in range(25)), source_id=findtreatment.SOURCE_ID)
    client.get("/search?near=43215")
    second = "/search?near=43215&page=2"
    assert _tables_read(client, second) == ["listing_card"]


def _tables_read(client: FlaskClient, address: str) -> list[str | None]:
    """The first table of each statement that a page costs."""
    statements: list[str] = []

    def note(*arguments: Any) -> None:
        statements.append(arguments[2])

    event.listen(db.engine, "before_cursor_execute", note)
    client.get(address)
    event.remove(db.engine, "before_cursor_execute", note)
    tables = (re.search(r"FROM (\w+)", told) for told in statements if told != "BEGIN")
    return [table and table[1] for table in tables]


@pytest.mark.usefixtures("embedded")
def test_a_page_of_results_is_small(session: Session, client: FlaskClient) -> None:
    codes = ("MU", "BU", "NU", "MD", "PI", "SA", "OP", "HR-NALOXONE")
    places = [make_record(term_codes=codes, name=f"Sample Place {n} of Care") for n in range(25)]
    save_records(session, *places)
    assert wire_bytes(client, "/search?near=43215") <= RESULTS_LIMIT


@pytest.mark.usefixtures("embedded")
def test_services_without_a_place_are_told_apart(browse: Browse) -> None:
    page = browse.get("public.search", near="43215")
    assert "of them has no place of its own: it serves this area by mail" in page.text
