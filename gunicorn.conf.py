"""How gunicorn serves the application: quietly, so that no log holds what was searched for."""

from __future__ import annotations

import os
from typing import Any

from gunicorn.glogging import Logger


class QuietLogger(Logger):
    """gunicorn's own log without requests: a malformed one would otherwise be quoted with its IP."""

    def access(self, *_args: Any, **_options: Any) -> None:
        """Write nothing: there is no access log."""

    def warning(self, message: Any, *args: Any, **options: Any) -> None:
        """Write a warning, but for those about requests."""
        if "request" not in str(message).lower():
            super().warning(message, *args, **options)

    def debug(self, *_args: Any, **_options: Any) -> None:
        """Write nothing: debug messages name addresses of requests."""

    def exception(self, message: Any, *_args: Any, **_options: Any) -> None:
        """Write that something failed, without the request or the traceback that quote it."""
        super().error("error while answering" if "request" in str(message) else str(message)[:80])


bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = 4
accesslog = None
errorlog = "-"
loglevel = "info"
logger_class = QuietLogger
graceful_timeout = 30
timeout = 30
max_requests = 50_000
max_requests_jitter = 5_000
# The search index is mapped by each worker; loading the application once saves the rest.
preload_app = False
# It would answer commands from a socket in the home folder.
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Load what the first page needs before somebody asks for it."""
    # Imported here: this file is read before the application is.
    from app.web.warming import start_warming  # noqa: PLC0415

    start_warming(worker.wsgi)
