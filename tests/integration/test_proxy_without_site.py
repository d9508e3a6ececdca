"""While nothing of the site runs, the proxy answers each request with the emergency page, and 503."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.web.resting import pages_for_a_proxy
from config import Config
from scripts.observatory import Answer, most, score, total
from tests.real_proxy import HOST, Proxy, needs_nginx, proxied
from tests.real_server import free_port, served

pytestmark = needs_nginx

ASKED = (
    ("GET", "/", None),
    ("GET", "/search?near=43215", None),
    ("POST", "/search", "near=43215"),
    ("POST", "/admin/sign-in", "email=nobody"),
    ("GET", "/static/styles.css", None),
    ("POST", "/admin/imports/new", "a" * 3_000_000),
)


def check_down(app: Flask, proxy: Proxy, method: str, path: str, body: str | None) -> None:
    told = proxy.ask(path, method=method, body=body)
    assert told.status == 503
    assert told.body == pages_for_a_proxy(app)["down.html"]
    assert told.all("Retry-After") == ["30"]
    assert told.all("Cache-Control") == ["no-store"]
    assert told.all("Content-Type") == ["text/html; charset=utf-8"]
    led = f"https://{HOST}/"
    scores = score(Answer(headers=told.headers, body=told.body, host=HOST, redirected=led))
    assert not [each for each in scores if each.points != each.most]
    assert total(scores) == most(scores)


@pytest.mark.slow
def test_without_the_site_there_is_the_emergency_page_and_then_the_site_again(
    app: Flask, config: Config, tmp_path: Path
) -> None:
    port = free_port()
    secured = replace(config, is_behind_https=True)
    with proxied(app, tmp_path / "proxy", upstream=port) as proxy:
        check_down(app, proxy, *ASKED[0])
        with served(secured, tmp_path / "server", port=port):
            told = proxy.ask("/")
            assert told.status == 200
            assert not told.all("Retry-After")
            assert "The site cannot answer" not in told.body
        for method, path, body in ASKED:
            check_down(app, proxy, method, path, body)
        assert proxy.ask("/", method="HEAD").status == 503
        assert proxy.log() == "", "the requests of those who were not served are in no log"
