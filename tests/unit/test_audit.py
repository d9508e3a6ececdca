"""The audit is green only when every package was answered for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from scripts import audit
from tests.local_server import served_by
from tests.locator import send_json

SCRIPT = Path(audit.__file__)
Answer = Callable[[list[dict[str, Any]]], object]


@contextmanager
def advisories(answer: Answer, *, status: int = 200) -> Iterator[str]:
    """The address of a server that answers the queries of the audit with this."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            send_json(self, json.dumps(answer(asked["queries"])).encode(), status=status)

    with served_by(Handler) as address:
        yield address


def run(address: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "AUDIT_URL": address, "no_proxy": "127.0.0.1"}
    return subprocess.run(
        [sys.executable, str(SCRIPT)], capture_output=True, text=True, env=environ, check=False
    )


def test_nothing_known_of_any_package_is_green() -> None:
    with advisories(lambda queries: {"results": [{} for _ in queries]}) as address:
        done = run(address)
    assert done.returncode == audit.CLEAN, done.stdout
    assert f"{len(audit.all_pins())} packages checked, 0 with known faults" in done.stdout


def test_a_known_fault_is_named_and_red() -> None:
    def answer(queries: list[dict[str, Any]]) -> object:
        known = {"vulns": [{"id": "SAMPLE-2026-1"}]}
        return {"results": [known if q["package"]["name"] == "flask" else {} for q in queries]}

    with advisories(answer) as address:
        done = run(address)
    assert done.returncode == audit.FOUND
    assert "pkg:pypi/flask@" in done.stdout
    assert "SAMPLE-2026-1" in done.stdout


def test_every_package_is_asked_about_by_its_version() -> None:
    asked: list[dict[str, Any]] = []

    def answer(queries: list[dict[str, Any]]) -> object:
        asked.extend(queries)
        return {"results": [{} for _ in queries]}

    pins = audit.all_pins()
    with advisories(answer) as address:
        audit.known_faults(pins, address=address)
    assert [(q["package"]["name"], q["version"]) for q in asked] == [
        (pin.name, pin.version) for pin in pins
    ]
    assert {pin.name for pin in pins} >= {"flask", "sqlalchemy", "pytest", "ruff"}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda _queries: {}, id="nothing"),
        pytest.param(lambda _queries: [], id="another shape"),
        pytest.param(lambda queries: {"results": [{}] * (len(queries) - 1)}, id="one too few"),
        pytest.param(lambda queries: {"results": [None] * len(queries)}, id="no results"),
    ],
)
def test_an_answer_that_leaves_a_package_out_is_never_green(answer: Answer) -> None:
    with advisories(answer) as address, pytest.raises(audit.NotCheckedError):
        audit.known_faults(audit.all_pins(), address=address)


def test_a_server_that_fails_is_never_green() -> None:
    with (
        advisories(lambda queries: {"results": [{} for _ in queries]}, status=503) as address,
        pytest.raises(audit.NotCheckedError),
    ):
        audit.known_faults(audit.all_pins(), address=address)


def test_no_packages_at_all_is_never_green() -> None:
    with (
        advisories(lambda queries: {"results": [{} for _ in queries]}) as address,
        pytest.raises(audit.NotCheckedError),
    ):
        audit.known_faults([], address=address)


def test_without_a_network_it_says_that_it_could_not_check() -> None:
    with advisories(lambda _queries: {}) as address:
        pass
    done = run(address)
    assert done.returncode == audit.NOT_CHECKED
    assert "Could not check" in done.stdout
    assert "known faults" not in done.stdout


def test_advisories_are_not_asked_for_in_the_clear() -> None:
    with pytest.raises(audit.NotCheckedError, match="HTTPS"):
        audit.known_faults(audit.all_pins(), address="http://advisories.example/")
