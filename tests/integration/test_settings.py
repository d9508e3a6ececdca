"""Each figure among the settings of trust, as the running application has it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.extensions import db
from app.store.sessions import touch_session
from app.web.admin import passwords, sign_in
from app.web.admin.door import LONGEST_PASSWORD_BYTES
from app.web.admin.imports.start import UPLOAD_LIMIT_BYTES
from app.web.limits import Limit
from app.web.public import report
from config import Config
from tests.engines import ENGINE
from tests.factories import NOW

KIB = 1024
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAX_CONTENT_LENGTH", 64 * KIB),
        ("MAX_FORM_MEMORY_SIZE", 64 * KIB),
        ("MAX_FORM_PARTS", 1_000),
        ("SESSION_COOKIE_HTTPONLY", True),
        ("SESSION_COOKIE_SAMESITE", "Strict"),
        ("SECURITY_FRESHNESS", timedelta(minutes=10)),
        ("SECURITY_PASSWORD_HASH", "argon2"),
        ("SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY", 30),
        ("TRUSTED_HOSTS", ["localhost", "127.0.0.1", "[::1]"]),
    ],
)
def test_flask_is_told_what_was_decided(app: Flask, name: str, value: object) -> None:
    assert app.config[name] == value


def test_over_https_the_cookie_and_the_hosts_are_the_real_ones(tmp_path: Path) -> None:
    config = Config(
        database_url="sqlite://",
        instance_path=tmp_path,
        trusted_hosts=("help.example.org",),
        is_behind_https=True,
    )
    app = create_app(config)
    assert app.config["SESSION_COOKIE_NAME"] == "__Host-session"
    assert app.config["SESSION_COOKIE_SECURE"] is True
    assert app.config["TRUSTED_HOSTS"] == ["help.example.org"]
    client = app.test_client()
    assert client.get("/healthz", headers={"Host": "localhost"}).status_code == 400


@pytest.mark.parametrize(
    ("limit", "count", "period_s"),
    [
        (sign_in.BY_ACCOUNT, 10, 300),
        (sign_in.BY_NETWORK, 10, 300),
        (sign_in.BY_EVERYBODY, 1_000, 300),
        (sign_in.BY_SECOND_STEP, 5, 300),
        (report.BY_NETWORK, 10, 3_600),
        (report.BY_EVERYBODY, 300, 3_600),
    ],
    ids=lambda value: value.name if isinstance(value, Limit) else str(value),
)
def test_limits_are_what_was_decided(limit: Limit, count: int, period_s: int) -> None:
    assert (limit.count, limit.period_s) == (count, period_s)


def test_sizes_and_hashes_are_what_was_decided() -> None:
    assert UPLOAD_LIMIT_BYTES == 25 * KIB * KIB
    assert LONGEST_PASSWORD_BYTES == 1_024
    assert passwords.HASHES_AT_ONCE == 2


@pytest.mark.parametrize("path", ["/search", "/check", "/suggest", "/admin/sign-in"])
def test_a_body_of_64_kib_is_read_and_one_byte_more_is_not(client: FlaskClient, path: str) -> None:
    for size, is_refused in ((64 * KIB, False), (64 * KIB + 1, True)):
        answer = client.post(
            path,
            data=b"near=" + b"a" * (size - 5),
            content_type="application/x-www-form-urlencoded",
            headers=FROM_HERE,
        )
        assert (answer.status_code == 413) == is_refused, size


def test_a_form_of_1_000_parts_is_read_and_one_more_is_not(client: FlaskClient) -> None:
    for count, is_refused in ((1_000, False), (1_001, True)):
        parts = b"".join(
            b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n\r\n' for _part in range(count)
        )
        answer = client.post(
            "/search",
            data=parts + b"--b--\r\n",
            content_type="multipart/form-data; boundary=b",
            headers=FROM_HERE,
        )
        assert (answer.status_code == 413) == is_refused, count


@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_no_single_field_is_longer_than_64_kib(client: FlaskClient, kind: str) -> None:
    """A field as long as the whole body may be shows that no field has a bound of its own above."""
    long = b"a" * (64 * KIB)
    body, content_type = {
        "urlencoded": (b"near=" + long, "application/x-www-form-urlencoded"),
        "multipart": (
            b'--b\r\nContent-Disposition: form-data; name="near"\r\n\r\n' + long + b"\r\n--b--\r\n",
            "multipart/form-data; boundary=b",
        ),
    }[kind]
    answer = client.post("/search", data=body, content_type=content_type, headers=FROM_HERE)
    assert answer.status_code == 413


def test_each_connection_of_the_database_is_set_up(app: Flask) -> None:
    with app.app_context():
        found = [_settings_of(db.engine) for _connection in range(2)]
        engine = db.engine
    expected = (
        {
            "foreign_keys": "1",
            "busy_timeout": "5000",
            "synchronous": "2",
            "trusted_schema": "0",
        }
        if ENGINE == "sqlite"
        else {
            "statement_timeout": "5s",
            "lock_timeout": "2s",
            "idle_in_transaction_session_timeout": "30s",
        }
    )
    assert found == [expected, expected]
    assert engine.hide_parameters
    assert engine.pool._pre_ping == (ENGINE != "sqlite")


@pytest.mark.skipif(ENGINE != "sqlite", reason="only SQLite waits for the lock of a file")
def test_every_connection_still_waits_for_a_lock_after_a_session_was_noted(app: Flask) -> None:
    with app.app_context():
        # Two connections wait in the pool afterwards, and either can be taken.
        with db.engine.connect(), db.engine.connect():
            pass
        assert touch_session(db.session, b"of nobody", now=NOW)
        found = [_settings_of(db.engine)["busy_timeout"] for _connection in range(2)]
    assert found == ["5000", "5000"]


def _settings_of(engine: Any) -> dict[str, str]:
    sqlite = ("foreign_keys", "busy_timeout", "synchronous", "trusted_schema")
    others = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    ask, names = ("PRAGMA", sqlite) if ENGINE == "sqlite" else ("SHOW", others)
    with engine.connect() as connection:
        connection.detach()
        return {
            name: str(connection.exec_driver_sql(f"{ask} {name}").scalar_one()) for name in names
        }
