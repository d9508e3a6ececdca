"""The five main journeys by keyboard alone: each stop can be seen, is not covered, and has a name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import refuse_other_hosts
from tests.browser.walking import Walker
from tests.browser.whole import Whole


@pytest.fixture(params=[320, 1280])
def walker(request: pytest.FixtureRequest, browser: Browser, whole: Whole) -> Iterator[Walker]:
    context = whole.context(
        browser,
        java_script_enabled=False,
        viewport={"width": request.param, "height": 640},
    )
    refuse_other_hosts(context, whole.url)
    yield Walker(context.new_page())
    context.close()


def test_from_the_first_page_to_a_call(walker: Walker) -> None:
    walker.opens("/")
    walker.tabs_to("Where?")
    walker.types("43215")
    walker.goes_on()
    walker.sees_heading("Help within 25 miles of 43215")
    walker.tabs_to("Go to the")
    walker.presses("Enter")
    walker.tabs_to("Sample", tag="a", href="/listings/")
    walker.goes_on()
    walker.sees_heading("Sample")
    walker.tabs_to("Call", tag="a", href="tel:+1614555")


def test_a_search_that_leaves_no_trace_in_the_history(walker: Walker) -> None:
    walker.opens("/")
    walker.tabs_to("Where?")
    walker.types("43215")
    walker.tabs_to("Search without leaving it in my history", tag="button")
    walker.goes_on("Space")
    walker.sees_heading("Help within 25 miles of 43215")
    assert walker.page.url.endswith("/search")
    walker.tabs_to("Go to the")
    walker.presses("Enter")
    walker.tabs_to("Next page", tag="button")
    walker.goes_on()
    expect(walker.page.get_by_text("Page 2 of 2")).to_be_visible()


def test_do_i_need_help_now(walker: Walker) -> None:
    walker.opens("/")
    walker.tabs_to("Am I safe right now?", tag="a", href="/check")
    walker.goes_on()
    walker.tabs_to("No", tag="button")
    walker.goes_on()
    walker.tabs_to("Yes", tag="button")
    walker.goes_on("Space")
    walker.sees_heading("Emergency: call 911 now")
    walker.tabs_to("Call 911", tag="a", href="tel:911")


def test_a_helpline_that_answers_now(walker: Walker) -> None:
    walker.opens("/")
    walker.tabs_to("Helplines", tag="a", href="/helplines")
    walker.goes_on()
    walker.sees_heading("elplines")
    walker.tabs_to("Skip to the main part")
    walker.presses("Enter")
    walker.tabs_to("Call", tag="a", href="tel:")


def test_the_guide_by_need(walker: Walker) -> None:
    walker.opens("/")
    walker.tabs_to("Guide", tag="a", href="/learn/")
    walker.goes_on()
    walker.tabs_to("Overdose: what to do now", tag="a", href="/learn/overdose")
    walker.goes_on()
    walker.sees_heading("Overdose: what to do now")
    walker.tabs_to("Skip to the main part")
    walker.presses("Enter")
    walker.tabs_to("Call 911", tag="a", href="tel:911")
