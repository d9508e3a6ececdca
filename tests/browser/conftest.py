"""A real Chromium, and the application served to it with the data that comes along."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import BrowserContext, Route

from app import create_app
from app.extensions import db
from app.importers import findtreatment
from app.importers.embedded import load_embedded, load_terms
from app.web.clock import CLOCK_SETTING
from config import Config
from tests.browser.serving import serving
from tests.browser.whole import Whole, whole_site
from tests.engines import database_url
from tests.factories import NOW, import_records, make_record

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LONG_NAME = "Sample Center for the Treatment of Opioid Use, Alcohol Use and Mental Health of Ohio"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How Chromium is started; without one, these tests are skipped."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("Chromium is not installed: what people see in a browser is not tested")
    return {
        "executable_path": found,
        "args": ["--no-sandbox", "--disable-background-networking"],
    }


@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the application: the embedded data, and 25 places in Columbus, Ohio."""
    folder = tmp_path_factory.mktemp("served")
    with database_url(folder) as url, ThreadPoolExecutor(1) as worker:
        # Playwright runs an event loop in this thread, which an application context cannot leave.
        config = Config(database_url=url, instance_path=folder)
        app = worker.submit(_filled_app, config).result()
        with serving(app) as port:
            yield f"http://127.0.0.1:{port}"
        worker.submit(_let_go, app).result()


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """The whole site with all that the visits show, the staff's pages too."""
    with whole_site(tmp_path_factory.mktemp("whole")) as site:
        yield site


def _filled_app(config: Config) -> Flask:
    app = create_app(config)
    app.config[CLOCK_SETTING] = lambda: NOW
    with app.app_context():
        upgrade()
        load_terms(db.session)
        load_embedded(db.session, now=NOW)
        import_records(db.session, *_places(), source_id=findtreatment.SOURCE_ID)
    return app


def _let_go(app: Flask) -> None:
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def context(context: BrowserContext, base_url: str) -> BrowserContext:
    """A context in which a request to any other host fails the test."""
    refuse_other_hosts(context, base_url)
    return context


def refuse_other_hosts(context: BrowserContext, base_url: str) -> None:
    """Stop and report each request that would leave this machine."""

    def judge(route: Route) -> None:
        if route.request.url.startswith(base_url + "/"):
            route.continue_()
            return
        route.abort()
        pytest.fail(f"a request to another host: {route.request.url}")

    context.route("**/*", judge)


def _places() -> Iterator[Any]:
    for number in range(24):
        codes = ("MU", "SA", "OP") if number % 4 else ("MU", "BU", "MD", "SA")
        yield make_record(term_codes=codes)
    yield make_record(name=LONG_NAME, organization_name=LONG_NAME + " and Kentucky")
