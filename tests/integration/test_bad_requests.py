"""Bad requests on the wire: raw bytes to a real gunicorn, rows 109 to 124 of the bad inputs.

What is a proxy's work is said where it is left to one: a host that is missing, an absolute
address of another host, TLS, and a client that sends a byte a second. The same behind the proxy
that comes along: test_proxy_requests.py and test_proxy_slow_clients.py.
"""

from __future__ import annotations

import os
import re
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.engines import database_url

ROOT = Path(__file__).resolve().parents[2]
CANARY = "CANARY-7f3a9"
WAIT_S = 60
HOST = "Host: localhost\r\n"
GET = f"GET / HTTP/1.1\r\n{HOST}"
POST = f"POST /search HTTP/1.1\r\n{HOST}Sec-Fetch-Site: same-origin\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
PARTS = "Content-Type: multipart/form-data; boundary=b\r\n"
END = "Connection: close\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A gunicorn of ours, and where its log goes."""

    port: int
    log: Path

    def answer(self, sent: bytes | str, *, wait_s: float = 10) -> bytes:
        """All that comes back until the server closes, or until it has been still for a while."""
        data = sent.encode("latin-1") if isinstance(sent, str) else sent
        told = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait_s) as line:
            try:
                line.sendall(data)
                while select.select([line], [], [], wait_s)[0]:
                    got = line.recv(65_536)
                    if not got:
                        break
                    told += got
            except (BrokenPipeError, ConnectionResetError):
                return told
        return told

    def status(self, sent: bytes | str, *, wait_s: float = 10) -> int:
        """The status of the answer, 0 where the server closed without a word."""
        found = re.match(rb"HTTP/1\.[01] (\d{3})", self.answer(sent, wait_s=wait_s))
        return int(found[1]) if found else 0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("wire")
    log = folder / "gunicorn.log"
    with database_url(folder) as url, log.open("wb") as out:
        environ = {
            **os.environ,
            "DATABASE_URL": url,
            "INSTANCE_PATH": str(folder),
            "PORT": "0",
            "WEB_WORKERS": "1",
            "FLASK_APP": "wsgi",
        }
        flask = [sys.executable, "-m", "flask", "db", "upgrade"]
        subprocess.run(flask, cwd=ROOT, env=environ, check=True, stdout=out, stderr=out)
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "wsgi:app"],
            cwd=ROOT,
            env=environ,
            stdout=out,
            stderr=out,
        )
        try:
            served = Server(port=_port(process, log), log=log)
            # A worker listens before it has loaded the application.
            assert served.status(GET + END, wait_s=WAIT_S) == 200
            yield served
        finally:
            process.terminate()
            process.wait(30)


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    """The port in the line that gunicorn writes when it listens."""
    for _try in range(WAIT_S * 10):
        found = re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", log.read_text("utf-8"))
        if found:
            return int(found[1])
        assert process.poll() is None, log.read_text("utf-8")
        select.select([], [], [], 0.1)
    pytest.fail("gunicorn does not listen")


def test_a_good_request_is_answered(server: Server) -> None:
    assert server.status(GET + END) == 200


NO_SUCH = [
    pytest.param(path, id=f"row {row}: {path}")
    for row, path in (
        (109, "/static/../../etc/passwd"),
        (109, "/static/..%2f..%2fetc/passwd"),
        (109, "/static/%2e%2e/%2e%2e/etc/passwd"),
        (109, "/static/....//....//etc/passwd"),
        (110, "/.git/config"),
        (110, "/.env"),
        (110, "/app.db"),
        (110, "/backup.zip"),
        (110, "/console"),
        (110, "/debug"),
        (111, "/%ff"),
        (111, "/%00"),
        (111, "/search;x"),
        (111, "/search."),
    )
]


@pytest.mark.parametrize("path", NO_SUCH)
def test_an_address_that_leads_nowhere_is_404_on_the_wire(server: Server, path: str) -> None:
    told = server.answer(f"GET {path} HTTP/1.1\r\n{HOST}{END}")
    assert told.startswith(b"HTTP/1.1 404")
    assert b"root:" not in told


def test_112_another_host_is_400_and_not_named(server: Server) -> None:
    told = server.answer(f"GET / HTTP/1.1\r\nHost: evil.example\r\n{END}")
    assert told.startswith(b"HTTP/1.1 400")
    assert b"evil" not in told


def test_113_two_hosts_are_400(server: Server) -> None:
    assert server.status(f"GET / HTTP/1.1\r\n{HOST}Host: evil.example\r\n{END}") == 400


def test_113_no_host_learns_nothing_and_114_another_host_gets_no_address_of_its_own(
    server: Server,
) -> None:
    """A proxy refuses both; behind none, the answer holds no address of the other host."""
    for sent in (f"GET / HTTP/1.1\r\n{END}", f"GET http://evil.example/ HTTP/1.1\r\n{HOST}{END}"):
        told = server.answer(sent)
        assert told[:12] in {b"HTTP/1.1 200", b"HTTP/1.1 400"}
        assert b"evil" not in told


def test_115_what_is_too_long_is_refused(server: Server) -> None:
    assert server.status(f"GET /?q={'a' * 5_000} HTTP/1.1\r\n{HOST}{END}") in {400, 414}
    assert server.status(f"{GET}X-Long: {'a' * 9_000}\r\n{END}") in {400, 431}
    many = "".join(f"X-{number}: 1\r\n" for number in range(150))
    assert server.status(GET + many + END) in {400, 431}


SMUGGLED = {
    "two ways to say how long": "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "two lengths": "Content-Length: 5\r\nContent-Length: 6\r\n",
    "a negative length": "Content-Length: -1\r\n",
    "an unknown coding": "Transfer-Encoding: xchunked\r\n",
    "a folded header": "X-Folded: a\r\n b\r\n",
    "a space before the colon": "X-Spaced : a\r\n",
}


@pytest.mark.parametrize("headers", SMUGGLED.values(), ids=SMUGGLED.keys())
def test_116_a_request_that_two_servers_could_read_differently_is_refused(
    server: Server, headers: str
) -> None:
    assert server.status(f"{POST}{FORM}{headers}{END}near=1") in {400, 501}


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(f"GET /{CANARY}\0 HTTP/1.1\r\n{HOST}{END}", id="a NUL"),
        pytest.param(f"GET /{CANARY}\rX HTTP/1.1\r\n{HOST}{END}", id="a bare CR"),
        pytest.param(f"{CANARY}\r\n\r\n", id="no request at all"),
        pytest.param(f"GET /{CANARY} HTTP/9.9\r\n{HOST}{END}", id="an unknown version"),
    ],
)
def test_117_a_malformed_line_is_refused_and_not_logged(server: Server, sent: str) -> None:
    assert server.status(sent) in {400, 404, 505}
    log = server.log.read_text("utf-8", "replace")
    assert CANARY not in log
    assert "Traceback" not in log


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "FOO", "get", "DELETE", "PUT", "PATCH"])
def test_118_a_method_that_the_page_has_not_is_refused(server: Server, method: str) -> None:
    assert server.status(f"{method} / HTTP/1.1\r\n{HOST}{END}") in {400, 405, 501}


ODD_HEADERS = {
    "119 an address of a proxy, spelt otherwise": ("X_Forwarded_For", "203.0.113.9"),
    "119 another address": ("X-Original-URL", "/admin/"),
    "119 another method": ("X-HTTP-Method-Override", "DELETE"),
    "119 another host": ("X-Forwarded-Host", "evil.example"),
    "120 a language that is a path": ("Accept-Language", "../../x"),
    "120 a long language": ("Accept-Language", "x-" * 4_000),
    "124 where one came from": ("Referer", f"https://example.org/{CANARY}"),
    "124 a long browser": ("User-Agent", f"{CANARY}<script>" * 400),
}


@pytest.mark.parametrize(("name", "value"), ODD_HEADERS.values(), ids=ODD_HEADERS.keys())
def test_a_header_that_means_nothing_here_changes_nothing(
    client: FlaskClient, server: Server, name: str, value: str
) -> None:
    plain = client.get("/healthz")
    odd = client.get("/healthz", headers={name: value})
    assert (odd.status_code, odd.data) == (plain.status_code, plain.data)
    told = server.answer(f"{GET}{name}: {value}\r\n{END}")
    # gunicorn drops or refuses a name with an underscore, and refuses what is over 8 KB.
    assert told[9:12] in {b"200", b"400", b"431"}
    assert b"evil" not in told
    assert CANARY.encode() not in told
    assert CANARY not in server.log.read_text("utf-8", "replace")


def test_121_a_line_end_in_an_address_splits_no_header(server: Server, client: FlaskClient) -> None:
    for path in ("/learn%0d%0aSet-Cookie:x=1", "/admin/sign-in?next=/%0d%0aX-Split:1"):
        told = server.answer(f"GET {path} HTTP/1.1\r\n{HOST}{END}")
        head = told.partition(b"\r\n\r\n")[0]
        assert b"x=1" not in head
        assert b"\r\nX-Split" not in head
    answer = client.get("/admin/?%0d%0aX-Split:1")
    assert "X-Split" not in answer.headers


def test_122_a_body_over_the_limit_is_413(server: Server) -> None:
    body = "near=" + "a" * 2_000_000
    assert server.status(f"{POST}{FORM}Content-Length: {len(body)}\r\n{END}{body}") in {0, 413}


def test_122_too_many_parts_are_413(client: FlaskClient) -> None:
    many = {f"field{number}": "x" for number in range(1_500)}
    headers = {"Sec-Fetch-Site": "same-origin"}
    kind = "multipart/form-data"
    answer = client.post("/search", data=many, content_type=kind, headers=headers)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        pytest.param("multipart/form-data", b"--b\r\n\r\nx", id="no boundary"),
        pytest.param(
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="near"\r\n\r\n4321',
            id="a part cut short",
        ),
        pytest.param("multipart/form-data; boundary=b", b"", id="no part"),
        pytest.param("text/plain", b"near=43215", id="no form"),
    ],
)
def test_122_a_broken_form_is_refused_or_asks_nothing(
    client: FlaskClient, kind: str, body: bytes
) -> None:
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = client.post("/search", data=body, content_type=kind, headers=headers)
    assert answer.status_code in {200, 400}
    assert b"43215" not in answer.data


def test_122_a_body_without_an_end_keeps_nobody_else_waiting(server: Server) -> None:
    """The worker waits for the rest in one of its threads; a proxy would end it after a while."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(f"{POST}{FORM}Transfer-Encoding: chunked\r\n\r\n5\r\nnear=\r\n".encode())
        assert server.status(GET + END) == 200


def test_123_tls_and_a_slow_client_keep_nobody_else_waiting(server: Server) -> None:
    """A proxy closes both within ten seconds; here nothing is logged and others are answered."""
    hello = bytes.fromhex("16030100a5010000a10303") + bytes(160)
    assert server.status(hello + b"\r\n\r\n", wait_s=3) in {0, 400}
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(b"G")
        assert server.status(GET + END) == 200
    assert "Traceback" not in server.log.read_text("utf-8", "replace")
