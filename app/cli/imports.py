"""`flask import …`: each outside format by its own command, all with the same options."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar
from uuid import UUID

import click
from flask import current_app
from flask.cli import AppGroup

from app.cli.search import build_index
from app.domain.errors import BrakeError, ImportFileError, ImportRunningError
from app.domain.query import METRES_PER_MILE
from app.extensions import db
from app.gazetteer import find_state, find_zip
from app.importers.column_map import map_names
from app.importers.fetch import (
    FetchProgress,
    circles_near,
    circles_of_state,
    fetch_findtreatment,
)
from app.importers.findtreatment import read_findtreatment
from app.importers.folders import file_sha256, imports_folder, run_folder
from app.importers.gate import ImportGate
from app.importers.locator_client import LOCATOR_URL, Client
from app.importers.national_directory import read_national_directory
from app.importers.report import ImportReport
from app.importers.rows import ParsedFile
from app.importers.run import RunOptions, run_import
from app.importers.table import read_table
from app.importers.worker import Work, work_on
from app.search.searcher import Searcher

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

Command = TypeVar("Command", bound=Callable[..., Any])

_SHOWN_PROBLEMS = 10


import_group = AppGroup("import", help="Load listings from a file or the live directory.")


def _run_options(command: Command) -> Command:
    """The options that every import has."""
    for option in (
        click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing."),
        click.option(
            "--report",
            type=click.Path(dir_okay=False, path_type=Path),
            help="Write what became of each row to this JSON file.",
        ),
        click.option(
            "--complete",
            metavar="STATE",
            help="The file holds all of this state: retire what is missing from it.",
        ),
        click.option("--yes", is_flag=True, help="Retire even more than a tenth of the listings."),
        click.option("--edition", help="The year, month or day of the data: 2025, 2025-08."),
    ):
        command = option(command)
    return command


@import_group.command("findtreatment")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--fetch", is_flag=True, help="Ask the live directory instead of reading a file.")
@click.option("--near", metavar="ZIP", help="With --fetch: around this ZIP code.")
@click.option("--radius", type=click.IntRange(1, 500), default=50, help="Miles around --near.")
@click.option("--state", metavar="STATE", help="With --fetch: all of this state.")
@click.option("--locator", default=LOCATOR_URL, hidden=True)
@_run_options
def findtreatment_command(
    *,
    file: Path | None,
    fetch: bool,
    near: str | None,
    radius: int,
    state: str | None,
    locator: str,
    **options: Any,  # noqa: ANN401 (the options of _run_options)
) -> None:
    """A download of FindTreatment.gov (CSV, xlsx or JSON), or --fetch from it."""
    if fetch == (file is not None):
        message = "Give a file, or --fetch with --near or --state."
        raise click.UsageError(message)
    if fetch:
        file = _fetch(near=near, radius=radius, state=state, locator=locator)
        options["edition"] = options["edition"] or datetime.now(UTC).date().isoformat()
    assert file is not None  # noqa: S101 (one of the two was given)
    path = file
    _import(lambda: read_findtreatment(path, edition=options["edition"]), path, **options)
    if fetch:
        # It was kept to be imported again had the import failed.
        path.unlink()


@import_group.command("directory")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_run_options
def directory_command(*, file: Path, **options: Any) -> None:  # noqa: ANN401 (as above)
    """A workbook of the National Directory of treatment facilities."""
    _import(lambda: read_national_directory(file, edition=options["edition"]), file, **options)


@import_group.command("table")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "map_name", required=True, type=click.Choice(map_names()))
@_run_options
def table_command(*, file: Path, map_name: str, **options: Any) -> None:  # noqa: ANN401 (as above)
    """Any CSV, xlsx or flat JSON file, read by a column map of the project."""
    edition = options["edition"]
    _import(lambda: read_table(file, map_name=map_name, edition=edition), file, **options)


@import_group.command("work", hidden=True)
@click.argument("run_id", type=click.UUID)
def work_command(run_id: UUID) -> None:
    """Work on a run that the pages of the staff began, as far as it goes without a person."""
    folder = run_folder(current_app.instance_path, run_id)
    gate = ImportGate(imports_folder(current_app.instance_path))
    if gate.holder() != run_id:
        try:
            # Held until this process ends.
            gate.take(run_id)
        except ImportRunningError:
            _give_up("Another import is running. Wait until it is done, then try again.")
    searcher: Searcher = current_app.extensions["searcher"]
    locator = current_app.config["HELP_FIRST"].locator_url
    work_on(
        run_id,
        Work(
            session=db.session,
            folder=folder,
            build_index=searcher.prepare,
            client=Client(base_url=locator) if locator else Client(),
        ),
    )


def summary(report: ImportReport) -> str:
    """The counts of a run in one line."""
    counts = ", ".join(f"{count:,} {name}" for name, count in report.counts().items() if count)
    return f"{report.source_id}: {counts or 'nothing'}"


def _fetch(*, near: str | None, radius: int, state: str | None, locator: str) -> Path:
    if (near is None) == (state is None):
        message = "With --fetch, say --near ZIP or --state STATE."
        raise click.UsageError(message)
    code = None
    if state is not None:
        place = find_state(state)
        if place is None:
            message = f"{state!r} is not a state that we know."
            raise click.UsageError(message)
        code = place.code
        circles = circles_of_state(code)
    else:
        place = find_zip(near or "")
        if place is None:
            message = f"{near!r} is not a ZIP code that we know."
            raise click.UsageError(message)
        circles = circles_near(place.latitude, place.longitude, radius_m=radius * METRES_PER_MILE)
    folder = Path(current_app.instance_path) / "fetch"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return fetch_findtreatment(
            circles,
            folder=folder,
            state=code,
            client=Client(base_url=locator),
            progress=_show_fetch,
        )
    except ImportFileError as error:
        _give_up(str(error))


def _show_fetch(progress: FetchProgress) -> None:
    click.echo(
        f"  circle {progress.circle} of {progress.circles}, "
        f"page {progress.page} of {progress.pages}: {progress.rows:,} places"
    )


def _import(
    read: Callable[[], ParsedFile],
    file: Path,
    *,
    dry_run: bool,
    report: Path | None,
    complete: str | None,
    yes: bool,
    edition: str | None,
) -> None:
    del edition
    started = time.monotonic()
    try:
        parsed = read()
        outcome = _run(
            parsed,
            RunOptions(
                now=datetime.now(UTC),
                file_name=file.name,
                file_sha256=file_sha256(file),
                is_dry_run=dry_run,
                complete_state=_state_code(complete),
                is_confirmed=yes,
            ),
        )
    except ImportFileError as error:
        _give_up(f"{file.name}: {error}")
    except ImportRunningError:
        _give_up("Another import is running. Wait until it is done, then try again.")
    except BrakeError as error:
        _give_up(
            f"Stopped: {error.retiring:,} of {error.present:,} listings of this source would be "
            "retired. If the file really holds all of them, say --yes."
        )
    _show(outcome, seconds=time.monotonic() - started, is_dry_run=dry_run)
    if report:
        report.write_text(json.dumps(outcome.as_json(), indent=1, ensure_ascii=False) + "\n")
    if not dry_run:
        build_index()


def _run(parsed: ParsedFile, options: RunOptions) -> ImportReport:
    started = time.monotonic()
    done = 0
    bar: ProgressBar[int] = click.progressbar(
        length=parsed.total or 0,
        label=parsed.source_name,
        item_show_func=lambda rate: f"{rate:,} rows a second" if rate else "",
        show_pos=True,
    )

    def show(rows: int) -> None:
        nonlocal done
        done += rows
        seconds = time.monotonic() - started
        bar.update(rows, round(done / seconds) if seconds else 0)

    with bar:
        return run_import(db.session, parsed, options=options, progress=show)


def _show(report: ImportReport, *, seconds: float, is_dry_run: bool) -> None:
    click.echo(summary(report) + (" (dry run: nothing written)" if is_dry_run else ""))
    rate = report.rows / seconds if seconds else 0
    click.echo(f"{report.rows:,} rows in {seconds:.1f} s, {rate:,.0f} rows a second")
    for code, count in report.unknown_codes.most_common(_SHOWN_PROBLEMS):
        click.echo(f"  unknown code {code!r}: {count:,} rows")
    where = f"sheet {report.sheet!r}, " if report.sheet else ""
    for problem in report.problems[:_SHOWN_PROBLEMS]:
        place = f"{where}row {problem.row}, {problem.field}"
        click.echo(f"  {place}: {problem.reason} ({problem.value[:60]!r})")
    if len(report.problems) > _SHOWN_PROBLEMS:
        more = len(report.problems) - _SHOWN_PROBLEMS
        click.echo(f"  and {more:,} more problems: --report FILE.json lists all of them")


def _state_code(state: str | None) -> str | None:
    if state is None:
        return None
    place = find_state(state)
    if place is None:
        message = f"{state!r} is not a state that we know."
        raise click.UsageError(message)
    return place.code


def _give_up(message: str) -> NoReturn:
    raise click.ClickException(message)
