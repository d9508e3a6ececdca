"""What a process remembers is forgotten before each test, and who imports without processes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import sessionmaker

from app.extensions import db
from app.search.searcher import Searcher
from app.web.card_shelf import CARD_SHELF
from app.web.helplines_now import HELPLINE_SHELF
from app.web.public.search.unloaded import LOADED_STATES
from config import Config
from tests.importing import ImportBrowser, InProcess, use_launcher
from tests.real_proxy import Proxy, proxied
from tests.real_server import served


@pytest.fixture(autouse=True)
def forgotten(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """A search of its own for each test: versions begin anew, so that an old index would fit."""
    if "migrated_app" not in request.fixturenames:
        return
    app: Flask = request.getfixturevalue("migrated_app")
    with app.app_context():
        sessions = sessionmaker(db.engine)
    app.extensions["searcher"] = Searcher(tmp_path, session_factory=sessions)
    for name in (CARD_SHELF, HELPLINE_SHELF, LOADED_STATES):
        app.extensions.pop(name, None)


@pytest.fixture
def launcher(app: Flask) -> Iterator[InProcess]:
    """Runs of imports are worked on at once and in this process."""
    found = InProcess(app)
    restore = use_launcher(app, found)
    yield found
    found.let_go()
    restore()


@pytest.fixture
def reviewer(app: Flask, launcher: InProcess) -> ImportBrowser:
    """A reviewer's browser, for imports that are worked on at once."""
    del launcher
    return ImportBrowser(app)


@pytest.fixture(scope="module")
def proxy(
    config: Config, migrated_app: Flask, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    """nginx as it comes along, before gunicorn as `make run` starts it, over HTTPS."""
    folder = tmp_path_factory.mktemp("proxied")
    with (
        served(replace(config, is_behind_https=True), folder / "server") as server,
        proxied(migrated_app, folder / "proxy", upstream=server.port) as running,
    ):
        yield running
