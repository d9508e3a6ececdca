"""People with an account: added, given another role, closed, and helped back in, by admins."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db import transaction
from app.domain.roles import ROLE_HELP, Role
from app.extensions import db
from app.models import User
from app.store import users as store
from app.web.admin import blueprint
from app.web.admin.door import ROLE_WORDS, signed_in_user
from app.web.clock import now

_MOST_LETTERS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """An account as the list shows it."""

    id: UUID
    name: str
    email: str
    role: str
    role_words: Any
    organization: str | None
    organization_id: UUID | None
    state: str
    is_open: bool


@blueprint.get("/people")
def users() -> str:
    """All accounts, and a form to add one."""
    return _page()


@blueprint.post("/people")
def add_user() -> ResponseReturnValue:
    """Add an account; the page shows its one-time link, this once."""
    typed = {
        name: _plain(request.form.get(name, ""))
        for name in ("email", "name", "role", "organization_id")
    }
    try:
        address = _address(typed["email"])
        role, organization_id = _role(typed["role"], typed["organization_id"])
        with transaction(db.session):
            me = signed_in_user().name
            person = store.create_user(
                db.session,
                address,
                role=role,
                name=typed["name"],
                organization_id=organization_id,
                now=now(),
                by=me,
            )
            token = store.issue_link(db.session, person, now=now(), by=me)
    except store.AccountError as error:
        return _page(error=str(error), typed=typed), HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(link=_link(token), link_email=address)


@blueprint.post("/people/<uuid:user_id>")
def change_user(user_id: UUID) -> ResponseReturnValue:
    """Give an account another role, close or open it, or make a new link for it."""
    action = request.form.get("action", "")
    link: str | None = None
    try:
        with transaction(db.session):
            person = store.get_user(db.session, user_id)
            if person is None:
                abort(HTTPStatus.NOT_FOUND)
            email = person.email
            link = _apply(action, person)
    except store.AccountError as error:
        return _page(error=str(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    if link:
        return _page(link=link, link_email=email)
    flash(_("Saved."), "success")
    return redirect(url_for("admin.users"))


def _apply(action: str, person: User) -> str | None:
    """Do one thing to an account; the link, where the thing is a link."""
    me, moment = signed_in_user().name, now()
    match action:
        case "role":
            role, organization_id = _role(
                request.form.get("role", ""), request.form.get("organization_id", "").strip()
            )
            store.set_role(
                db.session, person, role=role, organization_id=organization_id, now=moment, by=me
            )
        case "close" | "open":
            store.set_active(db.session, person, active=action == "open", now=moment, by=me)
        case "link":
            return _link(store.issue_link(db.session, person, now=moment, by=me))
        case "reset":
            store.reset_second_step(db.session, person, now=moment, by=me)
            return _link(store.issue_link(db.session, person, now=moment, by=me))
        case _:
            abort(HTTPStatus.BAD_REQUEST)
    return None


def _page(
    *,
    error: str | None = None,
    typed: dict[str, str] | None = None,
    link: str | None = None,
    link_email: str | None = None,
) -> str:
    return render_template(
        "admin/users.html",
        people=_people(),
        roles=[(role.value, ROLE_WORDS[role], ROLE_HELP[role]) for role in Role],
        choices=[(role.value, ROLE_WORDS[role]) for role in Role],
        error=error,
        typed=typed or {},
        link=link,
        link_email=link_email,
    )


def _people() -> list[PersonView]:
    people = store.list_users(db.session)
    names = store.organization_names(
        db.session, [person.organization_id for person in people if person.organization_id]
    )
    return [
        PersonView(
            id=person.id,
            name=person.name,
            email=person.email,
            role=person.role,
            role_words=ROLE_WORDS[Role(person.role)],
            organization=names.get(person.organization_id) if person.organization_id else None,
            organization_id=person.organization_id,
            state=_state(person),
            is_open=person.active,
        )
        for person in people
    ]


def _state(person: User) -> str:
    if not person.active:
        return str(_("Closed"))
    return str(_("Open") if person.password else _("Has not set a password yet"))


def _plain(text: str) -> str:
    """One line as it can be kept and shown: without control characters, cut to a length."""
    return "".join(letter for letter in text if letter.isprintable()).strip()[:_MOST_LETTERS]


def _address(text: str) -> str:
    try:
        checked = validate_email(
            text, check_deliverability=False, test_environment=current_app.testing
        )
    except EmailNotValidError as error:
        message = _("Enter an e-mail address, such as name@example.org.")
        raise store.AccountError(message) from error
    return checked.normalized


def _role(text: str, organization: str) -> tuple[Role, UUID | None]:
    try:
        role = Role(text)
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST)
    if role != Role.ORGANIZATION_MEMBER:
        return role, None
    try:
        return role, UUID(organization)
    except ValueError as error:
        message = _("Enter the id of the organization that this person speaks for.")
        raise store.AccountError(message) from error


def _link(token: str) -> str:
    scheme = "https" if current_app.config["SESSION_COOKIE_SECURE"] else request.scheme
    return url_for("admin.set_password", token=token, _external=True, _scheme=scheme)
