"""200 clients that are as slow as they can be hold up nobody else, since they wait in the proxy."""

from __future__ import annotations

import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from http import HTTPStatus

import pytest
from flask import Flask

from tests.real_proxy import HOST, Proxy, needs_nginx
from tests.slow_clients import reading_slowly, sending_slowly

pytestmark = needs_nginx

# The site behind has four threads.
CLIENTS = 200
PAGES = ("/", "/helplines", "/search?near=43215", "/learn/overdose", "/check") * 8
HEAD = f"POST /search HTTP/1.1\r\nHost: {HOST}\r\nSec-Fetch-Site: same-origin\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


def read_all(proxy: Proxy) -> None:
    """Fail unless every page that many people ask for meanwhile is answered, whole and with 200."""
    people = ThreadPoolExecutor(8)
    try:
        for path, told in zip(PAGES, people.map(proxy.ask, PAGES), strict=True):
            assert (path, told.status) == (path, HTTPStatus.OK)
            assert told.body.endswith("</html>")
    finally:
        # Where one is not answered, the others need not be waited for.
        people.shutdown(cancel_futures=True)


def test_headers_that_come_byte_by_byte_hold_up_nobody(proxy: Proxy) -> None:
    with sending_slowly(
        proxy.line, count=CLIENTS, opening=f"GET / HTTP/1.1\r\nHost: {HOST}\r\n", drop="X-a: b\r\n"
    ):
        read_all(proxy)


def test_requests_that_have_not_begun_hold_up_nobody(proxy: Proxy) -> None:
    with sending_slowly(proxy.line, count=CLIENTS, drop="GET /search"):
        read_all(proxy)


def test_bodies_that_come_byte_by_byte_hold_up_nobody(proxy: Proxy) -> None:
    with sending_slowly(
        proxy.line, count=CLIENTS, opening=f"{HEAD}{FORM}Content-Length: 60000\r\n\r\n", drop="near"
    ):
        read_all(proxy)


def test_chunks_without_an_end_hold_up_nobody(proxy: Proxy) -> None:
    with sending_slowly(
        proxy.line,
        count=CLIENTS,
        opening=f"{HEAD}{FORM}Transfer-Encoding: chunked\r\n\r\n",
        drop="1\r\na\r\n",
    ):
        read_all(proxy)


def test_answers_that_are_read_byte_by_byte_hold_up_nobody(embedded: Flask, proxy: Proxy) -> None:
    """A file to take along is the largest public answer: more of them than the site has threads."""
    assert embedded
    form = "near=OH"
    file = HEAD.replace("/search", "/take-along/file")
    large = f"{file}{FORM}Content-Length: {len(form)}\r\n\r\n{form}"
    slow = partial(proxy.line, is_narrow=True)
    page = f"GET /learn/withdrawal HTTP/1.1\r\nHost: {HOST}\r\n\r\n"
    with (
        reading_slowly(slow, count=12, request=large),
        reading_slowly(slow, count=CLIENTS, request=page),
    ):
        read_all(proxy)


# Rows 122 and 123 of the bad inputs.
STOPPED = (
    "G",
    f"GET / HTTP/1.1\r\nHost: {HOST}\r\n",
    f"{HEAD}{FORM}Content-Length: 50\r\n\r\nnear=",
)


def seconds_until_closed(proxy: Proxy, sent: str) -> float:
    """How long the proxy waits for the rest; raises TimeoutError past a minute."""
    started = time.monotonic()
    with proxy.line() as line:
        line.sendall(sent.encode())
        line.settimeout(60)
        # Closed with or without an answer.
        with suppress(ConnectionResetError, ssl.SSLEOFError):
            while line.recv(65_536):
                pass
    return time.monotonic() - started


@pytest.mark.slow
def test_what_stops_on_its_way_is_given_up_after_ten_seconds(proxy: Proxy) -> None:
    with ThreadPoolExecutor(len(STOPPED)) as clients:
        waited = list(clients.map(partial(seconds_until_closed, proxy), STOPPED))
    # Not before: a slow line has its time. How long after depends on how busy a machine is.
    assert min(waited) > 9
