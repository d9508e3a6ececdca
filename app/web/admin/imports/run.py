"""One run: how far it is, what it would do, what it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.domain.import_run import (
    WORKING,
    ChangeKind,
    ImportRunRecord,
    KeptField,
    RunState,
    changes_nothing,
    needs_confirmation,
)
from app.extensions import db
from app.importers.preview import PARTS
from app.importers.progress import RunProgress, read_progress
from app.store import import_runs as store
from app.store.history import HistoryRecord, list_history
from app.web.admin import blueprint
from app.web.admin.imports.launching import folder_of, is_worked_on
from app.web.admin.imports.words import (
    complete_words,
    count_words,
    fetch_words,
    file_words,
    format_choices,
    kept_words,
    kind_words,
    source_words,
    stage_words,
    state_words,
)
from app.web.admin.listings.values import field_words
from app.web.wording import gettext as _

_SHOWN_KEPT: Final = 100
_LOOKS_AGAIN_S: Final = "3"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """A part of a preview: its heading, how many there are, and whether it can be chosen."""

    name: str
    words: str
    count: int
    is_kind: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    """What the page of a run shows of it."""

    id: UUID
    heading: str
    source: str
    state: str
    started_on: str
    started_at: str
    started_by: str
    complete: str
    is_working: bool
    is_interrupted: bool
    has_begun: bool
    is_ready: bool
    can_undo: bool
    can_retry: bool
    can_choose_format: bool
    format: str
    has_files: bool
    problem: str
    stage: str
    progress: RunProgress | None
    counts: tuple[tuple[str, int], ...]
    parts: tuple[PartView, ...]
    refused: int
    rows: int
    confirm: int
    share: int
    is_same: bool
    is_first: bool
    kept: tuple[tuple[str, str, str, UUID], ...] = ()
    kept_total: int = 0
    undone: str = ""
    listings_undone: int = 0
    acts: tuple[tuple[str, str, str, str], ...] = ()


@blueprint.get("/imports/<uuid:run_id>")
def import_run(run_id: UUID) -> ResponseReturnValue:
    """The run as it is now; it asks to be loaded again while its process works."""
    run = store.get_run(db.session, run_id)
    is_still = request.args.get("still") == "1"
    is_working = run.state in WORKING and is_worked_on(run_id)
    headers = {"Refresh": _LOOKS_AGAIN_S} if is_working and not is_still else {}
    return run_page(run_id), headers


def run_page(
    run_id: UUID,
    *,
    errors: tuple[tuple[str, str], ...] = (),
    typed: Mapping[str, Any] | None = None,
) -> str:
    """The page of a run, with what is wrong in what was sent."""
    run = store.get_run(db.session, run_id)
    view = _view(run)
    earlier = store.find_earlier_run(db.session, run) if view.is_ready else None
    return render_template(
        "admin/imports/run.html",
        run=view,
        errors=errors,
        wrong=dict(errors),
        typed=typed or {},
        chosen=_chosen(view, typed),
        earlier=earlier,
        earlier_on=earlier.finished_at.date().isoformat()
        if earlier and earlier.finished_at
        else None,
        formats=format_choices(),
        is_still=request.args.get("still") == "1",
    )


def can_choose_format(run: ImportRunRecord) -> bool:
    """Whether a file that could not be read is still here, to be read as another format."""
    is_file = run.state is RunState.FAILED and not run.request.is_fetch
    return is_file and folder_of(run.id).upload.exists()


def _chosen(view: RunPage, typed: Mapping[str, Any] | None) -> frozenset[str]:
    if typed is None:
        return frozenset(part.name for part in view.parts if part.is_kind)
    return frozenset(typed.getlist("kind")) if hasattr(typed, "getlist") else frozenset()


def _view(run: ImportRunRecord) -> RunPage:
    is_alive = is_worked_on(run.id)
    is_working = run.state in WORKING and is_alive
    is_interrupted = run.state in WORKING and not is_alive
    folder = folder_of(run.id)
    progress = read_progress(folder.progress) if is_working else None
    summary = run.summary
    kinds = frozenset(ChangeKind)
    confirm = needs_confirmation(summary, kinds) if summary else 0
    source = source_words(run)
    return RunPage(
        id=run.id,
        heading=_("Import of %(file)s", file=_name(run)),
        source=source,
        state=state_words(run, is_alive=is_alive, has_begun=folder.begun.exists()),
        started_on=run.started_at.date().isoformat(),
        started_at=f"{run.started_at:%H:%M}",
        started_by=run.started_by or _("a command"),
        complete=complete_words(run),
        is_working=is_working,
        is_interrupted=is_interrupted,
        has_begun=folder.begun.exists(),
        is_ready=run.state is RunState.READY,
        can_undo=run.state is RunState.DONE and run.source_id is not None,
        can_retry=is_interrupted or (run.state is RunState.FAILED and folder.path.exists()),
        can_choose_format=can_choose_format(run),
        format=run.request.format,
        has_files=folder.preview.exists(),
        problem=run.problem or "",
        stage=stage_words(progress.stage if progress else ""),
        progress=progress,
        counts=count_words(run),
        parts=_parts(run) if folder.preview.exists() else (),
        refused=summary.counts.get("refused", 0) if summary else 0,
        rows=summary.counts.get("rows", 0) if summary else 0,
        confirm=confirm,
        share=round(100 * confirm / summary.present) if summary and summary.present else 0,
        is_same=bool(summary) and changes_nothing(summary) if summary else False,
        is_first=summary.is_first if summary else True,
        kept=tuple(_kept(each) for each in run.undo.kept[:_SHOWN_KEPT]) if run.undo else (),
        kept_total=len(run.undo.kept) if run.undo else 0,
        undone=run.undone_at.date().isoformat() if run.undone_at else "",
        listings_undone=run.undo.listings if run.undo else 0,
        acts=tuple(_act(each) for each in list_history(db.session, run.id)),
    )


def _name(run: ImportRunRecord) -> str:
    return fetch_words(run) if run.request.is_fetch else file_words(run.file_name)


def _parts(run: ImportRunRecord) -> tuple[PartView, ...]:
    counts = run.summary.parts if run.summary else {}
    kinds = frozenset(kind.value for kind in ChangeKind)
    return tuple(
        PartView(name=part, words=kind_words(part), count=counts[part], is_kind=part in kinds)
        for part in PARTS
        if counts.get(part)
    )


def _kept(kept: KeptField) -> tuple[str, str, str, UUID]:
    label = field_words(kept.field) if kept.field else _("the whole listing")
    return kept.name, label, kept_words(kept.why), kept.listing_id


def _act(record: HistoryRecord) -> tuple[str, str, str, str]:
    """Day, time, person and act of one thing that was done with a run."""
    words = {
        "start": _("began it"),
        "approve": _("chose to apply it"),
        "apply": _("applied it"),
        "retry": _("started it again"),
        "drop": _("dropped it"),
        "undo": _("undid it"),
    }
    day, time = record.at.date().isoformat(), f"{record.at:%H:%M}"
    return day, time, record.by, words.get(record.action, record.action)
