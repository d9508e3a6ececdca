"""A new reader on a small phone, without script: three questions, each answered on the first screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import refuse_other_hosts

WIDTH, HEIGHT = 320, 640
# What a finger can hit: WCAG 2.5.5.
TARGET = 44
# The head of a page leaves most of a small screen to its answer.
MOST_OF_HEAD = 0.3


@pytest.fixture
def reader(browser: Browser, base_url: str) -> Iterator[Page]:
    context = browser.new_context(
        java_script_enabled=False,
        viewport={"width": WIDTH, "height": HEIGHT},
        base_url=base_url,
    )
    refuse_other_hosts(context, base_url)
    yield context.new_page()
    context.close()


def ask(reader: Page, words: str) -> None:
    """Type words into the search box of the first page and read the first page that is offered."""
    reader.goto("/")
    reader.locator("#q").fill(words)
    reader.locator("#q").press("Enter")
    reader.get_by_role("link", name="Read first:").click()


def is_on_first_screen(part: Locator) -> bool:
    box = part.bounding_box()
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= HEIGHT


def test_my_friend_will_not_wake_up(reader: Page) -> None:
    reader.goto("/")
    assert is_on_first_screen(reader.get_by_role("link", name="Someone not waking up?"))
    ask(reader, "my friend won't wake up")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Overdose: what to do now")
    call = reader.locator("main").get_by_role("link", name="Call 911").first
    assert is_on_first_screen(call)
    assert call.get_attribute("href") == "tel:911"
    assert is_on_first_screen(reader.get_by_text("Give naloxone (Narcan) if you have it.").first)


def test_how_long_will_this_last(reader: Page) -> None:
    ask(reader, "how long will this last")
    expect(reader.get_by_role("heading", level=1)).to_have_text("How long withdrawal lasts")
    assert is_on_first_screen(reader.locator("main .lead"))
    # The drawing and the same in words.
    expect(reader.locator("main svg").first).to_be_visible()
    expect(reader.locator("main table").first).to_be_visible()


def test_is_kratom_legal_here_and_does_it_work(reader: Page) -> None:
    ask(reader, "kratom legal")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Kratom and the law")
    answers = reader.locator(".short-answer dd")
    expect(answers).to_have_count(2)
    legal, works = answers.all()
    assert is_on_first_screen(legal)
    begins = works.bounding_box()
    assert begins is not None
    assert begins["y"] + TARGET / 2 <= HEIGHT
    expect(works).to_contain_text("For withdrawal, that has not been shown.")


@pytest.mark.parametrize("path", ["/", "/learn/overdose", "/learn/kratom-law", "/search"])
def test_the_head_is_low_and_its_links_can_be_hit(reader: Page, path: str) -> None:
    reader.goto(path)
    box = reader.locator("header.top").bounding_box()
    assert box is not None
    assert box["height"] <= MOST_OF_HEAD * HEIGHT
    for link in reader.locator("header.top a:not(.skip)").all():
        hit = link.bounding_box()
        assert hit is not None
        assert round(hit["height"]) >= TARGET, link.inner_text()
        assert hit["x"] + hit["width"] <= WIDTH


def test_the_guide_can_be_read_by_keyboard(reader: Page) -> None:
    """From the contents to a page and on to the next, with Tab and Enter alone."""
    reader.goto("/learn/")
    _tab_to(reader, "How long withdrawal lasts")
    reader.keyboard.press("Enter")
    expect(reader.get_by_role("heading", level=1)).to_have_text("How long withdrawal lasts")
    _tab_to(reader, "On this page")
    reader.keyboard.press("Enter")
    expect(reader.locator("details.contents a").first).to_be_visible()
    _tab_to(reader, "Next:")
    reader.keyboard.press("Enter")
    expect(reader.get_by_role("heading", level=1)).not_to_have_text("How long withdrawal lasts")


def _tab_to(reader: Page, words: str) -> None:
    focus = reader.locator(":focus")
    for _press in range(120):
        reader.keyboard.press("Tab")
        if words in focus.inner_text():
            return
    pytest.fail(f"no Tab leads to {words}")
