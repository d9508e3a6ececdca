"""A table that comes back: sent, shown against today's Listings, and written at once."""

from __future__ import annotations

import math
import tempfile
from http import HTTPStatus
from pathlib import Path
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import transaction
from app.domain.errors import ImportFileError, MissingColumnsError, RowError
from app.domain.text import clean_int, clean_text
from app.extensions import db
from app.importers.files import SNIFF_BYTES, refuse_misnamed
from app.store import table_updates as store
from app.web.admin import blueprint
from app.web.admin.door import signed_in_user
from app.web.admin.listings.submit import keeps_while_away, number_in_form, reason_in_form
from app.web.admin.listings.table_plan import MOST_CHANGED, MOST_ROWS, TablePlan, read_plan
from app.web.clock import now
from app.web.wording import gettext as _

LARGEST_TABLE_BYTES: Final = 25 * 1024 * 1024
# What a browser sends around a file.
ROOM_AROUND_BYTES: Final = 64 * 1024
ROWS_A_PAGE: Final = 100
_MOST_SHOWN: Final = 500
_LONGEST_NAME: Final = 100


@blueprint.route("/listings/csv", methods=["GET", "POST"])
def upload_listing_table() -> ResponseReturnValue:
    """The form for a table; a POST keeps it and goes to what it would change."""
    if request.method == "GET":
        return _upload_page()
    sent = request.files.get("file")
    content = sent.stream.read(LARGEST_TABLE_BYTES + 1) if sent else b""
    if not content:
        return _refused(_("Choose a file that is not empty."))
    if len(content) > LARGEST_TABLE_BYTES:
        return _refused(_("The file is larger than 25 MB: split it."))
    try:
        refuse_misnamed((sent.filename or "") if sent else "", content[:SNIFF_BYTES])
        _plan(content)
    except ImportFileError as error:
        return _refused(_words(error))
    name = clean_text((sent.filename or "" if sent else "")[:1_000])[:_LONGEST_NAME]
    by = signed_in_user().name
    with transaction(db.session):
        table_id = store.keep_table(
            db.session, content, file_name=name or "table.csv", by=by, now=now()
        )
    return redirect(url_for("admin.listing_table", table_id=table_id))


@blueprint.get("/listings/csv/<uuid:table_id>")
def listing_table(table_id: UUID) -> ResponseReturnValue:
    """What a table would change, as of now; or what it changed."""
    return _table_page(store.get_table(db.session, table_id))


@blueprint.post("/listings/csv/<uuid:table_id>")
@keeps_while_away
def apply_listing_table(table_id: UUID) -> ResponseReturnValue:
    """Write what the table changes, in one transaction; rows that are behind are left out."""
    kept = store.get_table(db.session, table_id)
    if kept.applied_at is not None:
        return _applied_already(table_id)
    plan = _plan(kept.content)
    if plan.is_too_much:
        return _table_page(kept), HTTPStatus.UNPROCESSABLE_ENTITY
    unconfirmed = _unconfirmed(plan)
    if unconfirmed:
        return _table_page(kept, errors=unconfirmed), HTTPStatus.UNPROCESSABLE_ENTITY
    by, said = signed_in_user().name, reason_in_form()
    reason = _("from the table %(name)s", name=kept.file_name)
    try:
        with transaction(db.session):
            saved, left_out = store.apply_table(
                db.session,
                table_id,
                [row.update for row in plan.updates],
                left_out=plan.left_out,
                by=by,
                reason=f"{said} ({reason})" if said else reason,
                now=now(),
            )
    except store.TableAppliedError:
        return _applied_already(table_id)
    except RowError as error:
        errors = (("apply", f"{error.field}: {error.reason}"),)
        return _table_page(kept, errors=errors), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_done_words(saved, left_out), "success")
    return redirect(url_for("admin.listing_table", table_id=table_id))


def _unconfirmed(plan: TablePlan) -> tuple[tuple[str, str], ...]:
    """What a person has not confirmed yet, as (field id, message) pairs."""
    errors = []
    if plan.left_out and request.form.get("leave_out") != "1":
        errors.append(("leave_out", _("Tick that the other rows are to be left out.")))
    if plan.confirm and number_in_form() != str(plan.confirm):
        message = _("Type %(number)s to confirm that so many places go.", number=plan.confirm)
        errors.append(("number", message))
    return tuple(errors)


def _plan(content: bytes) -> TablePlan:
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(content)
        file.flush()
        return read_plan(Path(file.name), today=now().date())


def _table_page(kept: store.KeptTable, *, errors: tuple[tuple[str, str], ...] = ()) -> str:
    plan = _plan(kept.content) if kept.applied_at is None else None
    updates = plan.updates if plan else []
    last_page = max(1, math.ceil(len(updates) / ROWS_A_PAGE))
    page = clean_int(request.args.get("page"), default=1, low=1, high=last_page)
    return render_template(
        "admin/listings/table.html",
        table=kept,
        plan=plan,
        rows=updates[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE],
        most_shown=_MOST_SHOWN,
        most_changed=MOST_CHANGED,
        page=page,
        last_page=last_page,
        previous_url=url_for("admin.listing_table", table_id=kept.id, page=page - 1),
        next_url=url_for("admin.listing_table", table_id=kept.id, page=page + 1),
        reason=reason_in_form() or "",
        all_errors=errors,
        errors=dict(errors),
    )


def _upload_page(*, error: str = "") -> str:
    return render_template(
        "admin/listings/upload.html",
        error=error,
        most_rows=f"{MOST_ROWS:,}",
        most_changed=MOST_CHANGED,
    )


def _refused(message: str) -> ResponseReturnValue:
    return _upload_page(error=message), HTTPStatus.UNPROCESSABLE_ENTITY


def _words(error: ImportFileError) -> str:
    if not isinstance(error, MissingColumnsError):
        return str(error)
    return _(
        "The table lacks these columns: %(names)s. Begin with an export of the list.",
        names=", ".join(error.missing),
    )


def _applied_already(table_id: UUID) -> ResponseReturnValue:
    flash(_("This table was applied already. Nothing was changed again."), "success")
    return redirect(url_for("admin.listing_table", table_id=table_id))


def _done_words(saved: int, left_out: int) -> str:
    if not saved:
        return _("Nothing was changed.")
    if left_out:
        return _("Saved: %(saved)s. Left out: %(left)s.", saved=saved, left=left_out)
    return _("Saved: %(saved)s. It is live.", saved=saved)
