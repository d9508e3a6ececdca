"""Help First: a directory of treatment services and helplines, and pages that explain."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.orm import sessionmaker

from app import cli, extensions
from app.db import DatabaseUnavailableError, configure_engine
from app.search.searcher import Searcher
from app.store.duplicates import DuplicateFinder
from app.web import register_web
from app.web.reading import ReadingFlask
from app.web.warming import learn_types
from config import secret_key_of

if TYPE_CHECKING:
    from flask import Flask

    from config import Config

__all__ = ["create_app"]

_ROOT: Final = Path(__file__).resolve().parent.parent
_MIGRATIONS: Final = _ROOT / "migrations"


def create_app(config: Config) -> Flask:
    """The application with these settings; its instance folder is made if it is missing."""
    config.instance_path.mkdir(parents=True, exist_ok=True)
    app = ReadingFlask(
        __name__,
        instance_path=str(config.instance_path),
        static_folder=None,
        template_folder=str(_ROOT / "templates"),
    )
    app.config.from_mapping(_flask_settings(config))
    extensions.db.init_app(app)
    _close_sessions_alone(app)
    extensions.migrate.init_app(app, extensions.db, directory=str(_MIGRATIONS))
    extensions.babel.init_app(app)
    extensions.compress.init_app(app)
    with app.app_context():
        for engine in extensions.db.engines.values():
            configure_engine(engine)
        engine = extensions.db.engine
    app.extensions["searcher"] = Searcher(
        config.instance_path, session_factory=sessionmaker(engine)
    )
    app.extensions["duplicates"] = DuplicateFinder()
    register_web(app, config)
    cli.register_commands(app)
    learn_types()
    return app


def _close_sessions_alone(app: Flask) -> None:
    # The extension ends each request by closing async sessions, of which we have none, in a
    # thread of its own: that alone costs half a millisecond.
    app.teardown_appcontext_funcs[:] = [
        _unless_lost(function) if function.__name__ == "_close_sessions" else function
        for function in app.teardown_appcontext_funcs
        if function.__name__ != "_close_async_sessions"
    ]


def _unless_lost(close: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(close)
    def close_or_leave(error: BaseException | None) -> None:
        # The answer is made by then. A database that went away since has ended what was open.
        with contextlib.suppress(DatabaseUnavailableError):
            close(error)

    return close_or_leave


def _flask_settings(config: Config) -> dict[str, object]:
    return {
        "TESTING": config.is_testing,
        "SQLALCHEMY_ENGINES": {
            "default": {
                "url": config.database_url,
                # A statement's parameters can be what somebody searched for.
                "hide_parameters": True,
                # A file is never away, and asking it first costs as much as most questions.
                "pool_pre_ping": not config.database_url.startswith("sqlite"),
            }
        },
        "SECRET_KEY": secret_key_of(config),
        "TRUSTED_HOSTS": list(config.trusted_hosts),
        "MAX_CONTENT_LENGTH": 64 * 1024,
        "MAX_FORM_MEMORY_SIZE": 64 * 1024,
        "MAX_FORM_PARTS": 1_000,
        "BABEL_DEFAULT_LOCALE": "en",
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_MIMETYPES": [
            "text/html",
            "text/plain",
            "application/json",
            "application/xml",
            "application/atom+xml",
            "image/svg+xml",
        ],
        "HELP_FIRST": config,
    }
