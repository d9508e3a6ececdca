"""What PostgreSQL cuts short for the site, how people are answered then, and what takes its time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from app.db import (
    LONG_WORK,
    SERVING,
    DatabaseUnavailableError,
    Limits,
    Patience,
    long_work,
    transaction,
)
from app.extensions import db
from app.models import Report
from app.search.searcher import Searcher
from app.store.history import _ADVISORY_LOCK
from app.web.card_shelf import CARD_SHELF
from config import Config
from tests.backing_up import run
from tests.engines import ENGINE
from tests.importing import place, wide_csv
from tests.listing_forms import add, fields_of, read, sign_in_editor
from tests.locking import IMPORTING, locked
from tests.staff import PASSWORD, SAME_SITE, StaffBrowser, code_of, make_user, token_in

pytestmark = pytest.mark.skipif(ENGINE == "sqlite", reason="limits that only PostgreSQL has")

FORM = {"topic": "phone", "details": "It is the number of another place."}
NOTE = "Sample note that was typed meanwhile."
# Each way of giving up alone, and soon.
SHORT = "200ms"
STATEMENT = Limits(statement=SHORT, lock="0", idle_in_transaction="0")
LOCK = Limits(statement="0", lock=SHORT, idle_in_transaction="0")
IDLE = Limits(statement="0", lock="0", idle_in_transaction="50ms")
IDLES_S = 0.2


class Gives(NamedTuple):
    """How PostgreSQL gives up: its limits, and what keeps a transaction until it does."""

    limits: Limits
    state: str


WAYS = [
    pytest.param(Gives(STATEMENT, "57014"), id="statement"),
    pytest.param(Gives(LOCK, "55P03"), id="lock"),
    pytest.param(Gives(IDLE, "25P03"), id="idle"),
]


@contextmanager
def limited(app: Flask, limits: Limits) -> Iterator[list[str]]:
    """What PostgreSQL says each time it gives up, while its connections have these limits."""
    said: list[str] = []

    def note(context: Any) -> None:
        said.append(getattr(context.original_exception, "sqlstate", None) or "none")

    with app.app_context():
        engine = db.engine
    engine.dispose()
    event.listen(engine, "handle_error", note)
    try:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("app.db.SERVING", limits)
            patched.setattr(Patience, "LONGEST_S", 0.3)
            yield said
    finally:
        event.remove(engine, "handle_error", note)
        engine.dispose()


@contextmanager
def idling(app: Flask, *, after: str) -> Iterator[None]:
    """Each transaction idles after a statement that begins so."""

    def idle(*arguments: Any) -> None:
        if arguments[2].startswith(after):
            time.sleep(IDLES_S)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "after_cursor_execute", idle)
    try:
        yield
    finally:
        event.remove(engine, "after_cursor_execute", idle)


@contextmanager
def giving_up(
    gives: Gives, app: Flask, config: Config, *, held: str, idles_after: str = "SELECT"
) -> Iterator[None]:
    """PostgreSQL gives up in this way on who waits for what is held, and is seen to."""
    kept = idling(app, after=idles_after) if gives.limits is IDLE else locked(config, held=held)
    with limited(app, gives.limits) as said, kept:
        yield
    assert gives.state in said


def _reports(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(Report)) or 0


def _check_kind(answer: Any) -> str:
    """The text of an answer that tells people to come back, with the emergency number."""
    text: str = answer.get_data(as_text=True)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "911" in text
    for word in ("Traceback", "psycopg", "SELECT", "timeout"):
        assert word not in text
    return text


@pytest.mark.parametrize("gives", WAYS)
@pytest.mark.parametrize("name", ["listing", "private search", "report"])
def test_a_visitor_is_told_to_come_back(
    app: Flask, config: Config, gives: Gives, name: str
) -> None:
    listing_id, client = add(app), app.test_client()
    # The index is there, and of the cards none.
    assert client.get("/search?near=43215").status_code == 200
    app.extensions.pop(CARD_SHELF)
    ask: Callable[[], Any] = {
        "listing": lambda: client.get(f"/listings/{listing_id}"),
        "private search": lambda: client.post("/search", data={"near": "43215"}, headers=SAME_SITE),
        "report": lambda: client.post(
            f"/listings/{listing_id}/report", data=FORM, headers=SAME_SITE
        ),
    }[name]
    held = "LOCK TABLE listing_card, service_at_location, report IN ACCESS EXCLUSIVE MODE"
    with giving_up(gives, app, config, held=held):
        text = _check_kind(ask())
    if name == "report":
        assert FORM["details"] in text
        assert _reports(app) == 0
    assert ask().status_code == 200


@pytest.mark.parametrize("gives", WAYS[:2])
def test_a_page_goes_on_without_what_it_could_not_read(
    app: Flask, config: Config, gives: Gives
) -> None:
    """PostgreSQL answers nothing more in the transaction in which it gave up."""
    held = "LOCK TABLE law_correction IN ACCESS EXCLUSIVE MODE"
    with giving_up(gives, app, config, held=held):
        answer = app.test_client().get("/learn/kratom-law")
    assert answer.status_code == 200


@pytest.mark.parametrize("gives", WAYS)
def test_an_editor_gets_the_form_back_and_saves_it_later(
    app: Flask, config: Config, gives: Gives
) -> None:
    staff, listing_id = sign_in_editor(app), add(app)
    typed = fields_of(staff.get(f"/admin/listings/{listing_id}/edit"))
    before = read(app, listing_id)
    edit = f"/admin/listings/{listing_id}/edit"
    with giving_up(gives, app, config, held=IMPORTING, idles_after="UPDATE data_version"):
        page = staff.send(edit, answer=503, **{**typed, "cost": NOTE})
    assert page.response.headers["Retry-After"] == "5"
    assert NOTE in page.html
    assert read(app, listing_id) == before
    kept: dict[str, Any] = {}
    for element in page.all("input", type="hidden"):
        if element.get("name") != "csrf_token":
            kept.setdefault(element.get("name", ""), []).append(element.get("value", ""))
    staff.send(edit, **kept)
    assert read(app, listing_id).record.cost == NOTE


@pytest.mark.parametrize("gives", WAYS)
def test_who_signs_in_is_told_to_come_back_and_can(
    app: Flask, config: Config, gives: Gives
) -> None:
    """A page without a form to keep: nothing of a password or a code is shown back."""
    person, staff = make_user(app), StaffBrowser(app)
    staff.get("/admin/sign-in")
    staff.post("/admin/sign-in", email=person.email, password=PASSWORD)
    staff.follow()
    code = code_of(app, person.email)
    lock = "SELECT pg_advisory_xact_lock"
    with giving_up(gives, app, config, held=f"{lock}({_ADVISORY_LOCK})", idles_after=lock):
        answer = staff.client.post(
            "/admin/second-step",
            data={"code": code, "csrf_token": token_in(staff.page.html)},
            headers=SAME_SITE,
        )
    assert code not in _check_kind(answer)
    staff.sign_in(person.email, at=time.time() + 30)


def test_while_an_import_writes_pages_are_read(app: Flask, config: Config) -> None:
    listing_id, client = add(app), app.test_client()
    with limited(app, SERVING) as said, locked(config, held=IMPORTING):
        for address in ("/search?near=43215", f"/listings/{listing_id}", "/helplines"):
            assert client.get(address).status_code == 200
    assert said == []


# What takes its time


def _naps(session: Session) -> None:
    session.execute(sa.text("SELECT pg_sleep(0.4)"))
    time.sleep(IDLES_S)
    session.execute(sa.text("SELECT 1"))


@pytest.mark.parametrize("gives", [WAYS[0], WAYS[2]])
def test_long_work_is_not_cut_short_and_what_follows_is(app: Flask, gives: Gives) -> None:
    with limited(app, gives.limits) as said, app.app_context():
        # The same connection again and again: what one is allowed the next one is not.
        for _again in range(2):
            with long_work(), transaction(db.session):
                _naps(db.session)
            assert said == []
            with pytest.raises(DatabaseUnavailableError):
                _naps(db.session)
            db.session.rollback()
            assert said.pop() == gives.state


@contextmanager
def limits_seen(app: Flask) -> Iterator[set[Limits]]:
    """The limits under which each statement of a transaction is run."""
    seen: set[Limits] = set()

    def look(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().startswith("SET"):
            return
        with connection.connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),"
                " current_setting('idle_in_transaction_session_timeout')"
            )
            seen.add(Limits(*cursor.fetchone()))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", look)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", look)


# As the server writes them.
PATIENT = LONG_WORK._replace(idle_in_transaction="5min")


def test_every_command_is_long_work(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "sample.csv").write_bytes(wide_csv([place(1)]))
    backups = tmp_path / "backups"
    commands: list[tuple[object, ...]] = [
        ("setup",),
        ("users", "add", "sample@example.org", "--role", "admin"),
        ("import", "findtreatment", tmp_path / "sample.csv"),
        ("search", "build"),
        ("history", "verify"),
        ("backup", backups),
        ("db", "current"),
    ]
    for words in commands:
        with limits_seen(app) as seen:
            result = run(app, *words)
        assert result.exit_code == 0, (words, result.output)
        assert seen == {PATIENT}, words
    [made] = backups.iterdir()
    with limits_seen(app) as seen:
        assert run(app, "restore", made, "--yes").exit_code == 0
    assert seen == {PATIENT}


def test_an_index_that_a_page_needs_is_built_to_its_end(app: Flask, tmp_path: Path) -> None:
    add(app)
    with app.app_context():
        sessions = sessionmaker(db.engine)
    app.extensions["searcher"] = Searcher(tmp_path, session_factory=sessions)
    with limits_seen(app) as seen:
        assert app.test_client().get("/search?near=43215").status_code == 200
    assert seen == {PATIENT, SERVING}
