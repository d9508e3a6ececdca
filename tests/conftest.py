"""What all tests share: a migrated database, the application on it, and a browser of pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from app import create_app
from app.db import Base, long_work
from app.extensions import db
from app.importers.embedded import load_embedded, load_terms
from app.web.card_shelf import CARD_SHELF
from app.web.helplines_now import HELPLINE_SHELF
from app.web.tries import LIMITER
from config import Config
from tests.browse import Browse
from tests.engines import database_url
from tests.factories import NOW
from tests.tampering import history_unlocked

# The taxonomy is the same for every test; all other rows are taken away after each.
_KEPT_TABLES = frozenset({"taxonomy", "taxonomy_term"})


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Config]:
    folder = tmp_path_factory.mktemp("instance")
    with database_url(folder) as url:
        yield Config(database_url=url, instance_path=folder, is_testing=True)


@pytest.fixture(scope="session")
def migrated_app(config: Config) -> Iterator[Flask]:
    app = create_app(config)
    with app.app_context():
        upgrade()
        load_terms(db.session)
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def app(migrated_app: Flask) -> Iterator[Flask]:
    """The application on an empty database; what a test commits is taken away after it."""
    yield migrated_app
    # Versions start anew with each test, so nothing kept for a version may outlive it.
    for shelf in (CARD_SHELF, HELPLINE_SHELF):
        migrated_app.extensions.pop(shelf, None)
    migrated_app.extensions[LIMITER].forget()
    with (
        migrated_app.app_context(),
        # A test may have imported thousands of places, which no page would take away at once.
        long_work(),
        db.engine.begin() as connection,
        history_unlocked(connection),
    ):
        for table in reversed(Base.metadata.sorted_tables):
            if table.name not in _KEPT_TABLES:
                connection.execute(table.delete())


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.app_context():
        yield db.session


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def browse(client: FlaskClient, app: Flask) -> Browse:
    """Fetches pages by endpoint and checks each as a page."""
    return Browse(client, app)


@pytest.fixture
def embedded(app: Flask) -> Flask:
    """The application with the data that comes with it."""
    with app.app_context():
        load_embedded(db.session, now=NOW)
    return app


@pytest.fixture(scope="session")
def project_root() -> Path:
    return Path(__file__).resolve().parent.parent
