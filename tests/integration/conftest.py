"""What a process remembers of the data is forgotten before each test, as the rows are."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import sessionmaker

from app.extensions import db
from app.search.searcher import Searcher
from app.web.card_shelf import CARD_SHELF
from app.web.helplines_now import HELPLINE_SHELF
from app.web.public.search.unloaded import LOADED_STATES


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
