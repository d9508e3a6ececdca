"""Somebody who leaves in a hurry, and what was on the screen at each moment from then on."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Route

WAY_OUT = "https://www.weather.gov/"
BEFORE = "https://elsewhere.example/"
STEPS = 5
# A step of the history and all that the page that it leads to does by itself.
SETTLED_MS = 150

# Reports each frame in which this page shows words, and the moment in which it is blanked.
_WATCH = """
(() => {
  const time = (at) => performance.timeOrigin + at;
  const isBlank = () => document.documentElement === null || document.documentElement.hidden;
  addEventListener("keydown", (event) => { window.pressedAt = time(event.timeStamp); }, true);
  addEventListener("click", (event) => { window.pressedAt = time(event.timeStamp); }, true);
  const look = () => {
    if (!isBlank() && document.body && document.body.innerText.trim()) {
      window.tell("shown", time(performance.now()), document.title);
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  new MutationObserver(() => {
    if (isBlank() && window.pressedAt) {
      window.tell("blank", time(performance.now()) - window.pressedAt, "");
      window.pressedAt = 0;
    }
  }).observe(document, {attributes: true, subtree: true, attributeFilter: ["hidden"]});
})();
"""


@dataclass
class Leaver:
    """A tab of ours, and what it told."""

    context: BrowserContext
    url: str
    page: Page = field(init=False)
    shown: list[str] = field(default_factory=list)
    blank_after_ms: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.route("**/*", self._answer)
        self.context.expose_binding("tell", self._hear)
        self.context.add_init_script(_WATCH)
        self.page = self.context.new_page()

    def _answer(self, route: Route) -> None:
        if route.request.url.startswith(self.url + "/"):
            route.fallback()
            return
        body = "<!doctype html><title>Elsewhere</title><p>Elsewhere</p>"
        route.fulfill(content_type="text/html", body=body)

    def _hear(self, source: Any, what: str, value: float, title: str) -> None:
        if what == "blank":
            self.blank_after_ms.append(value)
        elif source["frame"].url.startswith(self.url):
            self.shown.append(f"{source['frame'].url} ({title})")

    def leaves(self, way: str = "shift") -> None:
        """Leave, and wait for the other site; what is shown counts from then on."""
        if way == "click":
            self.page.locator("#exit").click(no_wait_after=True)
        elif way == "keyboard":
            self.page.locator("#exit").focus()
            self.page.keyboard.press("Enter")
        else:
            for _press in range(3):
                self.page.keyboard.press("Shift")
        self.page.wait_for_url(WAY_OUT, wait_until="commit")
        self.shown.clear()

    def goes_back_and_forward(self) -> None:
        """Five steps back, five forward, and a look at each."""
        for step in ["back"] * STEPS + ["forward"] * STEPS:
            # The last entry of the history: there is nothing to go to, and nothing to wait for.
            with suppress(Error):
                self.page.evaluate(f"history.{step}()")
            self.page.wait_for_timeout(SETTLED_MS)
            is_ours = self.page.url.startswith(self.url) and not self.page.url.endswith("/x")
            if is_ours or "Help First" in self.page.title():
                self.shown.append(f"{step}: {self.page.url} ({self.page.title()})")

    def traces(self) -> list[Any]:
        """What a browser of ours keeps: nothing may be left of the flag."""
        self.page.goto(self.url + "/robots.txt")
        left: list[Any] = self.page.evaluate(
            "[document.cookie, sessionStorage.length, localStorage.length]"
        )
        return left
