"""Whatever stands in the data is text on every page: nothing of it runs, nothing leads astray."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final

import html5lib
import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page

from tests.browser.whole import Whole, whole_site
from tests.poison import POLYGLOT, poison
from tests.visits import ARRIVING, PUBLIC, STAFF, Visit

MARK: Final = POLYGLOT[:7]
# In parts, so that several processes share the work.
EVERY_VISIT: Final = (*PUBLIC, *ARRIVING, *STAFF)
PARTS: Final = [EVERY_VISIT[first::6] for first in range(6)]

_LISTEN: Final = """
  window.violations = [];
  addEventListener("securitypolicyviolation", (event) => {
    window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
  });
"""
# What the data made of the page beside text: scripts, handlers, and links that run or lie.
_FOUND: Final = """() => [...document.querySelectorAll("*")].flatMap((each) => {
  const found = [];
  if (each.localName === "script" && !/^\\/static\\//.test(each.getAttribute("src") || ""))
    found.push("script");
  for (const { name, value } of each.attributes) {
    if (/^on/.test(name)) found.push(`${each.localName} ${name}`);
    if (["href", "src", "action", "formaction", "xlink:href"].includes(name)
        && /^\\s*(javascript|data|file|vbscript):/i.test(value))
      found.push(`${each.localName} ${name}=${value.slice(0, 30)}`);
  }
  return found;
})"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole_site(tmp_path_factory.mktemp("poisoned"), change=poison) as whole:
        yield whole


class Watched:
    """A page that notes what ran, what the policy stopped, and what the data made."""

    def __init__(self, context: BrowserContext) -> None:
        self.dialogs: list[str] = []
        context.add_init_script(_LISTEN)
        self.page: Page = context.new_page()
        self.page.on("dialog", self._note)

    def faults(self) -> list[Any]:
        """Everything that was noted on the page that is shown, and all dialogs so far."""
        return [
            *self.dialogs,
            *self.page.evaluate("() => window.violations"),
            *self.page.evaluate(_FOUND),
        ]

    def _note(self, dialog: Dialog) -> None:
        self.dialogs.append(f"dialog: {dialog.message}")
        dialog.dismiss()


@pytest.mark.slow
@pytest.mark.parametrize("visits", PARTS, ids=lambda visits: str(visits[0]))
def test_what_stands_in_the_data_runs_on_no_page(
    browser: Browser, site: Whole, visits: tuple[Visit, ...]
) -> None:
    shown = 0
    for visit in visits:
        with closing(site.context(browser, visit.visitor)) as context:
            watched = Watched(context)
            site.open(watched.page, visit)
            watched.page.wait_for_load_state("networkidle")
            assert watched.faults() == [], str(visit)
            shown += MARK in watched.page.content()
    # Pages that did not show it would prove nothing.
    assert shown >= len(visits) / 4


def test_the_file_to_take_along_has_no_script_of_the_data(browser: Browser, site: Whole) -> None:
    with closing(site.context(browser)) as context:
        answer = context.request.post(
            f"{site.url}/take-along/file",
            form={"near": "43215"},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        assert answer.status == 200
        told = answer.text()
    assert MARK in told
    tree = html5lib.parse(told, namespaceHTMLElements=False)
    for element in tree.iter():
        assert element.tag != "script"
        assert not [name for name in element.attrib if str(name).startswith("on")]
        assert not element.get("href", "").startswith(("javascript:", "data:"))


def test_a_text_that_is_not_escaped_is_seen(browser: Browser, site: Whole) -> None:
    """What each of the three ways of looking finds, where the policy is there and where not."""
    for is_guarded in (True, False):
        with closing(site.context(browser, bypass_csp=not is_guarded)) as context:
            context.route(
                f"{site.url}/helplines",
                _spoilt,
            )
            watched = Watched(context)
            watched.page.goto("/helplines")
            watched.page.wait_for_load_state("networkidle")
            faults = " ".join(map(str, watched.faults()))
            assert "script" in faults
            assert "onerror" in faults
            assert "href=javascript:" in faults
            assert ("script-src" in faults) == is_guarded
            assert ("dialog: 1" in faults) == (not is_guarded)


def _spoilt(route: Any) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("<main", f"{POLYGLOT}<main", 1))
