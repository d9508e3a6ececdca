"""What a process remembers is forgotten before each test, and who imports without processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import sessionmaker

from app.extensions import db
from app.search.searcher import Searcher
from app.web.card_shelf import CARD_SHELF
from app.web.helplines_now import HELPLINE_SHELF
from app.web.public.search.unloaded import LOADED_STATES
from tests.importing import ImportBrowser, InProcess, use_launcher


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
