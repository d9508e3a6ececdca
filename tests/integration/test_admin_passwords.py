"""Passwords: counted as typed, refused when common, hashed two at a time; and the settings."""

from __future__ import annotations

import statistics
import threading
import time
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from passlib.hash import argon2

from app import create_app
from app.db import transaction
from app.extensions import db
from app.store import users as store
from app.web.admin.passwords import HASH_SETTINGS, HashGate
from config import Config, ConfigError, secret_key_of
from tests.staff import (
    PASSWORD,
    StaffBrowser,
    count_hashes,
    from_network,
    make_link,
    make_user,
    try_password,
)


@pytest.fixture
def staff(app: Flask) -> StaffBrowser:
    return StaffBrowser(app)


@pytest.mark.slow
def test_hashing_and_verifying_cost_the_same(app: Flask, tmp_path: Path) -> None:
    del app
    full = create_app(Config(database_url="sqlite://", instance_path=tmp_path))
    context = full.extensions["security"].pwd_context
    hashed = context.hash(PASSWORD)
    hashing, verifying = [], []
    for _round in range(7):
        start = time.process_time()
        context.hash("not the password")
        middle = time.process_time()
        context.verify("not the password", hashed)
        hashing.append(middle - start)
        verifying.append(time.process_time() - middle)
    ratio = statistics.median(hashing) / statistics.median(verifying)
    assert 0.8 < ratio < 1.25


def test_eleventh_try_in_five_minutes_is_429_and_hashes_nothing(
    app: Flask, staff: StaffBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make_user(app)
    seen = count_hashes(app, monkeypatch)
    for number in range(10):
        assert try_password(staff, person.email, "wrong", **from_network(number)).status_code == 200
    refused = try_password(staff, person.email, PASSWORD, **from_network(99))
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 320
    assert len(seen) == 10


@pytest.mark.parametrize("length", [1_025, 60_000])
def test_a_password_over_1024_bytes_is_400_at_once(
    app: Flask, staff: StaffBrowser, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    person = make_user(app)
    seen = count_hashes(app, monkeypatch)
    assert try_password(staff, person.email, "a" * length).status_code == 400
    assert try_password(staff, person.email, "é" * 513).status_code == 400
    assert seen == []


def test_a_password_of_a_megabyte_is_413(app: Flask, staff: StaffBrowser) -> None:
    assert try_password(staff, make_user(app).email, "a" * 2**20).status_code == 413


@pytest.mark.parametrize(
    "password",
    [
        "  seven brown otters knit  ",
        "seven brown\0otters knit",
        "seven brown 🦦🦦 knit",
        "x" * 1_024,
    ],
    ids=["spaces", "NUL", "emoji", "longest"],
)
def test_a_password_counts_as_it_was_typed(app: Flask, staff: StaffBrowser, password: str) -> None:
    person = make_user(app, password=password)
    assert try_password(staff, person.email, password[:-1]).status_code == 200
    if password.strip() != password:
        assert try_password(staff, person.email, password.strip()).status_code == 200
    assert try_password(staff, person.email, password).status_code == 302


def test_accents_count_the_same_however_they_were_composed(app: Flask, staff: StaffBrowser) -> None:
    person = make_user(app, password="sept loutres tricot\u00e9es")  # noqa: S106 (nobody's)
    assert try_password(staff, person.email, "sept loutres tricote\u0301es").status_code == 302
    # What only looks alike is another letter.
    assert try_password(staff, person.email, "sept loutres tricotees").status_code == 200


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "short",
        "passwordpassword",
        "Help First 2026",
        "helpfirst2026!",
        "qwertyuiop123",
        "iloveyou123456",
        "sample.editor2026",
        "aaaaaaaaaaaaaaaa",
    ],
)
def test_common_and_near_passwords_are_refused_when_they_are_set(
    app: Flask, staff: StaffBrowser, password: str
) -> None:
    person, token = make_link(app)
    staff.get(f"/admin/welcome/{token}")
    page = staff.post(
        f"/admin/welcome/{token}", status=422, password=password, password_again=password
    )
    assert page.title.startswith("Error:")
    with app.app_context():
        user = store.find_user(db.session, person)
        assert user
        assert user.password is None


def test_passwords_cost_what_was_decided() -> None:
    assert HASH_SETTINGS == {
        "argon2__type": "ID",
        "argon2__memory_cost": 64 * 1024,
        "argon2__time_cost": 3,
        "argon2__parallelism": 4,
    }


def test_the_hash_says_argon2id_with_these_costs(tmp_path: Path) -> None:
    app = create_app(Config(database_url="sqlite://", instance_path=tmp_path))
    hashed = app.extensions["security"].pwd_context.hash(PASSWORD)
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    app.extensions["limiter"].close()


def test_two_hashes_run_at_a_time_and_a_third_waits(tmp_path: Path) -> None:
    gate, other = HashGate(tmp_path), HashGate(tmp_path)
    start = time.monotonic()
    with gate.held(), other.held():
        waiting = _hold_in_thread(HashGate(tmp_path))
        time.sleep(0.2)
        assert waiting.is_alive()
    waiting.join(timeout=5)
    assert not waiting.is_alive()
    assert time.monotonic() - start >= 0.2


@pytest.mark.parametrize(
    "environ",
    [
        {"TRUSTED_HOSTS": "help.example.org"},
        {"TRUSTED_HOSTS": "localhost,help.example.org"},
        {"TRUSTED_HOSTS": "help.example.org", "IS_BEHIND_HTTPS": "1", "DEVELOPMENT": "1"},
        {"SECRET_KEY": "short"},
    ],
)
def test_settings_that_would_show_a_session_stop_the_start(
    environ: dict[str, str], tmp_path: Path
) -> None:
    with pytest.raises(ConfigError):
        Config.from_env({"INSTANCE_PATH": str(tmp_path), **environ})


def test_a_secret_is_made_once_and_kept_from_others(tmp_path: Path) -> None:

    config = Config.from_env({"INSTANCE_PATH": str(tmp_path)})
    secret = secret_key_of(config)
    assert secret_key_of(config) == secret
    files = list(tmp_path.iterdir())
    assert [file.name for file in files] == ["secret-key"]
    assert files[0].stat().st_mode & 0o777 == 0o600


def _hold_in_thread(gate: HashGate) -> threading.Thread:

    def hold() -> None:
        with gate.held():
            pass

    thread = threading.Thread(target=hold)
    thread.start()
    return thread


def test_a_password_hashed_at_an_older_cost_is_hashed_anew_at_sign_in(
    app: Flask, staff: StaffBrowser
) -> None:
    person = make_user(app)
    older = argon2.using(memory_cost=512, rounds=2, parallelism=1).hash(PASSWORD)
    with app.app_context(), transaction(db.session):
        user = store.get_user(db.session, person.id)
        assert user
        user.password = older
    assert try_password(staff, person.email, "wrong").status_code == 200
    assert _hash_of(app, person.id) == older
    assert try_password(staff, person.email, PASSWORD).status_code == 302
    assert _hash_of(app, person.id) != older
    assert try_password(staff, person.email, PASSWORD).status_code == 302


def _hash_of(app: Flask, user_id: UUID) -> str | None:
    with app.app_context():
        user = store.get_user(db.session, user_id)
        assert user
        return user.password
