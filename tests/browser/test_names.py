"""What a screen reader is told on the main pages: role and name of everything, kept and compared.

After a change that is meant, write the files anew and read the difference:
`HELP_FIRST_WRITE_NAMES=1 .venv/bin/python -m pytest tests/browser/test_names.py`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.whole import Whole, whole_site
from tests.visits import VISITS, Visit

NAMES = Path(__file__).parent / "names"
PAGES = {
    "home": "/",
    "search": "/search",
    "results": "/search?near=43215&term=MU&q=methadone&page=2",
    "listing": "/listings/{listing}",
    "report": "/listings/{listing}/report",
    "check": "/check",
    "guide": "/learn/",
    "overdose": "/learn/overdose",
    "sign-in": "/admin/sign-in",
    "staff-listing": "/admin/listings/{listing}",
}
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def visit_of(path: str) -> Visit:
    return next(visit for visit in VISITS if visit.path == path and not visit.form)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """A site of its own: what other tests send to the shared one stands on its pages."""
    with whole_site(tmp_path_factory.mktemp("untouched")) as site:
        yield site


@pytest.mark.parametrize("name", PAGES)
def test_names_are_what_they_were(browser: Browser, untouched: Whole, name: str) -> None:
    visit = visit_of(PAGES[name])
    context = untouched.context(browser, visit.visitor)
    page = context.new_page()
    untouched.open(page, visit)
    page.wait_for_load_state("load")
    told = _ID.sub("an-id", page.locator("body").aria_snapshot()) + "\n"
    context.close()
    path = NAMES / f"{name}.yaml"
    if os.environ.get("HELP_FIRST_WRITE_NAMES"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(told, encoding="utf-8")
    assert told == path.read_text("utf-8")


def test_every_page_that_is_kept_is_compared() -> None:
    assert {path.stem for path in NAMES.glob("*.yaml")} == set(PAGES)
