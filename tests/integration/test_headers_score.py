"""Every answer for the public has all the points of the Observatory's table; the worst is printed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import create_app
from app.db import DatabaseUnavailableError
from app.extensions import db
from config import Config
from scripts.observatory import Answer, Score, most, score, table, total
from tests.addresses import public_addresses

HOST = "localhost"


@pytest.fixture
def secured(embedded: Flask, config: Config, tmp_path: Path) -> Iterator[Flask]:
    """The application behind HTTPS, on the database with the data that comes along."""
    assert embedded
    app = create_app(replace(config, is_behind_https=True, instance_path=tmp_path))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def scored(secured: Flask, monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[Score, ...]]:
    """The points of every answer, by what was asked."""
    return {name: _score(response) for name, response in _answers(secured, monkeypatch)}


def _answers(app: Flask, patch: pytest.MonkeyPatch) -> Iterator[tuple[str, TestResponse]]:
    client = app.test_client()
    with app.test_request_context():
        asset_url = app.jinja_env.globals["asset_url"]
        files = [asset_url(name) for name in ("styles.css", "exit.js", "icon.svg")]  # type: ignore[operator]
    for address in [*public_addresses(app), *files, "/nothing-here", "/search?near=43215"]:
        yield f"GET {address}", client.get(address, base_url=f"https://{HOST}")
        if address not in files:
            yield f"POST {address}", client.post(address, base_url=f"https://{HOST}")
    yield "another host", client.get("/", base_url="https://evil.example")
    from_here = {"Sec-Fetch-Site": "none"}
    yield (
        "too large",
        client.post("/search", data=b"a" * 100_000, headers=from_here, base_url=f"https://{HOST}"),
    )
    for error in (RuntimeError("planted"), DatabaseUnavailableError("SELECT", None, OSError())):

        def view(error: Exception = error) -> None:
            raise error

        patch.setitem(app.view_functions, "public.home", view)
        yield type(error).__name__, client.get("/", base_url=f"https://{HOST}")


def _score(response: TestResponse) -> tuple[Score, ...]:
    with response:
        return score(
            Answer(
                headers=tuple(response.headers.items()),
                body=response.get_data(as_text=True),
                host=HOST,
            )
        )


def test_the_worst_answer_has_every_point_that_the_table_allows(
    scored: dict[str, tuple[Score, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    name, worst = min(scored.items(), key=lambda item: (total(item[1]), item[0]))
    with capsys.disabled():
        sys.stdout.write(f"\nthe worst of {len(scored)} answers: {name}\n{table(worst)}\n")
    assert len(scored) > 45
    lost = {
        f"{name}: {each.test}": each.found
        for name, scores in scored.items()
        for each in scores
        if each.points != each.most
    }
    assert not lost
    assert total(worst) == most(worst) >= 130


def test_a_page_with_scripts_has_five_points_more(
    scored: dict[str, tuple[Score, ...]],
) -> None:
    assert total(scored["GET /"]) == 135
