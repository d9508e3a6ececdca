"""Sessions: kept by the database, changed at sign-in, ended in time; none for the public."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask, session
from flask_migrate import upgrade
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app import create_app
from app.db import transaction
from app.domain.roles import Role
from app.extensions import db
from app.models import Metadata, StaffSession
from app.store import sessions as session_store
from app.store import users as store
from app.web.clock import CLOCK_SETTING
from app.web.session import IDLE, LONGEST, token_hash
from config import Config
from tests.engines import empty_database
from tests.factories import NOW
from tests.staff import PASSWORD, SAME_SITE, StaffBrowser, code_of, make_user, token_in

NEW_PASSWORD = "nine quiet herons sail"  # noqa: S105 (of people who do not exist)


@pytest.fixture
def staff(app: Flask) -> StaffBrowser:
    return StaffBrowser(app)


@pytest.fixture
def clock(app: Flask) -> Iterator[list[datetime]]:
    """The moment of the pages; a test moves it on by writing into it."""
    moment = [NOW]
    app.config[CLOCK_SETTING] = lambda: moment[0]
    yield moment
    app.config.pop(CLOCK_SETTING)


def _gone(*_args: object, **_values: object) -> None:
    statement = "a statement"
    raise OperationalError(statement, {}, Exception())


def _rows(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(StaffSession.token_hash)).all())


# 103


@pytest.mark.parametrize(
    "change",
    [
        lambda cookie: cookie[:-1] + ("A" if cookie[-1] != "A" else "B"),
        lambda cookie: "B" + cookie[1:] if cookie[0] != "B" else "C" + cookie[1:],
        lambda cookie: cookie[:-1],
        lambda cookie: cookie + "A",
        lambda _cookie: "",
        lambda _cookie: "x" * 100_000,
        lambda _cookie: "é" * 43,
        lambda _cookie: "a.b.c",
        lambda _cookie: "eyJfdXNlcl9pZCI6ImEifQ.Zm9v.YmFy",
    ],
)
def test_a_changed_cookie_is_nobody(app: Flask, staff: StaffBrowser, change: object) -> None:
    assert callable(change)
    staff.sign_in(make_user(app).email)
    good = staff.cookie()
    assert good
    other = app.test_client()
    answer = other.get(
        "/admin/", headers={"Cookie": f"session={change(good)}".encode().decode("latin-1")}
    )
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/admin/sign-in")
    assert staff.get("/admin/").h1 == "Overview"


def test_two_cookies_are_nobody(app: Flask, staff: StaffBrowser) -> None:
    staff.sign_in(make_user(app).email)
    good = staff.cookie()
    for cookies in (f"session={good}; session=x", f"session=x; session={good}"):
        answer = app.test_client().get("/admin/", headers={"Cookie": cookies})
        assert answer.status_code == 302


def test_what_the_database_keeps_signs_nobody_in(app: Flask, staff: StaffBrowser) -> None:
    staff.sign_in(make_user(app).email)
    cookie = staff.cookie()
    assert cookie
    with app.app_context():
        row = db.session.scalars(select(StaffSession)).one()
        assert row.token_hash == token_hash(cookie)
        assert cookie not in row.data
        for kept in (row.token_hash.hex(), row.owner):
            answer = app.test_client().get("/admin/", headers={"Cookie": f"session={kept}"})
            assert answer.status_code == 302


def test_a_session_keeps_neither_address_nor_browser(app: Flask, staff: StaffBrowser) -> None:
    staff.sign_in(make_user(app).email)
    with app.app_context():
        data = json.loads(db.session.scalars(select(StaffSession.data)).one())
    assert set(data) <= {"_user_id", "_fresh", "_id", "csrf_token", "fs_paa", "_flashes"}
    assert not data.get("_id")


# 105


def test_every_step_of_signing_in_has_a_new_cookie(app: Flask, staff: StaffBrowser) -> None:
    person = make_user(app)
    staff.get("/admin/sign-in")
    first = staff.cookie()
    staff.post("/admin/sign-in", email=person.email, password=PASSWORD)
    second = staff.cookie()
    staff.follow()
    staff.post("/admin/second-step", code=code_of(app, person.email))
    third = staff.cookie()
    assert None not in {first, second, third}
    assert len({first, second, third}) == 3
    for old in (first, second):
        answer = app.test_client().get("/admin/", headers={"Cookie": f"session={old}"})
        assert answer.status_code == 302
    assert _rows(app) == 1


def test_a_cookie_that_was_planted_is_not_the_one_after_signing_in(app: Flask) -> None:
    planted = StaffBrowser(app)
    planted.get("/admin/sign-in")
    known = planted.cookie()
    victim = StaffBrowser(app)
    victim.client.set_cookie("session", known or "")
    victim.sign_in(make_user(app).email)
    assert victim.cookie() != known
    assert planted.client.get("/admin/").status_code == 302


def test_who_only_looks_at_the_sign_in_page_fills_no_table(app: Flask) -> None:
    for _visitor in range(5):
        StaffBrowser(app).get("/admin/sign-in")
    assert _rows(app) == 0


# 106


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_sign_out_by_anything_but_post_is_405(app: Flask, staff: StaffBrowser, method: str) -> None:
    staff.sign_in(make_user(app).email)
    assert staff.client.open("/admin/sign-out", method=method).status_code == 405
    assert staff.get("/admin/").h1 == "Overview"


def test_sign_out_ends_the_session_and_clears_the_browser(app: Flask, staff: StaffBrowser) -> None:
    staff.sign_in(make_user(app).email)
    old = staff.cookie()
    answer = staff.post("/admin/sign-out").response
    assert '"cache"' in answer.headers["Clear-Site-Data"]
    assert staff.cookie() is None
    assert _rows(app) == 0
    again = app.test_client().get("/admin/", headers={"Cookie": f"session={old}"})
    assert again.status_code == 302


# 107


def test_a_closed_account_is_out_at_the_next_request(app: Flask, staff: StaffBrowser) -> None:
    person = make_user(app)
    staff.sign_in(person.email)
    with app.app_context(), transaction(db.session):
        user = store.get_user(db.session, person.id)
        assert user
        store.set_active(db.session, user, active=False, now=NOW, by="test")
    staff.get("/admin/", status=302)
    assert _rows(app) == 0


def test_a_new_role_is_in_force_at_the_next_request(app: Flask, staff: StaffBrowser) -> None:
    make_user(app, role=Role.REVIEWER)
    make_user(app, role=Role.ADMIN)
    keeper = make_user(app, role=Role.ADMIN, email="second.admin@example.org")
    staff.sign_in(keeper.email)
    staff.get("/admin/people")
    with app.app_context(), transaction(db.session):
        user = store.get_user(db.session, keeper.id)
        assert user
        store.set_role(db.session, user, role=Role.EDITOR, now=NOW, by="test")
    assert staff.client.get("/admin/people").status_code == 403


# Time


def test_a_session_is_thirty_minutes_idle_and_twelve_hours_long_at_most() -> None:
    assert timedelta(minutes=30) == IDLE
    assert timedelta(hours=12) == LONGEST


def test_thirty_minutes_without_a_page_end_a_session(
    app: Flask, staff: StaffBrowser, clock: list[datetime]
) -> None:
    staff.sign_in(make_user(app).email)
    clock[0] += IDLE - timedelta(seconds=1)
    staff.get("/admin/")
    clock[0] += IDLE - timedelta(seconds=1)
    staff.get("/admin/")
    clock[0] += IDLE
    staff.get("/admin/", status=302)


def test_twelve_hours_end_a_session_that_is_in_use(
    app: Flask, staff: StaffBrowser, clock: list[datetime]
) -> None:
    staff.sign_in(make_user(app).email)
    while clock[0] - NOW < LONGEST - timedelta(minutes=20):
        clock[0] += timedelta(minutes=20)
        staff.get("/admin/")
    clock[0] += timedelta(minutes=20)
    staff.get("/admin/", status=302)


def test_a_long_import_keeps_no_page_of_the_staff_waiting(
    app: Flask, staff: StaffBrowser, clock: list[datetime]
) -> None:
    """Noting that a session is in use gives way to whoever writes."""
    staff.sign_in(make_user(app).email)
    clock[0] += timedelta(minutes=5)
    with app.app_context():
        writer = db.engine.connect().execution_options(will_write=True)
        with writer, writer.begin():
            before = datetime.now().astimezone()
            staff.get("/admin/")
            assert datetime.now().astimezone() - before < timedelta(seconds=2)


# Password


def test_a_new_password_ends_all_other_sessions(app: Flask, staff: StaffBrowser) -> None:
    person = make_user(app)
    staff.sign_in(person.email)
    other = StaffBrowser(app)
    other.sign_in(person.email, at=time.time() + 30)
    old = staff.cookie()
    staff.get("/admin/password")
    staff.post(
        "/admin/password",
        password=PASSWORD,
        new_password=NEW_PASSWORD,
        new_password_confirm=NEW_PASSWORD,
    )
    assert staff.cookie() != old
    assert staff.follow().h1 == "Your account"
    other.get("/admin/", status=302)
    assert app.test_client().get("/admin/", headers={"Cookie": f"session={old}"}).status_code == 302
    assert _rows(app) == 1
    with app.app_context():
        fields = db.session.scalars(select(Metadata.field_name)).all()
    assert "password" in fields


def test_a_link_ends_all_sessions(app: Flask, staff: StaffBrowser) -> None:
    person = make_user(app)
    staff.sign_in(person.email)
    with app.app_context(), transaction(db.session):
        user = store.get_user(db.session, person.id)
        assert user
        token = store.issue_link(db.session, user, now=datetime.now().astimezone(), by="test")
    fresh = StaffBrowser(app)
    fresh.get(f"/admin/welcome/{token}")
    fresh.post(f"/admin/welcome/{token}", password=NEW_PASSWORD, password_again=NEW_PASSWORD)
    staff.get("/admin/", status=302)


# Cookies


def test_over_https_the_cookie_is_host_bound(config: Config, app: Flask, tmp_path: Path) -> None:
    del app
    secure = create_app(
        Config(
            database_url=config.database_url,
            instance_path=tmp_path,
            is_testing=True,
            is_behind_https=True,
            trusted_hosts=("help.example.org",),
        )
    )
    answer = secure.test_client().get("/admin/sign-in", base_url="https://help.example.org")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    rules = {part.strip() for part in cookie.split(";")[1:]}
    assert rules == {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"}
    with secure.app_context():
        db.engine.dispose()


def test_the_public_has_no_session_even_with_a_cookie(app: Flask, staff: StaffBrowser) -> None:
    staff.sign_in(make_user(app).email)
    for address in ("/", "/search", "/helplines", "/healthz", "/administrator", "/nothing"):
        with staff.client as browser:
            answer = browser.get(address)
            assert dict(session) == {}, address
        assert "Set-Cookie" not in answer.headers, address
        assert "Cookie" not in answer.headers.get("Vary", ""), address


def test_writing_to_a_session_of_the_public_is_an_error(app: Flask) -> None:
    with app.test_request_context("/search"), pytest.raises(RuntimeError):
        session["near"] = "43215"


def test_every_page_of_the_staff_is_kept_by_no_cache(app: Flask, staff: StaffBrowser) -> None:
    staff.sign_in(make_user(app, role=Role.ADMIN).email)
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/admin") and not rule.arguments and "GET" in (rule.methods or ()):
            answer = staff.client.get(rule.rule)
            assert answer.headers["Cache-Control"] == "no-store", rule.rule


def test_a_database_that_is_gone_is_503(
    app: Flask, staff: StaffBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff.sign_in(make_user(app).email)

    monkeypatch.setattr(session_store, "find_session", _gone)
    assert staff.client.get("/admin/").status_code == 503


def test_a_database_that_goes_while_saving_is_503(
    app: Flask, staff: StaffBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make_user(app)
    staff.get("/admin/sign-in")
    assert staff.page

    monkeypatch.setattr(session_store, "create_session", _gone)
    answer = staff.client.post(
        "/admin/sign-in",
        data={
            "email": person.email,
            "password": PASSWORD,
            "csrf_token": token_in(staff.page.html),
        },
        headers=SAME_SITE,
    )
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Location" not in answer.headers


def test_migrated_schema_has_no_session_left_from_an_older_secret(
    config: Config, tmp_path: Path
) -> None:
    """A cookie that another secret signed is nobody's, and no error."""
    with empty_database(config.database_url, tmp_path) as url:
        one, two = (
            create_app(
                Config(
                    database_url=url,
                    instance_path=tmp_path / name,
                    is_testing=True,
                    secret_key=name * 32,
                )
            )
            for name in ("a", "b")
        )
        with one.app_context():
            upgrade()
        browser = StaffBrowser(one)
        browser.get("/admin/sign-in")
        answer = two.test_client().get(
            "/admin/sign-in", headers={"Cookie": f"session={browser.cookie()}"}
        )
        assert answer.status_code == 200
        for app in (one, two):
            with app.app_context():
                db.engine.dispose()
