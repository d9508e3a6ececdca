"""An import is begun: with a file that is sent, or with a question to the federal directory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from app.db import transaction
from app.domain.dates import normalize_partial_date
from app.domain.errors import (
    ImportRunningError,
    ParseError,
    UnknownPlaceError,
    UnreadableFileError,
)
from app.domain.import_run import ImportRequest
from app.domain.query import PlaceKind
from app.domain.text import clean_int, clean_text
from app.extensions import db
from app.gazetteer import find_state, resolve, state_name
from app.gazetteer.states import states
from app.importers.files import SNIFF_BYTES, edition_in_name, refuse_misnamed
from app.importers.folders import RunFolder, clean_folders
from app.importers.formats import format_names
from app.importers.run import WHOLE_SOURCE
from app.store.import_runs import create_run
from app.web.admin import blueprint
from app.web.admin.door import signed_in_user
from app.web.admin.imports.launching import folder_of, running_run, started
from app.web.admin.imports.words import file_words, format_choices
from app.web.clock import now
from app.web.errors import error_page
from app.web.wording import gettext as _

UPLOAD_LIMIT_BYTES: Final = 25 * 1024 * 1024
_LONGEST_TEXT: Final = 120
_MOST_MILES: Final = 200
_MILES: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a form asked for, the name to keep it under, and what is wrong with it."""

    request: ImportRequest
    file_name: str
    errors: tuple[tuple[str, str], ...] = ()


@blueprint.get("/imports/new")
def new_import() -> str:
    """The two ways to begin: a file, or a fetch."""
    return _form({}, errors=())


@blueprint.post("/imports/new")
def start_import() -> ResponseReturnValue:
    """Keep what was sent and start its process; the page of the run follows."""
    asked = _fetch_asked() if request.form.get("way") == "fetch" else _upload_asked()
    if asked.errors:
        return _form(request.form, errors=asked.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    run_id = uuid4()
    clean_folders(current_app.instance_path)
    try:
        with started(run_id):
            _keep(run_id, asked, folder_of(run_id))
    except ImportRunningError:
        message = _("An import is running. Wait until it is done, then send this again.")
        return _form(request.form, errors=(("file", message),)), HTTPStatus.CONFLICT
    return redirect(url_for("admin.import_run", run_id=run_id))


@blueprint.errorhandler(RequestEntityTooLarge)
def too_much(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say how large a file may be, where it was one."""
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if request.endpoint != "admin.start_import":
        return error_page(status), status
    message = _(
        "This file is larger than %(size)s MB, the most that can be sent. Split it, or let "
        "whoever runs this site import it on the machine.",
        size=UPLOAD_LIMIT_BYTES // 1024**2,
    )
    return _form({}, errors=(("file", message),)), status


def _keep(run_id: UUID, asked: Asked, folder: RunFolder) -> None:
    """Keep the file and the run; neither where one of them cannot be kept."""
    try:
        folder.make()
        file = request.files.get("file")
        is_upload = not asked.request.is_fetch and file is not None
        sha256 = folder.save_upload(file.stream) if is_upload and file else None
        with transaction(db.session):
            create_run(
                db.session,
                run_id=run_id,
                file_name=asked.file_name,
                file_sha256=sha256,
                request=asked.request,
                by=signed_in_user().name,
                now=now(),
            )
    except BaseException:
        folder.drop()
        raise
    folder.marker.touch()


def _upload_asked() -> Asked:
    form, errors = request.form, []
    file = request.files.get("file")
    name = file.filename if file else None
    if not file or not name:
        errors.append(("file", _("Choose a file.")))
    else:
        errors.extend(_misnamed(file, name))
    format_name = form.get("format", "")
    if format_name and format_name not in format_names():
        errors.append(("format", _("Choose one of the list.")))
    edition = _edition(form.get("edition", ""), errors) or edition_in_name(Path(name or "")) or ""
    complete = form.get("complete", "")
    if complete and complete != WHOLE_SOURCE and complete not in states():
        errors.append(("complete", _("Choose one of the list.")))
    asked = ImportRequest(format=format_name, edition=edition, complete_state=complete)
    return Asked(request=asked, file_name=file_words(name or ""), errors=tuple(errors))


def _misnamed(file: FileStorage, name: str) -> list[tuple[str, str]]:
    """What is wrong with the name of a file beside what it holds."""
    head = file.stream.read(SNIFF_BYTES)
    file.stream.seek(0)
    try:
        refuse_misnamed(name, head)
    except UnreadableFileError as error:
        return [("file", str(error))]
    return []


def _fetch_asked() -> Asked:
    form, errors = request.form, []
    state = find_state(form.get("state", "")[:_LONGEST_TEXT]) if form.get("state") else None
    near = clean_text(form.get("near", "")[:_LONGEST_TEXT])
    code = state.code if state and state.code else ""
    if bool(near) == bool(form.get("state")):
        errors.append(("near", _("Enter a place or choose a state, one of the two.")))
    elif near:
        near = _place(near, errors)
    elif not code:
        errors.append(("state", _("Choose one of the list.")))
    radius = clean_int(form.get("radius"), default=_MILES, low=1, high=_MOST_MILES)
    is_complete = bool(code) and form.get("is_complete") == "1"
    asked = ImportRequest(
        near=near,
        radius_miles=radius if near else 0,
        state=code,
        complete_state=code if is_complete else "",
    )
    where = state_name(code) if code else f"{near}, {radius} miles"
    return Asked(request=asked, file_name=f"FindTreatment.gov: {where}", errors=tuple(errors))


def _place(text: str, errors: list[tuple[str, str]]) -> str:
    """The one place that a text means, by the label that means it alone."""
    try:
        found = resolve(text)
    except UnknownPlaceError as error:
        hint = ", ".join(error.suggestions[:3])
        message = _("We do not know that place.")
        if hint:
            message = _("We do not know that place. Is it %(places)s?", places=hint)
        errors.append(("near", message))
        return text
    except ParseError:
        errors.append(("near", _("A ZIP code has 5 digits.")))
        return text
    if not found or found[0].kind is PlaceKind.STATE:
        errors.append(("near", _("Enter a ZIP code or a city. For a state, use the list.")))
        return text
    if len(found) > 1:
        places = ", ".join(place.label for place in found[:3])
        errors.append(("near", _("Which one: %(places)s?", places=places)))
        return text
    return found[0].label


def _edition(text: str, errors: list[tuple[str, str]]) -> str:
    try:
        return normalize_partial_date(clean_text(text[:_LONGEST_TEXT])) or ""
    except ParseError:
        errors.append(("edition", _("Enter a year, a month or a day: 2026, 2026-08, 2026-08-31.")))
        return ""


def _form(typed: Mapping[str, Any], *, errors: tuple[tuple[str, str], ...]) -> str:
    every_state = tuple((code, place.label) for code, place in states().items())
    return render_template(
        "admin/imports/new.html",
        typed=typed,
        errors=errors,
        wrong=dict(errors),
        running=running_run(),
        formats=format_choices(),
        states=(("", _("No state")), *every_state),
        completes=(
            ("", _("No: places that are missing stay")),
            (WHOLE_SOURCE, _("Everything that its source has")),
            *((code, _("All of %(state)s", state=name)) for code, name in every_state),
        ),
        size=UPLOAD_LIMIT_BYTES // 1024**2,
        miles=_MILES,
    )
