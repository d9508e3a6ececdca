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

# More than two cores answer, so that all threads of all workers answer at any moment.
RATE = 400.0
PAUSE_S = 3.0
# No request is given up, however busy the machine is: what is asserted is that each is answered.
LONGEST_S = 600.0
# Of a worker, in gunicorn.conf.py.
THREADS = 4

# Not with the other tests: it takes both cores for a minute.
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
    with under_load(server.port, asks, rate=RATE, longest_s=LONGEST_S) as load:
        time.sleep(PAUSE_S / 2)
        disturb()
        time.sleep(PAUSE_S)
    assert len(load.answers) > len(asks) / 10
    return load


def both_workers(server: Server) -> list[psutil.Process]:
    """Its two workers, the second of which begins a moment after the first answers."""
    assert server.becomes(lambda site: len(site.workers()) == 2)
    return server.workers()


def ids_of(processes: list[psutil.Process]) -> set[int]:
    return {process.pid for process in processes}


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
    with served(config, tmp_path / "server", workers=2) as server:
        before = ids_of(both_workers(server))

        def take_new_workers() -> None:
            server.process.send_signal(signal.SIGHUP)
            assert server.becomes(lambda site: not before & ids_of(site.workers()))

        load = disturbed(server, take_new_workers)
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
        # The new one has given up, and would otherwise find the secret as it was.
        assert server.becomes(lambda site: len(site.master().children()) == 1)
        assert server.master().pid == before
        assert http_text(server.port, "/helplines")
        secret.write_text(kept, "ascii")
        assert server.reload().returncode == 0
        assert server.master().pid != before
        assert http_text(server.port, "/helplines")


@pytest.mark.usefixtures("listed")
def test_a_killed_worker_takes_along_what_it_answered_and_no_more(
    config: Config, tmp_path: Path
) -> None:
    """Far more wait than both workers can answer at once; none of those is lost."""
    with served(config, tmp_path / "server", workers=2) as server:
        [killed, other] = both_workers(server)

        def kill() -> None:
            killed.send_signal(signal.SIGKILL)
            assert server.becomes(
                lambda site: len(found := ids_of(site.workers())) == 2 and killed.pid not in found
            )

        load = disturbed(server, kill)
        assert other.pid in ids_of(server.workers())
    assert (load.failed(), load.odd()) == ({}, {})
    assert load.broken().total() <= THREADS


@pytest.mark.skipif(ENGINE == "sqlite", reason="a file is not restarted")
def test_a_database_that_restarts_fails_nobody(tmp_path: Path) -> None:
    """How long a request waits at most is asserted in test_database_away.py."""
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
        site = served(config, tmp_path / "server", workers=2, application="tests.patient_site:app")
        with site as server:
            load = disturbed(server, lambda: restart_database(tmp_path))
    assert (load.failed(), load.odd(), load.broken()) == ({}, {}, {})
