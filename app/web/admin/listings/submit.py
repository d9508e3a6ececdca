"""What every form about a Listing shares: its version, its reason, and texts that are never lost."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any, Final, TypeVar, cast

from flask import Request, abort, render_template, request, session
from flask.typing import ResponseReturnValue

from app.db import DatabaseUnavailableError
from app.domain.errors import NotFoundError
from app.domain.text import clean_text
from app.extensions import db
from app.web.admin.door import signed_in_user

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

LONGEST_REASON: Final = 500

_NO_DIGITS: Final = re.compile(r"[\s,.']")
_logger: Final = logging.getLogger("help_first")
_RETRY_AFTER_S: Final = "5"
_LAST_VERSION: Final = 2**31 - 1
# A form of all terms with a long description in any script; a text past all limits still comes
# through to be shown back, from people who are signed in.
_LARGEST_FORM: Final = 256 * 1024
_LARGEST_FORM_OF_STAFF: Final = 2 * 1024 * 1024


def allow_long_texts(asked: Request, *, is_signed_in: bool) -> None:
    """Let a form of this size through; must be called before the form is read."""
    size = _LARGEST_FORM_OF_STAFF if is_signed_in else _LARGEST_FORM
    asked.max_content_length = size
    asked.max_form_memory_size = size


def version_in_form(name: str = "version") -> int:
    """The version that the form was made of; answers 400 where there is none."""
    text = request.form.get(name, "")
    if not (text.isascii() and text.isdecimal() and 1 <= len(text) <= len(str(_LAST_VERSION))):
        abort(HTTPStatus.BAD_REQUEST)
    return int(text) if 1 <= int(text) <= _LAST_VERSION else abort(HTTPStatus.BAD_REQUEST)


def reason_in_form() -> str | None:
    """Why it is done, in one line of at most 500 characters; None where nothing was said."""
    return clean_text(request.form.get("reason", "")[: 4 * LONGEST_REASON])[:LONGEST_REASON] or None


def number_in_form() -> str:
    """The number that a person typed to confirm something large, without what stands between."""
    return _NO_DIGITS.sub("", request.form.get("number", ""))


def note_unknown_fields(names: Sequence[str]) -> None:
    """Log how many fields came that the form does not have. Names can hold anything."""
    if names:
        _logger.warning("%s: %d unknown fields ignored", request.endpoint, len(names))


def keeps_while_away(view: View) -> View:
    """A view whose form is shown back when the database is gone or busy at the save.

    Not for passwords: what is shown back stands in the page.
    """

    @wraps(view)
    def answer(*arguments: Any, **values: Any) -> ResponseReturnValue:  # noqa: ANN401 (as the view)
        if request.method != "POST":
            return view(*arguments, **values)
        # A failed save lets the session forget all that it read, and the page names the person.
        db.session.expunge(signed_in_user())
        try:
            return view(*arguments, **values)
        except DatabaseUnavailableError as error:
            _logger.error("%s at the save of a form", type(error).__name__)  # noqa: TRY400 (no trace: it quotes the form)
            session.is_unavailable = True  # type: ignore[attr-defined]  # what it holds stays as it is
            page, status = _kept(HTTPStatus.SERVICE_UNAVAILABLE)
            return page, status, {"Retry-After": _RETRY_AFTER_S}

    return cast("View", answer)


def keeps_what_was_typed(view: View) -> View:
    """A view whose form is shown back when the database or the Listing is gone at the save."""
    kept = keeps_while_away(view)

    @wraps(view)
    def answer(*arguments: Any, **values: Any) -> ResponseReturnValue:  # noqa: ANN401 (as the view)
        if request.method != "POST":
            return view(*arguments, **values)
        try:
            return kept(*arguments, **values)
        except NotFoundError as error:
            if error.kind == "version":
                abort(HTTPStatus.BAD_REQUEST)
            return _kept(HTTPStatus.GONE)

    return cast("View", answer)


def kept_fields() -> list[tuple[str, str]]:
    """All that was sent, as pairs, but for the token."""
    return [pair for pair in request.form.items(multi=True) if pair[0] != "csrf_token"]


def _kept(status: HTTPStatus) -> tuple[str, HTTPStatus]:
    page = render_template(
        "admin/listings/kept.html",
        kept=kept_fields(),
        address=request.path,
        is_gone=status is HTTPStatus.GONE,
    )
    return page, status
