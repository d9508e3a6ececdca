"""What machines find: the sitemap, robots.txt and the feed of changes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.content.pages import changed_on, load_guide
from app.web.clock import CLOCK_SETTING
from app.web.finding import CLOSED_TO_ROBOTS
from app.web.headers import SECURITY_HEADERS
from tests.browse import Browse
from tests.factories import NOW

SITE = "http://localhost"
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _at_noon(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, CLOCK_SETTING, lambda: NOW)


def slugs() -> set[str]:
    return set(load_guide(on=TODAY).pages)


def mapped(client: FlaskClient) -> dict[str, str | None]:
    tree = ET.fromstring(client.get("/sitemap.xml").text)  # noqa: S314 - our own page
    return {
        entry.findtext(f"{MAP}loc", "").removeprefix(SITE): entry.findtext(f"{MAP}lastmod")
        for entry in tree.iter(f"{MAP}url")
    }


def feed(client: FlaskClient) -> ET.Element:
    return ET.fromstring(client.get("/learn/changes.atom").text)  # noqa: S314 - our own page


@pytest.mark.parametrize(
    ("address", "mimetype"),
    [
        ("/sitemap.xml", "application/xml"),
        ("/robots.txt", "text/plain"),
        ("/learn/changes.atom", "application/atom+xml"),
    ],
)
def test_machines_get_the_right_type_with_our_headers(
    client: FlaskClient, address: str, mimetype: str
) -> None:
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (200, mimetype)
    assert SECURITY_HEADERS.items() <= dict(response.headers).items()
    assert "Set-Cookie" not in response.headers


def test_the_sitemap_holds_the_guide_and_the_pages_that_stay(client: FlaskClient) -> None:
    pages = {f"/learn/{slug}" for slug in slugs()}
    stay = {"/", "/helplines", "/take-along", "/learn/", "/check"}
    assert set(mapped(client)) == pages | stay


def test_the_sitemap_names_no_listing(embedded: Flask) -> None:
    assert not [address for address in mapped(embedded.test_client()) if "listings" in address]


def test_every_page_of_the_sitemap_answers_and_may_be_found(
    client: FlaskClient, browse: Browse
) -> None:
    for address in mapped(client):
        page = browse.open(address)
        assert not page.all("meta", name="robots"), address
        assert not address.startswith(CLOSED_TO_ROBOTS)


def test_pages_of_the_guide_say_when_they_changed(client: FlaskClient) -> None:
    assert mapped(client)["/learn/naloxone"] == "2026-11-24"


def test_addresses_are_those_of_the_host_that_was_asked(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["help.example.org"])
    told = client.get("/robots.txt", headers={"Host": "help.example.org"})
    assert "Sitemap: http://help.example.org/sitemap.xml" in told.text
    forged = client.get("/sitemap.xml", headers={"Host": "evil.example.net"})
    assert forged.status_code == 400
    assert "evil.example.net" not in forged.text


@pytest.mark.parametrize(
    "address", ["/search", "/search?near=43215", "/compare", "/call-sheet", "/x"]
)
def test_what_robots_need_not_read_says_noindex_too(client: FlaskClient, address: str) -> None:
    assert 'content="noindex"' in client.get(address).text
    closed = [path.rstrip("$") for path in CLOSED_TO_ROBOTS]
    assert address.startswith(tuple(closed))
    for path in CLOSED_TO_ROBOTS:
        assert f"Disallow: {path}\n" in client.get("/robots.txt").text


def test_a_page_with_the_place_of_a_reader_is_not_found(browse: Browse) -> None:
    page = browse.get("learn.page", slug="treatment", near="43215")
    assert [meta.get("content") for meta in page.all("meta", name="robots")] == ["noindex"]


def test_the_feed_has_every_page_with_its_day_and_its_review(client: FlaskClient) -> None:
    entries = list(feed(client).iter(f"{ATOM}entry"))
    ids = {entry.findtext(f"{ATOM}id", "") for entry in entries}
    assert ids == {f"{SITE}/learn/{slug}" for slug in slugs()}
    told = {e.findtext(f"{ATOM}id", ""): e.findtext(f"{ATOM}summary", "") for e in entries}
    naloxone = told[f"{SITE}/learn/naloxone"]
    assert "Facts checked on Nov 24, 2026." in naloxone
    assert "Not yet reviewed by a clinician." in naloxone
    assert all(entry.findtext(f"{ATOM}updated") == "2026-11-24T00:00:00Z" for entry in entries)


def test_the_feed_has_what_a_feed_must_have(client: FlaskClient) -> None:
    root = feed(client)
    assert root.tag == f"{ATOM}feed"
    for name in ("title", "id", "updated", "author/{http://www.w3.org/2005/Atom}name"):
        assert root.findtext(f"{ATOM}{name}"), name
    own = [link for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert [link.get("href") for link in own] == [f"{SITE}/learn/changes.atom"]


def test_a_rule_that_ended_is_a_change_of_the_pages_that_cite_it(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = datetime(2027, 2, 1, 12, tzinfo=UTC)
    monkeypatch.setitem(app.config, CLOCK_SETTING, lambda: later)
    first = next(feed(client).iter(f"{ATOM}entry"))
    assert first.findtext(f"{ATOM}updated") == "2027-01-01T00:00:00Z"
    pages = load_guide(on=later.date()).pages
    assert changed_on(pages["treatment"], on=later.date()) == date(2027, 1, 1)
    assert changed_on(pages["naloxone"], on=later.date()) == date(2026, 11, 24)


def test_the_contents_lead_to_the_feed(browse: Browse) -> None:
    page = browse.get("learn.index")
    assert "/learn/changes.atom" in page.links()
    [alternate] = page.all("link", rel="alternate")
    assert alternate.get("type") == "application/atom+xml"
