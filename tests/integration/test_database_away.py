"""A database that is locked or away for a moment is waited for, and not for ever."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from app.db import Patience, is_passing, read_patiently, transaction
from app.extensions import db
from app.models import DataVersion
from app.models.report import Report
from app.store.versions import current_version
from config import Config
from tests.factories import make_record, save_records
from tests.locking import locked

AWAY_S = 0.6
FORM = {"topic": "phone", "details": "It is the number of another place."}
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def impatient(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application whose connections do not wait for locks themselves: only Patience does."""

    def hurry(connection: Any, *_arguments: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            return
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '1ms'")
        connection.commit()

    monkeypatch.setattr("app.db.LOCK_WAIT_MS", 0)
    with app.app_context():
        engine = db.engine
        engine.dispose()
    event.listen(engine, "checkout", hurry)
    yield app
    event.remove(engine, "checkout", hurry)
    engine.dispose()


@contextmanager
def locked_for(seconds: float, config: Config) -> Iterator[None]:
    with locked(config) as release:
        timer = threading.Timer(seconds, release)
        timer.start()
        try:
            yield
        finally:
            timer.join()


def _pages(client: FlaskClient, listing_id: object) -> dict[str, Callable[[], Any]]:
    return {
        "search": lambda: client.get("/search?near=43215"),
        "private search": lambda: client.post("/search", data={"near": "43215"}, headers=FROM_HERE),
        "listing": lambda: client.get(f"/listings/{listing_id}"),
        "helplines": lambda: client.get("/helplines"),
        "report": lambda: client.post(
            f"/listings/{listing_id}/report", data=FORM, headers=FROM_HERE
        ),
    }


@pytest.mark.parametrize("name", ["search", "private search", "helplines", "report"])
def test_a_page_waits_for_a_database_that_comes_back(
    impatient: Flask, config: Config, session: Session, name: str
) -> None:
    if name == "report" and not config.database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL begins a write at once; what is locked later is answered with 503")
    [listing_id] = save_records(session, make_record())
    ask = _pages(impatient.test_client(), listing_id)[name]
    session.close()
    with locked_for(AWAY_S, config):
        assert ask().status_code == 200
    session.rollback()
    reports = session.scalar(sa.select(sa.func.count()).select_from(Report))
    assert reports == (1 if name == "report" else 0)


@pytest.mark.parametrize("name", ["search", "private search", "report"])
def test_a_page_says_503_when_the_database_stays_away(
    impatient: Flask,
    config: Config,
    session: Session,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Patience, "LONGEST_S", AWAY_S / 3)
    [listing_id] = save_records(session, make_record())
    ask = _pages(impatient.test_client(), listing_id)[name]
    session.close()
    started = time.monotonic()
    with locked(config):
        answer = ask()
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert time.monotonic() - started < 3
    if name == "report":
        assert FORM["details"] in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("query", "said"), [("near=43215", "911"), ("near=43215&q=want+to+die", "988")]
)
def test_a_whole_request_waits_no_longer_than_its_patience(
    impatient: Flask, config: Config, monkeypatch: pytest.MonkeyPatch, query: str, said: str
) -> None:
    """The search waits, then its own answer or that of the site is made, which waits no more."""
    monkeypatch.setattr(Patience, "LONGEST_S", 0.4)
    pauses: list[float] = []
    pause = time.sleep
    monkeypatch.setattr("app.db.time.sleep", lambda s: [pauses.append(s), pause(s)])
    started = time.monotonic()
    with locked(config):
        answer = impatient.test_client().get(f"/search?{query}")
    assert answer.status_code == 503
    assert said in answer.get_data(as_text=True)
    assert time.monotonic() - started < 2
    assert 0 < sum(pauses) <= 0.4


def test_a_commit_that_a_reader_keeps_waiting_is_asked_for_again(
    impatient: Flask, config: Config, session: Session
) -> None:
    """On SQLite a commit needs every reader gone; what was written is not given up for one."""
    if not config.database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL never waits for readers")
    save_records(session, make_record())
    before = current_version(session)
    session.close()
    path = config.database_url.removeprefix("sqlite:///")
    reader = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM data_version").fetchall()
    timer = threading.Timer(AWAY_S, lambda: reader.execute("ROLLBACK"))
    timer.start()
    with impatient.app_context():
        save_records(db.session, make_record())
        assert current_version(db.session) == before + 1
    timer.join()
    reader.close()


def test_what_began_to_write_is_not_run_twice(session: Session) -> None:
    runs: list[int] = []

    def write() -> None:
        with transaction(session):
            runs.append(1)
            statement = "UPDATE"
            raise OperationalError(statement, None, _busy())

    with pytest.raises(OperationalError):
        write()
    assert runs == [1]


def test_what_will_not_pass_is_not_waited_for(session: Session) -> None:
    started = time.monotonic()
    tries = 0

    def read() -> None:
        nonlocal tries
        tries += 1
        statement = "SELECT"
        raise OperationalError(statement, None, sqlite3.OperationalError("no such table: sample"))

    with pytest.raises(OperationalError):
        read_patiently(session, read)
    assert tries == 1
    assert time.monotonic() - started < 1


def _busy(code: int = sqlite3.SQLITE_BUSY) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("cause", "passes"),
    [
        (_busy(), True),
        (_busy(sqlite3.SQLITE_BUSY | 2 << 8), True),
        (_busy(sqlite3.SQLITE_LOCKED), True),
        (_busy(sqlite3.SQLITE_FULL), False),
        (_busy(sqlite3.SQLITE_IOERR), False),
        (psycopg.OperationalError("connection refused"), True),
        (psycopg.errors.AdminShutdown(), True),
        (psycopg.errors.CannotConnectNow(), True),
        (psycopg.errors.LockNotAvailable(), True),
        (psycopg.errors.DiskFull(), False),
        (psycopg.errors.QueryCanceled(), False),
        (OSError(), False),
    ],
)
def test_which_failures_pass_by_themselves(cause: Exception, *, passes: bool) -> None:
    assert is_passing(OperationalError("SELECT", None, cause)) is passes


def test_every_connection_of_sqlite_keeps_what_is_promised(app: Flask, config: Config) -> None:
    if not config.database_url.startswith("sqlite"):
        pytest.skip("settings of SQLite")
    with app.app_context(), sessionmaker(db.engine)() as session:
        read = {
            name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("synchronous", "mmap_size", "foreign_keys", "busy_timeout")
        }
        # A build without mmap answers nothing.
        assert (read.pop("mmap_size") or 0) == 0
        assert read == {"synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
        assert session.scalar(sa.select(DataVersion.id)) is None


def test_a_page_that_is_made_is_sent_though_the_database_goes_away_before_it_is_let_go(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    [listing_id] = save_records(session, make_record())
    session.close()
    client, made = app.test_client(), app.view_functions["public.listing"]
    with app.app_context():
        dialect = db.engine.dialect
    ends: list[object] = []

    def lost(connection: Any) -> None:
        ends.append(connection)
        raise dialect.loaded_dbapi.OperationalError

    with monkeypatch.context() as patched:

        def then_lost(**parts: Any) -> Any:
            page = made(**parts)
            patched.setattr(dialect, "do_rollback", lost)
            patched.setattr(dialect, "is_disconnect", lambda *_given: True)
            return page

        patched.setitem(app.view_functions, "public.listing", then_lost)
        # In a context of its own, which ends with the request.
        assert Context().run(client.get, f"/listings/{listing_id}").status_code == 200
        assert ends
    assert Context().run(client.get, f"/listings/{listing_id}").status_code == 200
