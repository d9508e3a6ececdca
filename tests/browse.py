"""Fetches a page as a test would read it, and checks what every page must keep."""

from __future__ import annotations

from collections import Counter
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.web.headers import SECURITY_HEADERS

_INLINE_EVENTS = "on"


class Page:
    """A parsed page with the few questions that tests ask."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.html = response.get_data(as_text=True)
        parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
        self.tree: Element = parser.parse(self.html)
        self.parse_errors = [f"{position}: {code}" for position, code, _values in parser.errors]

    @property
    def title(self) -> str:
        return text_of(next(self.tree.iter("title")))

    @property
    def h1(self) -> str:
        return text_of(next(self.tree.iter("h1")))

    @property
    def text(self) -> str:
        body = self.tree.find("body")
        assert body is not None
        return text_of(body)

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """All elements of a tag whose attributes have these values; class_ matches one class."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.tree.iter(tag)
            if all(_matches(element, name, value) for name, value in wanted.items())
        ]

    def links(self) -> list[str]:
        return [element.get("href", "") for element in self.tree.iter("a")]


def text_of(element: Element) -> str:
    """The text of an element, its white space collapsed."""
    return " ".join("".join(element.itertext()).split())


def _matches(element: Element, name: str, value: str) -> bool:
    given = element.get(name)
    if given is None:
        return False
    return value in given.split() if name == "class" else given == value


class Browse:
    """`browse.get("public.home")` is the page, or the test fails with the rule that broke."""

    def __init__(self, client: FlaskClient, app: Flask) -> None:
        self._client = client
        self._app = app

    def get(self, endpoint: str, *, status: int = 200, **values: Any) -> Page:
        with self._app.test_request_context():
            address = self._app.url_for(endpoint, **values)
        return self.open(address, status=status)

    def open(self, address: str, *, status: int = 200, method: str = "GET", **options: Any) -> Page:
        response = self._client.open(address, method=method, **options)
        assert response.status_code == status, f"{address}: {response.status_code}"
        page = Page(response)
        check_page(page)
        return page

    def post(self, address: str, *, status: int = 200, data: dict[str, Any]) -> Page:
        headers = {"Sec-Fetch-Site": "same-origin"}
        return self.open(address, status=status, method="POST", data=data, headers=headers)


def check_page(page: Page) -> None:
    """Fail with the rule of a page that this one breaks."""
    assert not page.parse_errors, f"not valid HTML: {page.parse_errors[:5]}"
    headings = page.all("h1")
    assert len(headings) == 1, f"{len(headings)} h1"
    assert page.title.strip(), "no title"
    ids = Counter(element.get("id") for element in page.tree.iter() if element.get("id"))
    doubled = [name for name, count in ids.items() if count > 1]
    assert not doubled, f"ids more than once: {doubled}"
    for form in page.tree.iter("form"):
        assert form.get("action"), "a form without an action"
    for script in page.tree.iter("script"):
        assert script.get("src", "").startswith("/static/"), "an inline script"
        assert not (script.text or "").strip(), "an inline script"
    for element in page.tree.iter():
        names = [str(name) for name in element.attrib]
        assert "style" not in names, f"inline style on {element.tag}"
        assert not any(name.startswith(_INLINE_EVENTS) for name in names), "an inline handler"
    _check_targets(page, ids)
    headers = page.response.headers
    for name, value in SECURITY_HEADERS.items():
        assert headers.get(name) == value, f"header {name}"
    assert "Set-Cookie" not in headers, "a cookie"
    assert headers.get("Cache-Control") == "no-store"


def _check_targets(page: Page, ids: Counter[str | None]) -> None:
    for link in page.links():
        assert link, "an empty link"
        if link.startswith("#"):
            assert link[1:] in ids, f"{link} leads nowhere"
    for label in page.tree.iter("label"):
        target = label.get("for")
        assert target is None or target in ids, f"label for {target}"
