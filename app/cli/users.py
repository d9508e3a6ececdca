"""`flask users …`: accounts of the staff, from the machine that the site runs on."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from typing import Final
from uuid import UUID

import click
from email_validator import EmailNotValidError, validate_email
from flask import current_app
from sqlalchemy.orm import Session

from app.db import DatabaseUnavailableError, transaction
from app.domain.roles import ROLE_HELP, Role
from app.extensions import db
from app.models import User
from app.store import users as store

_BY: Final = "command line"


@click.group("users")
def users_group() -> None:
    """Accounts of the staff."""


def no_users_yet() -> str:
    """What to do first, for an installation in which nobody has an account; empty otherwise."""
    if store.has_users(db.session):
        return ""
    return "Staff: nobody can sign in yet. Add the first: flask users add EMAIL --role admin"


def _said(command: Callable[..., None]) -> Callable[..., None]:
    """The command, with refusals of the store as one line instead of a traceback."""

    @wraps(command)
    def wrapped(*arguments: object, **options: object) -> None:
        try:
            command(*arguments, **options)
        except store.AccountError as error:
            raise click.ClickException(str(error)) from error
        except DatabaseUnavailableError as error:
            message = "The database does not answer, or has no tables yet: run flask setup first."
            raise click.ClickException(message) from error

    return wrapped


_role_option = click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    required=True,
    help=" ".join(f"{role.value}: {text}" for role, text in ROLE_HELP.items()),
)
_organization_option = click.option(
    "--organization", type=click.UUID, help="The id of an organization member's organization."
)


@users_group.command("add")
@click.argument("email")
@_role_option
@_organization_option
@click.option("--name", default="", help="As the history of a listing shows it.")
@_said
def add_command(email: str, role: str, organization: UUID | None, name: str) -> None:
    """Add an account and print the link by which the person sets a password."""
    try:
        address = validate_email(
            email, check_deliverability=False, test_environment=current_app.testing
        ).normalized
    except EmailNotValidError as error:
        message = f"Not an e-mail address: {error}"
        raise click.ClickException(message) from error
    moment = datetime.now(UTC)
    with transaction(db.session):
        user = store.create_user(
            db.session,
            address,
            role=Role(role),
            name=name,
            organization_id=organization,
            now=moment,
            by=_actor(),
        )
        token = store.issue_link(db.session, user, now=moment, by=_actor())
    click.echo(f"Added {address} as {role}.")
    _print_link(token)


@users_group.command("list")
def list_command() -> None:
    """Print all accounts."""
    for user in store.list_users(db.session):
        state = "open" if user.active else "closed"
        click.echo(f"{user.email}  {user.role}  {state}")


@users_group.command("role")
@click.argument("email")
@_role_option
@_organization_option
@_said
def role_command(email: str, role: str, organization: UUID | None) -> None:
    """Give an account another role, in force at the person's next page."""
    with _change(email) as (session, user):
        store.set_role(
            session,
            user,
            role=Role(role),
            organization_id=organization,
            now=datetime.now(UTC),
            by=_actor(),
        )
    click.echo(f"{email} is {role} now.")


@users_group.command("disable")
@click.argument("email")
@_said
def disable_command(email: str) -> None:
    """Close an account; its sessions end with the person's next click."""
    with _change(email) as (session, user):
        store.set_active(session, user, active=False, now=datetime.now(UTC), by=_actor())
    click.echo(f"{email} is closed.")


@users_group.command("enable")
@click.argument("email")
@_said
def enable_command(email: str) -> None:
    """Open a closed account again."""
    with _change(email) as (session, user):
        store.set_active(session, user, active=True, now=datetime.now(UTC), by=_actor())
    click.echo(f"{email} is open.")


@users_group.command("recover")
@click.argument("email")
@click.option(
    "--second-step", is_flag=True, help="Also take app, passkeys and recovery codes away."
)
@_said
def recover_command(email: str, *, second_step: bool) -> None:
    """Print a new link to set a password."""
    moment = datetime.now(UTC)
    with _change(email) as (session, user):
        if second_step:
            store.reset_second_step(session, user, now=moment, by=_actor())
        token = store.issue_link(session, user, now=moment, by=_actor())
    _print_link(token)


@contextmanager
def _change(email: str) -> Iterator[tuple[Session, User]]:
    with transaction(db.session):
        user = store.find_user(db.session, email)
        if user is None:
            message = f"There is no account for {email}."
            raise click.ClickException(message)
        yield db.session, user


def _actor() -> str:
    """Who the history names: whoever runs the command on this machine."""
    try:
        return f"{_BY} ({getpass.getuser()})"
    except (KeyError, OSError):
        return _BY


def _print_link(token: str) -> None:
    config = current_app.config["HELP_FIRST"]
    scheme = "https" if config.is_behind_https else "http"
    port = "" if config.is_behind_https else f":{config.port}"
    hours = int(store.LINK_LASTS.total_seconds() // 3_600)
    click.echo(f"Set a password within {hours} hours, by this link, once:")
    click.echo(f"  {scheme}://{config.trusted_hosts[0]}{port}/admin/welcome/{token}")
    if sys.stdout.isatty():
        click.echo("Hand it over yourself: it is not sent by e-mail, and not shown again.")
