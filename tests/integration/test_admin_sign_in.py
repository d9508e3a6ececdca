"""Signing in: what gets in, and what is refused without telling more than it must."""

from __future__ import annotations

from dataclasses import replace

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.db import transaction
from app.domain.roles import Role
from app.extensions import db
from app.models import User
from app.store import users as store
from app.web.admin.sign_in import BY_ACCOUNT
from app.web.tries import network_of
from config import Config
from tests.factories import NOW
from tests.staff import (
    PASSWORD,
    SAME_SITE,
    StaffBrowser,
    code_of,
    count_hashes,
    from_network,
    make_user,
    token_in,
    try_password,
)

REFUSED = "Address and password do not belong together."


@pytest.fixture
def staff(app: Flask) -> StaffBrowser:
    return StaffBrowser(app)


def test_unknown_person_and_wrong_password_get_the_same_answer(
    app: Flask, staff: StaffBrowser
) -> None:
    person = make_user(app)
    wrong = try_password(staff, person.email, "not the password")
    unknown = try_password(staff, "nobody.sample@example.org", "not the password")
    closed = make_user(app, role=Role.REVIEWER)
    with app.app_context(), transaction(db.session):
        user = store.get_user(db.session, closed.id)
        assert user
        store.set_active(db.session, user, active=False, now=NOW, by="test")
    shut = try_password(staff, closed.email, PASSWORD)
    pages = []
    for answer, email in (
        (wrong, person.email),
        (unknown, "nobody.sample@example.org"),
        (shut, closed.email),
    ):
        html = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert REFUSED in html
        pages.append(html.replace(email, "").replace(token_in(html), ""))
    assert pages[0] == pages[1] == pages[2]


def test_unknown_person_takes_as_long_as_a_wrong_password(
    app: Flask, staff: StaffBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same work is done for both; clocks of busy machines are no measure of it."""
    person = make_user(app)
    seen = count_hashes(app, monkeypatch)
    try_password(staff, person.email, "not the password")
    try_password(staff, "nobody.sample@example.org", "not the password")
    make_user(app, role=Role.REVIEWER, email="new.sample@example.org", password=None)
    try_password(staff, "new.sample@example.org", "not the password")
    assert seen == ["verify", "hash", "hash"]


def test_the_same_network_may_try_ten_accounts_and_no_more(app: Flask, staff: StaffBrowser) -> None:
    del app
    for number in range(10):
        # The last part of an address is not counted apart: a /24 is one network.
        answer = try_password(
            staff,
            f"sample{number}@example.org",
            "wrong",
            environ_overrides={"REMOTE_ADDR": f"198.51.100.{number}"},
        )
        assert answer.status_code == 200
    refused = try_password(
        staff,
        "sample99@example.org",
        "wrong",
        environ_overrides={"REMOTE_ADDR": "198.51.100.200"},
    )
    assert refused.status_code == 429


def test_a_thousand_tries_of_the_whole_world_are_the_most(
    app: Flask, staff: StaffBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = count_hashes(app, monkeypatch)
    staff.get("/admin/sign-in")
    assert staff.page
    token = token_in(staff.page.html)
    statuses = []
    for number in range(1_005):
        answer = staff.client.post(
            "/admin/sign-in",
            data={"email": f"s{number}@example.org", "password": "x", "csrf_token": token},
            headers=SAME_SITE,
            environ_overrides={"REMOTE_ADDR": f"10.{number // 250}.{number % 250}.1"},
        )
        statuses.append(answer.status_code)
    assert statuses.count(200) == len(seen) == 1_000
    assert statuses[-5:] == [429] * 5


def test_waiting_ends(app: Flask, staff: StaffBrowser) -> None:
    person = make_user(app)
    with time_machine.travel(NOW, tick=False) as clock:
        for number in range(11):
            last = try_password(staff, person.email, "wrong", **from_network(number))
        assert last.status_code == 429
        clock.shift(int(last.headers["Retry-After"]))
        assert try_password(staff, person.email, PASSWORD, **from_network(50)).status_code == 302


@pytest.mark.parametrize(
    "where",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "////evil.example/admin/",
        "/admin/\\..//evil.example",
        "/admin/\n//evil.example",
        "http://[evil",
        "/search",
        "admin.people",
    ],
)
@pytest.mark.parametrize("how", ["query", "form"])
def test_next_leads_to_our_own_pages_only(
    app: Flask, staff: StaffBrowser, where: str, how: str
) -> None:
    person = make_user(app)
    staff.get("/admin/sign-in")
    assert staff.page
    answer = staff.client.post(
        "/admin/sign-in",
        query_string={"next": where} if how == "query" else None,
        data={
            "email": person.email,
            "password": PASSWORD,
            "csrf_token": token_in(staff.page.html),
            **({"next": where} if how == "form" else {}),
        },
        headers=SAME_SITE,
    )
    assert answer.status_code == 302
    assert "evil" not in answer.headers["Location"]
    staff.get("/admin/second-step")
    assert staff.page
    answer = staff.client.post(
        "/admin/second-step",
        query_string={"next": where},
        data={"code": code_of(app, person.email), "csrf_token": token_in(staff.page.html)},
        headers=SAME_SITE,
    )
    assert answer.headers["Location"] == "/admin/"


def test_one_comes_back_to_the_page_that_was_asked_for(app: Flask, staff: StaffBrowser) -> None:
    person = make_user(app, role=Role.ADMIN)
    staff.get("/admin/people", status=302)
    staff.get("/admin/sign-in?next=/admin/people")
    staff.post("/admin/sign-in", email=person.email, password=PASSWORD, next="/admin/people")
    staff.follow()
    staff.post("/admin/second-step?next=/admin/people", code=code_of(app, person.email))
    assert staff.follow().h1 == "People"


def test_a_forged_forwarded_address_does_not_dodge_the_limit(
    app: Flask, staff: StaffBrowser
) -> None:
    del app
    statuses = []
    for number in range(11):
        staff.get("/admin/sign-in")
        assert staff.page
        answer = staff.client.post(
            "/admin/sign-in",
            data={
                "email": f"sample{number}@example.org",
                "password": "wrong",
                "csrf_token": token_in(staff.page.html),
            },
            headers={**SAME_SITE, "X-Forwarded-For": f"203.0.{number}.1"},
        )
        statuses.append(answer.status_code)
    assert statuses == [200] * 10 + [429]


def test_the_address_that_a_trusted_proxy_adds_is_believed(
    app: Flask, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:

    monkeypatch.setitem(app.config, "HELP_FIRST", replace(config, trusted_proxies=("127.0.0.1",)))
    for forwarded, network in (
        ("203.0.113.9", "203.0.113.0/24"),
        ("6.6.6.6, 203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("nonsense", "unknown"),
        ("", "127.0.0.0/24"),
        ("203.0.113.9, 127.0.0.1", "203.0.113.0/24"),
        ("127.0.0.1", "127.0.0.0/24"),
    ):
        with app.test_request_context(
            headers={"X-Forwarded-For": forwarded}, environ_base={"REMOTE_ADDR": "127.0.0.1"}
        ) as context:
            assert network_of(context.request) == network


def test_the_account_limit_counts_an_address_however_it_is_written(
    app: Flask, staff: StaffBrowser
) -> None:
    person = make_user(app)
    for number in range(BY_ACCOUNT.count):
        written = f" {person.email.upper() if number % 2 else person.email}"
        try_password(staff, written, "wrong", **from_network(number))
    assert try_password(staff, person.email, PASSWORD, **from_network(99)).status_code == 429


def test_users_are_kept_by_lowercase_address(app: Flask) -> None:
    make_user(app, email="Sample.Person@Example.org")
    with app.app_context():
        assert db.session.scalars(select(User.email)).all() == ["sample.person@example.org"]
