"""`flask proxy-pages FOLDER`: the pages that a proxy shows by itself."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.web.resting import pages_for_a_proxy


@click.command("proxy-pages")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@with_appcontext
def proxy_pages_command(*, folder: Path) -> None:
    """Write what a proxy shows by itself into FOLDER; write it anew with each release."""
    for name, page in pages_for_a_proxy(current_app).items():
        file = folder / name
        # A proxy that reads meanwhile finds the old page or the new one.
        draft = folder / f"{name}.new"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            draft.write_text(page, encoding="utf-8")
            # Whoever writes it, the proxy is somebody else, and has to read it.
            draft.chmod(0o644)
            draft.replace(file)
        except OSError as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"{file}: {len(page.encode()):,} bytes")
