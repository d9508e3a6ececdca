"""What stands in the same place on every page, and what every page says of itself."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest
from flask import Flask

from app.web.clock import CLOCK_SETTING
from tests.browse import Page
from tests.factories import NOW
from tests.visiting import open_all
from tests.visits import Visit


@pytest.fixture
def opened(embedded: Flask, monkeypatch: pytest.MonkeyPatch) -> dict[Visit, Page]:
    """Every visit and the page that it gets."""
    monkeypatch.setitem(embedded.config, CLOCK_SETTING, lambda: NOW)
    return open_all(embedded)


def test_help_and_links_stand_in_the_same_place_on_every_page(opened: dict[Visit, Page]) -> None:
    heads = {str(visit): _links(_header(page)) for visit, page in opened.items()}
    first = heads["/"]
    assert "tel:911" in first
    assert "tel:988" in first
    assert "/helplines" in first
    assert {name: links for name, links in heads.items() if links != first} == {}


def test_every_page_says_its_language_and_what_it_is(opened: dict[Visit, Page]) -> None:
    for visit, page in opened.items():
        assert page.tree.get("lang") == "en", str(visit)
        assert page.title.endswith(" - Help First"), str(visit)
        skip = _links(_header(page))[1]
        assert skip == "#main", str(visit)
        assert page.all("main", id="main"), str(visit)
        told = page.title.removeprefix("Error: ").removesuffix(" - Help First")
        assert told.startswith(page.h1[:20]), f"{visit}: {page.title}"


def _header(page: Page) -> Element:
    (header,) = page.all("header", class_="top")
    return header


def _links(part: Element) -> list[str]:
    return [link.get("href", "") for link in part.iter("a")]
