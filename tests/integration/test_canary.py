"""Nothing of who searched for what, from where, is in anything that the server writes."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.extensions import db
from app.store.backups import make_backup
from config import Config
from tests.canary import (
    WORD,
    ZIP_CODES,
    found_in,
    found_in_rows,
    send_everything,
    unused_marks,
)
from tests.factories import NOW, make_record, save_records
from tests.real_server import served

# `make prove-full` sends 5,000.
LEAST = int(os.environ.get("HELP_FIRST_CANARY_REQUESTS", "300"))


@pytest.fixture
def listing_id(embedded: Flask) -> object:
    with embedded.app_context():
        [listing_id] = save_records(db.session, make_record())
        db.session.close()
    return listing_id


@pytest.mark.slow
def test_nothing_of_a_search_is_kept_anywhere(
    app: Flask, config: Config, listing_id: object, tmp_path: Path
) -> None:
    with served(config, tmp_path / "server") as server:
        with app.app_context():
            marks = unused_marks(server, db.engine)
        assert found_in(server, marks) == [], "a mark that the data has by itself proves nothing"
        ask = partial(send_everything, app, server, listing_id=listing_id, zip_code=marks[1])
        sent = ask(least=LEAST)
        _break_the_listings(app, is_broken=True)
        try:
            ask(least=1)
        finally:
            _break_the_listings(app, is_broken=False)
    assert sent >= LEAST
    assert "Error at" in server.log(), "the broken page was not logged, so nothing was shown of it"
    assert found_in(server, marks) == []
    with app.app_context():
        assert found_in_rows(db.engine, marks) == []
        made = make_backup(db.engine, tmp_path / "backup", now=NOW)
    written = b"".join(path.read_bytes() for path in made.iterdir())
    assert not [mark for mark in marks if mark.encode() in written]
    shared = [path for path in Path("/dev/shm").glob("help-first*") if path.is_file()]  # noqa: S108
    assert not [path for path in shared if WORD.encode() in path.read_bytes()]


@pytest.mark.slow
def test_the_marks_would_be_found_in_the_log_of_a_server_as_it_comes(
    app: Flask, config: Config, listing_id: object, tmp_path: Path
) -> None:
    """The negative control: gunicorn without our settings, its access log on."""
    words = ("--config", os.devnull, "--access-logfile", "-", "--no-control-socket")
    with served(config, tmp_path / "server", words=words) as server:
        send_everything(app, server, listing_id=listing_id, zip_code=ZIP_CODES[0], least=1)
    assert f"both: {WORD}" in found_in(server, [WORD])
    assert f"both: {ZIP_CODES[0]}" in found_in(server, [ZIP_CODES[0]])


def _break_the_listings(app: Flask, *, is_broken: bool) -> None:
    names = ("service_at_location", "service_at_location_away")
    before, after = names if is_broken else reversed(names)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text(f"ALTER TABLE {before} RENAME TO {after}"))
