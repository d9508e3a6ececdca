"""The staff's own pages in a real browser: axe, widths, keyboard alone, and a passkey."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app import create_app
from app.domain.roles import Role
from app.extensions import db
from app.web.tries import LIMITER
from config import Config
from tests.browser.conftest import refuse_other_hosts
from tests.browser.judging import faults
from tests.browser.serving import serving
from tests.engines import database_url
from tests.staff import PASSWORD, code_of, make_user

ADMIN = "sample.admin@example.org"
EDITOR = "sample.editor@example.org"
WIDTHS = (320, 768, 1280)
PAGES = (
    "/admin/",
    "/admin/account",
    "/admin/people",
    "/admin/password",
    "/admin/passkeys",
    "/admin/recovery-codes",
    "/admin/second-step/set-up",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The application as it is served, and a thread that may enter its context."""

    url: str
    app: Flask
    worker: ThreadPoolExecutor

    def code(self, email: str) -> str:
        """The code of somebody's app; used codes and tries are forgotten for the next test."""
        return self.worker.submit(self._fresh_code, email).result()

    def _fresh_code(self, email: str) -> str:
        from app.store import users as store  # noqa: PLC0415 (in the thread of the context)

        self.app.extensions[LIMITER].forget()
        with self.app.app_context():
            user = store.find_user(db.session, email)
            assert user
            user.totp_last_counter = None
            db.session.commit()
        return code_of(self.app, email)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("staff")
    with database_url(folder) as url, ThreadPoolExecutor(2) as worker:
        config = Config(database_url=url, instance_path=folder, is_testing=True)
        app = worker.submit(_peopled_app, config).result()
        with serving(app) as port:
            yield Site(url=f"http://localhost:{port}", app=app, worker=worker)
        worker.submit(_let_go, app).result()


def _peopled_app(config: Config) -> Flask:
    app = create_app(config)
    with app.app_context():
        upgrade()
    make_user(app, role=Role.ADMIN)
    make_user(app, role=Role.EDITOR)
    return app


def _let_go(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


def _context(browser: Browser, site: Site, **options: Any) -> BrowserContext:
    context = browser.new_context(**options)
    refuse_other_hosts(context, site.url)
    return context


def _sign_in(page: Page, site: Site, email: str) -> None:
    site.code(email)
    page.goto(site.url + "/admin/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill(site.code(email))
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(site.url + "/admin/")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_and_nothing_is_too_wide(
    browser: Browser, site: Site, width: int, scheme: Any
) -> None:
    context = _context(browser, site, color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(site.url + "/admin/sign-in")
    _judge(page)
    page.get_by_label("E-mail address").fill(EDITOR)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("alert").wait_for()
    _judge(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("alert").wait_for()
    _judge(page)
    page.goto(site.url + "/admin/recovery")
    _judge(page)
    page.goto(site.url + "/admin/welcome/ended")
    _judge(page)
    _sign_in(page, site, ADMIN)
    for address in PAGES:
        page.goto(site.url + address)
        for summary in page.locator("td summary").all():
            summary.click()
        _judge(page)
    page.goto(site.url + "/admin/second-step/set-up")
    page.get_by_role("button", name="Show the key").click()
    _judge(page)
    page.goto(site.url + "/admin/recovery-codes")
    page.get_by_role("button", name="Make new recovery codes").click()
    _judge(page)
    page.goto(site.url + "/admin/people")
    address = f"new.{width}.{scheme}@example.org"
    page.get_by_label("E-mail address").fill(address)
    page.get_by_role("button", name="Add and make a link").click()
    link = page.locator("code").inner_text()
    _judge(page)
    context.clear_cookies()
    page.get_by_label("E-mail address").fill("late.sample@example.org")
    page.get_by_role("button", name="Add and make a link").click()
    page.get_by_role("heading", name="You are signed out").wait_for()
    _judge(page)
    page.goto(link)
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_label("Password once more").fill("short")
    page.get_by_role("button", name="Set it").click()
    page.get_by_role("alert").wait_for()
    _judge(page)
    context.close()


def _judge(page: Page) -> None:
    found = faults(page)
    assert not found, f"{page.url}\n{found}"


def test_signing_in_and_out_takes_a_keyboard_and_no_script(browser: Browser, site: Site) -> None:
    context = _context(browser, site, java_script_enabled=False)
    page = context.new_page()
    site.code(EDITOR)
    page.goto(site.url + "/admin/sign-in")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type(EDITOR)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/second-step**")
    # The field has the focus already.
    page.keyboard.type(site.code(EDITOR))
    page.keyboard.press("Enter")
    page.wait_for_url(site.url + "/admin/")
    page.get_by_role("button", name="Sign out").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(site.url + "/admin/sign-in")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Sign in")
    context.close()


def _with_authenticator(context: BrowserContext, page: Page) -> None:
    """A device that keeps passkeys and checks who holds it, all in the browser."""
    protocol = context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    protocol.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )


def _add_passkey(page: Page, site: Site, name: str, *, purpose: str) -> None:
    page.goto(site.url + "/admin/passkeys")
    page.get_by_label("Name").fill(name)
    page.get_by_label(purpose).check()
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_text(f"The passkey {name} is added.").wait_for()


def _remove_passkey(page: Page, site: Site, name: str) -> None:
    page.goto(site.url + "/admin/passkeys")
    page.get_by_role("button", name=f"Remove {name}").click()
    page.get_by_text(f"The passkey {name} is removed.").wait_for()


def test_a_passkey_signs_in_alone(browser: Browser, site: Site) -> None:
    context = _context(browser, site)
    page = context.new_page()
    _with_authenticator(context, page)
    _sign_in(page, site, EDITOR)
    _add_passkey(page, site, "Sample phone", purpose="Signs in alone")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url(site.url + "/admin/")
    _remove_passkey(page, site, "Sample phone")
    context.close()


def test_a_passkey_is_a_second_step(browser: Browser, site: Site) -> None:
    context = _context(browser, site)
    page = context.new_page()
    _with_authenticator(context, page)
    _sign_in(page, site, EDITOR)
    _add_passkey(page, site, "Sample key", purpose="Second step")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("E-mail address").fill(EDITOR)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Passkey").click()
    page.get_by_role("button", name="Go on with your passkey").click()
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url(site.url + "/admin/")
    _remove_passkey(page, site, "Sample key")
    context.close()


def test_back_after_signing_out_shows_no_page_of_the_staff(browser: Browser, site: Site) -> None:
    """On a shared machine the next person presses Back."""
    context = _context(browser, site)
    page = context.new_page()
    _sign_in(page, site, ADMIN)
    for path in ("/admin/account", "/admin/people"):
        page.goto(site.url + path)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(site.url + "/admin/sign-in*")
    for _step in range(5):
        page.go_back(wait_until="load")
        page.wait_for_load_state("networkidle")
        if not page.url.startswith(site.url):
            break
        assert "/admin/sign-in" in page.url or "/admin/second-step" in page.url, page.url
        assert "Sample admin" not in page.content()
        assert ADMIN not in page.content()
    page.goto(site.url + "/admin/people")
    assert "/admin/sign-in" in page.url
    context.close()
