"""Every answer carries the whole set of headers: pages, errors, static files, refusals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from app.db import DatabaseUnavailableError
from app.extensions import db
from app.web.headers import SECURITY_HEADERS, TRANSPORT_SECURITY
from config import Config
from tests.addresses import public_addresses

# Written out once more, so that a line that is taken out of the application is missed here.
EXPECTED = {
    "Content-Security-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Embedder-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "X-DNS-Prefetch-Control",
}
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
VALUES = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-DNS-Prefetch-Control": "off",
}


def check(response: TestResponse, name: str, *, is_kept: bool = False) -> None:
    """Fail unless an answer has the whole set and may be kept only where it is a static file."""
    headers = response.headers
    missing = EXPECTED - set(headers.keys())
    assert not missing, f"{name} ({response.status_code}): without {sorted(missing)}"
    assert set(headers["Content-Security-Policy"].split("; ")) == POLICY, name
    for header, value in VALUES.items():
        assert headers.getlist(header) == [value], f"{name}: {header}"
    assert "Set-Cookie" not in headers, name
    cache = headers.get("Cache-Control", "")
    assert ("immutable" in cache) if is_kept else (cache == "no-store"), f"{name}: {cache}"


# These say how long they hold, since they are for programs and the same for everybody.
MAY_BE_KEPT = ("/sitemap.xml", "/robots.txt", "/learn/changes.atom", "/learn/law.csv")


def test_every_public_route_by_every_method(app: Flask, client: FlaskClient) -> None:
    statuses = set()
    for address in public_addresses(app):
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
            response = client.open(address, method=method)
            statuses.add(response.status_code)
            if address in MAY_BE_KEPT:
                assert set(response.headers.keys()) >= EXPECTED, address
            else:
                check(response, f"{method} {address}")
    assert statuses >= {200, 403, 404, 405}


def test_every_kind_of_error(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(error: Exception) -> TestResponse:
        def view() -> None:
            raise error

        with monkeypatch.context() as patch:
            patch.setitem(app.view_functions, "public.home", view)
            patch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
            return client.get("/")

    answers = {
        404: client.get("/nothing-here"),
        400: client.get("/", headers={"Host": "evil.example"}),
        405: client.delete("/"),
        413: client.post("/search", data=b"a" * 100_000, headers={"Sec-Fetch-Site": "none"}),
        500: broken(RuntimeError("planted")),
        503: broken(DatabaseUnavailableError("SELECT", None, OSError())),
    }
    for status, response in answers.items():
        assert response.status_code == status
        check(response, str(status))


def test_static_files_have_them_and_may_be_kept(app: Flask, client: FlaskClient) -> None:
    asset_url = app.jinja_env.globals["asset_url"]
    for name in ("styles.css", "exit.js", "icon.svg"):
        with client.get(asset_url(name)) as response:  # type: ignore[operator]
            assert response.status_code == 200
            check(response, name, is_kept=True)
    check(client.get("/static/nothing/../styles.css"), "a file that is not there")


def test_over_https_every_answer_keeps_people_there(config: Config, tmp_path: Path) -> None:
    secured = create_app(replace(config, is_behind_https=True, instance_path=tmp_path))
    name, value = TRANSPORT_SECURITY
    client = secured.test_client()
    asset_url = secured.jinja_env.globals["asset_url"]
    for address in ("/", "/nothing-here", asset_url("styles.css")):  # type: ignore[operator]
        with client.get(address) as response:
            assert response.headers[name] == value
    assert int(value.split("max-age=")[1].split(";")[0]) >= 63_072_000
    assert "preload" not in value
    with secured.app_context():
        db.engine.dispose()


def test_the_list_of_the_application_is_the_one_that_is_tested() -> None:
    assert set(SECURITY_HEADERS) == EXPECTED
