"""The door of the staff's pages: who is signed in, and what is refused before a page begins."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from secrets import token_hex
from typing import Any, Final, cast
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError, generate_csrf
from markupsafe import Markup
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import ServiceUnavailable

from app.domain.roles import Role
from app.extensions import csrf, db
from app.models import User
from app.store.history import REQUEST_ID
from app.web.admin.access import OPEN, may_open
from app.web.origin import is_from_here
from app.web.session import is_staff_path

ROLE_WORDS: Final = {
    Role.EDITOR: _("Editor"),
    Role.REVIEWER: _("Reviewer"),
    Role.ADMIN: _("Admin"),
    Role.ORGANIZATION_MEMBER: _("Organization member"),
}
LONGEST_PASSWORD_BYTES: Final = 1_024

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_RETRY_AFTER_S: Final = 5
# What a person typed is shown back to them, but never one of these.
_NEVER_KEPT: Final = ("csrf_token", "password", "code", "credential")
_SIGN_OUT: Final = "security.logout"
_SECOND_STEP: Final = "security.two_factor_token_validation"
_REQUEST_ID_BYTES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffView:
    """The person who is signed in, as templates speak of them."""

    name: str
    role: str
    role_words: Any

    def may(self, endpoint: str) -> bool:
        """Whether this person's role opens that page."""
        return may_open(endpoint, self.role)


def signed_in_user() -> User:
    """The person who is signed in; answers 401 where there is none."""
    if not current_user.is_authenticated:
        abort(HTTPStatus.UNAUTHORIZED)
    return cast("User", current_user._get_current_object())  # noqa: SLF001 (the proxy's own way)


def local_address(address: str | None) -> str:
    """The address if it is a path of the staff's pages, their first page otherwise."""
    try:
        parts = urlsplit(address or "")
    except ValueError:
        parts = urlsplit("")
    is_ours = not parts.scheme and not parts.netloc and is_staff_path(parts.path)
    is_plain = "\\" not in (address or "") and (address or "").isprintable()
    return str(address) if is_ours and is_plain else url_for("admin.home")


def register_staff_door(app: Flask) -> None:
    """Guard the staff's pages of an application and give their templates what they need."""
    app.before_request(_guard)
    app.before_request(_name_request)
    app.after_request(_forget_after_sign_out)
    app.register_error_handler(CSRFError, _page_expired)
    app.add_template_global(csrf_field)

    @app.context_processor
    def staff_words() -> dict[str, object]:
        return {"staff": _staff_view() if is_staff_path(request.path) else None}


def csrf_field() -> Markup:
    """The hidden field that every form of the staff carries."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def _staff_view() -> StaffView | None:
    if not current_user.is_authenticated:
        return None
    return StaffView(
        name=current_user.name,
        role=current_user.role,
        role_words=ROLE_WORDS[Role(current_user.role)],
    )


def _guard() -> ResponseReturnValue | None:
    if not is_staff_path(request.path) or request.endpoint is None:
        return None
    is_unsafe = request.method not in _SAFE_METHODS
    if getattr(session, "is_unavailable", False):
        return _wait_for_the_session(is_unsafe=is_unsafe and is_from_here(request))
    _keep_next_local()
    if is_unsafe and not is_from_here(request):
        abort(HTTPStatus.FORBIDDEN)
    if request.endpoint not in OPEN and not current_user.is_authenticated:
        return _ask_to_sign_in(is_unsafe=is_unsafe)
    if request.endpoint == _SIGN_OUT and not current_user.is_authenticated:
        return redirect(url_for("security.login"))
    if is_unsafe:
        _refuse_long_passwords()
        csrf.protect()
    if request.endpoint == _SECOND_STEP and current_user.is_authenticated:
        # Who goes back to it after signing in would be signed out by Flask-Security.
        return redirect(url_for("admin.home"))
    if request.endpoint not in OPEN and not may_open(request.endpoint, current_user.role):
        abort(HTTPStatus.FORBIDDEN)
    return None


def _name_request() -> None:
    """Give what one form writes to the history one id, made up here: it tells of nobody."""
    if request.method == "POST":
        db.session.info[REQUEST_ID] = token_hex(_REQUEST_ID_BYTES)


def _keep_next_local() -> None:
    """Put our first page in the place of a `next` that leads anywhere else."""
    for source in ("args", "form"):
        values: MultiDict[str, str] = getattr(request, source)
        if "next" in values:
            ours = values.copy()
            ours["next"] = local_address(values["next"])
            setattr(request, source, ImmutableMultiDict(ours))


def _refuse_long_passwords() -> None:
    """Answer 400 before anything is hashed; a password is never cut short."""
    for name, value in request.form.items(multi=True):
        if "password" in name and len(value.encode()) > LONGEST_PASSWORD_BYTES:
            abort(HTTPStatus.BAD_REQUEST)


def _ask_to_sign_in(*, is_unsafe: bool) -> ResponseReturnValue:
    if is_unsafe:
        return _kept_page(HTTPStatus.UNAUTHORIZED, is_signed_out=True)
    way_back = request.full_path if request.query_string else request.path
    return redirect(url_for("security.login", next=way_back))


def _wait_for_the_session(*, is_unsafe: bool) -> ResponseReturnValue:
    """Nobody can say who this is while the database is away; what was typed is shown back."""
    if not is_unsafe or not request.form:
        raise ServiceUnavailable(retry_after=_RETRY_AFTER_S)
    # Another token could not be kept now; the one that was sent holds as long as the session.
    g.csrf_token = request.form.get("csrf_token", "")
    page = render_template(
        "admin/listings/kept.html", kept=_kept_fields(), address=request.path, is_gone=False
    )
    return page, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(_RETRY_AFTER_S)}


def _page_expired(_error: CSRFError) -> ResponseReturnValue:
    return _kept_page(HTTPStatus.BAD_REQUEST, is_signed_out=not current_user.is_authenticated)


def _kept_page(status: HTTPStatus, *, is_signed_out: bool) -> ResponseReturnValue:
    """What was typed, to be sent again with a token that holds."""
    page = render_template(
        "admin/page_expired.html",
        kept=_kept_fields(),
        address=request.full_path.rstrip("?"),
        is_signed_out=is_signed_out,
        had_files=bool(request.files),
    )
    return page, status


def _kept_fields() -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if not any(word in name for word in _NEVER_KEPT)
    ]


def _forget_after_sign_out(response: Response) -> Response:
    # Not where the request was refused: nobody may sign somebody else out.
    if request.endpoint == _SIGN_OUT and not current_user.is_authenticated:
        session.clear()
        # "cookies" would reach every host of the domain; our one cookie is deleted by itself.
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
