# ruff: noqa: F811 (the fixture of the other module is an argument here)
"""A wrong phone is found, mended, checked, seen live and undone, by keyboard and without script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser

from app.extensions import db
from app.importers.embedded import load_terms
from tests.browser.test_staff_pages import (
    EDITOR,
    WIDTHS,
    Site,
    _context,
    _judge,
    _sign_in,
    site,  # noqa: F401 (a fixture)
)
from tests.factories import make_record, save_records
from tests.listing_forms import edit_by_somebody_else


def _work(site: Site, act: Callable[[], Any]) -> Any:
    def run() -> Any:
        with site.app.app_context():
            return act()

    return site.worker.submit(run).result()


def _place(site: Site) -> UUID:
    def save() -> UUID:
        load_terms(db.session)
        return save_records(db.session, make_record(cost="Free", term_codes=("BU", "SA")))[0]

    return _work(site, save)


def _change(site: Site, listing_id: UUID, **changes: Any) -> None:
    site.worker.submit(edit_by_somebody_else, site.app, listing_id, **changes).result()


def test_a_wrong_phone_is_mended_by_keyboard_without_script(
    browser: Browser,
    site: Site,
) -> None:
    listing_id = _place(site)
    context = _context(
        browser, site, java_script_enabled=False, viewport={"width": 320, "height": 800}
    )
    page = context.new_page()
    _sign_in(page, site, EDITOR)
    page.goto(f"{site.url}/admin/listings/{listing_id}/edit")
    page.get_by_label("Number", exact=True).first.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("614-555-0188")
    page.keyboard.press("Enter")
    page.get_by_text("Saved. It is live.").wait_for()
    page.get_by_label("Phone", exact=False).first.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Mark as checked").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Marked as checked.").wait_for()
    page.get_by_role("link", name="See it as visitors do").focus()
    page.keyboard.press("Enter")
    page.get_by_text("(614) 555-0188").first.wait_for()
    page.goto(f"{site.url}/admin/listings/{listing_id}/history")
    page.get_by_role("button", name="Put back Phone").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Put back. It is live.").wait_for()
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_on_the_pages_of_a_listing(
    browser: Browser,
    site: Site,
    width: int,
    scheme: Any,
) -> None:
    listing_id = _place(site)
    context = _context(browser, site, color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    _sign_in(page, site, EDITOR)
    here = f"{site.url}/admin/listings/"
    for address in (here, here + "new", f"{here}{listing_id}"):
        page.goto(address)
        _judge(page)
    page.goto(f"{here}{listing_id}/edit")
    for summary in page.locator("form summary").all():
        summary.click()
    _judge(page)
    page.get_by_label("Name", exact=True).fill(" ")
    page.get_by_label("City", exact=True).fill("Cleveland")
    page.get_by_role("button", name="Save").first.click()
    page.get_by_role("alert").wait_for()
    _judge(page)
    page.get_by_label("Name", exact=True).fill("Sample Mine")
    page.get_by_role("button", name="Save").first.click()
    page.get_by_role("heading", name="Is this right?").wait_for()
    _judge(page)
    _change(site, listing_id, name="Sample Theirs", cost="On a scale")
    page.get_by_label("does not seem to belong").check()
    page.get_by_role("button", name="Save").first.click()
    page.get_by_role("heading", name="Somebody changed this listing").wait_for()
    _judge(page)
    for tail in ("history", "compare"):
        page.goto(f"{here}{listing_id}/{tail}")
        _judge(page)
    context.close()
