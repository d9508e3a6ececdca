"""The history of imports: who loaded what, when, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from flask import render_template

from app.domain.import_run import WORKING, ImportRunRecord
from app.extensions import db
from app.store import import_runs as store
from app.web.admin import blueprint
from app.web.admin.imports.launching import has_begun, running_run
from app.web.admin.imports.words import count_words, file_words, source_words, state_words
from app.web.admin.paging import paging_of
from app.web.wording import gettext as _

PAGE_SIZE: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """A run in the list of runs."""

    id: UUID
    source: str
    file_name: str
    by: str
    at: datetime
    counts: tuple[tuple[str, int], ...]
    state: str
    is_alive: bool


@blueprint.get("/imports/")
def imports() -> str:
    """All runs, the newest first."""
    total = store.count_runs(db.session)
    paging = paging_of("admin.imports", total=total, size=PAGE_SIZE)
    found = store.list_runs(db.session, offset=paging.offset, limit=PAGE_SIZE)
    running = running_run()
    return render_template(
        "admin/imports/list.html",
        runs=[_view(run, running=running) for run in found],
        running=running,
        paging=paging,
    )


def _view(run: ImportRunRecord, *, running: UUID | None) -> RunView:
    is_alive = run.id == running and run.state in WORKING
    return RunView(
        id=run.id,
        source=source_words(run),
        file_name=file_words(run.file_name),
        by=run.started_by or _("a command"),
        at=run.finished_at or run.started_at,
        counts=count_words(run),
        state=state_words(run, is_alive=is_alive, has_begun=has_begun(run.id)),
        is_alive=is_alive,
    )
