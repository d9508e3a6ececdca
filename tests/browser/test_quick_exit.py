"""Leaving: the page is gone at once, and neither Back nor Forward brings it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType

from tests.browser.leaving import BEFORE, WAY_OUT, Leaver
from tests.browser.whole import Whole
from tests.visits import VISITS, Visit

# TRUST: the screen is blank within a tenth of a second.
BLANK_MS = 100
WIDTHS = (320, 768, 1280)
WAYS = ("click", "keyboard", "shift")


def from_another_site(leaver: Leaver) -> None:
    leaver.page.goto(BEFORE)
    leaver.page.goto(leaver.url + "/search?near=43215")


def from_deep_inside(leaver: Leaver) -> None:
    leaver.page.goto(BEFORE)
    leaver.page.goto(leaver.url + "/")
    leaver.page.get_by_label("Where?").fill("43215")
    leaver.page.get_by_role("button", name="Find help", exact=True).click()
    leaver.page.locator("article.listing a").first.click()
    leaver.page.get_by_role("navigation", name="Main").get_by_text("Guide").click()
    leaver.page.wait_for_url("**/learn/")


def from_a_new_tab(leaver: Leaver) -> None:
    leaver.page.goto(leaver.url + "/learn/overdose")


def from_the_answer_to_a_form(leaver: Leaver) -> None:
    leaver.page.goto(BEFORE)
    leaver.page.goto(leaver.url + "/check")
    leaver.page.get_by_role("button", name="No", exact=True).click()
    leaver.page.get_by_role("button", name="Yes", exact=True).click()
    leaver.page.get_by_role("heading", level=1).wait_for()


def from_a_private_search(leaver: Leaver) -> None:
    leaver.page.goto(leaver.url + "/")
    leaver.page.get_by_label("Where?").fill("43215")
    leaver.page.get_by_role("button", name="Search without leaving it in my history").click()
    leaver.page.locator("article.listing").first.wait_for()


def after_going_back(leaver: Leaver) -> None:
    from_deep_inside(leaver)
    # A page that was kept alive is not loaded again, which is what `go_back` waits for.
    for heading in ("Sample", "Help within"):
        leaver.page.evaluate("history.back()")
        leaver.page.get_by_role("heading", level=1, name=heading).wait_for()


def from_a_part_of_a_page(leaver: Leaver) -> None:
    leaver.page.goto(leaver.url + "/search?near=43215")
    leaver.page.get_by_role("link", name="Skip to the main part").focus()
    leaver.page.keyboard.press("Enter")


ENTRIES = (
    from_another_site,
    from_deep_inside,
    from_a_new_tab,
    from_the_answer_to_a_form,
    from_a_private_search,
    after_going_back,
    from_a_part_of_a_page,
)


@pytest.fixture(scope="module")
def lasting_browser(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
) -> Iterator[Browser]:
    """A browser that keeps pages alive for Back, as people's browsers do."""
    browser = browser_type.launch(
        **browser_type_launch_args, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield browser
    browser.close()


@pytest.mark.parametrize(
    ("entry", "way"), [(entry, WAYS[number % 3]) for number, entry in enumerate(ENTRIES)]
)
def test_nobody_comes_back(
    browser: Browser, whole: Whole, entry: Callable[[Leaver], None], way: str
) -> None:
    context = whole.context(browser)
    leaver = Leaver(context, whole.url)
    entry(leaver)
    leaver.leaves(way)
    leaver.goes_back_and_forward()
    assert leaver.shown == []
    assert leaver.blank_after_ms, "it was never blank"
    assert leaver.traces() == ["", 0, 0]
    context.close()


@pytest.mark.prove
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("entry", ENTRIES)
def test_nobody_comes_back_in_a_browser_that_keeps_pages_alive(
    lasting_browser: Browser, whole: Whole, entry: Callable[[Leaver], None], way: str
) -> None:
    context = whole.context(lasting_browser)
    leaver = Leaver(context, whole.url)
    entry(leaver)
    leaver.leaves(way)
    leaver.goes_back_and_forward()
    assert leaver.shown == []
    context.close()


def test_the_page_is_blank_before_the_key_is_up(browser: Browser, whole: Whole) -> None:
    """Blank in the same task as the third press: no frame of the page can follow it."""
    context = whole.context(browser)
    page = context.new_page()
    page.goto("/helplines")
    context.route(WAY_OUT, lambda route: route.abort())
    states = page.evaluate(
        """() => [1, 2, 3].map(() => {
            dispatchEvent(new KeyboardEvent("keydown", {key: "Shift"}));
            return getComputedStyle(document.documentElement).display;
        })"""
    )
    assert states == ["block", "block", "none"]
    context.close()


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(["Shift", "Shift"], id="twice"),
        pytest.param(["Shift", "a", "Shift", "Shift"], id="with a letter between"),
        pytest.param(["Escape"], id="Escape alone"),
        pytest.param(["Shift+A", "Shift+B", "Shift+C", "Shift+D"], id="capital letters"),
    ],
)
def test_other_keys_do_not_leave(browser: Browser, whole: Whole, keys: list[str]) -> None:
    context = whole.context(browser)
    leaver = Leaver(context, whole.url)
    leaver.page.goto(whole.url + "/search")
    leaver.page.get_by_label("Where?").focus()
    for key in keys:
        leaver.page.keyboard.press(key)
    leaver.page.wait_for_timeout(200)
    assert leaver.page.url == whole.url + "/search"
    assert leaver.page.get_by_label("Where?").is_visible()
    context.close()


def test_without_script_it_is_a_plain_link(browser: Browser, whole: Whole) -> None:
    context = whole.context(browser, java_script_enabled=False)
    leaver = Leaver(context, whole.url)
    leaver.page.goto(whole.url + "/helplines")
    leaver.page.keyboard.press("Tab")
    leaver.page.keyboard.press("Enter")
    leaver.page.wait_for_url(WAY_OUT)
    context.close()


@pytest.mark.prove
@pytest.mark.parametrize("visit", VISITS, ids=str)
def test_every_page_is_left_for_good(
    browser: Browser, whole: Whole, visit: Visit, capsys: pytest.CaptureFixture[str]
) -> None:
    turn = VISITS.index(visit)
    width, way = WIDTHS[turn // len(WAYS) % len(WIDTHS)], WAYS[turn % len(WAYS)]
    context = whole.context(browser, visit.visitor, viewport={"width": width, "height": 640})
    leaver = Leaver(context, whole.url)
    leaver.page.goto(BEFORE)
    if visit.visitor == "public":
        leaver.page.goto(whole.url + "/")
    whole.open(leaver.page, visit)
    if leaver.page.locator("[autofocus]").count() == 0:
        leaver.page.keyboard.press("Tab")
        assert leaver.page.evaluate("document.activeElement.id") == "exit"
    box = leaver.page.locator("#exit").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    leaver.leaves(way)
    leaver.goes_back_and_forward()
    assert leaver.shown == []
    (took,) = leaver.blank_after_ms[:1]
    with capsys.disabled():
        print(f"  {visit}: left by {way} at {width} px, blank after {took:.0f} ms")  # noqa: T201
    assert took <= BLANK_MS
    context.close()
