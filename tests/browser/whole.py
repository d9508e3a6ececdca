"""The whole site served to a browser: public pages with data, and the staff's as an admin sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, BrowserContext, Page, Route

from app import create_app
from app.domain.records import AddressRecord
from app.extensions import db
from app.importers import findtreatment
from app.importers.embedded import load_embedded, load_terms
from app.web.clock import CLOCK_SETTING
from app.web.tries import LIMITER
from config import Config
from tests.browser.serving import serving
from tests.engines import database_url
from tests.factories import NOW, import_records, make_phone, make_record
from tests.staff import StaffBrowser, to_second_step
from tests.visits import ADMIN, ARRIVES, CHOOSES, MEMBER, Sample, Visit, make_sample

# Enough places around one ZIP for two pages of results.
_PLACES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """The site as it is served, what stands on it, and the cookie of each kind of visitor."""

    url: str
    app: Flask
    sample: Sample
    cookies: Mapping[str, str]

    def context(self, browser: Browser, visitor: str = "public", **options: Any) -> BrowserContext:
        """A context of this visitor, signed in as far as they are."""
        context = browser.new_context(base_url=self.url, **options)
        if visitor in self.cookies:
            value = self.cookies[visitor]
            context.add_cookies([{"name": "session", "value": value, "url": self.url}])
        return context

    def open(self, page: Page, visit: Visit) -> None:
        """Go to the page of a visit; a form is sent as the page before would send it."""
        self.app.extensions[LIMITER].forget()
        path = self.sample.fill(visit.path)
        form = dict(visit.form)
        answer = self.send(page, path, form) if form else page.goto(path)
        assert answer is not None
        assert answer.status == visit.status, f"{visit}: {answer.status}"

    def send(self, page: Page, path: str, form: dict[str, str]) -> Any:
        """The answer to a form that is sent as the page before would send it."""
        if path.startswith("/admin/"):
            page.goto(path)
            form["csrf_token"] = (
                page.locator("[name=csrf_token]").first.get_attribute("value") or ""
            )
        body = urlencode(form)

        def send(route: Route) -> None:
            kind = {"content-type": "application/x-www-form-urlencoded"}
            headers = {**route.request.headers, **kind, "sec-fetch-site": "same-origin"}
            route.continue_(method="POST", post_data=body, headers=headers)

        page.route(self.url + path, send, times=1)
        return page.goto(path)


@contextmanager
def whole_site(
    folder: Path, *, change: Callable[[Flask, Sample], None] | None = None
) -> Iterator[Whole]:
    """The whole site, as long as the block runs; `change` changes its data before that."""
    with database_url(folder) as url, ThreadPoolExecutor(1) as worker:
        # Playwright runs an event loop in this thread, which an application context cannot leave.
        config = Config(database_url=url, instance_path=folder, is_testing=True)
        app, sample, cookies = worker.submit(_filled, config).result()
        if change is not None:
            worker.submit(change, app, sample).result()
        with serving(app) as port:
            yield Whole(url=f"http://localhost:{port}", app=app, sample=sample, cookies=cookies)
        worker.submit(_let_go, app).result()


def _filled(config: Config) -> tuple[Flask, Sample, dict[str, str]]:
    app = create_app(config)
    app.config[CLOCK_SETTING] = lambda: NOW
    with app.app_context():
        upgrade()
        load_terms(db.session)
        load_embedded(db.session, now=NOW)
        import_records(db.session, *_places(), source_id=findtreatment.SOURCE_ID)
    sample = make_sample(app)
    return app, sample, _signed_in(app)


def _places() -> Iterator[Any]:
    for number in range(_PLACES):
        yield make_record(
            name=f"Sample Place {number:02}",
            organization_name=f"Sample House {number:02}",
            # Ids are made of addresses: these are the same whatever was made before.
            address=AddressRecord(
                address_1=f"{500 + number} Sample Street",
                city="Columbus",
                state_province="OH",
                postal_code="43215",
            ),
            phones=(make_phone(40 + number),),
            term_codes=("MU", "SA", "OP") if number % 4 else ("MU", "BU", "MD", "SA"),
        )


def _signed_in(app: Flask) -> dict[str, str]:
    admin = StaffBrowser(app)
    admin.sign_in(ADMIN)
    member = StaffBrowser(app)
    member.sign_in(MEMBER)
    cookies = {"admin": admin.cookie() or "", "member": member.cookie() or ""}
    for visitor, email in (("arriving", ARRIVES), ("choosing", CHOOSES)):
        browser = StaffBrowser(app)
        to_second_step(browser, email)
        cookies[visitor] = browser.cookie() or ""
    return cookies


def _let_go(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()
