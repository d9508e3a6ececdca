"""Imports as pages: who may, one at a time, what is too much, and files that cannot be used."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import time
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import create_app
from app.domain.roles import Role
from app.importers.folders import KEPT_S, UNKEPT_S, clean_folders, imports_folder, run_folder
from app.importers.launch import Launcher
from app.models import ImportRun
from app.store.history import list_history
from app.web.admin.imports.start import UPLOAD_LIMIT_BYTES
from config import Config
from tests.importing import ImportBrowser, InProcess, facts, place, wait_until_free, wide_csv
from tests.load import Ask, ask_once
from tests.real_server import served
from tests.staff import SAME_SITE, StaffBrowser, token_in

PAGES = ("/admin/imports/", "/admin/imports/new")


def runs(session: Session) -> int:
    session.rollback()
    count = session.execute(select(func.count()).select_from(ImportRun)).scalar_one()
    session.rollback()
    return count


def test_an_editor_does_not_import(app: Flask, launcher: InProcess, session: Session) -> None:
    del launcher
    browser = ImportBrowser(app, role=Role.EDITOR)
    for page in PAGES:
        browser.get(page, status=403)
    browser.get("/admin/account")
    file = (BytesIO(wide_csv([place(1)])), "sample.csv")
    browser.post("/admin/imports/new", status=403, way="upload", file=file)
    assert runs(session) == 0
    assert "Imports" not in browser.get("/admin/").text


def test_nobody_sends_a_file_without_signing_in(
    app: Flask, launcher: InProcess, session: Session
) -> None:
    del launcher
    browser = StaffBrowser(app)
    data = {"way": "upload", "file": (BytesIO(b"x" * 200_000), "sample.csv")}
    answer = browser.client.post("/admin/imports/new", data=data, headers=SAME_SITE)
    assert answer.status_code == 302
    assert "/admin/sign-in" in answer.headers["Location"]
    assert runs(session) == 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("sample.xlsx", wide_csv([place(1)]), "This looks like a CSV file, not like an .xlsx"),
        ("sample.csv", b"PK\x03\x04rest", "This looks like an .xlsx workbook, not like a CSV"),
        ("sample.csv.exe", wide_csv([place(1)]), "The name of the file has to end in .csv"),
    ],
)
def test_a_file_that_is_named_for_something_else_begins_no_import(
    reviewer: ImportBrowser, session: Session, name: str, content: bytes, words: str
) -> None:
    assert reviewer.upload(content, name, status=422) is None
    assert reviewer.page
    assert words in reviewer.page.text
    assert runs(session) == 0


def test_a_file_without_a_token_is_refused(reviewer: ImportBrowser, session: Session) -> None:
    reviewer.upload(wide_csv([place(1)]), status=400, csrf_token="made up")  # noqa: S106 (no secret)
    assert runs(session) == 0


def test_a_file_of_25_mib_is_taken_and_a_larger_one_told_why_not(
    reviewer: ImportBrowser, session: Session
) -> None:
    row = b",".join([b" " * 100] * 9) + b"\n"
    content = wide_csv([place(1)])
    content += row * ((UPLOAD_LIMIT_BYTES - len(content)) // len(row))
    reviewer.upload(content)
    assert "New listings: 1" in reviewer.follow().text
    answer = reviewer.upload(b"x" * (UPLOAD_LIMIT_BYTES + 200_000), status=413)
    assert answer is None
    assert reviewer.page
    assert "larger than 25 MB" in reviewer.page.text
    assert runs(session) == 1


def test_other_pages_still_take_64_kib_only(reviewer: ImportBrowser) -> None:
    reviewer.get("/admin/imports/")
    file = (BytesIO(b"x" * 200_000), "sample.csv")
    reviewer.post("/admin/reports/6a1c2f0e-0000-4000-8000-000000000000", status=413, file=file)


def test_a_second_import_at_once_is_told_that_one_is_running(
    reviewer: ImportBrowser, launcher: InProcess, session: Session
) -> None:
    launcher.holds = True
    first = reviewer.upload(wide_csv([place(1)]))
    page = reviewer.follow()
    assert "Being read" in page.text
    assert page.response.headers["Refresh"] == "3"
    still = reviewer.get(f"/admin/imports/{first}?still=1")
    assert "Refresh" not in still.response.headers
    reviewer.upload(wide_csv([place(2)]), status=409)
    assert reviewer.page
    assert "An import is running" in reviewer.page.text
    assert f"/admin/imports/{first}" in reviewer.page.links()
    assert runs(session) == 1
    assert "An import is running" in reviewer.get("/admin/imports/").text


def test_what_is_worked_on_cannot_be_dropped_or_begun_again(
    reviewer: ImportBrowser, launcher: InProcess
) -> None:
    launcher.holds = True
    run_id = reviewer.upload(wide_csv([place(1)]))
    assert run_id
    for action in ("drop", "retry", "apply", "undo"):
        page = reviewer.act(run_id, action)
        assert "Being read" in page.text
    reviewer.act(run_id, "delete", status=400)


def test_a_run_whose_process_is_gone_is_interrupted_and_can_be_begun_again(
    reviewer: ImportBrowser, launcher: InProcess, app: Flask
) -> None:
    launcher.holds = True
    run_id = reviewer.upload(wide_csv([place(1)]))
    assert run_id
    run_folder(app.instance_path, run_id).begun.touch()
    launcher.let_go()
    page = reviewer.get(f"/admin/imports/{run_id}")
    assert "Interrupted" in page.text
    assert "It is safe to start it again" in page.text
    assert "Refresh" not in page.response.headers
    assert "Interrupted" in reviewer.get("/admin/imports/").text
    launcher.holds = False
    assert "New listings: 1" in reviewer.act(run_id, "retry").text


def test_a_run_whose_process_never_began_did_not_start_and_is_not_called_interrupted(
    reviewer: ImportBrowser, launcher: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_run_id: UUID, held: int) -> int:
        os.close(held)
        raise BlockingIOError(errno.EAGAIN, "no process can be started")

    with monkeypatch.context() as patch:
        patch.setattr(launcher, "start", refuse)
        run_id = reviewer.upload(wide_csv([place(1)]))
        assert run_id
        page = reviewer.follow()
    assert "It did not start" in page.text
    assert "Nothing was changed" in page.text
    assert "nterrupted" not in page.text
    assert "Did not start" in reviewer.get("/admin/imports/").text
    assert "New listings: 1" in reviewer.act(run_id, "retry").text


def test_a_process_that_cannot_be_started_lets_the_gate_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "no process can be started")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    launcher = Launcher(instance_path=tmp_path, settings=())
    run_id = uuid4()
    with pytest.raises(OSError, match="no process"):
        launcher.start(run_id, launcher.gate.take(run_id))
    assert launcher.gate.holder() is None


def test_a_form_without_a_file_or_a_place_keeps_what_was_typed(reviewer: ImportBrowser) -> None:
    reviewer.get("/admin/imports/new")
    page = reviewer.post("/admin/imports/new", status=422, way="upload", edition="last year")
    assert "Choose a file." in page.text
    assert "Enter a year, a month or a day" in page.text
    assert page.all("input", value="last year")
    told = {
        "": "Enter a place or choose a state",
        "Nowhereville Zzz": "We do not know that place",
        "1521": "A ZIP code has 5 digits",
        "Springfield": "Which one",
        "Ohio": "For a state, use the list",
    }
    for near, words in told.items():
        page = reviewer.post("/admin/imports/new", status=422, way="fetch", near=near)
        assert words in page.text, near
        assert page.title.startswith("Error:")


BAD_FILES = {
    "empty": (b"", "The file is empty"),
    "spaces": (b" \n\n ", "The file is empty"),
    "a PDF": (b"%PDF-1.7 \n", "This looks like a PDF"),
    "a web page": (b"<!doctype html><html></html>", "This looks like a web page"),
    "a damaged workbook": (b"PK\x03\x04 broken", "damaged or incomplete"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
    "other columns": (b"fruit,color\napple,red\n", "Choose its format"),
    "an open quote": (
        wide_csv([place(1)]) + b'"Sample Open,1 Sample Street\n' * 2,
        "quotation mark",
    ),
    "only a header": (wide_csv([]), "a header and no rows"),
    "damaged JSON": (b'{"rows": [{"name1": ', "JSON is damaged"),
    "deep JSON": (b"[" * 100_000, "JSON is damaged"),
    "JSON without rows": (b'{"fruit": 1}', 'no list of "rows"'),
    "a column twice": (
        b"name1,street1,city,state,zip,phone,phone\na,b,c,OH,43215,1,2\n",
        'Two columns are named "phone"',
    ),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_file_that_cannot_be_used_is_told_on_its_page(
    reviewer: ImportBrowser, session: Session, kind: str
) -> None:
    content, words = BAD_FILES[kind]
    endings = {"damaged workbook": "xlsx", "JSON": "json"}
    ending = next((each for word, each in endings.items() if word in kind), "csv")
    run_id = reviewer.upload(content, f"sample.{ending}")
    page = reviewer.follow()
    assert words in page.text, page.text
    assert "Could not be read" in page.text
    assert run_id
    assert "Dropped" in reviewer.act(run_id, "drop").text
    assert runs(session) == 1


def test_a_file_that_could_not_be_read_is_read_as_another_format_without_being_sent_again(
    reviewer: ImportBrowser, session: Session
) -> None:
    run_id = reviewer.upload(wide_csv([place(1)]), format="table:otp")
    assert run_id
    page = reviewer.follow()
    assert "columns missing" in page.text
    assert page.all("option", value="table:otp")[0].get("selected") is not None
    page = reviewer.act(run_id, "retry", format="made-up", status=422)
    assert page.title.startswith("Error:")
    assert "Choose one of the list" in page.text
    page = reviewer.act(run_id, "retry", format="directory")
    assert "columns missing: service_code_info" in page.text
    page = reviewer.act(run_id, "retry", format="findtreatment")
    assert "New listings: 1" in page.text
    reviewer.act(run_id, "apply", kind=["created"])
    assert facts(session) == (1, 1, 1, 1)
    tried = [each.after for each in list_history(session, run_id) if each.action == "retry"]
    assert tried == ['"directory"', '"findtreatment"']
    session.rollback()


def test_the_format_of_a_run_that_was_read_cannot_be_changed(reviewer: ImportBrowser) -> None:
    run_id = reviewer.upload(wide_csv([place(1)]))
    assert run_id
    assert not reviewer.follow().all("select")
    assert "went on meanwhile" in reviewer.act(run_id, "retry", format="directory").text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("'; rm -rf.csv", "'; rm -rf.csv"),
        ("CON.csv", "CON.csv"),
        ("../../etc/sample.csv", "sample.csv"),
        ("C:\\files\\sample.csv", "sample.csv"),
        ("sam\u202eple.csv", "sample.csv"),
        ("%2e%2e%2fsample.csv", "%2e%2e%2fsample.csv"),
        ("<b>sample</b>.csv", "b>.csv"),
        ("sample " * 700 + "end.csv", "…"),
    ],
)
def test_a_file_name_is_shown_cut_and_escaped_and_names_nothing_on_the_disk(
    reviewer: ImportBrowser, app: Flask, name: str, shown: str
) -> None:
    before = set(imports_folder(app.instance_path).iterdir())
    run_id = reviewer.upload(wide_csv([place(1)]), name)
    page = reviewer.follow()
    assert shown in page.h1
    assert len(page.h1) < 120
    assert "<b>sample" not in page.html
    assert run_id
    after = set(imports_folder(app.instance_path).iterdir())
    assert {path.name for path in after - before} <= {run_id.hex, "running.lock"}


def test_files_of_runs_that_were_never_begun_are_gone_after_an_hour(tmp_path: Path) -> None:
    ages = {"fresh": 60, "sent": UNKEPT_S + 60, "kept": UNKEPT_S + 60, "old": KEPT_S + 60}
    for name, age in ages.items():
        folder = imports_folder(tmp_path) / name
        folder.mkdir(parents=True)
        (folder / "upload").write_bytes(b"x")
        if name in {"kept", "old"}:
            (folder / "kept").touch()
        moment = time.time() - age
        os.utime(folder, (moment, moment))
    assert clean_folders(tmp_path) == ("old", "sent")
    assert sorted(path.name for path in imports_folder(tmp_path).iterdir()) == ["fresh", "kept"]


def test_files_that_are_too_old_go_when_the_server_starts(app: Flask, config: Config) -> None:
    folder = imports_folder(app.instance_path) / "sent"
    folder.mkdir(parents=True)
    (folder / "upload").write_bytes(b"x")
    moment = time.time() - UNKEPT_S - 60
    os.utime(folder, (moment, moment))
    create_app(config)
    assert not folder.exists()


@pytest.mark.slow
def test_a_sender_who_goes_away_in_the_middle_leaves_no_file(
    reviewer: ImportBrowser,
    launcher: InProcess,
    config: Config,
    tmp_path: Path,
    session: Session,
) -> None:
    token = token_in(reviewer.get("/admin/imports/new").html)
    form = (
        f"--b\r\nContent-Disposition: form-data; name=csrf_token\r\n\r\n{token}\r\n"
        "--b\r\nContent-Disposition: form-data; name=way\r\n\r\nupload\r\n"
        "--b\r\nContent-Disposition: form-data; name=file; filename=sample.csv\r\n\r\n"
    ).encode() + wide_csv(place(number) for number in range(20_000))
    ending = b"\r\n--b--\r\n"
    before = _runs_kept(config)
    with served(config, tmp_path / "server") as server:
        _send(server.port, reviewer, form, of=len(form) + 1_000_000)
        # One worker answers one after the other: by now it is done with what was cut off.
        assert ask_once(server.port, Ask("/healthz")).outcome == HTTPStatus.OK
        assert _runs_kept(config) == before
        assert not [each for each in (tmp_path / "server" / "temp").rglob("*") if each.is_file()]
        # The same, sent whole, is taken: it was no other fault that kept the file away.
        assert b" 302 " in _send(server.port, reviewer, form + ending, of=len(form + ending))
        wait_until_free(launcher.gate)
    assert len(_runs_kept(config)) == len(before) + 1
    assert runs(session) == 1


def _send(port: int, browser: ImportBrowser, body: bytes, *, of: int) -> bytes:
    """Send a body that says to be `of` bytes long; what is answered where all of it was sent."""
    head = (
        f"POST /admin/imports/new HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n"
        f"Cookie: session={browser.cookie()}\r\nSec-Fetch-Site: same-origin\r\n"
        f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {of}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(head.encode() + body)
        if of > len(body):
            return b""
        return line.recv(4_096)


def _runs_kept(config: Config) -> set[str]:
    folder = imports_folder(config.instance_path)
    return {path.name for path in folder.glob("*") if path.is_dir()}
