"""What a process does before its first visitor: the first page should not be the slow one."""

from __future__ import annotations

import logging
import threading
from typing import Final

from flask import Flask

from app.web.map_land import prepare_land

_logger = logging.getLogger(__name__)

# Pages that load all that the others need: the gazetteer, the filters, the index, the templates.
# The place is the middle of the country, which nobody has asked for.
_PAGES: Final = ("/", "/search?near=66952", "/helplines")


def start_warming(app: Flask) -> threading.Thread:
    """Warm the process up in the background: it answers meanwhile."""
    thread = threading.Thread(target=warm_up, args=(app,), name="warming", daemon=True)
    thread.start()
    return thread


def warm_up(app: Flask) -> None:
    """Load what is loaded once per process. What fails here fails again where a page tells it."""
    prepare_land()
    client = app.test_client()
    host = next(iter(app.config["TRUSTED_HOSTS"] or ()), "localhost").lstrip(".")
    for page in _PAGES:
        try:
            client.get(page, base_url=f"http://{host}")
        except Exception as error:  # noqa: BLE001 - a worker must come up whatever happens here
            _logger.warning("%s while warming up", type(error).__name__)
            return
