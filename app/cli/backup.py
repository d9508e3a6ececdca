"""`flask backup …` and `flask restore`: take the whole database along, and put it back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import upgrade

from app.cli.schema import bring_schema
from app.db import DatabaseUnavailableError, NotPermittedError
from app.domain.backup import BackupError, Manifest
from app.extensions import db
from app.store import backups

_folder = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))


class _BackupGroup(AppGroup):
    """`flask backup FOLDER` makes one; any other word is a command of its own."""

    def parse_args(self, context: click.Context, words: list[str]) -> list[str]:
        """Take a first word that names no command for the folder."""
        if words and words[0] not in self.commands and not words[0].startswith("-"):
            words = ["make", *words]
        return super().parse_args(context, words)


backup_group = _BackupGroup(
    "backup", help="A copy of the whole database, made while the site runs."
)


@backup_group.command("make")
@_folder
def make_command(*, folder: Path) -> None:
    """Make a backup below FOLDER and verify it. `flask backup FOLDER` is the same."""
    try:
        made = backups.make_backup(db.engine, folder, now=datetime.now(UTC))
        manifest = backups.verify_backup(made)
    except (BackupError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{made}\n{_summary(manifest)}")


@backup_group.command("verify")
@_folder
def verify_command(*, folder: Path) -> None:
    """Say whether a backup is as it was made; ends with 1 where it is not."""
    click.echo(_summary(_verified(folder)))


@click.command("restore")
@_folder
@click.option("--yes", "is_agreed", is_flag=True, help="Replace what the database holds now.")
@with_appcontext
def restore_command(*, folder: Path, is_agreed: bool) -> None:
    """Verify a backup and put it in the place of the database; staff sign in anew."""
    manifest = _verified(folder)
    try:
        if backups.holds_data(db.engine):
            if not is_agreed:
                message = "The database is not empty. --yes replaces all that it holds."
                raise click.ClickException(message)
        elif manifest.engine != "sqlite":
            upgrade(revision=manifest.schema)
        # What this command has read itself must not keep the database busy.
        db.session.close()
        backups.restore_backup(db.engine, folder, now=datetime.now(UTC))
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    except DatabaseUnavailableError as error:
        message = "The database does not answer, or is kept busy. Stop the site and try again."
        raise click.ClickException(message) from error
    except NotPermittedError as error:
        message = "Restoring needs the role that owns the tables, and DATABASE_URL names another."
        raise click.ClickException(message) from error
    bring_schema()
    click.echo(f"Restored. {_summary(manifest)}")


def _verified(folder: Path) -> Manifest:
    try:
        manifest = backups.verify_backup(folder)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    if not _is_known(manifest.schema):
        message = (
            f"The backup is of schema {manifest.schema}, which this release does not have. "
            "Use the release that made it, or a newer one."
        )
        raise click.ClickException(message)
    return manifest


def _is_known(revision: str) -> bool:
    folder = current_app.extensions["migrate"].directory
    try:
        return ScriptDirectory(folder).get_revision(revision) is not None
    except CommandError:
        return False


def _summary(manifest: Manifest) -> str:
    rows = sum(table.rows for table in manifest.tables)
    return (
        f"{manifest.engine}, schema {manifest.schema}, {manifest.made_at}: "
        f"{rows:,} rows in {len(manifest.tables)} tables. History {manifest.history}"
    )
