"""Somebody who asks whether help is needed now, or whether kratom is legal: without script."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import refuse_other_hosts
from tests.browser.judging import faults

Scheme = Literal["light", "dark"]
WIDTHS = (320, 768, 1280)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
PAGES = (
    "/check",
    "/learn/kratom-law?near=43215",
    "/learn/kratom-claims?topic=safety",
    "/learn/withdrawal-timeline",
)


class Asker:
    """Somebody who answers questions; each verb is one thing that they do."""

    def __init__(self, page: Page, base_url: str) -> None:
        self.page = page
        self.base_url = base_url

    def opens(self, path: str) -> None:
        self.page.goto(self.base_url + path)

    def answers(self, *words: str) -> None:
        for word in words:
            self.page.locator("#answers").get_by_role("button", name=word, exact=True).click()

    def changes(self, question: str) -> None:
        self.page.get_by_role("button", name=f"Change answer to: {question}").click()

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def sees_heading(self, name: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(name)

    def is_at(self, path: str) -> None:
        assert self.page.url.partition("#")[0] == self.base_url + path


@pytest.fixture
def asker(browser: Browser, base_url: str) -> Iterator[Asker]:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 800})
    refuse_other_hosts(context, base_url)
    yield Asker(context.new_page(), base_url)
    context.close()


def test_a_friend_who_will_not_wake_up_is_one_answer_away_from_what_to_do(asker: Asker) -> None:
    # Given somebody whose friend will not wake up
    asker.opens("/")
    asker.page.get_by_role("navigation", name="Main").get_by_text("Am I safe right now?").click()
    # Then the number stands above the first question
    expect(asker.page.get_by_role("link", name="Call 911").first).to_be_visible()
    # When they answer it
    asker.answers("Yes")
    # Then they see what to do, and no answer in the address
    asker.sees_heading("Emergency: call 911 now")
    expect(asker.page.get_by_text("Give naloxone (Narcan) if you have it.")).to_be_visible()
    asker.is_at("/check")


def test_a_person_walks_to_the_end_changes_an_answer_and_looks_for_places(asker: Asker) -> None:
    # Given somebody who answers no to all
    asker.opens("/check")
    asker.answers(*["No"] * 9)
    asker.sees_heading("Talk to somebody soon")
    # When they change one answer, and are not sure what follows from it
    asker.changes("Are you pregnant, or could you be?")
    asker.answers("Not sure")
    asker.sees_heading("In this pregnancy, is any of this happening now?")
    asker.answers("No")
    # Then the outcome is higher, and says why
    asker.sees_heading("Get medical care today")
    expect(asker.page.get_by_text("You were not sure, which counts as yes:")).to_be_visible()
    # When they type where they are
    asker.page.get_by_label("Where?").fill("43215")
    asker.presses("Show places")
    # Then places near are listed, and the place stands in no address
    asker.sees_heading("Get medical care today")
    expect(asker.page.locator("#places article")).to_have_count(3)
    asker.is_at("/check")


def test_the_questions_can_be_answered_by_keyboard(asker: Asker) -> None:
    asker.opens("/check")
    yes = asker.page.locator("#answers").get_by_role("button", name="Yes", exact=True)
    for _press in range(30):
        asker.page.keyboard.press("Tab")
        if yes.evaluate("button => button === document.activeElement"):
            break
    expect(yes).to_be_focused()
    asker.page.keyboard.press("Tab")
    asker.page.keyboard.press("Enter")
    asker.sees_heading("Is any of this happening now?")


def test_the_law_of_a_place_is_found_by_its_zip_code(asker: Asker) -> None:
    asker.opens("/learn/kratom-law")
    asker.page.get_by_label("Find your state").fill("43215")
    asker.presses("Show the law there")
    expect(asker.page.get_by_text("Kratom may now be illegal in Ohio.")).to_be_visible()
    asker.presses("Without leaving it in my history")
    expect(asker.page.get_by_text("Kratom may now be illegal in Ohio.")).to_be_visible()
    asker.is_at("/learn/kratom-law")


@pytest.mark.parametrize(("width", "scheme"), [*product(WIDTHS, SCHEMES)], ids=str)
def test_axe_finds_nothing_and_nothing_is_too_wide(
    browser: Browser, base_url: str, width: int, scheme: Scheme
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    refuse_other_hosts(context, base_url)
    asker = Asker(context.new_page(), base_url)
    found = {}
    for path in PAGES:
        asker.opens(path)
        found[path] = faults(asker.page)
    asker.opens("/check")
    asker.answers("No", "Yes")
    asker.sees_heading("Emergency: call 911 now")
    found["a result"] = faults(asker.page)
    context.close()
    assert not any(found.values()), found
