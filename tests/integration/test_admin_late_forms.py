"""A form that comes too late, without a session or with an old token, keeps what was typed."""

from __future__ import annotations

import pytest
from flask import Flask

from app.domain.roles import Role
from tests.staff import SAME_SITE, StaffBrowser, make_user


@pytest.fixture
def staff(app: Flask) -> StaffBrowser:
    return StaffBrowser(app)


def test_a_form_without_a_session_keeps_what_was_typed(app: Flask, staff: StaffBrowser) -> None:
    make_user(app, role=Role.ADMIN)
    page = staff._open(
        "/admin/people",
        status=401,
        method="POST",
        headers=dict(SAME_SITE),
        data={"email": "new.sample@example.org", "name": "New <b>", "password": "secret words"},
    )
    assert page.h1 == "You are signed out"
    assert "new.sample@example.org" in page.text
    assert "secret words" not in page.html
    kept = {element.get("name"): element.get("value") for element in page.all("input")}
    assert kept["name"] == "New <b>"


def test_what_was_typed_is_sent_again_after_signing_in(app: Flask, staff: StaffBrowser) -> None:
    person = make_user(app, role=Role.ADMIN)
    typed = {"email": "new.sample@example.org", "name": "", "role": "editor"}
    staff._open("/admin/people", status=401, method="POST", headers=dict(SAME_SITE), data=typed)
    staff.sign_in(person.email)
    # The token of the page that was left open holds no longer: one more look, with a new one.
    page = staff.post("/admin/people", status=400, csrf_token="old", **typed)  # noqa: S106
    assert page.h1 == "This page was open for too long"
    page = staff.post("/admin/people", status=200, **typed)
    assert "A link for new.sample@example.org" in page.text
