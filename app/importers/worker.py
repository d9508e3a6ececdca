"""The work of one run, in a process of its own: read and compare, apply, or undo.

Each step leaves the run in a state from which it can be done again: what was staged is used
or made anew, and what is written is written with the state, in one transaction.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol
from uuid import UUID

from app.db import DatabaseUnavailableError, transaction
from app.domain.errors import ImportFileError, ImportRunningError
from app.domain.import_run import (
    WORKING,
    ChangeKind,
    ImportRunRecord,
    PreviewChangedError,
    PreviewMark,
    PreviewSummary,
    RunState,
)
from app.domain.query import METRES_PER_MILE
from app.gazetteer import resolve
from app.importers.fetch import FetchProgress, circles_near, circles_of_state, fetch_findtreatment
from app.importers.folders import RunFolder, file_sha256
from app.importers.formats import FINDTREATMENT
from app.importers.locator_client import Client
from app.importers.parsing import parse_apart
from app.importers.preview import PARTS, PreviewWriter, count_lines
from app.importers.progress import BatchProgress, ProgressFile
from app.importers.report import ImportReport
from app.importers.rows import ParsedFile
from app.importers.run import WHOLE_SOURCE, RunOptions, run_import
from app.importers.staging import read_stage
from app.store.codec import encode
from app.store.import_runs import count_present, get_run, move_run
from app.store.import_undo import undo_run
from app.store.versions import current_version

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_logger: Final = logging.getLogger("help_first")

# Another import that holds the database is waited for.
_WAITS: Final = 600
_UNEXPECTED: Final = (
    "Something went wrong that we did not expect. Nothing was changed. Try again, and tell "
    "whoever runs this site if it happens again."
)
_NO_FILE: Final = "The file is no longer here: files are kept for two weeks. Start a new import."


class Parse(Protocol):
    """Reads the upload of a run into its stage; raises ImportFileError."""

    def __call__(self, folder: RunFolder, *, format_name: str, edition: str) -> None:
        """Read it as this format ("": find out), as data of this edition ("": not known)."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a run is worked on with."""

    session: Session
    folder: RunFolder
    build_index: Callable[[], object]
    parse: Parse = parse_apart
    client: Client = field(default_factory=Client)
    clock: Callable[[], datetime] = _now
    sleep: Callable[[float], None] = time.sleep


def work_on(run_id: UUID, work: Work) -> None:
    """Do what the state of a run asks for; its end, good or bad, is kept with the run.

    A database that is gone or locked leaves the run as it is, to be started again.
    """
    run = get_run(work.session, run_id)
    work.session.rollback()
    if run.state in WORKING:
        work.folder.make()
        work.folder.begun.touch()
    try:
        match run.state:
            case RunState.READING:
                _read(run, work)
            case RunState.APPLYING:
                _apply(run, work)
            case RunState.UNDOING:
                _undo(run, work)
    except ImportFileError as error:
        _fail(run, work, str(error))
    except DatabaseUnavailableError:
        raise
    except Exception:
        _fail(run, work, _UNEXPECTED)
        raise


def _fail(run: ImportRunRecord, work: Work, problem: str) -> None:
    # An undo that failed leaves what was done; any other run has done nothing yet.
    to = RunState.DONE if run.state is RunState.UNDOING else RunState.FAILED
    work.session.rollback()
    with transaction(work.session):
        move_run(work.session, run.id, to=to, out_of=(run.state,), problem=problem)


def _read(run: ImportRunRecord, work: Work) -> None:
    sha256 = run.file_sha256
    if run.request.is_fetch and not work.folder.upload.exists():
        _fetch(run, work)
        sha256 = file_sha256(work.folder.upload)
    if not work.folder.stage.exists():
        if not work.folder.upload.exists():
            raise ImportFileError(_NO_FILE)
        name = FINDTREATMENT if run.request.is_fetch else run.request.format
        edition = run.request.edition
        if run.request.is_fetch and not edition:
            edition = run.started_at.date().isoformat()
        work.parse(work.folder, format_name=name, edition=edition)
    summary = _compare(run, work, is_first=True)
    _show_preview(run, work, summary, file_sha256=sha256)


def _fetch(run: ImportRunRecord, work: Work) -> None:
    request = run.request
    if request.state:
        circles = circles_of_state(request.state)
    else:
        place = resolve(request.near)[0]
        radius_m = request.radius_miles * METRES_PER_MILE
        circles = circles_near(place.latitude, place.longitude, radius_m=radius_m)
    progress = ProgressFile(work.folder.progress, "fetching")

    def tell(fetched: FetchProgress) -> None:
        progress.reach(fetched.rows)

    work.folder.pages.mkdir(parents=True, exist_ok=True)
    fetched = fetch_findtreatment(
        circles,
        folder=work.folder.pages,
        state=request.state or None,
        client=work.client,
        progress=tell,
    )
    fetched.replace(work.folder.upload)


def _compare(run: ImportRunRecord, work: Work, *, is_first: bool) -> PreviewSummary:
    """Make the preview anew: what the run would do to the directory as it is now."""
    session, parsed = work.session, read_stage(work.folder.stage)
    state = run.request.complete_state
    session.rollback()
    version = current_version(session)
    progress = ProgressFile(work.folder.progress, "comparing", total=parsed.total)
    with PreviewWriter(work.folder.preview) as preview:
        options = replace(_options(run, work), is_dry_run=True, is_confirmed=True, kinds=None)
        report = run_import(
            session,
            parsed,
            options=options,
            progress=BatchProgress(progress, total=parsed.total),
            observe=preview.add,
        )
        preview.add_rows(report)
    where = None if state in {"", WHOLE_SOURCE} else state
    summary = PreviewSummary(
        source_id=parsed.source_id,
        source_name=parsed.source_name,
        mark=PreviewMark(version=version, digest=preview.digest),
        counts=report.counts(),
        present=count_present(session, parsed.source_id),
        present_in_state=count_present(session, parsed.source_id, state=where) if state else 0,
        parts={part: count_lines(work.folder.preview, part) for part in PARTS},
        is_first=is_first,
    )
    session.rollback()
    return summary


def _show_preview(
    run: ImportRunRecord, work: Work, summary: PreviewSummary, *, file_sha256: str | None
) -> None:
    with transaction(work.session):
        move_run(
            work.session,
            run.id,
            to=RunState.READY,
            out_of=(run.state,),
            file_sha256=file_sha256,
            summary=encode(summary).decode(),
            report=encode(summary.counts).decode(),
            problem=None,
        )


def _apply(run: ImportRunRecord, work: Work) -> None:
    if run.summary is None or not work.folder.stage.exists():
        raise ImportFileError(_NO_FILE)
    try:
        _wait_for_turn(work, lambda: _write(run, work))
    except PreviewChangedError:
        summary = _compare(run, work, is_first=False)
        _show_preview(run, work, summary, file_sha256=run.file_sha256)
        return
    _index(work)
    work.folder.drop_rows()


def _write(run: ImportRunRecord, work: Work) -> ImportReport:
    parsed: ParsedFile = read_stage(work.folder.stage)
    progress = ProgressFile(work.folder.progress, "applying", total=parsed.total)
    options = replace(
        _options(run, work),
        expected=run.summary.mark if run.summary else None,
        kinds=frozenset(ChangeKind(kind) for kind in run.request.kinds),
        is_confirmed=True,  # the person was asked before the run was started
    )
    batches = BatchProgress(progress, total=parsed.total)
    return run_import(work.session, parsed, options=options, progress=batches)


def _undo(run: ImportRunRecord, work: Work) -> None:
    ProgressFile(work.folder.progress, "undoing")
    with transaction(work.session):
        undo_run(work.session, run.id, by=run.request.undone_by, now=work.clock())
    _index(work)


def _wait_for_turn(work: Work, step: Callable[[], object]) -> None:
    """Do a step, once no other import (of a command, say) holds the database."""
    for _ in range(_WAITS):
        try:
            step()
        except ImportRunningError:
            ProgressFile(work.folder.progress, "waiting")
            work.sleep(1.0)
        else:
            return
    raise ImportFileError(_UNEXPECTED)


def _index(work: Work) -> None:
    """Build the search index; a search builds it as well, so that this may fail."""
    work.session.rollback()
    try:
        work.build_index()
    except (OSError, DatabaseUnavailableError) as error:
        _logger.warning("%s while building the index after an import", type(error).__name__)


def _options(run: ImportRunRecord, work: Work) -> RunOptions:
    return RunOptions(
        now=work.clock(),
        file_name=run.file_name,
        file_sha256=run.file_sha256,
        complete_state=run.request.complete_state or None,
        run_id=run.id,
        by=run.request.applied_by or run.started_by,
    )
