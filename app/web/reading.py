"""Reads that outlast a database that is away for a moment: restarted, or locked by a writer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Flask, Response, g, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue

from app.db import DatabaseUnavailableError, Patience, read_patiently
from app.extensions import db

Result = TypeVar("Result")

_READING_METHODS: Final = frozenset({"GET", "HEAD"})
# A search that should not stay in the browser's history is sent as POST, and reads all the same.
_READING_POSTS: Final = frozenset({"public.search", "take_along.page", "take_along.file"})
_PATIENCE: Final = "patience"


class ReadingFlask(Flask):
    """A Flask that makes a page anew where its database was away while it was being made.

    Only pages that read are made twice: GET routes never write.
    """

    def dispatch_request(self) -> ResponseReturnValue:
        """The answer of the view; raises DatabaseUnavailableError when patience ends."""
        is_reading = request.method in _READING_METHODS or request.endpoint in _READING_POSTS
        answer = read_again(super().dispatch_request) if is_reading else super().dispatch_request()
        return self._with_all_written(answer)

    def _with_all_written(self, answer: ResponseReturnValue) -> ResponseReturnValue:
        """The answer, after what Flask-Security writes once it is made.

        Left for later, as Flask does, no handler would hear that it could not be written.
        """
        context: Any = request_ctx
        pending: list[Callable[[Response], Response]] = context._after_request_functions  # noqa: SLF001
        if not pending:
            return answer
        context._after_request_functions = []  # noqa: SLF001
        response = self.make_response(answer)
        for function in pending:
            response = function(response)
        return response


def read_again(read: Callable[[], Result]) -> Result:
    """What `read` returns, waiting for the database; one request waits 3 s in all.

    For views that have another answer for a database that is gone: they would otherwise give it
    at the first failure.
    """
    if _PATIENCE not in g:
        g.patience = Patience()
    return read_patiently(db.session, read, patience=g.patience)


def read_once(read: Callable[[], Result]) -> Result:
    """What `read` returns, for views that go on without it where the database is gone.

    The session can be read with afterwards: PostgreSQL answers nothing more in a transaction in
    which something failed. Not for a transaction that writes, which would be lost.
    """
    try:
        return read()
    except DatabaseUnavailableError:
        db.session.rollback()
        raise
