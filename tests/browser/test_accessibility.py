"""Every page before axe: three widths, light and dark, with our scripts and without them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import product
from typing import Literal, NamedTuple

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import refuse_other_hosts
from tests.browser.judging import faults
from tests.browser.whole import Whole
from tests.visits import VISITS, Visit

WIDTHS = (320, 768, 1280)
HEIGHT = 900


class Look(NamedTuple):
    """How a page is looked at."""

    width: int
    scheme: Literal["light", "dark"]
    has_script: bool

    def __str__(self) -> str:
        return f"{self.width} {self.scheme}{'' if self.has_script else ' no script'}"


SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LOOKS = [Look(*parts) for parts in product(WIDTHS, SCHEMES, (True, False))]


@contextmanager
def looking(browser: Browser, whole: Whole, look: Look, visitor: str) -> Iterator[Page]:
    """A page of this look, to which no other host can be reached."""
    context = whole.context(
        browser,
        visitor,
        color_scheme=look.scheme,
        viewport={"width": look.width, "height": HEIGHT},
    )
    refuse_other_hosts(context, whole.url)
    if not look.has_script:
        # axe is a script itself: what is switched off is ours.
        context.route("**/*.js", lambda route: route.abort())
    yield context.new_page()
    context.close()


def judge(
    browser: Browser, whole: Whole, look: Look, visits: Iterable[Visit], *, widths: Iterable[int]
) -> dict[str, str]:
    """What is wrong with each of these pages at each width; empty where nothing is."""
    found = {}
    for visit in visits:
        with looking(browser, whole, look, visit.visitor) as page:
            whole.open(page, visit)
            for summary in page.locator("main details > summary:visible").all():
                summary.click()
            for width in widths:
                page.set_viewport_size({"width": width, "height": HEIGHT})
                # The button that stays under the filters lies over one of them until they end.
                page.evaluate("document.querySelector('.filters')?.scrollTo(0, 1e6)")
                page.evaluate("scrollTo(0, document.body.scrollHeight)")
                found[f"{visit} at {width}"] = faults(page)
    return {name: fault for name, fault in found.items() if fault}


# One state of each page, the form's answer where it has one.
SAMPLE = list({(visit.endpoint, bool(visit.form)): visit for visit in VISITS}.values())


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_axe_finds_nothing_on_a_sample(browser: Browser, whole: Whole, look: Look) -> None:
    """Each page once, each at another look than the page before."""
    visits = SAMPLE[LOOKS.index(look) :: len(LOOKS)]
    assert judge(browser, whole, look, visits, widths=(look.width,)) == {}


@pytest.mark.prove
@pytest.mark.parametrize("look", [each for each in LOOKS if each.width == WIDTHS[-1]], ids=str)
@pytest.mark.parametrize("visit", VISITS, ids=str)
def test_axe_finds_nothing_anywhere(
    browser: Browser, whole: Whole, visit: Visit, look: Look
) -> None:
    assert judge(browser, whole, look, [visit], widths=WIDTHS) == {}
