"""A command runs without a network, or it is said that it did not run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import without_network

SCRIPT = Path(without_network.__file__)
# Reaches a server of its own; then 192.0.2.1, which is nobody's (RFC 5737).
PROBE = """
import socket
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(server.getsockname()).close()
try:
    socket.create_connection(("192.0.2.1", 80), timeout=1)
except OSError as error:
    print(error.errno)
"""
NETWORK_IS_UNREACHABLE = "101"


def run(*command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), *command],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environ},
    )


@pytest.fixture
def _namespace() -> None:
    if without_network.way_in() is None:
        pytest.skip("this system gives no network namespace")


@pytest.mark.usefixtures("_namespace")
def test_inside_there_is_this_machine_and_nothing_else() -> None:
    done = run(sys.executable, "-c", PROBE)
    assert (done.returncode, done.stdout.strip()) == (0, NETWORK_IS_UNREACHABLE), done.stderr


@pytest.mark.usefixtures("_namespace")
def test_the_status_is_that_of_the_command() -> None:
    assert run(sys.executable, "-c", "raise SystemExit(5)").returncode == 5


def test_where_it_is_not_possible_nothing_runs_and_nothing_is_green(tmp_path: Path) -> None:
    done = run(sys.executable, "-c", "print('ran')", PATH=str(tmp_path))
    assert done.returncode == without_network.NOT_SHOWN
    assert done.stdout.startswith("NOT SHOWN")
    assert "ran" not in done.stdout.split()
