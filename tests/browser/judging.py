"""What axe and the width of a page have against it."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def faults(page: Page) -> str:
    """What is wrong with the page as it stands, in axe's words; empty where nothing is."""
    # A stylesheet may still be on its way when the text is there.
    page.wait_for_load_state("load")
    results = Axe().run(page)
    found = results.generate_report() if results.violations_count else ""
    return found + ("too wide" if is_too_wide(page) else "")


def is_too_wide(page: Page) -> bool:
    """Whether the page has to be scrolled sideways."""
    wide: bool = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return wide
