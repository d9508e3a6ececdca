"""The commands of the application: parse arguments, call, print."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask import Flask
from flask_migrate import upgrade

from app.extensions import db
from app.importers.embedded import load_embedded, load_terms
from app.importers.report import ImportReport


def register_commands(app: Flask) -> None:
    """Give the application its commands."""
    app.cli.add_command(setup_command)


@click.command("setup")
def setup_command() -> None:
    """Bring the database to the newest schema and load the data that comes with us.

    Run again it changes nothing.
    """
    upgrade()
    terms = load_terms(db.session)
    click.echo(f"Taxonomy: {terms} terms written")
    for report in load_embedded(db.session, now=datetime.now(UTC)):
        click.echo(_summary(report))


def _summary(report: ImportReport) -> str:
    counts = ", ".join(f"{count} {name}" for name, count in report.counts().items() if count)
    return f"{report.source_id}: {counts or 'nothing'}"
