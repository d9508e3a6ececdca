"""One page for each error, with the emergency numbers on it and nothing of the request."""

from __future__ import annotations

import errno
import logging
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, render_template, session
from flask.globals import request_ctx
from jinja2 import TemplateNotFound
from werkzeug.exceptions import HTTPException

from app.db import DatabaseUnavailableError
from app.domain.errors import NotFoundError
from app.web.resting import resting_page

Answer = tuple[str, int] | tuple[str, int, dict[str, str]]

_logger: Final = logging.getLogger("help_first")
_RETRY_AFTER_S: Final = "5"
# A disk without room: what a search keeps there cannot be built, and nobody here did wrong.
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def register_errors(app: Flask) -> None:
    """Answer every error with a page for people."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(NotFoundError, _not_found)
    app.register_error_handler(DatabaseUnavailableError, _database_gone)
    app.register_error_handler(OSError, _no_room)
    app.register_error_handler(Exception, _unexpected)


def error_page(status: int) -> str:
    """The page for a status."""
    if request_ctx.url_adapter is None:
        # A request for a host that is not ours: no address can be made, so no page with links.
        return f"{HTTPStatus(status).phrase}\n"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return resting_page()
    try:
        return render_template(f"errors/{status}.html")
    except TemplateNotFound:
        return render_template("errors/error.html")


def unavailable(response: Response, error: DatabaseUnavailableError) -> None:
    """Turn an answer into the one of a database that is gone, after the page was made."""
    page, status, headers = _database_gone(error)
    response.set_data(page)
    response.status_code = status
    response.mimetype = "text/html"
    response.headers.pop("Location", None)
    response.headers.update(headers)


def _http_error(error: HTTPException) -> Answer:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    headers = {
        name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}
    }
    return error_page(status), status, headers


def _not_found(_error: NotFoundError) -> Answer:
    return error_page(HTTPStatus.NOT_FOUND), HTTPStatus.NOT_FOUND


def _database_gone(error: Exception) -> tuple[str, int, dict[str, str]]:
    _log(error)
    if hasattr(session, "is_unavailable"):
        # Nobody is signed in by an act that could not be written.
        session.is_unavailable = True
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return error_page(status), status, {"Retry-After": _RETRY_AFTER_S}


def _no_room(error: OSError) -> Answer:
    return _database_gone(error) if error.errno in _NO_ROOM else _unexpected(error)


def _unexpected(error: Exception) -> Answer:
    _log(error)
    return error_page(HTTPStatus.INTERNAL_SERVER_ERROR), HTTPStatus.INTERNAL_SERVER_ERROR


def _log(error: Exception) -> None:
    """Where it happened, and never what was asked: messages and arguments can quote a search."""
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "unknown"
    _logger.error("%s at %s", type(error).__name__, where)
