"""An SQLite file that another process has locked: read and written once it lets go, whole after."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.db import Patience
from app.extensions import db
from app.models import Report
from config import Config
from tests.engines import ENGINE
from tests.factories import make_record, save_records
from tests.listing_forms import EditorBrowser, fields_of, read, sign_in_editor

pytestmark = pytest.mark.skipif(ENGINE != "sqlite", reason="of a file that lies on this machine")

FORM = {"topic": "phone", "details": "It is the number of another place."}
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
SHORT_S = 0.5
NOTE = "Sample note that was typed while the file was locked."
_HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def waiting(app: Flask, config: Config, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An application that tries often instead of waiting within SQLite."""
    del app
    monkeypatch.setattr("app.db.LOCK_WAIT_MS", 0)
    other = create_app(config)
    yield other
    with other.app_context():
        db.engine.dispose()


@contextmanager
def locked(config: Config, *, for_s: float | None = None) -> Iterator[None]:
    """The file locked by another process: to the end of the block, or for some seconds."""
    path = Path(config.database_url.removeprefix("sqlite:///"))
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdin
    assert holder.stdout
    assert holder.stdout.readline() == b"held\n"
    timer = threading.Timer(for_s, holder.stdin.close) if for_s else None
    if timer:
        timer.start()
    try:
        yield
    finally:
        if timer:
            timer.join()
        holder.stdin.close()
        holder.wait()
        holder.stdout.close()


def test_who_comes_meanwhile_waits_for_its_end(waiting: Flask, config: Config) -> None:
    listing = _listing(waiting)
    with locked(config, for_s=SHORT_S):
        assert waiting.test_client().get("/search?near=43215").status_code == 200
    with locked(config, for_s=SHORT_S):
        assert _report(waiting, listing) == (200, True)
    assert _reports(waiting) == 1


def test_who_waited_long_is_told_and_nothing_is_lost(
    waiting: Flask, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Patience, "LONGEST_S", SHORT_S)
    listing = _listing(waiting)
    with locked(config):
        answer = waiting.test_client().get("/search?near=43215")
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "988" in answer.text
        assert _report(waiting, listing) == (503, True)
    assert _reports(waiting) == 0
    assert waiting.test_client().get("/search?near=43215").status_code == 200
    assert _report(waiting, listing)[0] == 200
    assert _reports(waiting) == 1


def test_an_edit_is_kept_in_its_form_and_saved_afterwards(
    waiting: Flask, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    with waiting.app_context():
        [listing_id] = save_records(db.session, make_record())
    editor: EditorBrowser = sign_in_editor(waiting)
    address = f"/admin/listings/{listing_id}/edit"
    data = fields_of(editor.get(address)) | {"cost": NOTE}
    monkeypatch.setattr(Patience, "LONGEST_S", SHORT_S)
    with locked(config):
        page = editor.send(address, answer=503, **data)
    assert int(page.response.headers["Retry-After"]) > 0
    assert NOTE in page.html
    assert read(waiting, listing_id).record.cost != NOTE
    editor.send(address, **data)
    assert read(waiting, listing_id).record.cost == NOTE


def _listing(app: Flask) -> str:
    with app.app_context():
        [listing_id] = save_records(db.session, make_record())
        db.session.close()
    return f"/listings/{listing_id}"


def _report(app: Flask, listing: str) -> tuple[int, bool]:
    """The status, and whether what was typed is there or has been taken."""
    answer = app.test_client().post(f"{listing}/report", data=FORM, headers=SAME_SITE)
    if answer.status_code == 200:
        return 200, True
    return answer.status_code, FORM["details"] in answer.text and "Retry-After" in answer.headers


def _reports(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(Report)) or 0
