"""Every page for people who enlarge it, space its text, choose its colours, or cannot bear motion."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import refuse_other_hosts
from tests.browser.judging import is_too_wide
from tests.browser.whole import Whole
from tests.visits import VISITS, Visit

# A window of 1280 by 1024 px at 400 % (WCAG 1.4.10).
ENLARGED = {"width": 320, "height": 256}
SAMPLE_EACH = 4

# WCAG 1.4.12, each at the value that must be borne.
_SPACED = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }
"""
# Text that is cut off by the box that it stands in, and is not there for screen readers alone.
_CUT_OFF = """() => [...document.querySelectorAll("body *")].filter((each) => {
  const style = getComputedStyle(each);
  const cuts = [style.overflowX, style.overflowY].some((way) => way === "hidden" || way === "clip");
  return cuts && style.clipPath === "none" && !each.closest("svg") && each.innerText?.trim() &&
    (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1);
}).map((each) => each.outerHTML.slice(0, 120))"""
# What stays on the screen while the page is scrolled, as a share of the screen.
_STAYS = """() => [...document.querySelectorAll("body *")].filter((each) =>
  ["fixed", "sticky"].includes(getComputedStyle(each).position)
).reduce((most, each) => Math.max(most, each.getBoundingClientRect().height / innerHeight), 0)"""
_MOVES = """() => [...document.querySelectorAll("*")].flatMap((each) =>
  ["", "::before", "::after"].map((part) => getComputedStyle(each, part))
).filter((style) =>
  parseFloat(style.transitionDuration) > 0.001 || parseFloat(style.animationDuration) > 0.001 ||
  style.scrollBehavior === "smooth"
).length"""
# Controls that show where they are by nothing but a background, which forced colours take away.
_FLAT = """() => [...document.querySelectorAll(
  "button, .button, .exit, input:not([type=hidden]), select, textarea, .fold > summary"
)].filter((each) => each.checkVisibility()).filter((each) => {
  const style = getComputedStyle(each);
  const isLinkLike = style.textDecorationLine.includes("underline");
  const isNative = ["checkbox", "radio"].includes(each.type);
  const hasEdge = style.borderTopStyle !== "none" && parseFloat(style.borderTopWidth) >= 1;
  return !isLinkLike && !isNative && !hasEdge;
}).map((each) => each.outerHTML.slice(0, 120))"""


def misfits(browser: Browser, whole: Whole, visits: Iterable[Visit]) -> dict[str, list[str]]:
    """What keeps one of these readers from a page; empty where nothing does."""
    found = {}
    for visit in visits:
        context = whole.context(
            browser, visit.visitor, viewport=ENLARGED, reduced_motion="reduce", bypass_csp=True
        )
        refuse_other_hosts(context, whole.url)
        page = context.new_page()
        whole.open(page, visit)
        page.wait_for_load_state("load")
        found[str(visit)] = [*_when_enlarged(page), *_when_spaced(page), *_in_own_colours(page)]
        context.close()
    return {name: faults for name, faults in found.items() if faults}


def _when_enlarged(page: Page) -> list[str]:
    found = ["scrolled sideways at 400 %"] if is_too_wide(page) else []
    if page.evaluate(_STAYS) > 1 / 4:
        found.append("something stays over more than a quarter of the screen")
    if page.evaluate(_MOVES):
        found.append("something moves for those who asked for less motion")
    return found


def _when_spaced(page: Page) -> list[str]:
    page.add_style_tag(content=_SPACED)
    found = ["scrolled sideways with spaced text"] if is_too_wide(page) else []
    return [*found, *(f"cut off: {each}" for each in page.evaluate(_CUT_OFF))]


def _in_own_colours(page: Page) -> list[str]:
    page.emulate_media(forced_colors="active")
    return [f"no edge in forced colours: {each}" for each in page.evaluate(_FLAT)]


def test_a_sample_of_pages_fits_every_reader(browser: Browser, whole: Whole) -> None:
    assert misfits(browser, whole, VISITS[::SAMPLE_EACH]) == {}


@pytest.mark.prove
def test_every_page_fits_every_reader(browser: Browser, whole: Whole) -> None:
    assert misfits(browser, whole, VISITS) == {}


def test_the_focus_is_seen_in_forced_colours(browser: Browser, whole: Whole) -> None:
    context = whole.context(browser, forced_colors="active")
    page = context.new_page()
    page.goto("/search?near=43215")
    for _press in range(8):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(({outlineStyle, outlineWidth}) => [outlineStyle, parseFloat(outlineWidth)])"
            "(getComputedStyle(document.activeElement))"
        )
        assert style[0] != "none"
        assert style[1] >= 2
    context.close()


@pytest.mark.parametrize("path", ["/", "/search?near=43215", "/helplines", "/no-such-page"])
def test_a_page_whose_stylesheet_did_not_come_can_be_used(
    browser: Browser, whole: Whole, path: str
) -> None:
    context = whole.context(browser, viewport={"width": 320, "height": 720})
    context.route("**/*.css", lambda route: route.abort())
    page = context.new_page()
    page.goto(path)
    widest = "Math.max(...[...document.querySelectorAll('.icon')].map((e) => e.clientWidth))"
    assert page.evaluate(widest) <= 24
    for number in ("tel:911", "tel:988"):
        expect(page.locator(f"a[href='{number}']").first).to_be_in_viewport()
    expect(page.locator("h1")).to_be_in_viewport()
    context.close()
