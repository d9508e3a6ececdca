"""Somebody without a mouse: each verb is keys that they press, and every stop is judged."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.judging import is_too_wide

MOST_STOPS: Final = 150

# What has the focus: its name, whether a ring of 2 px or more is around it, and whether its
# middle is on the screen and not under something else (WCAG 2.4.7, 2.4.11).
_STOP: Final = r"""() => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getClientRects()[0];
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const top = document.elementFromPoint(x, y);
  return {
    name: (at.getAttribute("aria-label") || at.labels?.[0]?.innerText || at.innerText || "")
      .trim().replace(/\s+/g, " "),
    tag: at.tagName.toLowerCase(),
    href: at.getAttribute("href") || "",
    // A button within a field for a day gets its ring from the browser.
    hasRing: at.matches("input[type=date]") || style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    isSeen: top !== null && (at.contains(top) || top.contains(at)),
  };
}"""


@dataclass
class Walker:
    """Somebody without a mouse; each verb is keys that they press."""

    page: Page

    def opens(self, path: str) -> None:
        self.page.goto(path)

    def presses(self, key: str) -> None:
        self.page.keyboard.press(key)

    def goes_on(self, key: str = "Enter") -> None:
        """Press a key that leads to another page, and wait until that is whole."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.keyboard.press(key)

    def types(self, text: str) -> None:
        self.page.keyboard.type(text)

    def tabs_to(self, name: str, *, tag: str = "", href: str = "") -> None:
        """Press Tab until this control has the focus; every stop on the way is judged."""
        met = []
        for _press in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            stop: dict[str, Any] = self.page.evaluate(_STOP)
            met.append(stop["name"])
            assert stop["name"], f"a stop without a name: {stop}"
            assert stop["hasRing"], f"no ring around {stop}"
            assert stop["isSeen"], f"covered or off the screen: {stop}"
            if (
                stop["name"].startswith(name)
                and stop["tag"].startswith(tag)
                and stop["href"].startswith(href)
            ):
                return
        pytest.fail(f"{name} is not met; these are: {met}")

    def ticks(self, name: str) -> None:
        """Go to a box and tick it."""
        self.tabs_to(name, tag="input")
        self.presses("Space")

    def replaces(self, name: str, text: str) -> None:
        """Go to a field and type something else into it."""
        self.tabs_to(name, tag="input")
        self.presses("Control+A")
        self.types(text)

    def chooses_file(self, name: str, file: FilePayload) -> None:
        """Open the window of a file field by a key, and choose in it."""
        # Listened for before the key is pressed: the browser is told of a listener without a wait.
        self.page.on("filechooser", lambda opened: opened.set_files(file))
        self.tabs_to(name, tag="input")
        self.presses("Space")
        chosen = self.page.locator("input[type=file]")
        expect(chosen).to_have_value(re.compile(re.escape(file["name"]) + "$"))

    def follows(self, name: str, *, tag: str = "", href: str = "") -> None:
        """Go to a link or a button and press it."""
        self.tabs_to(name, tag=tag, href=href)
        self.goes_on()
        assert not is_too_wide(self.page), self.page.url

    def goes_back(self) -> None:
        """What Alt and the left arrow do: those keys are the window's, and here is no window."""
        self.page.go_back()

    def sees(self, words: str) -> None:
        """Words that are on the page and can be seen."""
        expect(self.page.get_by_text(words).first).to_be_visible()

    def sees_heading(self, words: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(words)
