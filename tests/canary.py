"""Marks of a person who searches, sent to a server, and a look into all that it wrote."""

from __future__ import annotations

import http.client
import itertools
import socket
from collections.abc import Iterator, Sequence
from typing import Protocol
from urllib.parse import quote, urlencode

import sqlalchemy as sa
from flask import Flask

from tests.real_server import Server


class Door(Protocol):
    """What takes requests for a site: its server, or a proxy before it."""

    def connection(self) -> http.client.HTTPConnection:
        """A new connection, for requests."""

    def line(self) -> socket.socket:
        """A new connection, for raw bytes."""


WORD = "CANARY-7f3a9"
ADDRESS = "203.0.113.77"
# Five digits can stand in the data by chance: the first that do not are the mark.
ZIP_CODES = ("99546", "59212", "04741", "88021", "79837", "96772")
FROM_HERE = {
    "Sec-Fetch-Site": "same-origin",
    "User-Agent": f"Mozilla/5.0 {WORD}",
    "Referer": f"https://{WORD}.example/",
    "X-Forwarded-For": ADDRESS,
    "X-Real-IP": ADDRESS,
    "Accept-Language": f"en, {WORD}",
    "Cookie": f"session={WORD}",
    "X-Request-Id": WORD,
}
# Fields that pages read; a search and a report are the longest of them.
FIELDS = (
    "q",
    "near",
    "care",
    "pay",
    "radius",
    "page",
    "sort",
    "id",
    "topic",
    "state",
    "lat",
    "lon",
)
# What TRUST.md calls bad input, as the values of a field.
BAD = (
    WORD,
    f"{WORD}\x00",
    f"' OR 1=1-- {WORD}",
    f"{WORD}%_\\",
    f'"unclosed {WORD} NEAR( col:*',
    f"<script>{WORD}</script>",
    "{{7*7}}" + WORD,
    f"\u202e{WORD}\U0001f9d1\u200d\U0001f9d1",
    WORD + "a" * 3_000,
    f"-1 {WORD}",
    f"{10**20}",
    f"NaN {WORD}",
    f"want to die {WORD}",
)
# Broken requests: the line and the headers that gunicorn's own log would quote.
RAW = (
    f"GET /search?q={WORD} HTTP/9.9\r\n\r\n",
    f"GET /search?q={WORD}\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    f"{WORD} / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    f"get /{WORD} HTTP/1.1\r\nHost: localhost\r\n\r\n",
    f"GET /{WORD} HTTP/1.1\r\nHost : {WORD}\r\n\r\n",
    f"GET /{WORD} HTTP/1.1\r\nHost: {WORD}.example\r\n\r\n",
    f"GET /{'a' * 5_000}{WORD} HTTP/1.1\r\nHost: localhost\r\n\r\n",
    f"GET /{WORD} HTTP/1.1\r\nHost: localhost\r\nX: {WORD}{'a' * 9_000}\r\n\r\n",
    f"POST /search?q={WORD} HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    f"POST /search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{WORD}",
    f"POST /search HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n{WORD}",
)


def unused_marks(server: Server, engine: sa.Engine) -> tuple[str, str, str]:
    """A word, a ZIP code and an address that neither a file nor a row holds yet."""
    for code in ZIP_CODES:
        if not found_in(server, [code]) and not found_in_rows(engine, [code]):
            return WORD, code, ADDRESS
    raise AssertionError


def send_everything(
    app: Flask, door: Door, *, listing_id: object, zip_code: str, least: int
) -> int:
    """Send the marks through every public route, by GET and POST, in every bad form; how many."""
    addresses = sorted(_addresses(app, listing_id))
    sent = 0
    for round_number in itertools.count():
        for address in addresses:
            for number, bad in enumerate(BAD, round_number):
                fields = dict.fromkeys(FIELDS, bad) | {"near": zip_code if number % 2 else bad}
                query = urlencode(fields, errors="surrogatepass")[:3_900]
                _ask(door, "GET", f"{address}?{query}")
                # What a visitor writes into a report is meant to be kept, unlike who wrote it.
                is_report = address.endswith(("/report", "/suggest"))
                body = "topic=phone&details=wrong" if is_report else query
                _ask(door, "POST", f"{address}?q={WORD}", body)
                sent += 2
        for raw in RAW:
            _send_raw(door, raw)
            sent += 1
        for path in (f"/{WORD}", f"/learn/{WORD}", f"/reports/{WORD}", f"/static/../{WORD}"):
            _ask(door, "GET", path)
            sent += 1
        if sent >= least:
            return sent
    raise AssertionError


def found_in(server: Server, marks: Sequence[str]) -> list[str]:
    """The files of the server that hold one of the marks, each with the mark.

    PostgreSQL's own files have any five digits somewhere, in parts of points and times: digits are
    looked for in its rows instead.
    """
    return [
        f"{path.name}: {mark}"
        for folder in server.folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
        for mark in marks
        if not (mark.isdigit() and "postgresql" in path.parts)
        if mark.encode() in path.read_bytes()
    ]


def found_in_rows(engine: sa.Engine, marks: Sequence[str]) -> list[str]:
    """The tables that hold one of the marks in any row."""
    reflected = sa.MetaData()
    with engine.connect() as connection:
        reflected.reflect(connection)
        return [
            f"{table.name}: {mark}"
            for table in reflected.sorted_tables
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table.name}"')  # noqa: S608
            for mark in marks
            if mark in repr(tuple(row))
        ]


def _addresses(app: Flask, listing_id: object) -> Iterator[str]:
    values = {
        "listing_id": listing_id,
        "slug": "withdrawal",
        "reference": "ABCD-EFGH",
        "release": "0" * 12,
        "name": "styles.css",
    }
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if not rule.rule.startswith("/admin"):
                yield app.url_for(rule.endpoint, **{n: values[n] for n in rule.arguments})


def _ask(door: Door, method: str, address: str, body: str | None = None) -> None:
    connection = door.connection()
    headers = {**FROM_HERE, "Host": "localhost"}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request(method, quote(address, safe="/?=&%+"), body, headers)
        with connection.getresponse() as response:
            response.read()
    except (http.client.HTTPException, ConnectionError):
        pass  # a request that was broken off is an answer too
    finally:
        connection.close()


def _send_raw(door: Door, text: str) -> None:
    with door.line() as connection:
        try:
            connection.sendall(text.encode())
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4_096):
                pass
        except (ConnectionError, TimeoutError):
            pass
