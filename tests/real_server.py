"""gunicorn as `make run` starts it, in a process of its own with all its files in one folder."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import psutil

from config import Config

ROOT = Path(__file__).resolve().parent.parent
# A machine that is busy with other things takes its time; one that is not waits no longer for it.
_PATIENCE_S = 600.0
_ENDING_S = 120.0
# Its own script, not `python -m`: it starts the one that replaces it by the words it was started by.
_GUNICORN = Path(sys.executable).with_name("gunicorn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A real server process and the folders that it may write to."""

    port: int
    folders: tuple[Path, ...]
    process: subprocess.Popen[bytes]
    environment: dict[str, str]

    def master(self) -> psutil.Process:
        """The process that keeps the workers: the first one, or what has replaced it since."""
        written = self.folders[1] / f"server-{self.port}.pid"
        pid = int(written.read_text("ascii")) if written.exists() else self.process.pid
        return psutil.Process(pid)

    def workers(self) -> list[psutil.Process]:
        """The processes that answer, the oldest first."""
        return sorted(self.master().children(), key=psutil.Process.create_time)

    def becomes(self, is_so: Callable[[Server], bool]) -> bool:
        """Whether something comes to be so of it, however long a busy machine takes."""
        ends_at = time.monotonic() + _PATIENCE_S
        while time.monotonic() < ends_at:
            if is_so(self):
                return True
            time.sleep(0.1)
        return False

    def reload(self, *, patience_s: float = _PATIENCE_S) -> subprocess.CompletedProcess[str]:
        """Let it load the application anew, as `make reload` does."""
        # The one that ends is a child of this process, and stays in the table until it is waited for.
        threading.Thread(target=self.process.wait, daemon=True).start()
        return subprocess.run(
            [sys.executable, "scripts/reload.py", "--patience", str(patience_s)],
            cwd=ROOT,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )

    def connection(self) -> http.client.HTTPConnection:
        """A new connection to it, for requests."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def line(self) -> socket.socket:
        """A new connection to it, for raw bytes."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def log(self) -> str:
        """All that the server has written to its output."""
        return (self.folders[0] / "output" / "both").read_text("utf-8")


@contextmanager
def served(
    config: Config,
    folder: Path,
    *,
    words: Sequence[str] = (),
    workers: int = 1,
    application: str = "wsgi:app",
    port: int | None = None,
) -> Iterator[Server]:
    """gunicorn as `make run` starts it, all its files below `folder`; on a free port unless told."""
    for name in ("temp", "home", "output"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    output = folder / "output" / "both"
    environment = {
        **{k: v for k, v in os.environ.items() if k in {"PATH", "LANG", "LD_LIBRARY_PATH"}},
        "DATABASE_URL": config.database_url,
        "INSTANCE_PATH": str(config.instance_path),
        "TMPDIR": str(folder / "temp"),
        "HOME": str(folder / "home"),
        "PORT": str(port),
        "WEB_WORKERS": str(workers),
        **({"IS_BEHIND_HTTPS": "1"} if config.is_behind_https else {}),
    }
    with output.open("wb") as file:
        process = subprocess.Popen(
            [_GUNICORN, "--bind", f"127.0.0.1:{port}", *words, application],
            cwd=ROOT,
            env=environment,
            stdout=file,
            stderr=file,
        )
        server = Server(
            port=port,
            folders=(folder, config.instance_path),
            process=process,
            environment=environment,
        )
        try:
            _wait_for(port, process)
            yield server
        finally:
            with suppress(psutil.NoSuchProcess):
                last = server.master()
                last.terminate()
                last.wait(_ENDING_S)
            # One that was to be replaced and was not; it is no test's to leave it running.
            process.terminate()
            process.wait(_ENDING_S)


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    ends_at = time.monotonic() + _PATIENCE_S
    while time.monotonic() < ends_at and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", "/healthz")
            with connection.getresponse() as response:
                if response.status == HTTPStatus.OK:
                    return
        except (ConnectionError, TimeoutError):
            time.sleep(0.2)
        finally:
            connection.close()
    message = "the server did not come up"
    raise AssertionError(message)
