"""The file to take along, saved as people save it and opened from a disk without a network."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import refuse_other_hosts
from tests.browser.judging import faults

Scheme = Literal["light", "dark"]
WIDTHS = (320, 768, 1280)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
LOOKS = [*product(WIDTHS, SCHEMES)]


@pytest.fixture(scope="module")
def saved(browser: Browser, base_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file for Columbus, saved by somebody without script who came from a private search."""
    context = browser.new_context(java_script_enabled=False, accept_downloads=True)
    refuse_other_hosts(context, base_url)
    page = context.new_page()
    page.goto(base_url + "/search")
    page.get_by_label("Where?").fill("Columbus, OH")
    page.get_by_role("button", name="Search without leaving it in my history").click()
    page.get_by_role("button", name="Take numbers and places near here along in a file").click()
    expect(page.get_by_label("Where?")).to_have_value("Columbus, OH")
    with page.expect_download() as download:
        page.get_by_role("button", name="Make the file").click()
    # The list of downloads keeps the address and the name.
    assert download.value.url == f"{base_url}/take-along/file"
    assert download.value.suggested_filename == "notes.html"
    assert page.url == f"{base_url}/take-along"
    stick = tmp_path_factory.mktemp("stick") / "notes.html"
    download.value.save_as(stick)
    context.close()
    return stick


@pytest.fixture
def reader(browser: Browser) -> Iterator[Page]:
    """A browser without script and without a network."""
    context = browser.new_context(java_script_enabled=False, offline=True)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    yield context.new_page()
    context.close()
    assert all(url.startswith("file:") for url in asked), asked


def test_it_opens_from_a_disk_and_needs_nothing_else(reader: Page, saved: Path) -> None:
    reader.goto(saved.as_uri())
    expect(reader.get_by_role("heading", level=1)).to_have_text("Numbers and places to call")
    expect(reader.get_by_text("For Columbus, OH.")).to_be_visible()
    expect(reader.get_by_role("link", name="Call 911").first).to_have_attribute("href", "tel:911")
    expect(reader.get_by_text("Sample Service")).to_have_count(24)
    # It has its looks with it.
    heading = reader.locator(".emergency > .care-head").first
    assert heading.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(168, 32, 26)"
    reader.get_by_role("link", name="Kratom and the law").click()
    expect(reader.get_by_role("heading", name="Ohio: Unclear: may be banned")).to_be_in_viewport()


@pytest.mark.parametrize(("width", "scheme"), LOOKS, ids=str)
def test_axe_finds_nothing_in_the_file(
    browser: Browser, saved: Path, width: int, scheme: Scheme
) -> None:
    # The file forbids all scripts, and axe is one.
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    )
    page = context.new_page()
    page.goto(saved.as_uri())
    found = faults(page)
    context.close()
    assert not found, found


@pytest.mark.parametrize(("width", "scheme"), LOOKS, ids=str)
def test_axe_finds_nothing_on_the_page_that_offers_it(
    browser: Browser, base_url: str, width: int, scheme: Scheme
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    refuse_other_hosts(context, base_url)
    page = context.new_page()
    found = {}
    for path in ("/take-along", "/take-along?near=Springfield", "/take-along?near=Nowhereville"):
        page.goto(base_url + path)
        found[path] = faults(page)
    page.goto(base_url + "/take-along?near=Springfield")
    page.get_by_role("button", name="Make the file").click()
    expect(page.get_by_text("Did you mean:")).to_be_visible()
    found["choices"] = faults(page)
    context.close()
    assert not any(found.values()), found
