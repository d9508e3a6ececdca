"""The page of a database that is gone, as a browser shows it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from app import create_app
from config import Config
from tests.browser.conftest import refuse_other_hosts
from tests.browser.judging import faults
from tests.browser.serving import serving

Scheme = Literal["light", "dark"]
WIDTHS = (320, 768, 1280)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@pytest.fixture(scope="module")
def lost_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site whose database is nowhere."""
    folder = tmp_path_factory.mktemp("lost")
    config = Config(database_url=f"sqlite:///{folder / 'no' / 'db.sqlite3'}", instance_path=folder)
    with ThreadPoolExecutor(1) as worker:
        app = worker.submit(create_app, config).result()
        with serving(app) as port:
            yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(("width", "scheme"), [*product(WIDTHS, SCHEMES)], ids=str)
def test_axe_finds_nothing(browser: Browser, lost_url: str, width: int, scheme: Scheme) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    refuse_other_hosts(context, lost_url)
    page = context.new_page()
    answer = page.goto(lost_url + "/search?near=43215")
    assert answer
    assert answer.status == 503
    expect(page.get_by_role("link", name="Call (800) 972-0590")).to_be_visible()
    found = faults(page)
    context.close()
    assert not found, found
