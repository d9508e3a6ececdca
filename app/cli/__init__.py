"""The commands of the application: parse arguments, call, print."""

from __future__ import annotations

from copy import copy
from datetime import UTC, datetime

import click
from flask import Flask
from flask.cli import with_appcontext

from app.cli.backup import backup_group, restore_command
from app.cli.content import content_group
from app.cli.history import history_group
from app.cli.imports import import_group, summary
from app.cli.proxy_pages import proxy_pages_command
from app.cli.schema import bring_schema
from app.cli.search import build_index, search_group
from app.cli.users import no_users_yet, users_group
from app.db import long_work
from app.extensions import db
from app.importers.embedded import load_embedded, load_terms


def register_commands(app: Flask) -> None:
    """Give the application its commands."""
    for command in (
        setup_command,
        backup_group,
        restore_command,
        history_group,
        import_group,
        search_group,
        users_group,
        content_group,
        proxy_pages_command,
    ):
        app.cli.add_command(_patient(command))


def _patient(command: click.Command) -> click.Command:
    """The command as one piece of long work: a database under load does not cut it short."""
    patient = copy(command)
    if isinstance(patient, click.Group):
        patient.commands = {name: _patient(each) for name, each in patient.commands.items()}
    elif patient.callback is not None:
        patient.callback = long_work()(patient.callback)
    return patient


@click.command("setup")
@with_appcontext
def setup_command() -> None:
    """Bring the database to the newest schema and load the data that comes with us.

    Run again it changes nothing.
    """
    bring_schema()
    terms = load_terms(db.session)
    click.echo(f"Taxonomy: {terms} terms written")
    for report in load_embedded(db.session, now=datetime.now(UTC)):
        click.echo(summary(report))
    build_index()
    if hint := no_users_yet():
        click.echo(hint)
