"""What goes wrong inside is shown to nobody outside."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import DatabaseUnavailableError
from tests.staff import StaffBrowser, make_user

INSIDES = ("planted", "SELECT", "postgresql://", "Traceback", "RuntimeError", ".py")
ERRORS = [
    pytest.param(RuntimeError("planted postgresql://user:secret@host/data"), id="an error"),
    pytest.param(DatabaseUnavailableError("SELECT planted", None, OSError()), id="no database"),
]


def _planted(app: Flask, patch: pytest.MonkeyPatch, endpoint: str, error: Exception) -> None:
    def view() -> None:
        raise error

    patch.setitem(app.view_functions, endpoint, view)
    patch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)


@pytest.mark.parametrize("error", ERRORS)
def test_an_unexpected_error_shows_nothing_of_itself(
    app: Flask,
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    _planted(app, monkeypatch, "public.home", error)
    answer = client.get("/")
    assert answer.status_code in {500, 503}
    shown = answer.get_data(as_text=True) + str(answer.headers)
    assert [each for each in INSIDES if each in shown] == []
    # The log says where, and not what: a message can quote what was asked.
    assert ".py:" in caplog.text
    assert "planted" not in caplog.text


def test_an_unexpected_error_shows_the_staff_nothing_either(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = StaffBrowser(app)
    browser.sign_in(make_user(app).email)
    _planted(app, monkeypatch, "admin.home", RuntimeError("planted"))
    answer = browser.client.get("/admin/")
    assert answer.status_code == 500
    shown = answer.get_data(as_text=True)
    assert [each for each in INSIDES if each in shown] == []
