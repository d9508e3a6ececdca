"""The quick exit on every page, as its HTML says: what holds without script and in any browser."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest
from flask import Flask

from app.web.clock import CLOCK_SETTING
from tests.browse import Browse, Page, text_of
from tests.factories import NOW
from tests.visiting import open_all
from tests.visits import Visit

TABBABLE = {"a", "button", "input", "select", "textarea", "summary", "iframe", "audio", "video"}
WAY_OUT = "https://www.weather.gov/"


@pytest.fixture
def opened(embedded: Flask, monkeypatch: pytest.MonkeyPatch) -> dict[Visit, Page]:
    """Every visit and the page that it gets."""
    monkeypatch.setitem(embedded.config, CLOCK_SETTING, lambda: NOW)
    return open_all(embedded)


def test_every_page_lets_people_leave_before_anything_else(opened: dict[Visit, Page]) -> None:
    found = {
        str(visit): faults for visit, page in opened.items() if (faults := _faults(visit, page))
    }
    assert not found


def _faults(visit: Visit, page: Page) -> list[str]:
    """What keeps somebody on this page from leaving at once, script or not."""
    if page.status != visit.status:
        return [f"answers {page.status}"]
    stops = [element for element in page.tree.iter() if _takes_focus(element)]
    needed = [each for each in page.all("head")[0] if each.tag in {"script", "link"}]
    first, script = stops[0], needed[0]
    rules = {
        "leaving is not first in the tab order": first.get("id") == "exit",
        "a tabindex pulls another control to the front": not any(
            (element.get("tabindex") or "0") > "0" for element in stops
        ),
        "it leads elsewhere": first.get("href") == WAY_OUT,
        "the other site learns where one was": set(first.get("rel", "").split())
        >= {"noreferrer", "noopener"},
        "it leaves this page open": first.get("target") is None,
        "it does not say what it does": text_of(first) == "Leave site",
        # It blanks a page that is only passed through before anything of that page is shown.
        "its script is not the first": script.get("src", "").endswith("/exit.js"),
        "its script waits": script.get("defer") is None and script.get("async") is None,
    }
    return [fault for fault, holds in rules.items() if not holds]


def test_the_page_that_is_passed_through_says_nothing(app: Flask) -> None:
    response = app.test_client().get("/x")
    page = Page(response)
    assert (page.title, page.text) == ("Page", "")
    assert response.headers["Cache-Control"] == "no-store"
    assert "Help First" not in page.html


def test_the_page_about_safety_says_what_leaving_cannot_do(browse: Browse) -> None:
    page = browse.get("learn.page", slug="safety")
    for words in (
        "press Shift three times",
        "Without JavaScript, Back can still show it",
        "It does not erase your browser's history",
        "other tabs",
        "may keep a list of pages that you saw",
        "may see that you opened this site",
        "sees all that you see",
    ):
        assert words in page.text, words


def _takes_focus(element: Element) -> bool:
    if element.tag not in TABBABLE and element.get("tabindex") is None:
        return False
    if element.get("disabled") is not None or element.get("tabindex") == "-1":
        return False
    return element.get("type") != "hidden" and (element.tag != "a" or bool(element.get("href")))
