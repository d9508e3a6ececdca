"""The second step: codes count once, near their time, and everybody needs one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from passlib.totp import TOTP
from sqlalchemy import select

from app import create_app
from app.db import transaction
from app.extensions import db
from app.models import Metadata
from app.store import users as store
from app.web.admin.sign_in import BY_SECOND_STEP
from config import Config
from tests.factories import NOW
from tests.staff import (
    PASSWORD,
    StaffBrowser,
    code_of,
    make_user,
    to_second_step,
)

_AT_ONCE = 8
_TRIES = 20


@pytest.fixture
def staff(app: Flask) -> StaffBrowser:
    return StaffBrowser(app)


def test_a_code_of_the_app_works_once(app: Flask, staff: StaffBrowser) -> None:
    person = make_user(app)
    with time_machine.travel(NOW, tick=False) as clock:
        staff.sign_in(person.email)
        code = code_of(app, person.email)
        again = StaffBrowser(app)
        to_second_step(again, person.email)
        page = again.post("/admin/second-step", status=200, code=code)
        assert "was used before" in page.text
        clock.shift(30)
        again.post("/admin/second-step", code=code_of(app, person.email))
    with app.app_context():
        actions = db.session.scalars(select(Metadata.last_action_type)).all()
    assert actions.count("code_reused") >= 1


def test_who_goes_back_to_the_second_step_stays_signed_in(app: Flask, staff: StaffBrowser) -> None:
    person = make_user(app)
    staff.sign_in(person.email)
    staff.get("/admin/second-step", status=302)
    assert staff.follow().h1 == staff.get("/admin/").h1
    staff.get("/admin/account")
    staff.post("/admin/second-step", code="000000")
    staff.get("/admin/")


@pytest.mark.parametrize("steps", [-2, 2, -20])
def test_a_code_two_steps_off_is_refused(app: Flask, staff: StaffBrowser, steps: int) -> None:
    person = make_user(app)
    with time_machine.travel(NOW, tick=False):
        to_second_step(staff, person.email)
        at = NOW.timestamp() + 30 * steps
        staff.post("/admin/second-step", status=200, code=code_of(app, person.email, at=at))


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_phone_half_a_minute_off_gets_in(app: Flask, staff: StaffBrowser, steps: int) -> None:
    person = make_user(app)
    with time_machine.travel(NOW, tick=False):
        to_second_step(staff, person.email)
        at = NOW.timestamp() + 30 * steps
        staff.post("/admin/second-step", code=code_of(app, person.email, at=at))
        assert staff.follow().h1 == "Overview"


@pytest.mark.parametrize(
    "code",
    [
        "000000",
        "abcdef",
        "\uff11\uff12\uff13\uff14\uff15\uff16",
        "12345",
        "1234567",
        "",
        "-12345",
        "1e5",
        "\u0967\u0968\u0969\u096a\u096b\u096c",
    ],
)
def test_what_is_no_code_is_refused(app: Flask, staff: StaffBrowser, code: str) -> None:
    person = make_user(app)
    to_second_step(staff, person.email)
    staff.post("/admin/second-step", status=200, code=code)
    assert staff.get("/admin/", status=302)


def test_full_width_digits_of_the_right_code_are_refused(app: Flask, staff: StaffBrowser) -> None:
    person = make_user(app)
    to_second_step(staff, person.email)
    wide = code_of(app, person.email).translate(
        {ord("0") + digit: 0xFF10 + digit for digit in range(10)}
    )
    staff.post("/admin/second-step", status=200, code=wide)


def test_the_sixth_code_in_five_minutes_is_429(app: Flask, staff: StaffBrowser) -> None:
    person = make_user(app)
    to_second_step(staff, person.email)
    for _number in range(BY_SECOND_STEP.count):
        staff.post("/admin/second-step", status=200, code="000001")
    staff.post("/admin/second-step", status=429, code=code_of(app, person.email))


def test_a_recovery_code_works_once(app: Flask, staff: StaffBrowser) -> None:
    person = make_user(app)
    staff.sign_in(person.email)
    staff.get("/admin/recovery-codes")
    page = staff.post("/admin/recovery-codes", status=200)
    codes = [element.text or "" for element in page.tree.iter("code")]
    assert len(set(codes)) == 8
    with app.app_context():
        user = store.find_user(db.session, person.email)
        assert user
        assert not set(codes) & set(user.mf_recovery_codes or ())
    for status in (302, 200):
        other = StaffBrowser(app)
        to_second_step(other, person.email)
        other.get("/admin/recovery")
        # Spaces and capitals are how people copy it from paper.
        other.post("/admin/recovery", status=status, code=codes[0].upper().replace("-", " "))


def test_the_first_sign_in_sets_the_second_step_up(app: Flask, staff: StaffBrowser) -> None:
    person = make_user(app, has_app=False)
    staff.get("/admin/sign-in")
    staff.post("/admin/sign-in", email=person.email, password=PASSWORD)
    assert staff.follow().h1 == "Set up your authenticator app"
    page = staff.post("/admin/second-step/set-up", status=200, setup="authenticator")
    key = "".join(element.text or "" for element in page.tree.iter("code")).replace("-", "")
    assert page.all("{http://www.w3.org/2000/svg}svg", class_="totp")
    staff.get("/admin/", status=302)
    staff.page = page
    staff.post("/admin/second-step", status=200, code="000000")
    staff.page = page
    staff.post("/admin/second-step", code=_code(key))
    assert staff.follow().h1 == "Overview"


def test_without_a_second_step_nobody_gets_in(app: Flask, staff: StaffBrowser) -> None:
    person = make_user(app, has_app=False)
    staff.get("/admin/sign-in")
    staff.post("/admin/sign-in", email=person.email, password=PASSWORD)
    for address in ("/admin/", "/admin/account", "/admin/people"):
        staff.get(address, status=302)


def test_development_on_localhost_may_leave_the_second_step_out(
    config: Config, app: Flask, tmp_path: Path
) -> None:
    del app
    relaxed = create_app(
        Config(
            database_url=config.database_url,
            instance_path=tmp_path,
            is_testing=True,
            is_development=True,
        )
    )
    person = make_user(relaxed, has_app=False)
    staff = StaffBrowser(relaxed)
    staff.get("/admin/sign-in")
    staff.post("/admin/sign-in", email=person.email, password=PASSWORD)
    assert staff.follow().h1 == "Overview"
    with relaxed.app_context():
        db.engine.dispose()


def _code(key: str) -> str:

    return str(TOTP(key=key, format="base32").generate().token)


def test_twenty_at_once_use_a_code_once(app: Flask) -> None:
    person = make_user(app)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        spent = list(pool.map(lambda _number: _spend(app, person.id, counter=7), range(_TRIES)))
    assert spent.count(True) == 1
    assert not _spend(app, person.id, counter=6)
    assert _spend(app, person.id, counter=8)


def test_twenty_at_once_use_a_recovery_code_once(app: Flask) -> None:
    person = make_user(app)
    with app.app_context(), transaction(db.session):
        user = store.get_user(db.session, person.id)
        assert user
        user.mf_recovery_codes = ["one", "two"]

    def spend(_number: int) -> bool:
        with app.app_context():
            return store.spend_recovery_code(db.session, person.id, code_hash="one")

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        spent = list(pool.map(spend, range(_TRIES)))
    assert spent.count(True) == 1
    with app.app_context():
        user = store.get_user(db.session, person.id)
        assert user
        assert user.mf_recovery_codes == ["two"]


def _spend(app: Flask, user_id: UUID, *, counter: int) -> bool:
    with app.app_context():
        return store.spend_code(db.session, user_id, counter=counter)


@pytest.mark.parametrize(
    "address",
    ["/admin/second-step/set-up", "/admin/recovery-codes", "/admin/passkeys"],
)
def test_a_change_of_how_one_signs_in_asks_for_the_password_again(
    app: Flask, staff: StaffBrowser, address: str
) -> None:
    person = make_user(app)
    with time_machine.travel(NOW, tick=False) as clock:
        staff.sign_in(person.email)
        clock.shift(601)
        staff.get(address, status=302)
        assert staff.page
        assert "/admin/confirm" in staff.page.response.headers["Location"]
        staff.get(f"/admin/confirm?next={address}")
        staff.post(f"/admin/confirm?next={address}", status=200, password="wrong")  # noqa: S106
        staff.get(address, status=302)
        staff.get(f"/admin/confirm?next={address}")
        staff.post(f"/admin/confirm?next={address}", password=PASSWORD)
        staff.get(address)


def test_the_history_says_who_signed_in_and_changed_how(app: Flask, staff: StaffBrowser) -> None:
    person = make_user(app, has_app=False)
    staff.get("/admin/sign-in")
    staff.post("/admin/sign-in", email=person.email, password=PASSWORD)
    staff.follow()
    page = staff.post("/admin/second-step/set-up", status=200, setup="authenticator")
    key = "".join(element.text or "" for element in page.tree.iter("code")).replace("-", "")
    staff.post("/admin/second-step", code=_code(key))
    staff.get("/admin/recovery-codes")
    staff.post("/admin/recovery-codes", status=200)
    with app.app_context():
        rows = db.session.execute(
            select(Metadata.last_action_type, Metadata.field_name, Metadata.updated_by)
            .where(Metadata.resource_id == person.id)
            .order_by(Metadata.seq)
        ).all()
    assert [(row.last_action_type, row.field_name) for row in rows] == [
        ("create", ""),
        ("update", "second_step"),
        ("sign_in", ""),
        ("update", "recovery_codes"),
    ]
    assert {row.updated_by for row in rows[1:]} == {person.name}
