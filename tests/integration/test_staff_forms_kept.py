"""A form of the staff that cannot be saved comes back with its text, and is sent again from there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.domain.roles import Role
from app.extensions import db
from app.models import Metadata, Report
from tests.browse import Page
from tests.listing_forms import EditorBrowser, add
from tests.staff import PASSWORD, code_of, make_user

NOTE = "Sample words <b> that took an hour"
REPORT = {"topic": "phone", "details": "It is the number of another place."}
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
LAW = {
    "status": "unclear",
    "seven_oh": "unclear",
    "confidence": "low",
    "is_uncertain": "yes",
    "as_of": "2026-11-20",
    "note": NOTE,
    "source_title": "Sample Register",
    "source_kind": "official",
    "source_url": "https://law.example.org/sample",
}


@contextmanager
def history_gone(app: Flask) -> Iterator[None]:
    """Nothing can be appended to the history; what was read before was read."""

    def refuse(*arguments: Any) -> None:
        if arguments[2].startswith("INSERT INTO metadata"):
            statement = "any"
            raise OperationalError(statement, {}, Exception("gone"))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", refuse)


def _value(page: Page, name: str) -> str:
    return next(each.get("value", "") for each in page.all("input", name=name))


def _report(app: Flask, staff: EditorBrowser) -> tuple[str, dict[str, Any]]:
    listing_id = add(app)
    app.test_client().post(f"/listings/{listing_id}/report", data=REPORT, headers=FROM_HERE)
    with app.app_context():
        address = f"/admin/reports/{db.session.scalar(sa.select(Report.id))}"
    staff.get(address)
    return address, {"action": "close", "outcome": "mended", "reason": NOTE}


def _check(app: Flask, staff: EditorBrowser) -> tuple[str, dict[str, Any]]:
    address = f"/admin/checks/{add(app, cost='Free')}"
    staff.get(address)
    return address, {"action": "not_reached", "reason": NOTE}


def _review(app: Flask, staff: EditorBrowser) -> tuple[str, dict[str, Any]]:
    del app
    page = staff.get("/admin/reviews/page:naloxone")
    return "/admin/reviews/page:naloxone", {
        "fingerprint": _value(page, "fingerprint"),
        "has_read": "1",
        "capacity": "clinician",
        "role": NOTE,
    }


def _law(app: Flask, staff: EditorBrowser) -> tuple[str, dict[str, Any]]:
    del app
    address = "/admin/reviews/law/AK"
    return address, {**LAW, "version": _value(staff.get(address), "version")}


@pytest.mark.parametrize("form", [_report, _check, _review, _law], ids=lambda form: form.__name__)
def test_a_form_that_cannot_be_saved_keeps_its_text(app: Flask, form: Any) -> None:
    staff = EditorBrowser(app)
    staff.sign_in(make_user(app, role=Role.REVIEWER).email)
    address, typed = form(app, staff)
    before = _history(app)
    with history_gone(app):
        page = staff.send(address, answer=503, **typed)
    assert page.response.headers["Retry-After"] == "5"
    assert page.h1 == "Not saved: the database does not answer"
    assert NOTE in page.text
    assert _history(app) == before
    kept = {
        element.get("name", ""): element.get("value", "")
        for element in page.all("input", type="hidden")
        if element.get("name") != "csrf_token"
    }
    assert kept == typed
    staff.send(address, **kept)
    assert _history(app) > before


def test_who_could_not_be_signed_in_is_told_and_tries_again(app: Flask) -> None:
    """Who signs in stands in the history, or is not signed in; a code is not shown back."""
    person, staff = make_user(app), EditorBrowser(app)
    staff.get("/admin/sign-in")
    staff.post("/admin/sign-in", email=person.email, password=PASSWORD)
    staff.follow()
    code = code_of(app, person.email)
    with history_gone(app):
        page = staff.post("/admin/second-step", status=503, code=code)
    assert page.response.headers["Retry-After"] == "5"
    assert "911" in page.text
    assert code not in page.html
    staff.get("/admin/", status=302)
    # A code that was asked for once is spent, whatever came of it.
    staff.sign_in(person.email, at=time.time() + 30)


def _history(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(Metadata)) or 0
