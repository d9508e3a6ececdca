"""One-time links that set a password."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask_security import verify_password

from app.db import transaction
from app.extensions import db
from app.store import users as store
from app.web.clock import CLOCK_SETTING
from tests.factories import NOW
from tests.staff import (
    PASSWORD,
    StaffBrowser,
    make_link,
)


@pytest.fixture
def staff(app: Flask) -> StaffBrowser:
    return StaffBrowser(app)


def test_a_link_sets_a_password_once(app: Flask, staff: StaffBrowser) -> None:
    email, token = make_link(app)
    address = f"/admin/welcome/{token}"
    staff.get(address)
    staff.get(address)
    staff.post(address, password=PASSWORD, password_again=PASSWORD)
    assert staff.follow().h1 == "Sign in"
    staff.get(address, status=410)
    with app.app_context():
        user = store.find_user(db.session, email)
        assert user
        assert user.link_hash is None
        assert verify_password(PASSWORD, user.password)


def test_a_link_ends_after_a_day(app: Flask, staff: StaffBrowser) -> None:
    _email, token = make_link(app)
    app.config[CLOCK_SETTING] = lambda: NOW + timedelta(hours=24)
    try:
        staff.get(f"/admin/welcome/{token}", status=410)
    finally:
        app.config.pop(CLOCK_SETTING)


def test_a_new_link_ends_the_old_one(app: Flask, staff: StaffBrowser) -> None:
    email, token = make_link(app)
    with app.app_context(), transaction(db.session):
        user = store.find_user(db.session, email)
        assert user
        store.issue_link(db.session, user, now=NOW, by="test")
    staff.get(f"/admin/welcome/{token}", status=410)


@pytest.mark.parametrize("token", ["x", "a" * 43, "é" * 43, "a" * 4_000])
def test_a_made_up_link_is_410(app: Flask, staff: StaffBrowser, token: str) -> None:
    del app
    staff.get(f"/admin/welcome/{token}", status=410)
