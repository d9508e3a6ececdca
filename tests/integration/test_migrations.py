"""The schema: at its head as the models are, each step up, down and up again, over rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from app import create_app
from app.db import Base
from app.extensions import db
from app.importers.embedded import load_embedded, load_terms
from app.models import ListingCard
from app.store.cards import load_cards
from config import Config
from tests.engines import empty_database
from tests.factories import NOW, make_record, save_records

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


@pytest.fixture
def fresh_app(config: Config, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database in which nothing was ever made."""
    with empty_database(config.database_url, tmp_path) as url:
        app = create_app(Config(database_url=url, instance_path=tmp_path, is_testing=True))
        with app.app_context():
            yield app
            db.session.close()
            db.engine.dispose()


def _revisions() -> list[str]:
    script = ScriptDirectory(str(MIGRATIONS))
    return [revision.revision for revision in reversed(list(script.walk_revisions()))]


def _schema() -> dict[str, object]:
    """Tables with their columns, indexes and constraints, as the database tells them."""
    inspector = sa.inspect(db.engine)
    return {
        table: (
            sorted(
                (column["name"], str(column["type"]), column["nullable"])
                for column in inspector.get_columns(table)
            ),
            sorted(str(index["name"]) for index in inspector.get_indexes(table)),
            sorted(str(check["name"]) for check in inspector.get_check_constraints(table)),
            sorted(str(key["name"]) for key in inspector.get_foreign_keys(table)),
        )
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def test_head_file_names_the_newest_revision() -> None:
    assert (MIGRATIONS / ".current-alembic-head").read_text().strip() == _revisions()[-1]


def test_revisions_are_numbered_in_order() -> None:
    assert _revisions() == [f"{number:04d}" for number in range(1, len(_revisions()) + 1)]


def test_schema_at_head_equals_the_models(fresh_app: Flask) -> None:
    del fresh_app
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_each_revision_goes_up_down_and_up(fresh_app: Flask) -> None:
    del fresh_app
    for revision in _revisions():
        before = _schema()
        upgrade(revision=revision)
        after = _schema()
        downgrade(revision="-1")
        assert _schema() == before
        upgrade(revision=revision)
        assert _schema() == after


def test_head_can_be_taken_back_and_reached_again_over_rows(fresh_app: Flask) -> None:
    del fresh_app
    upgrade()
    load_terms(db.session)
    load_embedded(db.session, now=NOW)
    db.session.close()
    downgrade(revision="base")
    assert _schema() == {}
    upgrade()
    load_terms(db.session)
    helplines, starters = load_embedded(db.session, now=NOW)
    assert (helplines.created, starters.created) == (108, 71)


def test_cards_that_had_no_website_are_given_it(fresh_app: Flask) -> None:
    del fresh_app
    upgrade()
    with_site, without = save_records(
        db.session,
        make_record(website="https://place.example.org/ä", phones=()),
        make_record(website=None),
    )
    before = {row.id: json.loads(row.card) for row in db.session.query(ListingCard)}
    for row in db.session.query(ListingCard):
        old = {name: value for name, value in before[row.id].items() if name != "website"}
        row.card = json.dumps(old).encode()
    db.session.commit()
    db.session.close()
    downgrade(revision="0006")
    upgrade()
    after = {row.id: json.loads(row.card) for row in db.session.query(ListingCard)}
    assert after[with_site] == before[with_site]
    assert "website" not in after[without]
    assert [card.website for card in load_cards(db.session, [with_site, without])] == [
        "https://place.example.org/ä",
        None,
    ]
