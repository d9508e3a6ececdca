"""Invented people of the staff, and a browser that signs in as one of them."""

from __future__ import annotations

import re
from collections import Counter
from contextvars import Context
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from passlib.totp import TOTP

from app.db import transaction
from app.domain.roles import Role
from app.extensions import db
from app.store import users as store
from tests.browse import Page, check_page
from tests.factories import NOW

PASSWORD = "seven brown otters knit"  # noqa: S105 (of people who do not exist)
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
_TOKEN = re.compile(r'name="csrf_token" (?:type="hidden" )?value="([^"]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who was made."""

    id: UUID
    email: str
    name: str


def make_user(
    app: Flask,
    *,
    role: Role = Role.EDITOR,
    email: str | None = None,
    password: str | None = PASSWORD,
    has_app: bool = True,
    organization_id: UUID | None = None,
    now: datetime = NOW,
) -> Person:
    """A person with a password and, unless told otherwise, an authenticator app."""
    with app.app_context():
        hashed = hash_password(password) if password else None
        with transaction(db.session):
            user = store.create_user(
                db.session,
                email or f"sample.{role}@example.org",
                role=role,
                now=now,
                by="test",
                name=f"Sample {role}",
                organization_id=organization_id,
            )
            user.password = hashed
            if has_app:
                user.tf_primary_method = "authenticator"
                user.tf_totp_secret = app.extensions["security"].totp_factory.generate_totp_secret()
        return Person(id=user.id, email=user.email, name=user.name)


def code_of(app: Flask, email: str, *, at: float | None = None) -> str:
    """The code that this person's authenticator app shows at a time, now unless it is given."""
    with app.app_context():
        user = store.find_user(db.session, email)
        assert user is not None
        key = app.extensions["security"].totp_factory.get_totp_b32_key(user.tf_totp_secret)
    return str(TOTP(key=key, format="base32").generate(time=at).token)


def token_in(html: str) -> str:
    """The CSRF token of the first form of a page."""
    found = _TOKEN.search(html)
    assert found, "no CSRF token in the page"
    return found[1]


class StaffBrowser:
    """Clicks through the staff's pages and checks each as a page."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self.page: Page | None = None

    def get(self, address: str, *, status: int = 200) -> Page:
        return self._open(address, status=status)

    def post(self, address: str, *, status: int = 302, **data: Any) -> Page:
        """Send a form with the token of the page before it."""
        if self.page is not None and "csrf_token" not in data:
            data["csrf_token"] = token_in(self.page.html)
        return self._open(address, status=status, method="POST", data=data, headers=dict(SAME_SITE))

    def follow(self) -> Page:
        """Go where the last answer leads."""
        assert self.page is not None
        place = urlsplit(self.page.response.headers["Location"])
        assert not place.netloc
        return self.get(place.path + (f"?{place.query}" if place.query else ""))

    def sign_in(self, email: str, *, password: str = PASSWORD, at: float | None = None) -> Page:
        """Address, password and code, up to the first page."""
        self.get("/admin/sign-in")
        self.post("/admin/sign-in", email=email, password=password)
        self.follow()
        self.post("/admin/second-step", code=code_of(self.app, email, at=at))
        return self.follow()

    def cookie(self) -> str | None:
        cookie = self.client.get_cookie("session")
        return cookie.value if cookie else None

    def _open(self, address: str, *, status: int, **options: Any) -> Page:
        # A context of its own: a test that holds the application's would lend it its `g`.
        response = Context().run(self.client.open, address, **options)
        assert response.status_code == status, f"{address}: {response.status_code}"
        page = Page(response)
        if status not in {301, 302, 303}:
            check_staff_page(page)
            self.page = page
        else:
            assert response.headers.get("Cache-Control") == "no-store"
            self.page = page if self.page is None else _Redirected(self.page, page)
        return page


class _Redirected(Page):
    """A redirect; the form that it came from still counts as the last page."""

    def __init__(self, before: Page, now: Page) -> None:
        self.response = now.response
        self.status = now.status
        self.html = before.html
        self.tree = before.tree
        self.parse_errors = []


def check_staff_page(page: Page) -> None:
    """What every page keeps, but for the cookie, which the staff have."""
    cookies = page.response.headers.getlist("Set-Cookie")
    assert len(cookies) <= 1
    for cookie in cookies:
        rules = Counter(part.strip().partition("=")[0] for part in cookie.split(";")[1:])
        assert rules["HttpOnly"]
        assert "SameSite=Strict" in cookie
        assert "Path=/" in cookie
    page.response.headers.remove("Set-Cookie")
    check_page(page)


def try_password(staff: StaffBrowser, email: str, password: str, **options: Any) -> Any:
    """One try, as the answer; from an address of its own where one is given."""
    staff.get("/admin/sign-in")
    assert staff.page
    data = {
        "email": email,
        "password": password,
        "csrf_token": token_in(staff.page.html),
        "next": "/admin/",
    }
    return staff.client.post("/admin/sign-in", data=data, headers=SAME_SITE, **options)


def from_network(number: int) -> dict[str, Any]:
    """A network of its own, so that the limit of networks is not the one that is met."""
    return {"environ_overrides": {"REMOTE_ADDR": f"198.51.{number}.7"}}


def count_hashes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is hashed or verified from now on."""
    hashes, seen = app.extensions["security"].pwd_context, []

    def hash_it(_password: str, **_options: object) -> str:
        seen.append("hash")
        return "no hash"

    def verify(_password: str, _hashed: str) -> bool:
        seen.append("verify")
        return False

    monkeypatch.setattr(hashes, "hash", hash_it)
    monkeypatch.setattr(hashes, "verify", verify)
    return seen


def to_second_step(staff: StaffBrowser, email: str) -> None:
    staff.get("/admin/sign-in")
    staff.post("/admin/sign-in", email=email, password=PASSWORD)
    staff.follow()


def make_link(app: Flask) -> tuple[str, str]:
    person = make_user(app, password=None, has_app=False)
    with app.app_context(), transaction(db.session):
        user = store.find_user(db.session, person.email)
        assert user
        return person.email, store.issue_link(db.session, user, now=NOW, by="test")
