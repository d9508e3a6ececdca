"""Nothing of who searched for what is in anything that the proxy writes: no log, no file of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.extensions import db
from config import Config
from tests.canary import WORD, found_in, send_everything, unused_marks
from tests.factories import make_record, save_records
from tests.real_proxy import HOST, Proxy, needs_nginx, proxied, read_answer
from tests.real_server import Server, served

pytestmark = needs_nginx

LEAST = 300
# Forms of nearly 64 KiB, and a file to take along, are the largest that a visitor sends and gets.
LARGE_FORM = "details=" + "a" * 65_000
STATE = "near=OH"
READS_AFTER_S = 2


@pytest.fixture
def listing_id(embedded: Flask) -> object:
    with embedded.app_context():
        [listing_id] = save_records(db.session, make_record())
        db.session.close()
    return listing_id


@pytest.fixture(scope="module")
def server(
    config: Config, migrated_app: Flask, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    assert migrated_app
    secured = replace(config, is_behind_https=True)
    with served(secured, tmp_path_factory.mktemp("site")) as running:
        yield running


def before(
    app: Flask, server: Server, folder: Path, *changes: tuple[str, str]
) -> AbstractContextManager[Proxy]:
    """The proxy with these changes."""
    return proxied(app, folder / "proxy", upstream=server.port, changes=changes)


@pytest.mark.slow
def test_nothing_of_a_search_is_kept_by_the_proxy(
    app: Flask, server: Server, listing_id: object, tmp_path: Path
) -> None:
    with before(app, server, tmp_path) as proxy:
        whole = replace(server, folders=(proxy.folder, *server.folders))
        with app.app_context():
            marks = unused_marks(whole, db.engine)
        assert found_in(whole, marks) == [], "a mark that the data has by itself proves nothing"
        sent = send_everything(app, proxy, listing_id=listing_id, zip_code=marks[1], least=LEAST)
        assert sent >= LEAST
        assert found_in(whole, marks) == []
        assert not [path for folder in proxy.temporary() for path in folder.rglob("*")]
        assert proxy.log() == "", "nothing went wrong, so there is nothing to tell"


@pytest.mark.parametrize(
    "change",
    [
        ("access_log off;", "access_log {folder}/log/access.log;"),
        ("error.log emerg;", "error.log info;"),
    ],
    ids=["an access log", "a talkative log of errors"],
)
def test_the_marks_would_be_found_in_a_log_of_the_proxy(
    app: Flask, server: Server, tmp_path: Path, change: tuple[str, str]
) -> None:
    """The negative control."""
    with before(app, server, tmp_path, change) as proxy:
        for raw in (
            f"GET /search?q={WORD} HTTP/1.1\r\nHost: {HOST}\r\nX : a\r\n\r\n",
            f"{WORD}\r\n",
        ):
            assert proxy.send(raw).status == 400
        assert found_in(replace(server, folders=(proxy.folder,)), [WORD])


def _without_room(proxy: Proxy) -> None:
    """Take away where it would write: whatever needs a file there fails from now on."""
    for folder in proxy.temporary():
        folder.rmdir()


def _large(proxy: Proxy) -> tuple[int, int, bool]:
    """What becomes of the largest form, whole and in chunks, and of the largest answer."""
    sent = proxy.ask("/suggest", method="POST", body=LARGE_FORM).status
    chunks = f"{len(LARGE_FORM):x}\r\n{LARGE_FORM}\r\n0\r\n\r\n"
    chunked = proxy.send(_form("/suggest", f"Transfer-Encoding: chunked\r\n\r\n{chunks}")).status
    with proxy.line(is_narrow=True) as line:
        line.sendall(
            _form("/take-along/file", f"Content-Length: {len(STATE)}\r\n\r\n{STATE}").encode()
        )
        # Whoever reads late leaves the whole answer to the proxy.
        time.sleep(READS_AFTER_S)
        file = read_answer(line, b"")
    return sent, chunked, file.status == 200 and file.body.rstrip().endswith("</html>")


def _form(path: str, rest: str) -> str:
    return (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nSec-Fetch-Site: same-origin\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n{rest}"
    )


def test_what_visitors_send_and_get_is_held_in_memory_alone(
    app: Flask, server: Server, listing_id: object, tmp_path: Path
) -> None:
    assert listing_id
    with before(app, server, tmp_path) as proxy:
        with_room = _large(proxy)
        _without_room(proxy)
        assert _large(proxy) == with_room
        assert with_room == (422, 422, True)


def test_without_room_in_memory_a_form_would_become_a_file(
    app: Flask, server: Server, listing_id: object, tmp_path: Path
) -> None:
    """The negative control: what becomes a file fails once there is no place for it."""
    assert listing_id
    change = ("client_body_buffer_size 128k;", "client_body_buffer_size 1k;")
    with before(app, server, tmp_path, change) as proxy:
        assert _large(proxy)[0] == 422
        _without_room(proxy)
        assert _large(proxy)[:2] == (500, 500)
        assert proxy.log() == "", "not even now does a log name the request"


def test_a_log_at_the_level_crit_would_name_the_request(
    app: Flask, server: Server, listing_id: object, tmp_path: Path
) -> None:
    """Why the log of errors has the level that it has."""
    assert listing_id
    changes = (
        ("client_body_buffer_size 128k;", "client_body_buffer_size 1k;"),
        ("error.log emerg;", "error.log crit;"),
    )
    with before(app, server, tmp_path, *changes) as proxy:
        _without_room(proxy)
        address = f"/suggest?q={WORD}"
        assert proxy.ask(address, method="POST", body=LARGE_FORM).status == 500
        assert WORD in proxy.log()
