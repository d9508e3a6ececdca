"""`flask history …`: whether the chain of the history holds, and where it ends."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from app.domain.errors import ParseError
from app.domain.history import Anchor, format_anchor, parse_anchor
from app.extensions import db
from app.store.history import count_history, read_head, verify_history

history_group = AppGroup("history", help="The record of every change.")


@history_group.command("head")
def head_command() -> None:
    """Print the end of the chain as HEAD:COUNT, to be kept where this machine cannot write."""
    click.echo(format_anchor(read_head(db.session)))


@history_group.command("verify")
@click.option("--anchor", metavar="HEAD:COUNT", help="What `flask history head` printed earlier.")
def verify_command(*, anchor: str | None) -> None:
    """Read the whole history and name the first record that is not as it was written.

    Ends with 1 where there is one, or where the anchor does not lie on the chain.
    """
    held = _anchor(anchor)
    total = count_history(db.session)
    with click.progressbar(length=total, label="History", file=sys.stderr) as bar:
        end, fault = verify_history(db.session, anchor=held, progress=bar.update)
    if fault:
        message = f"Record {fault.seq}: {fault.reason}. {end.count:,} records before it hold."
        raise click.ClickException(message)
    click.echo(f"{end.count:,} records hold. Head {format_anchor(end)}")


def _anchor(text: str | None) -> Anchor | None:
    try:
        return parse_anchor(text) if text else None
    except ParseError as error:
        raise click.BadParameter(error.reason, param_hint="--anchor") from error
