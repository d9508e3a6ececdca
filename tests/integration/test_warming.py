"""Before the first visitor a server loads what pages need, and fails in silence."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.pool import QueuePool

from app.content import pages
from app.content.kratom_law import load_kratom_law
from app.extensions import db
from app.web import map_land, warming
from app.web.warming import database_words, load_templates, prepare_to_fork, settle, warm_up
from tests.engines import ENGINE

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
# Needs each type once more, and names those that msgspec asks Python about only then.
ONCE_MORE = """
import sys
from pathlib import Path
import msgspec
from app import create_app
from app.web.warming import _types
from config import Config

create_app(Config(database_url="sqlite://", instance_path=Path(sys.argv[1])))
asked = []

def watch(frame, event, _argument):
    if event == "call" and frame.f_code.co_filename.endswith("msgspec/_utils.py"):
        asked.append(frame.f_code.co_name)

for kind in _types():
    asked.clear()
    sys.setprofile(watch)
    try:
        msgspec.json.Decoder(kind)
    except (NameError, TypeError):
        continue
    finally:
        sys.setprofile(None)
    print("late" if asked else "known", kind.__name__)
"""


def test_an_application_knows_its_types_before_two_threads_need_one_at_once(
    tmp_path: Path,
) -> None:
    """msgspec ends a process whose threads are the first to need a type."""
    done = subprocess.run(
        [sys.executable, "-c", ONCE_MORE, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    told = [line.split() for line in done.stdout.splitlines()]
    assert [name for state, name in told if state == "late"] == []
    assert {"ListingRecord", "Timeline", "KratomLaw", "_Content"} < {name for _, name in told}


def test_a_warm_process_has_its_maps_and_filters(app: Flask) -> None:
    warm_up(app)
    assert map_land._outlines.cache_info().currsize == len(map_land.GRAINS)
    assert app.extensions["help_first_written_groups"]
    assert pages._guide.cache_info().currsize
    assert load_kratom_law.cache_info().currsize


def test_a_process_comes_up_whatever_fails(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: object, **_words: object) -> None:
        raise OSError

    monkeypatch.setattr(app, "test_client", type("Client", (), {"get": fail}))
    warm_up(app)


def test_a_process_that_is_copied_holds_no_connection_and_no_thread(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that two processes used would mix up what the database answers them."""
    # This process goes on with other tests.
    for name in ("freeze", "set_threshold"):
        monkeypatch.setattr(warming.gc, name, lambda *_numbers: None)
    before = threading.active_count()
    prepare_to_fork(app)
    with app.app_context():
        pool = db.engine.pool
        assert isinstance(pool, QueuePool)
        assert (pool.checkedin(), pool.checkedout()) == (0, 0)
    assert threading.active_count() == before


def test_a_server_has_all_its_templates_before_the_next_release_lies_there(app: Flask) -> None:
    load_templates(app)
    cache, loader = app.jinja_env.cache, app.jinja_env.loader
    assert cache is not None
    assert loader is not None
    kept = {name for _loader, name in cache}
    written = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")}
    assert written - kept == set()


def test_a_server_rarely_searches_for_what_is_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, tuple[int, ...]]] = []
    for name in ("collect", "freeze", "set_threshold"):
        monkeypatch.setattr(warming.gc, name, lambda *n, name=name: told.append((name, n)))
    settle()
    assert [name for name, _numbers in told] == ["collect", "freeze", "set_threshold"]
    assert told[-1][1][0] > gc.get_threshold()[0]


def test_the_log_can_say_which_engine_keeps_the_data(app: Flask) -> None:
    name, journal = ("SQLite 3.", ", journal mode ") if ENGINE == "sqlite" else ("PostgreSQL ", "")
    words = database_words(app)
    assert words.startswith(name)
    assert journal in words


def test_the_log_says_that_the_database_does_not_answer(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_away(_engine: sa.Engine) -> str:
        raise sa.exc.OperationalError(None, None, Exception())

    monkeypatch.setattr(warming, "describe_database", is_away)
    assert database_words(app).endswith("which does not answer")
