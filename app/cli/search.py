"""`flask search …`: the search index."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from app.search.searcher import Searcher

search_group = AppGroup("search", help="The search index.")


@search_group.command("build")
def build_command() -> None:
    """Build the index of the data as it is now, unless it is there already."""
    build_index()


def build_index() -> None:
    """Build the index where it is missing, with a progress bar, and say which it is."""
    searcher: Searcher = current_app.extensions["searcher"]
    with click.progressbar(length=0, label="Search index", show_eta=False) as bar:
        built = searcher.prepare(progress=bar.update)
    click.echo(f"Search index of data version {built.version} is ready")
