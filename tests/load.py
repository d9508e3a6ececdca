"""Many people reading at once: requests at a steady rate, and what became of each."""

from __future__ import annotations

import http.client
import itertools
import random
import re
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlencode

# People at once that one such load can be; more wait until one of them has an answer.
_CONNECTIONS = 48
# Nobody waits longer for a page.
_LONGEST_S = 30.0
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
_ZIPS = ("43215", "15213", "21201", "99501", "60614", "40202", "02118", "97204", "78701", "33130")
_FILTERS = (
    "",
    "",
    "",
    "&term=MU",
    "&term=BU&term=MD",
    "&q=methadone",
    "&page=2",
    "&q=peer+support",
)


class Ask(NamedTuple):
    """One request; a body makes it a POST."""

    path: str
    body: str | None = None


class Answer(NamedTuple):
    """What came back: the status, or the name of what broke the connection off."""

    ask: Ask
    outcome: int | str
    seconds: float
    text: str = ""


@dataclass(slots=True)
class Load:
    """The answers so far; written by many threads."""

    answers: list[Answer] = field(default_factory=list)

    def failed(self) -> Counter[str]:
        """How often each kind of server error came (5xx)."""
        return Counter(
            f"{answer.outcome} {answer.ask.path.partition('?')[0]}"
            for answer in self.answers
            if isinstance(answer.outcome, int)
            and answer.outcome >= HTTPStatus.INTERNAL_SERVER_ERROR
        )

    def odd(self) -> Counter[str]:
        """How often a page that is there was answered with anything but 200 and 5xx."""
        return Counter(
            f"{answer.outcome} {answer.ask.path.partition('?')[0]}"
            for answer in self.answers
            if isinstance(answer.outcome, int)
            and HTTPStatus.OK != answer.outcome < HTTPStatus.INTERNAL_SERVER_ERROR
        )

    def broken(self) -> Counter[str]:
        """How often a connection was broken off, by how."""
        return Counter(each.outcome for each in self.answers if isinstance(each.outcome, str))

    def percentiles_ms(self, *, path: str = "/") -> tuple[float, float, float, float]:
        """p50, p95, p99 and the slowest of the answers to addresses that begin so, in ms."""
        times = sorted(
            each.seconds * 1_000 for each in self.answers if each.ask.path.startswith(path)
        )
        cuts = statistics.quantiles(times, n=100, method="inclusive")
        return cuts[49], cuts[94], cuts[98], times[-1]


@contextmanager
def under_load(
    port: int, asks: Sequence[Ask], *, rate: float, longest_s: float = _LONGEST_S
) -> Iterator[Load]:
    """So many requests a second, from the begin of the block to its end.

    One without an answer for `longest_s` counts as broken off.
    """
    load, is_over = Load(), threading.Event()
    turns, started = itertools.count(), time.monotonic()
    lock = threading.Lock()

    def read_on() -> None:
        while True:
            with lock:
                turn = next(turns)
            if is_over.wait(max(0.0, started + turn / rate - time.monotonic())):
                return
            load.answers.append(ask_once(port, asks[turn % len(asks)], longest_s=longest_s))

    threads = [threading.Thread(target=read_on) for _number in range(_CONNECTIONS)]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def ask_once(port: int, ask: Ask, *, longest_s: float = _LONGEST_S) -> Answer:
    """Send one request over a connection of its own, as a proxy without keep-alive does."""
    started = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=longest_s)
    headers = {"Host": "localhost", "Connection": "close"} | (_FORM if ask.body else {})
    outcome: int | str
    text = ""
    try:
        connection.request("POST" if ask.body else "GET", ask.path, ask.body, headers)
        with connection.getresponse() as response:
            text = response.read().decode(errors="replace")
            outcome = response.status
    except (http.client.HTTPException, OSError) as error:
        outcome = type(error).__name__
    finally:
        connection.close()
    is_shown = outcome != HTTPStatus.OK or ask.body is not None
    return Answer(ask, outcome, time.monotonic() - started, text if is_shown else "")


def reading_asks(port: int) -> list[Ask]:
    """What people read, about half of it searches; the listings are those that a search shows."""
    searches = [
        Ask(f"/search?near={code}{chosen}") for code, chosen in itertools.product(_ZIPS, _FILTERS)
    ]
    found = _found(port, searches, r'href="(/listings/[0-9a-f-]{36})"')
    styles = _found(port, [Ask("/")], r'href="(/static/[^"]+\.css)"')
    private = [Ask("/search", urlencode({"near": code, "q": "methadone"})) for code in _ZIPS]
    pages = [
        Ask(path)
        for path in ("/", "/helplines", "/learn/", "/learn/overdose", "/learn/withdrawal", "/check")
    ]
    asks = [*searches, *private, *found[:40], *pages * 4, *styles * 5]
    random.Random(7).shuffle(asks)  # noqa: S311 (an order, no secret)
    return asks


def _found(port: int, asks: Sequence[Ask], pattern: str) -> list[Ask]:
    pages = (http_text(port, each.path) for each in asks)
    addresses = {address for page in pages for address in re.findall(pattern, page)}
    return [Ask(address) for address in sorted(addresses)]


def http_text(port: int, path: str) -> str:
    """A page as text, which must be there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_LONGEST_S)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        with connection.getresponse() as response:
            assert response.status == HTTPStatus.OK, path
            return response.read().decode()
    finally:
        connection.close()
