"""A part of a preview: page by page, or whole as CSV or JSON."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import Response, abort, render_template, request, url_for

from app.domain.import_run import ChangeKind, ImportRunRecord, PlannedChange
from app.domain.merge import FieldChange
from app.domain.spreadsheet import safe_cell
from app.domain.text import clean_int
from app.extensions import db
from app.importers.preview import CHANGE_PARTS, PARTS, list_changes, list_rows
from app.store import import_runs as store
from app.store.codec import encode
from app.web.admin import blueprint
from app.web.admin.imports.launching import folder_of
from app.web.admin.imports.words import file_words, kept_words, kind_words
from app.web.admin.listings.values import change_lines, field_words
from app.web.wording import gettext as _

PAGE_SIZE: Final = 50
_MOST_PAGES: Final = 100_000
_KEPT: Final = "kept"
_COLUMNS: Final = {
    "problems": ("sheet", "row", "field", "value", "reason"),
    "codes": ("code", "rows"),
    _KEPT: ("listing_id", "name", "field", "why"),
}
# Of a new listing its page leaves out what stands in the heading or is only for machines; the
# files have it.
_UNSHOWN: Final = frozenset({"name", "point", "timezone", "county_fips"})
# Lists of short words, which need no line each.
_IN_ONE_LINE: Final = frozenset({"term_codes", "unknown_codes", "languages", "accessibility"})
_CHANGE_COLUMNS: Final = ("listing_id", "name", "place", "field", "before", "after")
# So that a spreadsheet takes it for UTF-8.
_MARK: Final = "\ufeff"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One field from its value before to the one after, in lines."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedView:
    """What would be done to one Listing; one that is not `is_there` has only values after it."""

    listing_id: UUID
    name: str
    place: str
    is_there: bool
    fields: tuple[FieldView, ...]


@blueprint.get("/imports/<uuid:run_id>/<part>")
def import_part(run_id: UUID, part: str) -> str:
    """A page of what a run would do, listing by listing and field by field."""
    run = _run_with(run_id, part)
    total = run.summary.parts.get(part, 0) if run.summary else 0
    last_page = max(1, math.ceil(total / PAGE_SIZE))
    page = clean_int(request.args.get("page"), default=1, low=1, high=min(last_page, _MOST_PAGES))
    folder, offset = folder_of(run_id).preview, (page - 1) * PAGE_SIZE
    is_change = part in CHANGE_PARTS
    return render_template(
        "admin/imports/part.html",
        run_id=run_id,
        file_name=file_words(run.file_name),
        part=part,
        heading=kind_words(part),
        changes=[
            _change_view(change, part)
            for change in list_changes(folder, part, offset=offset, limit=PAGE_SIZE)
        ]
        if is_change
        else (),
        rows=() if is_change else tuple(list_rows(folder, part, offset=offset, limit=PAGE_SIZE)),
        total=total,
        page=page,
        last_page=last_page,
        previous_url=url_for("admin.import_part", run_id=run_id, part=part, page=page - 1),
        next_url=url_for("admin.import_part", run_id=run_id, part=part, page=page + 1),
    )


@blueprint.get("/imports/<uuid:run_id>/<part>.<any(csv, json):kind>")
def import_download(run_id: UUID, part: str, kind: str) -> Response:
    """A whole part as a file; no cell of a CSV begins as a formula does."""
    run = store.get_run(db.session, run_id) if part == _KEPT else _run_with(run_id, part)
    if kind == "csv":
        text = _MARK + "".join(_csv_lines(run, part))
        answer = Response(text, mimetype="text/csv")
    else:
        answer = Response(_json(run, part), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="import-{part}.{kind}"'
    return answer


def _run_with(run_id: UUID, part: str) -> ImportRunRecord:
    """The run, where it has a preview with this part; 404 otherwise."""
    run = store.get_run(db.session, run_id)
    if part not in PARTS or not folder_of(run_id).preview.exists():
        abort(HTTPStatus.NOT_FOUND)
    return run


def _csv_lines(run: ImportRunRecord, part: str) -> Iterator[str]:
    columns = _COLUMNS.get(part, _CHANGE_COLUMNS)
    yield _csv_line(columns)
    for row in _csv_rows(run, part):
        yield _csv_line(tuple(safe_cell(cell) for cell in row))


def _csv_rows(run: ImportRunRecord, part: str) -> Iterator[tuple[str, ...]]:
    if part == _KEPT:
        for kept in run.undo.kept if run.undo else ():
            label = field_words(kept.field) if kept.field else _("the whole listing")
            yield str(kept.listing_id), kept.name, label, kept_words(kept.why)
        return
    folder = folder_of(run.id).preview
    if part not in CHANGE_PARTS:
        for row in list_rows(folder, part):
            yield tuple(str(row.get(column, "")) for column in _COLUMNS[part])
        return
    for change in list_changes(folder, part):
        start = (str(change.listing_id), change.name, change.place)
        fields = _fields(change, part)
        for view in fields:
            yield (*start, view.label, "; ".join(view.before), "; ".join(view.after))
        if not fields:
            yield (*start, "", "", "")


def _csv_line(cells: tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _json(run: ImportRunRecord, part: str) -> bytes:
    if part == _KEPT:
        return encode(run.undo.kept if run.undo else ())
    folder = folder_of(run.id).preview
    if part in CHANGE_PARTS:
        return encode(list(list_changes(folder, part)))
    return encode(list(list_rows(folder, part)))


def _change_view(change: PlannedChange, part: str) -> ChangedView:
    is_there = part != ChangeKind.CREATED
    return ChangedView(
        listing_id=change.listing_id,
        name=change.name,
        place=change.place,
        is_there=is_there,
        fields=_fields(change, part) if is_there else _new_fields(change),
    )


def _new_fields(change: PlannedChange) -> tuple[FieldView, ...]:
    """What will be listed of a new place, as short as it can be read."""
    return tuple(
        FieldView(
            label=view.label,
            before=(),
            after=(", ".join(view.after),) if each.field in _IN_ONE_LINE else view.after,
        )
        for each in change.changes
        if each.field not in _UNSHOWN
        and not (each.field == "organization_name" and each.after == change.name)
        for view in (_field_view(each),)
    )


def _fields(change: PlannedChange, part: str) -> tuple[FieldView, ...]:
    fields = change.conflicts if part == "conflicts" else change.changes
    return tuple(_field_view(each) for each in fields)


def _field_view(change: FieldChange) -> FieldView:
    before, after = change_lines(change.field, change.before, change.after)
    return FieldView(label=field_words(change.field), before=before, after=after)
