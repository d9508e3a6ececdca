"""Without a database the public gets a whole page: 911, 988, SafeSpot, Poison Help, and the steps."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask
from flask_migrate import upgrade

from app import create_app
from app.content.helplines import load_keyed_helplines
from app.extensions import db
from app.importers.embedded import load_embedded, load_terms
from config import Config
from tests.browse import Browse, Page, text_of
from tests.engines import ENGINE, database_url
from tests.factories import NOW

LISTING = "/listings/00000000-0000-4000-8000-000000000000"
# Public pages that cannot be told without the listings.
READS = ("/search?near=43215", LISTING, "/take-along/file?near=43215", "/helplines")
# These have all they say with them.
WITHOUT = ("/learn/", "/learn/overdose", "/check", "/take-along", "/")

# What a proxy shows by itself, with its links into the site.
FOR_A_PROXY: dict[str, list[str]] = {"down.html": [], "not-read.html": ["/"]}


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application that answered once, and whose database is then really gone."""
    folder = tmp_path_factory.mktemp("lost")
    with ExitStack() as engine:
        url = engine.enter_context(database_url(folder))
        app = create_app(Config(database_url=url, instance_path=folder, is_testing=True))
        with app.app_context():
            upgrade()
            load_terms(db.session)
            load_embedded(db.session, now=NOW)
        assert app.test_client().get("/search?near=43215").status_code == 200
        with app.app_context():
            db.engine.dispose()
        if ENGINE != "sqlite":
            engine.close()  # PostgreSQL stops.
    if ENGINE == "sqlite":
        (folder / "test.sqlite3").rename(folder / "elsewhere.sqlite3")
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def page(lost: Flask) -> Page:
    return Browse(lost.test_client(), lost).open(READS[0], status=503)


@pytest.mark.parametrize("address", READS)
def test_a_page_that_needs_the_listings_is_the_resting_page(
    lost: Flask, page: Page, address: str
) -> None:
    found = Browse(lost.test_client(), lost).open(address, status=503)
    assert int(found.response.headers["Retry-After"]) > 0
    assert found.response.mimetype == "text/html"
    # The same text for everybody: nothing of what was asked.
    assert found.html == page.html
    assert "43215" not in found.html


@pytest.mark.parametrize("key", ["us-911", "us-988-lifeline", "us-safespot", "us-poison-help"])
def test_it_has_the_numbers_of_the_helplines_data(page: Page, key: str) -> None:
    record = next(each.record for each in load_keyed_helplines() if each.external_key == key)
    assert f"tel:{record.phones[0].number}" in page.links()


def test_it_says_what_to_do_in_an_overdose(page: Page) -> None:
    assert "Give naloxone (Narcan) if you have it." in page.text
    assert "sms:988" in page.links()
    assert "SafeSpot" in page.text


def test_it_leads_only_where_no_listings_are_needed(lost: Flask, page: Page) -> None:
    (main,) = page.all("main")
    ours = [link.get("href", "") for link in main.iter("a") if link.get("href", "")[0] == "/"]
    assert ours
    for address in ours:
        assert lost.test_client().get(address).status_code == 200, address


@pytest.mark.parametrize("address", WITHOUT)
def test_pages_that_need_no_listings_go_on(lost: Flask, address: str) -> None:
    Browse(lost.test_client(), lost).open(address)


def test_it_is_there_when_the_database_never_was(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.sqlite3'}"
    app = create_app(Config(database_url=url, instance_path=tmp_path, is_testing=True))
    found = Browse(app.test_client(), app).open("/search?near=43215", status=503)
    assert "SafeSpot" in found.text


@pytest.fixture(scope="module")
def for_a_proxy(lost: Flask, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Element]:
    """The pages that are written for a proxy, by file; the database is gone all the while."""
    folder = tmp_path_factory.mktemp("proxy") / "pages"
    result = lost.test_cli_runner().invoke(args=["proxy-pages", str(folder)])
    assert result.exit_code == 0, result.output
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    pages = {file.name: parser.parse(file.read_text("utf-8")) for file in folder.iterdir()}
    assert sorted(pages) == sorted(FOR_A_PROXY)
    return pages


def _calls(tree: Element) -> list[str]:
    links = [link.get("href", "") for main in tree.iter("main") for link in main.iter("a")]
    return [link for link in links if link.startswith(("tel:", "sms:"))]


@pytest.mark.parametrize("name", FOR_A_PROXY)
def test_a_page_for_a_proxy_has_the_same_numbers_and_steps(
    for_a_proxy: dict[str, Element], page: Page, name: str
) -> None:
    written = for_a_proxy[name]
    assert len(_calls(written)) == 5
    assert _calls(written) == _calls(page.tree)
    [steps] = written.iter("ol")
    [same] = page.all("ol")
    assert text_of(steps) == text_of(same)


@pytest.mark.parametrize(("name", "ours"), FOR_A_PROXY.items())
def test_a_page_for_a_proxy_needs_nothing_that_does_not_run(
    for_a_proxy: dict[str, Element], name: str, ours: list[str]
) -> None:
    written = for_a_proxy[name]
    links = [link.get("href", "") for link in written.iter("a")]
    away = ["https://www.weather.gov/"]
    assert [link for link in links if link not in _calls(written)] == away + ours
    assert not [tag for tag in ("link", "script", "img", "form") for _ in written.iter(tag)]
    [styles] = written.iter("style")
    assert styles.text
    assert "url(" not in styles.text
    assert "@import" not in styles.text


@pytest.mark.parametrize("name", FOR_A_PROXY)
def test_a_page_for_a_proxy_is_named_for_what_it_says(
    for_a_proxy: dict[str, Element], name: str
) -> None:
    [title] = for_a_proxy[name].iter("title")
    [heading] = for_a_proxy[name].iter("h1")
    assert text_of(title) == f"{text_of(heading)} - Help First"


@pytest.mark.parametrize("name", FOR_A_PROXY)
def test_the_policy_of_a_page_for_a_proxy_lets_its_own_styles_through(
    for_a_proxy: dict[str, Element], name: str
) -> None:
    [styles] = for_a_proxy[name].iter("style")
    digest = b64encode(sha256((styles.text or "").encode()).digest()).decode()
    [policy] = [
        each.get("content", "")
        for each in for_a_proxy[name].iter("meta")
        if each.get("http-equiv") == "Content-Security-Policy"
    ]
    assert f"style-src 'sha256-{digest}'" in policy.split("; ")
    assert "unsafe" not in policy


def test_pages_for_a_proxy_that_cannot_be_written_are_said_so(lost: Flask, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = lost.test_cli_runner().invoke(args=["proxy-pages", str(tmp_path / "file" / "in")])
    assert result.exit_code == 1
    assert "Not a directory" in result.output
