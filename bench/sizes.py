"""What pages weigh on the wire with everything that they need, as a real gunicorn sends them.

    python -m bench.sizes [--quick] [--folder PATH]

A copy of the application, its static files packed as `make run` packs them, serves a database
of sample listings. Every octet that arrives is counted, headers as well as bodies, for the page
and for each stylesheet, script, icon and picture that it names; the client takes brotli, as
browsers do. One first visit: nothing is in a cache.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlencode

import brotli

from app.gazetteer.places import city_place
from bench.database import folder_for_databases, instance_of, sample_app
from bench.figures import Figure, Options, run_part

_SIZE: Final = 20_000
_PART: Final = "On the wire"
_ROOT: Final = Path(__file__).resolve().parents[1]
_SERVED: Final = ("app", "templates", "migrations", "config.py", "wsgi.py", "gunicorn.conf.py")
_HOST: Final = "127.0.0.1"
_PATIENCE_S: Final = 30.0
_KIB: Final = 1_024


class _Needed(HTMLParser):
    """The addresses of what a page loads by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what this element loads."""
        told = dict(attrs)
        name = {"script": "src", "img": "src", "link": "href"}.get(tag)
        address = told.get(name) if name else None
        if address and (tag != "link" or {"stylesheet", "icon"} & set((told["rel"] or "").split())):
            self.addresses.append(address)


def main() -> None:
    """Run this part alone."""
    run_part(__doc__, measure)


def measure(options: Options) -> tuple[Figure, ...]:
    """Serve the site, fetch its pages, count."""
    cities = 10 if options.is_quick else 50
    with folder_for_databases(options.folder) as folder:
        sample_app(_SIZE, folder)
        with _served(instance_of(_SIZE, folder)) as port:
            results = [_weight(port, address) for address in _result_addresses(cities)]
            home = _weight(port, "/")
            guide = {page: _weight(port, page) for page in _guide_addresses(port)}
    print(f"results page near {cities} cities: {_told(results)}")
    print(f"pages of the guide ({len(guide)}): {_told(list(guide.values()))}")
    figures = [
        _figure("results page with all it needs, median", statistics.median(results), most=30),
        _figure("results page with all it needs, largest", max(results), most=30),
        _figure("home with all it needs", home, most=14),
    ]
    if guide:
        largest = max(guide, key=guide.__getitem__)
        figures.append(_figure(f"largest page of the guide ({largest})", guide[largest], most=25))
    return tuple(figures)


@contextmanager
def _served(instance: Path) -> Iterator[int]:
    """The port of a gunicorn that serves a packed copy of the application."""
    with TemporaryDirectory(prefix="help-first-bench-") as name:
        copy = Path(name)
        for each in _SERVED:
            source = _ROOT / each
            (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / each)
        pack = [sys.executable, "-m", "whitenoise.compress", "--quiet", str(copy / "app/static")]
        subprocess.run(pack, check=True)
        port = _free_port()
        environment = {
            **os.environ,
            "HOST": _HOST,
            "PORT": str(port),
            "INSTANCE_PATH": str(instance),
            "DATABASE_URL": "",
            "WEB_WORKERS": "1",
            "PYTHONPATH": str(copy),
        }
        command = [sys.executable, "-m", "gunicorn", "wsgi:app"]
        server = subprocess.Popen(command, cwd=copy, env=environment, stderr=subprocess.DEVNULL)
        try:
            _wait(port, server)
            yield port
        finally:
            server.terminate()
            server.wait(_PATIENCE_S)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end and server.poll() is None:
        try:
            _fetch(port, "/")
        except ConnectionError:
            time.sleep(0.1)
        else:
            return
    message = "the server did not start"
    raise SystemExit(message)


def _weight(port: int, address: str) -> int:
    """The octets of a page and of all that it needs."""
    answer = _fetch(port, address)
    head, _blank, body = answer.partition(b"\r\n\r\n")
    status = head.split(b"\r\n", 1)[0]
    assert b" 200 " in status, (address, status)
    assert b"Content-Encoding: br" in head, (address, head)
    parser = _Needed()
    parser.feed(brotli.decompress(body).decode())
    parts = {each: len(_fetch(port, each)) for each in dict.fromkeys(parser.addresses)}
    return len(answer) + sum(parts.values())


def _fetch(port: int, address: str) -> bytes:
    """All octets of an answer, its headers first."""
    request = (
        f"GET {address} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip, br\r\n"
        "Connection: close\r\n\r\n"
    )
    with socket.create_connection((_HOST, port), _PATIENCE_S) as connection:
        connection.sendall(request.encode())
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def _result_addresses(cities: int) -> list[str]:
    return [f"/search?{urlencode({'near': city_place(row).label})}" for row in range(cities)]


def _guide_addresses(port: int) -> list[str]:
    """The pages that the contents of the guide lead to."""
    _head, _blank, body = _fetch(port, "/learn/").partition(b"\r\n\r\n")
    found = re.findall(r'href="(/learn/[a-z0-9-]+)"', brotli.decompress(body).decode())
    return list(dict.fromkeys(found))


def _figure(what: str, octets: float, *, most: float) -> Figure:
    return Figure(part=_PART, what=what, value=octets / _KIB, unit="KiB", most=most)


def _told(sizes: Sequence[int]) -> str:
    low, middle, high = min(sizes), statistics.median(sizes), max(sizes)
    return f"{low / _KIB:.1f} to {high / _KIB:.1f} KiB, median {middle / _KIB:.1f}"


if __name__ == "__main__":
    main()
