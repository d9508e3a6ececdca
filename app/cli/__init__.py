"""The commands of the application: parse arguments, call, print."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask import Flask
from flask_migrate import upgrade

from app.cli.imports import import_group, summary
from app.extensions import db
from app.importers.embedded import load_embedded, load_terms
from app.search.searcher import Searcher


def register_commands(app: Flask, searcher: Searcher) -> None:
    """Give the application its commands; `searcher` builds the index."""

    @click.command("setup")
    def setup_command() -> None:
        """Bring the database to the newest schema and load the data that comes with us.

        Run again it changes nothing.
        """
        upgrade()
        terms = load_terms(db.session)
        click.echo(f"Taxonomy: {terms} terms written")
        for report in load_embedded(db.session, now=datetime.now(UTC)):
            click.echo(summary(report))
        _build_index(searcher)

    @click.group("search")
    def search_group() -> None:
        """The search index."""

    @search_group.command("build")
    def build_command() -> None:
        """Build the index of the data as it is now, unless it is there already."""
        _build_index(searcher)

    @import_group.result_callback()
    def after_import(*_results: object, **_options: object) -> None:
        _build_index(searcher)

    app.cli.add_command(setup_command)
    app.cli.add_command(search_group)
    app.cli.add_command(import_group)


def _build_index(searcher: Searcher) -> None:
    with click.progressbar(length=0, label="Search index", show_eta=False) as bar:
        built = searcher.prepare(progress=bar.update)
    click.echo(f"Search index of data version {built.version} is ready")
