"""Readers at a steady rate while things go wrong: in small what `make soak` shows at length."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from flask import Flask
from flask_migrate import upgrade

from app import create_app
from app.extensions import db
from app.importers.embedded import load_embedded, load_terms
from config import Config
from tests.engines import ENGINE, database_url, restart_database
from tests.factories import NOW, make_record, save_records
from tests.load import Load, http_text, reading_asks, under_load
from tests.real_server import Server, served

RATE = 8.0
PAUSE_S = 3.0
# More than two cores answer, so that connections wait.
CROWDED_RATE = 400.0
# Of a worker, in gunicorn.conf.py.
THREADS = 4

# Not with the other tests: how long a request waits depends on what else the machine does.
pytestmark = pytest.mark.prove


@pytest.fixture
def listed(embedded: Flask) -> Flask:
    """The application with the data that comes along and one place."""
    with embedded.app_context():
        save_records(db.session, make_record())
        db.session.close()
    return embedded


def disturbed(server: Server, disturb: Callable[[], object]) -> Load:
    """What readers got before, while and after something was done to the site."""
    asks = reading_asks(server.port)
    with under_load(server.port, asks, rate=RATE) as load:
        time.sleep(PAUSE_S / 2)
        disturb()
        time.sleep(PAUSE_S)
    assert len(load.answers) > RATE
    return load


@pytest.mark.usefixtures("listed")
def test_loading_the_application_anew_fails_nobody(config: Config, tmp_path: Path) -> None:
    with served(config, tmp_path / "server", workers=2) as server:
        before = server.master().pid
        load = disturbed(server, lambda: server.reload().check_returncode())
        assert before != server.master().pid
        assert not psutil.pid_exists(before)
    assert (load.failed(), load.odd(), load.broken()) == ({}, {}, {})


@pytest.mark.usefixtures("listed")
def test_new_workers_fail_nobody(config: Config, tmp_path: Path) -> None:
    """HUP takes copies of what is loaded already."""
    with served(config, tmp_path / "server") as server:
        [before] = server.workers()
        load = disturbed(server, lambda: server.process.send_signal(signal.SIGHUP))
        assert before.pid not in {worker.pid for worker in server.workers()}
    assert (load.failed(), load.odd(), load.broken()) == ({}, {}, {})


@pytest.mark.usefixtures("listed")
def test_an_application_that_does_not_load_replaces_nothing(config: Config, tmp_path: Path) -> None:
    with served(config, tmp_path / "server") as server:
        before = server.master().pid
        secret = config.instance_path / "secret-key"
        kept = secret.read_text("ascii")
        secret.write_text("too short", "ascii")
        told = server.reload(patience_s=15)
        assert told.returncode == 1
        assert f"process {before} goes on" in told.stdout
        assert http_text(server.port, "/helplines")
        secret.write_text(kept, "ascii")
        assert server.reload().returncode == 0
        assert http_text(server.port, "/helplines")


@pytest.mark.usefixtures("listed")
def test_a_killed_worker_takes_along_what_it_answered_and_no_more(
    config: Config, tmp_path: Path
) -> None:
    """Far more wait than both workers can answer at once; none of those is lost."""
    with served(config, tmp_path / "server", workers=2) as server:
        asks = reading_asks(server.port)
        with under_load(server.port, asks, rate=CROWDED_RATE) as load:
            time.sleep(PAUSE_S / 2)
            server.workers()[0].send_signal(signal.SIGKILL)
            time.sleep(PAUSE_S)
    assert (load.failed(), load.odd()) == ({}, {})
    assert load.broken().total() <= THREADS


@pytest.mark.skipif(ENGINE == "sqlite", reason="a file is not restarted")
def test_a_database_that_restarts_fails_nobody(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    with database_url(tmp_path) as url:
        config = Config(database_url=url, instance_path=instance, is_testing=True)
        app = create_app(config)
        with app.app_context():
            upgrade()
            load_terms(db.session)
            load_embedded(db.session, now=NOW)
            save_records(db.session, make_record())
            db.session.close()
            db.engine.dispose()
        with served(config, tmp_path / "server", workers=2) as server:
            load = disturbed(server, lambda: restart_database(tmp_path))
    assert (load.failed(), load.odd(), load.broken()) == ({}, {}, {})
