"""Behind the proxy: bad requests on the wire, rows 112 to 123 of the bad inputs, and each answer's points."""

from __future__ import annotations

import http.client
import ssl
import sys
from collections.abc import Iterator

import pytest
from flask import Flask

from app.web.headers import SECURITY_HEADERS, TRANSPORT_SECURITY
from scripts.observatory import Answer, Score, most, score, table, total
from tests.addresses import public_addresses
from tests.real_proxy import HOST, Proxy, Told, needs_nginx, read_answer

pytestmark = needs_nginx

END = "Connection: close\r\n\r\n"
GET = f"GET / HTTP/1.1\r\nHost: {HOST}\r\n"
POST = f"POST /search HTTP/1.1\r\nHost: {HOST}\r\nSec-Fetch-Site: same-origin\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
# What nginx answers by itself: the request, and the status that it has to get.
REFUSED = {
    "113 no host": (f"GET / HTTP/1.1\r\n{END}", 400),
    "113 no host in HTTP/1.0": (f"GET / HTTP/1.0\r\n{END}", 400),
    "113 an empty host": (f"GET / HTTP/1.1\r\nHost:\r\n{END}", 400),
    "113 two hosts": (f"{GET}Host: evil.example\r\n{END}", 400),
    "112 another host": (f"GET / HTTP/1.1\r\nHost: evil.example\r\n{END}", 400),
    "114 an absolute address of another host": (
        f"GET http://evil.example/ HTTP/1.1\r\nHost: {HOST}\r\n{END}",
        400,
    ),
    "115 a long address": (f"GET /?q={'a' * 5_000} HTTP/1.1\r\nHost: {HOST}\r\n{END}", 414),
    "115 a long header": (f"{GET}X-Long: {'a' * 9_000}\r\n{END}", 431),
    "115 many long headers": (
        GET + "".join(f"X-{number}: {'a' * 900}\r\n" for number in range(20)) + END,
        431,
    ),
    "116 two ways to say how long": (
        f"{POST}{FORM}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n{END}0\r\n\r\n",
        400,
    ),
    "116 two lengths": (f"{POST}{FORM}Content-Length: 5\r\nContent-Length: 6\r\n{END}near=1", 400),
    "116 a negative length": (f"{POST}{FORM}Content-Length: -1\r\n{END}", 400),
    "116 an unknown coding": (f"{POST}{FORM}Transfer-Encoding: xchunked\r\n{END}near=1", 400),
    "116 two codings": (f"{POST}{FORM}Transfer-Encoding: gzip, chunked\r\n{END}near=1", 400),
    "116 a folded header": (f"{GET}X-Folded: a\r\n b\r\n{END}", 400),
    "116 a space before the colon": (f"{GET}X-Spaced : a\r\n{END}", 400),
    "116 a body that is no chunk": (f"{POST}{FORM}Transfer-Encoding: chunked\r\n{END}zz\r\n", 400),
    "117 a NUL": (f"GET /\0 HTTP/1.1\r\nHost: {HOST}\r\n{END}", 400),
    "117 no request at all": ("nothing\r\n\r\n", 400),
    "117 an unknown version": (f"GET / HTTP/9.9\r\nHost: {HOST}\r\n{END}", 400),
    "118 a small letter": (f"get / HTTP/1.1\r\nHost: {HOST}\r\n{END}", 400),
    "118 TRACE": (f"TRACE / HTTP/1.1\r\nHost: {HOST}\r\n{END}", 405),
    "118 CONNECT": (f"CONNECT / HTTP/1.1\r\nHost: {HOST}\r\n{END}", 405),
    "122 a body over the limit": (f"{POST}{FORM}Content-Length: 2000000\r\n{END}near=", 413),
    "122 chunks over the limit": (
        f"{POST}{FORM}Transfer-Encoding: chunked\r\n{END}186a0\r\n{'a' * 100_000}\r\n0\r\n\r\n",
        413,
    ),
    "the pages of nginx are asked for": (
        f"GET /proxy-pages/down.html HTTP/1.1\r\nHost: {HOST}\r\n{END}",
        404,
    ),
}
# What gunicorn or the site answers; nginx lets it through.
PASSED_ON = {
    "115 many headers": (GET + "".join(f"X-{n}: 1\r\n" for n in range(150)) + END, 431),
    "118 FOO": (f"FOO / HTTP/1.1\r\nHost: {HOST}\r\n{END}", 405),
    "111 no such page": (f"GET /nothing HTTP/1.1\r\nHost: {HOST}\r\n{END}", 404),
}
EVERY_BAD = REFUSED | PASSED_ON


@pytest.mark.parametrize(("sent", "status"), REFUSED.values(), ids=REFUSED.keys())
def test_the_proxy_refuses_it_with_a_page_that_helps(proxy: Proxy, sent: str, status: int) -> None:
    told = proxy.send(sent)
    assert told.status == status
    assert "<h1>We could not read that request</h1>" in told.body
    for number in ("tel:911", "tel:988", "tel:+18009720590", "tel:+18002221222"):
        assert f'href="{number}"' in told.body
    assert told.all("Server") == ["nginx"]
    assert "evil" not in told.body
    assert "nginx" not in told.body


@pytest.mark.parametrize(("sent", "status"), PASSED_ON.values(), ids=PASSED_ON.keys())
def test_what_the_site_refuses_keeps_its_status(proxy: Proxy, sent: str, status: int) -> None:
    assert proxy.send(sent).status == status


@pytest.mark.parametrize("sent", [sent for sent, _status in EVERY_BAD.values()], ids=EVERY_BAD)
def test_whatever_is_refused_has_every_header_once(proxy: Proxy, sent: str) -> None:
    told = proxy.send(sent)
    for name, value in {**SECURITY_HEADERS, TRANSPORT_SECURITY[0]: TRANSPORT_SECURITY[1]}.items():
        is_own_page = name == "Content-Security-Policy" and "We could not read" in told.body
        assert told.all(name) == (["frame-ancestors 'none'"] if is_own_page else [value]), name
    assert told.all("Cache-Control") == ["no-store"]
    assert not told.all("Set-Cookie")


def test_a_page_has_each_header_once_and_is_kept_by_nobody(proxy: Proxy) -> None:
    for path in ("/", "/search?near=43215", "/learn/overdose"):
        told = proxy.ask(path)
        assert told.status == 200
        for name in (*SECURITY_HEADERS, TRANSPORT_SECURITY[0], "Cache-Control"):
            assert len(told.all(name)) == 1, name
        assert told.all("Cache-Control") == ["no-store"]
        assert not told.all("Retry-After")
        assert not told.all("ETag")


def test_116_what_stands_behind_a_request_is_answered_by_itself_or_never(proxy: Proxy) -> None:
    """A second request that hides in the body of a first one reaches nobody."""
    hidden = f"GET /healthz HTTP/1.1\r\nHost: {HOST}\r\n\r\n"
    head = f"{POST}{FORM}Content-Length: {len(hidden)}\r\n"
    with proxy.line() as line:
        line.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}".encode())
        got = b""
        while more := line.recv(65_536):
            got += more
    assert got.count(b"HTTP/1.1 ") == 1
    assert got.startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X_Forwarded_For", "203.0.113.9"),
        ("X-Forwarded-Host", "evil.example"),
        ("Forwarded", "host=evil.example"),
        ("X-Original-URL", "/admin/"),
        ("X-HTTP-Method-Override", "DELETE"),
    ],
)
def test_119_a_header_of_a_proxy_is_not_taken_from_outside(
    proxy: Proxy, name: str, value: str
) -> None:
    told = proxy.ask("/sitemap.xml", headers={name: value})
    assert told.status == 200
    assert told.body == proxy.ask("/sitemap.xml").body
    assert f"https://{HOST}/" in told.body


def test_112_who_names_another_site_in_the_handshake_learns_nothing(proxy: Proxy) -> None:
    lenient = ssl.create_default_context()
    lenient.check_hostname = False
    lenient.verify_mode = ssl.CERT_NONE
    for name in ("evil.example", None):
        with (
            pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"),
            proxy.connection_of(lenient, name=name),
        ):
            pass


@pytest.mark.parametrize(
    "version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1], ids=["1.0", "1.1"]
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_a_version_of_tls_that_is_broken_is_refused(proxy: Proxy, version: ssl.TLSVersion) -> None:
    old = ssl.create_default_context(cafile=str(proxy.folder / "fullchain.pem"))
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = old.maximum_version = version
    with pytest.raises(ssl.SSLError), proxy.connection_of(old, name=HOST):
        pass


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_both_good_versions_of_tls_are_spoken(proxy: Proxy, version: str) -> None:
    chosen = ssl.create_default_context(cafile=str(proxy.folder / "fullchain.pem"))
    number = getattr(ssl.TLSVersion, version.replace(".", "_"))
    chosen.minimum_version = chosen.maximum_version = number
    with proxy.connection_of(chosen, name=HOST) as line:
        assert line.version() == version
        assert read_answer(line, (GET + END).encode()).status == 200


def test_123_http_on_the_port_of_https_is_answered_and_closed(proxy: Proxy) -> None:
    with proxy.plain_line(proxy.port) as line:
        assert read_answer(line, (GET + END).encode()).status == 400


def test_123_tls_on_the_port_of_http_is_closed(proxy: Proxy) -> None:
    hello = bytes.fromhex("16030100a5010000a10303") + bytes(160)
    with proxy.plain_line(proxy.plain_port) as line:
        assert read_answer(line, hello + b"\r\n\r\n").status in {0, 400}


def test_http_leads_to_https_with_the_same_address(proxy: Proxy) -> None:
    told = ask_plainly(proxy, "/search?near=43215")
    assert told.status == 301
    assert told.all("Location") == [f"https://{HOST}/search?near=43215"]
    assert not told.all(TRANSPORT_SECURITY[0]), "over HTTP it means nothing"
    assert told.all("Content-Security-Policy") == [SECURITY_HEADERS["Content-Security-Policy"]]


def test_http_for_another_host_leads_nowhere(proxy: Proxy) -> None:
    told = ask_plainly(proxy, "/", host="evil.example")
    assert told.status == 400
    assert not told.all("Location")


def ask_plainly(proxy: Proxy, path: str, *, host: str = HOST) -> Told:
    with proxy.plain_line(proxy.plain_port) as line:
        return read_answer(line, f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{END}".encode())


def _answers(app: Flask, proxy: Proxy) -> Iterator[tuple[str, Told]]:
    for address in public_addresses(app):
        yield f"GET {address}", proxy.ask(address)
        yield f"POST {address}", proxy.ask(address, method="POST")
    for name, (sent, _status) in EVERY_BAD.items():
        yield name, proxy.send(sent)


def test_the_worst_answer_behind_the_proxy_has_every_point(
    embedded: Flask, proxy: Proxy, capsys: pytest.CaptureFixture[str]
) -> None:
    [led] = ask_plainly(proxy, "/").all("Location")
    scored: dict[str, tuple[Score, ...]] = {
        f"{name} ({told.status})": score(
            Answer(headers=told.headers, body=told.body, host=HOST, redirected=led)
        )
        for name, told in _answers(embedded, proxy)
    }
    name, worst = min(scored.items(), key=lambda item: (total(item[1]), item[0]))
    with capsys.disabled():
        sys.stdout.write(f"\nthe worst of {len(scored)} behind nginx: {name}\n{table(worst)}\n")
    lost = {
        f"{name}: {each.test}": each.found
        for name, scores in scored.items()
        for each in scores
        if each.points != each.most
    }
    assert not lost
    assert total(worst) == most(worst) >= 130
    assert not [each.remark for each in worst if "HTTPS" in each.remark], "asked over real HTTPS"


def test_two_requests_over_one_connection_are_both_answered(proxy: Proxy) -> None:
    connection = proxy.connection()
    try:
        for _time in range(2):
            connection.request("GET", "/", headers={"Host": HOST})
            with connection.getresponse() as response:
                assert response.status == http.client.OK
                assert response.read()
    finally:
        connection.close()
