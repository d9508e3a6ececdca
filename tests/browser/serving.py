"""The application served to a real browser from this process."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import IO, Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server


@contextmanager
def serving(app: Flask) -> Iterator[int]:
    """The port where the application answers, as long as the block runs."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Handler)
    with ThreadPoolExecutor(1) as worker:
        running = worker.submit(server.serve_forever)
        try:
            yield server.server_port
        finally:
            server.shutdown()
            running.result()
            server.server_close()


class _Handler(WSGIRequestHandler):
    """Reads static files whole, and says nothing of what was asked.

    A browser that leaves while a file is sent resets the connection, and then werkzeug leaves the
    file open: `run_wsgi` reads what is left in the socket before it closes what it was sending.
    """

    def make_environ(self) -> dict[str, Any]:
        return super().make_environ() | {"wsgi.file_wrapper": _read_whole}

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: see above."""


def _read_whole(file: IO[bytes], _block_size: int = 0) -> list[bytes]:
    with file:
        return [file.read()]
