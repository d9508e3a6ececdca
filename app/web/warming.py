"""What a server does before its first visitor: the first page should not be the slow one."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import gc
import logging
import sys
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import msgspec
from flask import Flask

from app.db import DatabaseUnavailableError, describe_database
from app.extensions import db
from app.search.searcher import Searcher
from app.store.rights import find_excess
from app.web.map_land import prepare_land

_logger = logging.getLogger(__name__)

# Pages that load all that the others need: the gazetteer, the filters, the index, the guide, the
# law. The place is the middle of the country, which nobody has asked for.
_PAGES: Final = (
    "/",
    "/search?near=66952&q=methadone",
    "/helplines",
    "/learn/",
    "/learn/overdose",
    "/learn/kratom-law",
    "/check",
)
_TOO_MUCH: Final = ", with a role that may change the schema or the history (SERVING_ROLE)"
_OURS: Final = __name__.partition(".")[0]
# A page makes some thousands of objects and drops them, hardly any in circles. Python's 700 would
# have it searched several times a page. These hold a few MB back at most.
_OBJECTS_BETWEEN_SEARCHES: Final = 20_000
_SEARCHES_OF_THE_YOUNG: Final = (20, 20)


def database_words(app: Flask) -> str:
    """The engine that keeps the data, its version and how it is set, for the log.

    Of PostgreSQL also whether the role of the site may do more than serve.
    """
    with app.app_context():
        try:
            excess = find_excess(db.session)
            return describe_database(db.engine) + (_TOO_MUCH if excess and any(excess) else "")
        except DatabaseUnavailableError:
            return f"{db.engine.dialect.name}, which does not answer"


@functools.cache
def learn_types() -> None:
    """Let msgspec learn every type that it may be asked for, while there is one thread.

    It remembers a type before it has read all of it. Of two threads that need one for the first
    time at once, the second would read what is not there yet, and the process would end (SIGSEGV).
    """
    for kind in _types():
        # What it cannot read is never asked for.
        with contextlib.suppress(NameError, TypeError):
            msgspec.json.Decoder(kind)


def _types() -> Iterator[type[Any]]:
    """The classes of this application whose fields msgspec could read."""
    modules = [sys.modules[name] for name in sorted(sys.modules) if name.startswith(f"{_OURS}.")]
    for module in modules:
        for found in vars(module).values():
            if isinstance(found, type) and found.__module__ == module.__name__:
                is_named_tuple = issubclass(found, tuple) and hasattr(found, "_fields")
                is_struct = issubclass(found, msgspec.Struct)
                if is_struct or is_named_tuple or dataclasses.is_dataclass(found):
                    yield found


def prepare_to_fork(app: Flask) -> None:
    """Warm the process up for all copies of it, and keep nothing open that they may not share.

    A copy has no thread of ours, and a connection to the database is for one process alone.
    """
    warm_up(app)
    load_templates(app)
    searcher: Searcher = app.extensions["searcher"]
    searcher.wait()
    with app.app_context():
        db.engine.dispose()
    settle()


def load_templates(app: Flask) -> None:
    """Load all of our templates, so that the files of the next release are not mixed in.

    They lie there for a while before that release is begun.
    """
    ours = Path(str(app.template_folder))
    for name in app.jinja_env.list_templates(filter_func=lambda name: (ours / name).is_file()):
        app.jinja_env.get_template(name)


def settle() -> None:
    """Let the search for circles of dead objects leave out what is loaded, and begin less often.

    What is there now stays for good. Left out, it is also shared by the copies of the process,
    since nobody writes to it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_SEARCHES, *_SEARCHES_OF_THE_YOUNG)


def warm_up(app: Flask) -> None:
    """Load what is loaded once per process. What fails here fails again where a page tells it."""
    prepare_land()
    client = app.test_client()
    host = next(iter(app.config["TRUSTED_HOSTS"] or ()), "localhost").lstrip(".")
    for page in _PAGES:
        try:
            status = client.get(page, base_url=f"http://{host}").status_code
        except Exception as error:  # noqa: BLE001 - a server must come up whatever happens here
            _logger.warning("%s while warming up", type(error).__name__)
            return
        if status != HTTPStatus.OK:
            # The database is away: each further page would wait for it once more.
            return
