"""What somebody holds who printed a page: black on white, nothing to click, no card cut in two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import refuse_other_hosts

# US Letter with margins of half an inch, at 96 dots an inch.
PAPER = {"width": 720, "height": 960}
PAGES = (
    "/",
    "/search?near=43215&term=MU",
    "/search?near=43215&term=HR-OPC",
    "/search?near=Springfield",
    "/helplines?near=Ohio",
    "/take-along",
    "/check",
    "/learn/",
    "/learn/overdose",
    "/learn/safety",
    "/learn/withdrawal?near=43215",
    "/learn/withdrawal-timeline",
    "/learn/kratom-claims",
    "/learn/kratom-law?near=43215",
    "/nothing-here",
)
# Text and what it stands on, for all that is shown and has text of its own.
COLOURS = """() => [...document.querySelectorAll('body *')].flatMap(e => {
  const style = getComputedStyle(e);
  const box = e.getBoundingClientRect();
  const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  const shown = box.width > 1 && box.height > 1 && style.visibility === 'visible';
  if (!own || !shown || e.closest('svg')) return [];
  const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number);
    return (r * 299 + g * 587 + b * 114) / 1000; };
  const ground = style.backgroundColor;
  const clear = /, 0\\)$/.test(ground) || ground === 'transparent';
  const wrong = light(style.color) > 90 || (!clear && light(ground) < 250);
  return wrong ? [`${e.tagName}.${e.className}: ${style.color} on ${ground}`] : [];
})"""


@pytest.fixture
def paper(browser: Browser, base_url: str) -> Iterator[Page]:
    """A page as it goes to paper, of somebody whose screen is dark."""
    context = browser.new_context(viewport=PAPER, color_scheme="dark", base_url=base_url)  # type: ignore[arg-type]
    refuse_other_hosts(context, base_url)
    page = context.new_page()
    page.emulate_media(media="print", color_scheme="dark")
    yield page
    context.close()


def first_listing(page: Page) -> str:
    page.goto("/search?near=43215")
    found: Any = page.locator("article.listing h3 a").first.get_attribute("href")
    return str(found)


@pytest.mark.parametrize("path", [*PAGES, "a listing", "compare", "a call sheet"])
def test_a_printed_page_is_black_on_white_and_holds_no_buttons(paper: Page, path: str) -> None:
    listing = first_listing(paper) if not path.startswith("/") else ""
    key = listing.rpartition("/")[2]
    elsewhere = {
        "a listing": listing,
        "compare": f"/compare?id={key}",
        "a call sheet": f"/call-sheet?id={key}",
    }
    paper.goto(elsewhere.get(path, path))
    assert paper.evaluate(COLOURS) == []
    for part in ("button", "nav", "select", "textarea", ".exit", ".skip", ".tick:not(line)"):
        for element in paper.locator(part).all():
            expect(element).to_be_hidden()


def test_addresses_of_other_sites_stand_beside_their_links(paper: Page) -> None:
    paper.goto("/learn/overdose")
    link = paper.locator('.sources a[href^="https://www.cdc.gov"]').first
    shown = link.evaluate("e => getComputedStyle(e, '::after').content")
    assert "https://www.cdc.gov/stop-overdose" in shown


def test_what_is_folded_on_a_screen_is_open_on_paper(paper: Page) -> None:
    paper.goto("/")
    expect(paper.get_by_text("SAMHSA, TIP 63")).to_be_visible()
    assert paper.locator("details").first.evaluate("e => e.offsetHeight") > 100


def test_the_grade_of_a_claim_is_drawn_although_grounds_are_not_printed(paper: Page) -> None:
    paper.goto("/learn/kratom-claims")
    bar = paper.locator(".bar .on").first
    assert bar.evaluate("e => getComputedStyle(e).printColorAdjust") == "exact"


@pytest.mark.parametrize(
    ("path", "cards"),
    [
        ("/search?near=43215", "article.listing"),
        ("/helplines?near=Ohio", "article.helpline"),
        ("/learn/overdose", ".care"),
        ("/learn/kratom-law", ".law-table tr"),
        ("/learn/kratom-claims", ".claim"),
    ],
)
def test_no_card_is_cut_by_the_end_of_a_page(paper: Page, path: str, cards: str) -> None:
    paper.goto(path)
    found = paper.locator(cards)
    assert found.count()
    assert set(found.evaluate_all("all => all.map(e => getComputedStyle(e).breakInside)")) == {
        "avoid"
    }


def test_twenty_places_fit_on_six_sheets(paper: Page) -> None:
    paper.goto("/search?near=43215")
    printed = paper.pdf(
        format="Letter", margin=dict.fromkeys(("top", "bottom", "left", "right"), "0.5in")
    )
    assert 2 <= printed.count(b"/Type /Page\n") <= 6
