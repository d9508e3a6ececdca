"""Imports as pages: begun with a file or a fetch, previewed, applied, undone."""

from __future__ import annotations

from typing import Any, Final

from flask import abort, redirect, request, url_for
from flask_login import current_user

from app.web.admin import blueprint
from app.web.admin.imports import (  # the routes hang themselves on the staff's blueprint
    act,  # noqa: F401
    history,  # noqa: F401
    parts,  # noqa: F401
    run,  # noqa: F401
    start,  # noqa: F401
)
from app.web.admin.imports.start import UPLOAD_LIMIT_BYTES

_UPLOAD: Final = "admin.start_import"
# What the other fields and the marks between them may take beside the file.
_AROUND_IT_BYTES: Final = 64 * 1024
_PIECE_BYTES: Final = 64 * 1024


@blueprint.url_value_preprocessor
def _admit_uploads(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let this one page take a large file, from people who are signed in; before the door reads."""
    if request.method != "POST" or endpoint != _UPLOAD:
        return
    if not current_user.is_authenticated:
        # The door keeps what was typed, but it never keeps a large file for somebody unknown.
        if (request.content_length or 0) > (request.max_content_length or 0):
            _throw_away(min(request.content_length or 0, UPLOAD_LIMIT_BYTES + _AROUND_IT_BYTES))
            abort(redirect(url_for("security.login", next=url_for("admin.new_import"))))
        return
    request.max_content_length = UPLOAD_LIMIT_BYTES + _AROUND_IT_BYTES
    # The reader of forms takes 64 KiB at a time, and counts them with what was left before.
    request.max_form_memory_size = 4 * _AROUND_IT_BYTES


def _throw_away(size: int) -> None:
    """Read what was sent, in pieces: a proxy that has not sent all yet would miss the answer."""
    sent = request.environ["wsgi.input"]
    while size > 0 and (piece := sent.read(min(size, _PIECE_BYTES))):
        size -= len(piece)
