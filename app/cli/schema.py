"""Brings the schema to the newest revision, and lets the role that serves use it."""

from __future__ import annotations

import click
from flask import current_app
from flask_migrate import upgrade

from app.db import NotPermittedError, transaction
from app.extensions import db
from app.store.rights import RoleError, grant_serving
from config import Config


def bring_schema() -> None:
    """Migrate, then give the role of SERVING_ROLE its rights, those on new tables included."""
    config: Config = current_app.config["HELP_FIRST"]
    try:
        upgrade()
        if config.serving_role:
            _let_serve(config.serving_role)
    except NotPermittedError as error:
        message = (
            "The role that DATABASE_URL names may neither bring the schema to this release nor give "
            "rights. Run flask setup with the role that owns the tables, then try again."
        )
        raise click.ClickException(message) from error
    except RoleError as error:
        raise click.ClickException(str(error)) from error


def _let_serve(role: str) -> None:
    with transaction(db.session):
        is_given = grant_serving(db.session, role)
    if is_given:
        click.echo(f"The role {role} may serve, and change neither the schema nor the history")
