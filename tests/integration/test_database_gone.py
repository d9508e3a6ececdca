"""Without a database the public gets a whole page: 911, 988, SafeSpot, Poison Help, and the steps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
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
def written(lost: Flask, tmp_path_factory: pytest.TempPathFactory) -> Element:
    """The page that is written for a proxy, as a file; the database is gone all the while."""
    file = tmp_path_factory.mktemp("proxy") / "down.html"
    result = lost.test_cli_runner().invoke(args=["resting-page", str(file)])
    assert result.exit_code == 0, result.output
    assert [path.name for path in file.parent.iterdir()] == ["down.html"]
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree: Element = parser.parse(file.read_text("utf-8"))
    return tree


def _calls(tree: Element) -> list[str]:
    links = [link.get("href", "") for main in tree.iter("main") for link in main.iter("a")]
    return [link for link in links if link.startswith(("tel:", "sms:"))]


def test_the_page_for_a_proxy_has_the_same_numbers_and_steps(written: Element, page: Page) -> None:
    assert len(_calls(written)) == 5
    assert _calls(written) == _calls(page.tree)
    [steps] = written.iter("ol")
    [same] = page.all("ol")
    assert text_of(steps) == text_of(same)


def test_the_page_for_a_proxy_needs_nothing_that_does_not_run(written: Element) -> None:
    links = [link.get("href", "") for link in written.iter("a")]
    assert [link for link in links if link not in _calls(written)] == ["https://www.weather.gov/"]
    assert not [tag for name in ("link", "script", "img", "form") for tag in written.iter(name)]
    [styles] = written.iter("style")
    assert styles.text
    assert "url(" not in styles.text
    assert "@import" not in styles.text


def test_a_page_for_a_proxy_that_cannot_be_written_is_said_so(lost: Flask, tmp_path: Path) -> None:
    result = lost.test_cli_runner().invoke(args=["resting-page", str(tmp_path / "no" / "a.html")])
    assert result.exit_code == 1
    assert "No such file" in result.output
