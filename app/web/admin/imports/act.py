"""What a person does with a run: apply it, start it again, drop it, undo it."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import transaction
from app.domain.errors import ImportRunningError
from app.domain.import_run import (
    WORKING,
    ChangeKind,
    ImportRunRecord,
    RunState,
    RunStateError,
    needs_confirmation,
)
from app.extensions import db
from app.importers.formats import format_names
from app.store import import_runs as store
from app.store.codec import encode
from app.web.admin import blueprint
from app.web.admin.door import signed_in_user
from app.web.admin.imports.launching import folder_of, gate_held, started
from app.web.admin.imports.run import can_choose_format, run_page
from app.web.admin.imports.words import file_words
from app.web.admin.listings.submit import number_in_form
from app.web.clock import now
from app.web.wording import gettext as _

_RETRIED: Final = {
    RunState.FAILED: RunState.READING,
    RunState.READING: RunState.READING,
    RunState.APPLYING: RunState.APPLYING,
    RunState.UNDOING: RunState.UNDOING,
}


@blueprint.get("/imports/<uuid:run_id>/undo")
def undo_import(run_id: UUID) -> str:
    """What undoing a run means, and the button that does it."""
    run = store.get_run(db.session, run_id)
    can_undo = run.state is RunState.DONE
    return render_template(
        "admin/imports/undo.html",
        run=run,
        file_name=file_words(run.file_name),
        can_undo=can_undo,
    )


@blueprint.post("/imports/<uuid:run_id>")
def change_import(run_id: UUID) -> ResponseReturnValue:
    """Apply, retry, drop or undo a run; the page of the run follows."""
    run = store.get_run(db.session, run_id)
    errors: tuple[tuple[str, str], ...] = ()
    try:
        match request.form.get("action", ""):
            case "apply":
                errors = _apply(run)
            case "retry":
                errors = _retry(run)
            case "drop":
                _drop(run)
            case "undo":
                _undo(run)
            case _:
                abort(HTTPStatus.BAD_REQUEST)
    except ImportRunningError:
        flash(_("An import is running. Wait until it is done, then try again."), "error")
    except RunStateError:
        flash(_("This import went on meanwhile. Nothing was changed."), "error")
    if errors:
        page = run_page(run_id, errors=errors, typed=request.form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("admin.import_run", run_id=run_id))


def _apply(run: ImportRunRecord) -> tuple[tuple[str, str], ...]:
    if run.state is not RunState.READY or run.summary is None:
        raise RunStateError(state=run.state)
    wanted = set(request.form.getlist("kind"))
    kinds = tuple(kind for kind in ChangeKind if kind.value in wanted)
    errors = []
    if not kinds:
        errors.append(("kinds", _("Choose what to apply.")))
    refused = run.summary.counts.get("refused", 0)
    if refused and request.form.get("without_refused") != "1":
        message = _("Say that the refused rows are to be left out, or mend the file first.")
        errors.append(("without_refused", message))
    number = needs_confirmation(run.summary, kinds)
    if number and number_in_form() != str(number):
        message = _("Type %(number)s to confirm that so many listings change.", number=number)
        errors.append(("number", message))
    if errors:
        return tuple(errors)
    name = signed_in_user().name
    asked = replace(run.request, kinds=kinds, applied_by=name)
    with started(run.id), transaction(db.session):
        store.move_run(
            db.session,
            run.id,
            to=RunState.APPLYING,
            out_of=(RunState.READY,),
            request=encode(asked).decode(),
        )
        _note(run, "approve", after=encode([str(kind) for kind in kinds]).decode())
    return ()


def _retry(run: ImportRunRecord) -> tuple[tuple[str, str], ...]:
    """Start a run again; a file that could not be read, as the format that was chosen now."""
    if run.state not in _RETRIED:
        raise RunStateError(state=run.state)
    asked = run.request
    if can_choose_format(run):
        asked = replace(asked, format=request.form.get("format", asked.format))
    if asked.format and asked.format not in format_names():
        return (("format", _("Choose one of the list.")),)
    with started(run.id):
        if asked != run.request:
            folder_of(run.id).stage.unlink(missing_ok=True)
        with transaction(db.session):
            store.move_run(
                db.session,
                run.id,
                to=_RETRIED[run.state],
                out_of=(run.state,),
                request=encode(asked).decode(),
                problem=None,
            )
            _note(run, "retry", after=encode(asked.format).decode())
    return ()


def _drop(run: ImportRunRecord) -> None:
    """Give a run up. It has changed nothing, or, where it was being undone, is as it was."""
    droppable = {RunState.READY, RunState.FAILED, *WORKING}
    if run.state not in droppable:
        raise RunStateError(state=run.state)
    is_undoing = run.state is RunState.UNDOING
    with gate_held(run.id), transaction(db.session):
        to = RunState.DONE if is_undoing else RunState.DROPPED
        store.move_run(db.session, run.id, to=to, out_of=(run.state,))
        _note(run, "drop")
    if not is_undoing:
        folder_of(run.id).drop()


def _undo(run: ImportRunRecord) -> None:
    if run.state is not RunState.DONE:
        raise RunStateError(state=run.state)
    asked = replace(run.request, undone_by=signed_in_user().name)
    with started(run.id), transaction(db.session):
        store.move_run(
            db.session,
            run.id,
            to=RunState.UNDOING,
            out_of=(RunState.DONE,),
            request=encode(asked).decode(),
            problem=None,
        )


def _note(run: ImportRunRecord, action: str, *, after: str = "null") -> None:
    by = signed_in_user().name
    store.note_run(db.session, run.id, action=action, by=by, at=now(), after=after)
