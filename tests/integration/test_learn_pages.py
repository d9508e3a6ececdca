"""The guide as a reader meets it: help first, answers on the first screen, places near."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree.ElementTree import Element

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.content.pages import load_guide
from app.db import DatabaseUnavailableError
from app.web.clock import CLOCK_SETTING
from tests.browse import Browse, Page, text_of
from tests.factories import NOW, make_record, save_records

SLUGS = sorted(slug for slug, page in load_guide(on=NOW.date()).pages.items() if page.sections)
MOST_BYTES = 25 * 1024


@pytest.fixture(autouse=True)
def _at_noon(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, CLOCK_SETTING, lambda: NOW)


def order_of(page: Page) -> list[Element]:
    main = page.tree.find(".//main")
    assert main is not None
    return list(main.iter())


def emergency_cards(page: Page) -> list[Element]:
    return page.all("section", class_="emergency")


@pytest.mark.parametrize("slug", SLUGS)
def test_emergency_card_stands_before_the_first_paragraph(slug: str, browse: Browse) -> None:
    page = browse.get("learn.page", slug=slug)
    elements = order_of(page)
    card = elements.index(emergency_cards(page)[0])
    lead = next(place for place, each in enumerate(elements) if each.get("class") == "lead")
    heading = next(place for place, each in enumerate(elements) if each.tag == "h1")
    assert heading < card < lead


@pytest.mark.parametrize("slug", SLUGS)
def test_emergency_card_holds_no_link_but_numbers(slug: str, browse: Browse) -> None:
    for card in emergency_cards(browse.get("learn.page", slug=slug)):
        links = [link.get("href", "") for link in card.iter("a")]
        assert links
        assert all(link.startswith(("tel:", "sms:")) for link in links), links
        assert "tel:911" in links


@pytest.mark.parametrize("slug", SLUGS)
def test_page_says_what_it_rests_on_and_that_nobody_reviewed_it(slug: str, browse: Browse) -> None:
    page = browse.get("learn.page", slug=slug)
    assert "Facts checked with their sources: Nov 24, 2026" in page.text
    if load_guide(on=NOW.date()).pages[slug].front.kind == "clinical":
        assert "Not yet reviewed by a clinician." in page.text
        assert page.all("li", id="source-1")
    assert "Last reviewed" not in page.text


@pytest.mark.parametrize("slug", sorted(load_guide(on=NOW.date()).pages))
def test_page_is_small_over_the_wire(slug: str, client: FlaskClient) -> None:
    response = client.get(f"/learn/{slug}", headers={"Accept-Encoding": "br"})
    assert response.headers["Content-Encoding"] == "br"
    assert len(response.data) <= MOST_BYTES
    assert b"<h1" in brotli.decompress(response.data)


def test_every_page_is_two_clicks_from_home(browse: Browse) -> None:
    """A walk along the links that a reader sees: none is made from a list of ours."""
    one_click = {link for link in browse.open("/").links() if link.startswith("/")}
    reached = set(one_click)
    for address in sorted(link.partition("#")[0] for link in one_click if link != "/x"):
        reached |= {link.partition("#")[0] for link in browse.open(address).links()}
    missing = {f"/learn/{slug}" for slug in load_guide(on=NOW.date()).pages} - reached
    assert missing == set()
    for slug in load_guide(on=NOW.date()).pages:
        browse.open(f"/learn/{slug}")


@pytest.mark.parametrize("slug", sorted(load_guide(on=NOW.date()).pages))
def test_a_page_of_the_guide_has_no_script_but_the_quick_exit(slug: str, browse: Browse) -> None:
    page = browse.open(f"/learn/{slug}")
    scripts = [script.get("src", "").rpartition("/")[2] for script in page.all("script")]
    assert [name.partition(".")[0] for name in scripts] == ["exit"]
    # A part that only a script could show would be hidden from a reader without one.
    main = page.tree.find(".//main")
    assert main is not None
    assert not [part for part in main.iter() if part.get("hidden") is not None]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/learn/kratom", ("mitragynine", "7-OH", "strain")),
        ("/learn/kratom-claims", ("pain", "anxiety", "restless", "craving", "study")),
        ("/learn/kratom-risks", ("liver", "death")),
        ("/learn/kratom-withdrawal", ("dependence",)),
        ("/learn/kratom-law", ("State", "7-OH")),
        ("/learn/withdrawal", ("symptoms",)),
        ("/learn/withdrawal-worse", ("worse",)),
        ("/learn/about", ("not medical advice",)),
    ],
)
def test_each_topic_of_a_promoting_article_has_its_answer(
    browse: Browse, address: str, words: tuple[str, ...]
) -> None:
    told = browse.open(address).text.lower()
    assert [word for word in words if word.lower() not in told] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_no_link_of_a_page_is_broken(slug: str, browse: Browse, client: FlaskClient) -> None:
    page = browse.get("learn.page", slug=slug)
    for link in {link.partition("#")[0] for link in page.links() if ":" not in link} - {""}:
        address = link if link.startswith("/") else f"/learn/{link}"
        address = "/" + address.removeprefix("/learn/../") if "/../" in address else address
        assert client.get(address).status_code == 200, link


def test_unknown_page_is_not_found(browse: Browse) -> None:
    browse.open("/learn/no-such-page", status=404)


@pytest.mark.parametrize(
    ("question", "slug", "answers"),
    [
        ("my friend won't wake up", "overdose", ["Call 911. Say where you are.", "Give naloxone"]),
        ("how long will this last", "withdrawal-timeline", ["often over in 3 to 5 days"]),
        (
            "does kratom work",
            "kratom",
            ["No controlled study in people has shown that kratom helps", "See your state"],
        ),
    ],
)
def test_answer_stands_at_the_top(
    question: str, slug: str, answers: list[str], browse: Browse
) -> None:
    page = browse.get("learn.page", slug=slug)
    main = page.tree.find(".//main")
    assert main is not None
    words = text_of(main)[:800]
    assert all(answer in words for answer in answers), question


def test_time_line_stands_in_its_page(browse: Browse) -> None:
    page = browse.get("learn.page", slug="withdrawal-timeline")
    assert len(page.all("{http://www.w3.org/2000/svg}svg", class_="timeline")) == 2
    assert len(page.all("figure", class_="timeline-figure")) == 2


def test_rule_that_has_ended_says_so_by_itself(
    browse: Browse, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = datetime(2027, 1, 1, 12, tzinfo=UTC)
    monkeypatch.setitem(app.config, CLOCK_SETTING, lambda: later)
    page = browse.get("learn.page", slug="treatment")
    assert "was set to end on December 31, 2026" in page.text
    assert "prescribe with no visit first" not in page.text


def test_place_shows_how_many_give_exactly_that_and_the_nearest_three(
    browse: Browse, session: Session
) -> None:
    methadone = ("MU",)
    given = [make_record(term_codes=methadone) for _number in range(4)]
    other = make_record(term_codes=("PEER",))
    save_records(session, *given, other)
    page = browse.get("learn.page", slug="treatment", near="43215")
    assert "Our directory has 4 places that give methadone" in page.text
    assert len(page.all("article", class_="listing")) == 3
    assert other.name not in page.text


def test_place_without_any_says_so_and_leads_to_helplines(browse: Browse) -> None:
    page = browse.get("learn.page", slug="treatment", near="43215")
    assert "We list no places that give methadone" in page.text
    assert "/helplines" in page.links()


def test_place_sent_by_post_stays_out_of_every_address(browse: Browse, session: Session) -> None:
    save_records(session, make_record(term_codes=("MU",)))
    page = browse.post("/learn/treatment", data={"near": "43215"})
    assert "Our directory has 1" in page.text
    assert not any("43215" in link for link in page.links())
    near_you = page.tree.find(".//section[@id='near-you']")
    assert near_you is not None
    assert all(form.get("method") == "post" for form in near_you.iter("form"))


def test_post_from_another_site_is_refused(client: FlaskClient) -> None:
    response = client.post(
        "/learn/treatment", data={"near": "43215"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert response.status_code == 403


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("99999999", "A ZIP code has 5 digits"),
        ("Zzyzzxville Nowhere", "We do not know this place"),
        ("Springfield", "add the state"),
    ],
)
def test_place_that_cannot_be_read_says_what_to_change(
    typed: str, says: str, browse: Browse
) -> None:
    page = browse.get("learn.page", slug="treatment", near=typed)
    assert says in page.text


def test_page_can_be_read_while_the_database_is_away(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        statement = "SELECT"
        raise DatabaseUnavailableError(statement, None, OSError())

    monkeypatch.setattr("app.web.helplines_now.current_helplines", away)
    assert "Call 911" in browse.get("learn.page", slug="overdose").text


def test_state_brings_its_own_helpline(embedded: Flask, browse: Browse) -> None:
    def treatment_lines(**values: str) -> str:
        page = browse.get("learn.page", slug="withdrawal-danger", **values)
        return text_of(page.all("section", class_="urgent")[0])

    assert embedded
    assert treatment_lines() != treatment_lines(near="10001")
