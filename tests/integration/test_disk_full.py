"""A disk that is full: reading goes on, a form is kept and comes back, and nothing is half there."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest
from flask_migrate import upgrade

from app import create_app
from app.extensions import db
from app.importers.embedded import load_embedded, load_terms
from config import Config
from tests.engines import ENGINE
from tests.factories import NOW, make_record, save_records
from tests.listing_forms import fields_of, sign_in_editor
from tests.load import Answer, Ask, ask_once, http_text
from tests.real_server import Server, served

DETAILS = "It is the number of another place."
SEARCH = "/search?near=43215"
SIZE = "48m"
BALLAST = 1 << 16
PAGE = 4_096

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(ENGINE != "sqlite", reason="of a file that lies on this machine"),
]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own; only root may have one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", str(folder)]
    if os.geteuid() or subprocess.run(words, check=False, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    # At once for everybody else, though this process has an index of it mapped.
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_survived(disk: Path, tmp_path: Path) -> None:
    listing_path = _filled(disk)
    with served(_config(disk), tmp_path / "server") as server:
        _is_survived(server, disk, listing_path, full=_full(disk))


def test_a_file_that_may_not_grow_is_survived(tmp_path: Path) -> None:
    """The same where no disk can be mounted: the system refuses each write of the worker."""
    listing_path = _filled(tmp_path)
    with served(_config(tmp_path), tmp_path / "server") as server:
        _is_survived(server, tmp_path, listing_path, full=_not_growing(server))


def test_a_process_that_starts_on_a_full_disk_reads(disk: Path) -> None:
    """The index of the search is there from the process before; it needs no room."""
    listing_path = _filled(disk)
    assert _statuses(disk, SEARCH) == [200]
    with _full(disk):
        assert _statuses(disk, SEARCH, listing_path) == [200, 200]


def test_a_search_without_an_index_and_without_room_rests(disk: Path) -> None:
    """Nothing can be found then, so that the numbers of an emergency are what is left."""
    listing_path = _filled(disk)
    with _full(disk):
        assert _statuses(disk, SEARCH, listing_path) == [503, 200]
    assert _statuses(disk, SEARCH) == [200]


def test_an_edit_on_a_full_disk_is_kept_in_its_form(disk: Path) -> None:
    """Neither the listing nor its history changes; the form that was kept is saved later."""
    address = _filled(disk).replace("/listings/", "/admin/listings/") + "/edit"
    app = create_app(_config(disk))
    editor = sign_in_editor(app)
    typed = fields_of(editor.get(address)) | {"cost": [DETAILS * 40]}
    before = _kept_of_an_edit(disk)
    with _full(disk):
        page = editor.send(address, answer=503, **typed)
        assert int(page.response.headers["Retry-After"]) > 0
        assert DETAILS in page.text
        assert _kept_of_an_edit(disk) == before
    editor.send(address, **typed)
    [cost, history] = _kept_of_an_edit(disk)
    assert DETAILS in str(cost)
    assert int(str(history)) > int(str(before[1]))
    assert _is_whole(disk)
    with app.app_context():
        db.engine.dispose()


def _kept_of_an_edit(disk: Path) -> list[object]:
    """What people pay at the one listing that was made here, and how long the history is."""
    with sqlite3.connect(disk / "test.sqlite3") as connection:
        [cost] = connection.execute(
            "SELECT group_concat(amount_description) FROM cost_option"
        ).fetchone()
        [count] = connection.execute("SELECT count(*) FROM metadata").fetchone()
    connection.close()
    return [cost, count]


def _is_survived(
    server: Server, folder: Path, listing_path: str, *, full: AbstractContextManager[None]
) -> None:
    reads = ("/", SEARCH, listing_path, "/helplines", "/learn/", "/check")
    http_text(server.port, SEARCH)
    assert _report(server, listing_path, "It was kept before.").outcome == 200
    with full:
        kept = _report(server, listing_path, DETAILS)
        assert kept.outcome == 503
        assert DETAILS in kept.text, "what was typed is not on the page"
        assert [ask_once(server.port, Ask(path)).outcome for path in reads] == [200] * len(reads)
        assert _reports(folder) == 1
    assert _report(server, listing_path, DETAILS).outcome == 200
    assert _reports(folder) == 2
    assert _is_whole(folder)


def _filled(folder: Path) -> str:
    """The page of a listing in a new database in this folder."""
    app = create_app(_config(folder))
    with app.app_context():
        upgrade()
        load_terms(db.session)
        load_embedded(db.session, now=NOW)
        [listing_id] = save_records(db.session, make_record())
        db.session.close()
        db.engine.dispose()
    return f"/listings/{listing_id}"


def _statuses(folder: Path, *paths: str) -> list[int]:
    """What a new process, as good as, answers."""
    app = create_app(_config(folder))
    client = app.test_client()
    found = [client.get(path).status_code for path in paths]
    with app.app_context():
        db.engine.dispose()
    return found


@contextmanager
def _full(disk: Path) -> Iterator[None]:
    """No byte more fits on this disk."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (BALLAST, 1):
            with suppress(OSError):
                while True:
                    file.write(b"\0" * size)
    yield
    ballast.unlink()


@contextmanager
def _not_growing(server: Server) -> Iterator[None]:
    """No file of the workers grows over one page."""
    for worker in server.workers():
        worker.rlimit(psutil.RLIMIT_FSIZE, (PAGE, psutil.RLIM_INFINITY))
    yield
    for worker in server.workers():
        worker.rlimit(psutil.RLIMIT_FSIZE, (psutil.RLIM_INFINITY, psutil.RLIM_INFINITY))


def _config(disk: Path) -> Config:
    return Config(
        database_url=f"sqlite:///{disk / 'test.sqlite3'}", instance_path=disk, is_testing=True
    )


def _report(server: Server, listing_path: str, details: str) -> Answer:
    body = urlencode({"topic": "phone", "details": details})
    return ask_once(server.port, Ask(f"{listing_path}/report", body))


def _reports(disk: Path) -> int:
    with sqlite3.connect(disk / "test.sqlite3") as connection:
        [count] = connection.execute("SELECT count(*) FROM report").fetchone()
    connection.close()
    return int(count)


def _is_whole(disk: Path) -> bool:
    connection = sqlite3.connect(disk / "test.sqlite3")
    [word] = connection.execute("PRAGMA integrity_check").fetchone()
    connection.close()
    return bool(word == "ok")
