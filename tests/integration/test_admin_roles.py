"""Roles: every staff page answers every role as the one table says, and nobody else."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from app.db import transaction
from app.domain.report import NewReport, Topic
from app.domain.roles import Role
from app.extensions import db
from app.models import Metadata, Organization, User
from app.store import users as store
from app.store.reports import add_report
from app.web.admin.access import ACCESS, OPEN
from app.web.session import is_staff_path
from tests.browse import Page, text_of
from tests.factories import NOW
from tests.importing import place as place_row
from tests.importing import preview, wide_csv
from tests.listing_forms import add
from tests.proposing import add_proposal
from tests.staff import SAME_SITE, StaffBrowser, make_user, token_in

SAFE = {"GET", "HEAD", "OPTIONS"}
SAMPLE_ID = UUID("00000000-0000-4000-8000-000000000001")


def _organization(app: Flask) -> UUID:
    with app.app_context():
        with transaction(db.session):
            db.session.add(Organization(id=SAMPLE_ID, name="Sample Organization", description=""))
        return SAMPLE_ID


def _signed_in(app: Flask, role: Role) -> StaffBrowser:
    organization_id = _organization(app) if role == Role.ORGANIZATION_MEMBER else None
    browser = StaffBrowser(app)
    browser.sign_in(make_user(app, role=role, organization_id=organization_id).email)
    return browser


def _addresses(app: Flask) -> list[tuple[Rule, str, str]]:
    """Every staff route with an address and a method that it takes, sign-out last."""
    adapter = app.url_map.bind("localhost")
    samples = {"UUIDConverter": SAMPLE_ID, "IntegerConverter": 1, "AnyConverter": "csv"}
    found = []
    for rule in app.url_map.iter_rules():
        if not is_staff_path(rule.rule):
            continue
        values = {
            name: samples.get(type(rule._converters[name]).__name__, "sample")
            for name in rule.arguments
        }
        address = adapter.build(rule.endpoint, values)
        found += [(rule, address, method) for method in sorted(rule.methods or ())]
    return sorted(found, key=lambda item: item[0].endpoint == "security.logout")


@pytest.mark.parametrize("role", list(Role))
def test_every_route_answers_every_role_as_the_table_says(app: Flask, role: Role) -> None:
    browser = _signed_in(app, role)
    assert browser.page
    token = token_in(browser.page.html)
    for rule, address, method in _addresses(app):
        if rule.endpoint in OPEN or method == "OPTIONS":
            continue
        data = {"csrf_token": token} if method not in SAFE else None
        answer = browser.client.open(address, method=method, data=data, headers=SAME_SITE)
        is_open = role in ACCESS.get(rule.endpoint, frozenset())
        assert (answer.status_code != 403) == is_open, f"{method} {address}: {answer.status_code}"
        assert answer.status_code < 500, f"{method} {address}"


def test_nobody_sees_a_staff_page_without_signing_in(app: Flask) -> None:
    client = app.test_client()
    for rule, address, method in _addresses(app):
        if rule.endpoint in OPEN or method == "OPTIONS":
            continue
        answer = client.open(address, method=method, headers=SAME_SITE)
        assert answer.status_code == (302 if method in SAFE else 401), f"{method} {address}"
        if method in SAFE:
            assert answer.headers["Location"].startswith("/admin/sign-in")


def test_every_unsafe_route_wants_a_token(app: Flask) -> None:
    browser = _signed_in(app, Role.ADMIN)
    unsafe = [item for item in _addresses(app) if item[2] not in SAFE]
    assert len(unsafe) > 10
    for _rule, address, method in unsafe:
        for data in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": "a.b.c"}):
            answer = browser.client.open(address, method=method, data=data, headers=SAME_SITE)
            assert answer.status_code == 400, f"{method} {address}: {answer.status_code}"


def test_a_token_of_another_session_is_refused(app: Flask) -> None:
    browser = _signed_in(app, Role.ADMIN)
    other = StaffBrowser(app)
    other.get("/admin/sign-in")
    assert other.page
    answer = browser.client.post(
        "/admin/people", data={"csrf_token": token_in(other.page.html)}, headers=SAME_SITE
    )
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ],
)
def test_a_form_of_another_site_is_refused_even_with_a_token(
    app: Flask, headers: dict[str, str]
) -> None:
    browser = _signed_in(app, Role.ADMIN)
    assert browser.page
    data = {"csrf_token": token_in(browser.page.html), "email": "x@example.org", "role": "admin"}
    assert browser.client.post("/admin/people", data=data, headers=headers).status_code == 403
    with app.app_context():
        assert len(store.list_users(db.session)) == 1


def test_a_page_without_a_line_in_the_table_is_closed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = _signed_in(app, Role.ADMIN)
    monkeypatch.delitem(ACCESS, "admin.home")
    assert browser.client.get("/admin/").status_code == 403


# People


def test_an_admin_adds_a_person_and_gets_the_link_once(app: Flask) -> None:
    browser = _signed_in(app, Role.ADMIN)
    browser.get("/admin/people")
    page = browser.post(
        "/admin/people", status=200, email="new.sample@example.org", name="New", role="reviewer"
    )
    links = [text for element in page.all("code") if (text := element.text or "")]
    assert len(links) == 1
    assert links[0].startswith("http://localhost/admin/welcome/")
    assert "welcome" not in browser.get("/admin/people").html
    fresh = StaffBrowser(app)
    assert fresh.get(links[0].removeprefix("http://localhost")).h1 == "Set your password"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"email": "not an address", "role": "editor"}, "Enter an e-mail address"),
        ({"email": "a\0b@@example.org", "role": "editor"}, "Enter an e-mail address"),
        ({"email": "", "role": "editor"}, "Enter an e-mail address"),
        ({"email": "sample.admin@example.org", "role": "editor"}, "There is an account"),
        ({"email": "SAMPLE.ADMIN@example.org", "role": "editor"}, "There is an account"),
        ({"email": "x@example.org", "role": "organization_member"}, "Enter the id"),
        (
            {
                "email": "x@example.org",
                "role": "organization_member",
                "organization_id": str(uuid4()),
            },
            "There is no organization",
        ),
    ],
)
def test_an_account_that_cannot_be_is_explained(
    app: Flask, typed: dict[str, str], message: str
) -> None:
    browser = _signed_in(app, Role.ADMIN)
    browser.get("/admin/people")
    page = browser.post("/admin/people", status=422, **typed)
    assert message in page.text
    assert page.title.startswith("Error:")


def test_fields_that_a_form_does_not_have_change_nothing(app: Flask) -> None:
    browser = _signed_in(app, Role.ADMIN)
    browser.get("/admin/people")
    browser.post(
        "/admin/people",
        status=200,
        email="new.sample@example.org",
        role="editor",
        active="0",
        password="x",  # noqa: S106
        id=str(SAMPLE_ID),
        fs_uniquifier="x",
    )
    with app.app_context():
        user = store.find_user(db.session, "new.sample@example.org")
        assert user
        assert user.active
        assert user.password is None
        assert user.id != SAMPLE_ID
        assert user.fs_uniquifier != "x"


def test_the_last_admin_stays(app: Flask) -> None:
    browser = _signed_in(app, Role.ADMIN)
    browser.get("/admin/people")
    with app.app_context():
        person = db.session.scalars(select(User)).one()
        address = f"/admin/people/{person.id}"
    for data in ({"action": "close"}, {"action": "role", "role": "editor"}):
        page = browser.post(address, status=422, **data)
        assert "This is the only admin" in page.text


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"action": "close"}, 302),
        ({"action": "open"}, 302),
        ({"action": "role", "role": "reviewer"}, 302),
        ({"action": "link"}, 200),
        ({"action": "reset"}, 200),
        ({"action": "delete"}, 400),
        ({"action": "role", "role": "king"}, 400),
        ({}, 400),
    ],
)
def test_every_change_of_an_account_is_one_record_and_a_refused_one_is_none(
    app: Flask, data: dict[str, str], status: int
) -> None:
    browser = _signed_in(app, Role.ADMIN)
    person = make_user(app)
    browser.get("/admin/people")
    before = _records(app)
    browser.post(f"/admin/people/{person.id}", status=status, **data)
    expected = 0 if status == 400 else (2 if data["action"] == "reset" else 1)
    assert _records(app) - before == expected


def test_an_account_that_is_not_there_is_404(app: Flask) -> None:
    browser = _signed_in(app, Role.ADMIN)
    browser.get("/admin/people")
    browser.post(f"/admin/people/{uuid4()}", status=404, action="close")


# Commands


def _run(app: Flask, *arguments: str) -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=["users", *arguments])


def test_commands_add_change_close_and_recover(app: Flask) -> None:
    added = _run(app, "add", "Ada.Sample@example.org", "--role", "admin")
    assert "http://localhost:8000/admin/welcome/" in added.output
    email = "ada.sample@example.org"
    assert "This is the only admin" in _run(app, "disable", email).output
    _run(app, "add", "b.sample@example.org", "--role", "admin")
    for arguments in (
        ["role", email, "--role", "editor"],
        ["disable", email],
        ["enable", email],
        ["recover", email, "--second-step"],
        ["list"],
    ):
        result = _run(app, *arguments)
        assert result.exit_code == 0, result.output
    assert "ada.sample@example.org  editor  open" in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["add", "sample.editor@example.org", "--role", "editor"],
        ["add", "nonsense", "--role", "editor"],
        ["add", "c@example.org", "--role", "king"],
        ["add", "c@example.org"],
        ["role", "sample.editor@example.org", "--role", "organization_member"],
        ["disable", "nobody@example.org"],
    ],
)
def test_commands_refuse_in_one_line(app: Flask, arguments: list[str]) -> None:
    make_user(app)
    result = _run(app, *arguments)
    assert result.exit_code in {1, 2}
    assert "Error: " in result.output
    assert "Traceback" not in result.output


def test_setup_says_how_the_first_person_gets_in(app: Flask) -> None:
    from app.cli.users import no_users_yet  # noqa: PLC0415 (beside the one test of it)

    with app.app_context():
        assert "flask users add" in no_users_yet()
    make_user(app, now=NOW)
    with app.app_context():
        assert no_users_yet() == ""


def _records(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(Metadata.seq)).all())


def test_two_admins_at_once_add_an_address_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_user(app)
    monkeypatch.setattr(store, "find_user", lambda *_arguments: None)
    with app.app_context(), pytest.raises(store.AccountError), transaction(db.session):
        store.create_user(
            db.session, "sample.editor@example.org", role=Role.EDITOR, now=NOW, by="test"
        )


def test_the_first_page_says_what_waits_behind_each_task(app: Flask) -> None:
    listing_id = add(app, name="Sample Harbor", cost="Fee")
    add_proposal(app, listing_id, cost="Free")
    with app.app_context(), transaction(db.session):
        report = NewReport(topic=Topic.PHONE, listing_id=listing_id)
        add_report(db.session, report, reference="sample", on=NOW.date())
    preview(app, wide_csv([place_row(1)]))
    reviewer = StaffBrowser(app)
    reviewer.sign_in(make_user(app, role=Role.REVIEWER).email)
    told = waiting_on(reviewer.get("/admin/"))
    due = told.pop("Law and content")
    assert due.endswith(" due")
    assert told == {
        "Checks due": "1 in doubt",
        "Reports": "1 open",
        "Proposals": "1 waiting",
        "Imports": "1 waiting",
    }
    editor = StaffBrowser(app)
    editor.sign_in(make_user(app).email)
    assert set(waiting_on(editor.get("/admin/"))) == {"Checks due", "Reports"}


def waiting_on(page: Page) -> dict[str, str]:
    (tasks,) = page.all("ul", class_="tasks")
    return {
        text_of(line.findall("a")[0]): text_of(line.findall("span[@class='waiting']")[0])
        for line in tasks.findall("li")
        if line.findall("span[@class='waiting']")
    }
