"""How gunicorn serves the application: quietly, so that no log holds what was searched for."""

from __future__ import annotations

import os
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.systemd import sd_notify


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
# A worker takes no connection that none of its threads can answer now: the others wait in the
# queue of the system, which all workers share and which outlives each of them.
worker_connections = threads
# A connection that idles would hold one of these places. A proxy opens a new one for each request.
keepalive = 0
accesslog = None
errorlog = "-"
loglevel = "info"
logger_class = QuietLogger
graceful_timeout = 30
timeout = 30
max_requests = 50_000
max_requests_jitter = 5_000
# Loaded and warmed up once; a worker is a copy of that and answers at once.
preload_app = True
# It would answer commands from a socket in the home folder.
control_socket_disable = True


def when_ready(server: Any) -> None:
    """Prepare what the workers share, and end the server that this one is to replace."""
    # Imported here: this file is read before the application is.
    from app.web.takeover import take_over  # noqa: PLC0415
    from app.web.warming import database_words, prepare_to_fork  # noqa: PLC0415

    app = server.app.wsgi()
    server.log.info("database: %s", database_words(app))
    prepare_to_fork(app)
    take_over(app.config["HELP_FIRST"].process_file, from_pid=server.master_pid)
    sd_notify(f"MAINPID={os.getpid()}", server.log)


def on_exit(server: Any) -> None:
    """Forget the number of this process."""
    from app.web.takeover import leave  # noqa: PLC0415

    leave(server.app.wsgi().config["HELP_FIRST"].process_file)
