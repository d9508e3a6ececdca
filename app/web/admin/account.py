"""One's own account, and the page behind a link that sets a password."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any, Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user, hash_password

from app.db import transaction
from app.extensions import db
from app.store import users as store
from app.web.admin import blueprint
from app.web.admin.door import signed_in_user
from app.web.admin.passwords import normalize_password, password_problem
from app.web.admin.second_step import recovery_codes_left
from app.web.admin.sign_in import BY_NETWORK
from app.web.clock import now
from app.web.tries import limit_tries, network_of

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
# The field that the page's form sends beside the password.
_AGAIN: Final = "password_again"


@blueprint.get("/account")
def account() -> str:
    """How the person signs in, with links to change each part."""
    user = signed_in_user()
    return render_template(
        "admin/account.html",
        email=user.email,
        has_app=bool(user.tf_totp_secret),
        passkeys=sorted(key.name for key in user.webauthn),
        codes_left=recovery_codes_left(user),
    )


@blueprint.route("/welcome/<token>", methods=["GET", "POST"])
def set_password(token: str) -> ResponseReturnValue:
    """The page behind a one-time link: a first or a new password.

    Looking at it uses nothing up, since mail programs open links on their own.
    """
    if current_user.is_authenticated:
        abort(HTTPStatus.CONFLICT)
    user = (
        store.find_user_by_link(db.session, token, now=now()) if _TOKEN.fullmatch(token) else None
    )
    if user is None:
        limit_tries(BY_NETWORK, network_of(request))
        return render_template("admin/link_ended.html"), HTTPStatus.GONE
    values: dict[str, Any] = {"email": user.email, "token": token}
    if request.method == "GET":
        return render_template("admin/set_password.html", errors=(), **values)
    password = normalize_password(request.form.get("password", ""))
    errors = _errors(password, about=(user.email, user.name))
    if errors:
        page = render_template("admin/set_password.html", errors=errors, **values)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    db.session.rollback()
    hashed = hash_password(password)
    with transaction(db.session):
        done = store.use_link(db.session, token, password_hash=hashed, now=now())
    if done is None:
        return render_template("admin/link_ended.html"), HTTPStatus.GONE
    flash(_("Your password is set. Sign in with it now."), "success")
    return redirect(url_for("security.login"))


def _errors(password: str, *, about: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    problem = password_problem(password, about=about)
    if problem:
        return (("password", problem),)
    if normalize_password(request.form.get(_AGAIN, "")) != password:
        return ((_AGAIN, _("The two passwords differ.")),)
    return ()
