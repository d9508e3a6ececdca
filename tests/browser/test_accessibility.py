"""Every state of the first page and the search before axe, at three widths, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import refuse_other_hosts
from tests.browser.judging import faults

STATES = {
    "home": "/",
    "first page of the search": "/search",
    "results": "/search?near=43215&term=MU&q=methadone",
    "no results": "/search?near=43215&term=HR-OPC&term=MD",
    "a state without a directory": "/search?near=Baltimore,+MD",
    "which place": "/search?near=Springfield",
    "an error": "/search?near=Bostn,+MA",
    "a crisis": "/search?near=43215&q=i+want+to+die",
}


class Look(NamedTuple):
    """How a page is looked at."""

    width: int
    scheme: Literal["light", "dark"]
    has_script: bool

    def __str__(self) -> str:
        return f"{self.width} {self.scheme}{'' if self.has_script else ' no script'}"


LOOKS = [
    Look(width, scheme, has_script)
    for width in (320, 768, 1280)
    for scheme in ("light", "dark")
    for has_script in (True, False)
]


@pytest.fixture(params=LOOKS, ids=str)
def looked_at(request: pytest.FixtureRequest, browser: Browser, base_url: str) -> Iterator[Page]:
    """A page of this look, to which no other host can be reached."""
    look: Look = request.param
    context = browser.new_context(
        color_scheme=look.scheme,
        viewport={"width": look.width, "height": 900},
    )
    refuse_other_hosts(context, base_url)
    if not look.has_script:
        # axe is a script itself: what is switched off is ours.
        context.route("**/*.js", lambda route: route.abort())
    yield context.new_page()
    context.close()


@pytest.mark.slow
def test_axe_finds_nothing(looked_at: Page, base_url: str) -> None:
    found = {}
    for state, path in STATES.items():
        looked_at.goto(base_url + path)
        found[state] = faults(looked_at)
    assert not any(found.values()), found
