"""`flask resting-page FILE`: the page that a proxy shows while the site does not run."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.web.resting import page_for_a_proxy


@click.command("resting-page")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def resting_page_command(*, file: Path) -> None:
    """Write the page for a proxy to FILE, complete in itself; write it anew with each release."""
    page = page_for_a_proxy(current_app)
    # A proxy that reads meanwhile finds the old page or the new one.
    draft = file.with_name(f"{file.name}.new")
    try:
        draft.write_text(page, encoding="utf-8")
        draft.replace(file)
    except OSError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file}: {len(page.encode()):,} bytes")
