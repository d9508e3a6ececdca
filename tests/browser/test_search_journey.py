"""From the first page to a place to call, as people go: by hand, by keyboard, without script."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import LONG_NAME, refuse_other_hosts
from tests.browser.judging import is_too_wide

# One and a half screens of a small phone, 640 px high.
NEAR_TOP_PX = 960
TARGET_PX = 44
COLUMBUS = "Help within 25 miles of Columbus, OH"


class Searcher:
    """Somebody who looks for help; each verb is one thing that they do."""

    def __init__(self, page: Page, base_url: str) -> None:
        self.page = page
        self._base_url = base_url

    def opens(self, path: str) -> None:
        self.page.goto(self._base_url + path)

    def types(self, near: str, text: str = "") -> None:
        self.page.get_by_label("Where?").fill(near)
        self.page.get_by_label("What? (optional)").fill(text)

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def ticks(self, label: str) -> None:
        self.page.get_by_role("checkbox", name=label).first.check()

    def follows(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).click()

    def sees_heading(self, name: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(name)

    def sees_sentence(self, words: str) -> None:
        expect(self.page.locator("#results")).to_have_text(words)

    @property
    def address(self) -> tuple[str, str]:
        parts = urlsplit(self.page.url)
        return parts.path, parts.query


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def searcher(request: pytest.FixtureRequest, browser: Browser, base_url: str) -> Iterator[Searcher]:
    context = browser.new_context(
        java_script_enabled=request.param, viewport={"width": 1280, "height": 900}
    )
    refuse_other_hosts(context, base_url)
    yield Searcher(context.new_page(), base_url)
    context.close()


def test_a_person_finds_a_place_and_narrows_the_list(searcher: Searcher) -> None:
    # Given somebody on the first page
    searcher.opens("/")
    # When they look for methadone, misspelt
    searcher.types("Columbus, OH", "methadon")
    searcher.presses("Find help")
    # Then they see places, and how the word was read
    searcher.sees_heading(COLUMBUS)
    searcher.sees_sentence("24 places within 25 miles of Columbus, OH that match “methadon”")
    expect(searcher.page.get_by_text("“methadon” is read as methadone.")).to_be_visible()
    # When they choose what they can pay with
    searcher.ticks("Medicaid")
    searcher.presses("Show places")
    # Then the list is narrower
    searcher.sees_sentence(
        "6 places within 25 miles of Columbus, OH that match “methadon”, and take Medicaid"
    )
    # When they take the filter away and turn the page
    searcher.follows("Remove Medicaid")
    searcher.follows("Next page")
    # Then they are at the end of the whole list, and Back brings them back
    expect(searcher.page.locator("article.listing")).to_have_count(4)
    searcher.page.go_back()
    expect(searcher.page.locator("article.listing")).to_have_count(20)


def test_a_private_search_never_stands_in_the_address(searcher: Searcher) -> None:
    searcher.opens("/")
    searcher.types("Columbus, OH")
    searcher.presses("Search without leaving it in my history")
    searcher.sees_heading(COLUMBUS)
    assert searcher.address == ("/search", "")
    # Each way on is a button that keeps what was asked.
    searcher.ticks("Methadone")
    searcher.presses("Show places")
    searcher.sees_sentence("24 places within 25 miles of Columbus, OH that offer methadone")
    searcher.presses("Next page")
    expect(searcher.page.locator("article.listing")).to_have_count(4)
    searcher.presses("Remove Methadone")
    # The place that sends naloxone by mail covers Columbus too.
    searcher.sees_sentence("26 places within 25 miles of Columbus, OH")
    assert searcher.address == ("/search", "")


def test_a_private_search_by_the_enter_key_stays_private(searcher: Searcher) -> None:
    searcher.opens("/search")
    searcher.types("Springfield")
    searcher.presses("Search without leaving it in my history")
    searcher.sees_heading("Which “Springfield” do you mean?")
    searcher.page.get_by_label("Where?").fill("Columbus, OH")
    searcher.page.get_by_label("Where?").press("Enter")
    searcher.sees_heading(COLUMBUS)
    assert searcher.address == ("/search", "")


def test_a_name_of_several_places_is_asked_about(searcher: Searcher) -> None:
    searcher.opens("/search?near=Columbus&term=MU")
    searcher.sees_heading("Which “Columbus” do you mean?")
    searcher.follows("Columbus, OH")
    searcher.sees_sentence("24 places within 25 miles of Columbus, OH that offer methadone")


def test_a_wrong_zip_can_be_typed_over_at_once(searcher: Searcher) -> None:
    searcher.opens("/search?near=4321")
    expect(searcher.page).to_have_title("Error: Find help near you - Help First")
    expect(searcher.page.get_by_label("Where?")).to_be_focused()
    searcher.page.get_by_label("Where?").fill("43215")
    searcher.page.keyboard.press("Enter")
    searcher.sees_heading("Help within 25 miles of 43215 (Franklin County, OH)")


def test_crisis_words_bring_the_number_before_anything_else(searcher: Searcher) -> None:
    searcher.opens("/search?near=43215&q=i+want+to+die")
    first = searcher.page.locator("main a:visible").first
    expect(first).to_have_attribute("href", "tel:988")


def test_the_keyboard_meets_leaving_first_and_then_the_page_in_order(
    page: Page, base_url: str
) -> None:
    page.goto(base_url + "/search?near=43215")
    met = []
    for _ in range(12):
        page.keyboard.press("Tab")
        met.append(page.evaluate("(document.activeElement.textContent || '').trim()"))
    assert met[:2] == ["Leave site", "Skip to the main part"]
    assert any(words.startswith("Go to the 26 places") for words in met)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search",
        "/search?near=43215",
        "/search?near=43215&page=2",
        "/search?near=43215&term=HR-OPC&term=MD",
        "/search?near=Boston,+MA",
        "/search?near=Springfield",
        "/search?near=Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
    ],
)
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_no_page_is_scrolled_sideways(page: Page, base_url: str, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(base_url + path)
    assert not is_too_wide(page)


def test_a_long_name_is_shown_whole(page: Page, base_url: str) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(base_url + "/search?near=43215&q=kentucky")
    expect(page.get_by_role("link", name=LONG_NAME, exact=True)).to_be_visible()
    assert not is_too_wide(page)


def test_the_first_place_is_near_the_top_of_a_small_phone(page: Page, base_url: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(base_url + "/search?near=43215")
    box = page.locator("article.listing").first.bounding_box()
    assert box
    assert box["y"] <= NEAR_TOP_PX
    # What is worth more than a place stays above it, in full.
    talk = page.locator("#talk")
    expect(talk.get_by_role("link", name="Call")).to_have_count(3)
    for link in talk.get_by_role("link", name="Call").all():
        size = link.bounding_box()
        assert size
        assert size["height"] >= TARGET_PX
