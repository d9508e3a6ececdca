"""What axe and the width of a page have against it."""

from __future__ import annotations

from typing import Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES: Final = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    # axe leaves it out unless it is asked for: targets of 24 px and more (WCAG 2.2, 2.5.8).
    "rules": {"target-size": {"enabled": True}},
}


def faults(page: Page) -> str:
    """What is wrong with the page as it stands, in axe's words; empty where nothing is."""
    # A stylesheet may still be on its way when the text is there.
    page.wait_for_load_state("load")
    results = Axe().run(page, options=_RULES)
    found = results.generate_report() if results.violations_count else ""
    return found + ("too wide" if is_too_wide(page) else "")


def is_too_wide(page: Page) -> bool:
    """Whether the page has to be scrolled sideways."""
    wide: bool = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return wide
