"""The staff's list of Listings as a table: the same search, every row, sent while it is read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from flask import Response, stream_with_context

from app.domain.spreadsheet import safe_cell
from app.extensions import db
from app.store.listing_search import list_listing_ids
from app.store.listings import load_listings
from app.web.admin import blueprint
from app.web.admin.listings.find import asked_query
from app.web.admin.listings.table_cells import COLUMNS, cells_of
from app.web.clock import now

_ROWS_A_STEP: Final = 250
# Without it spreadsheet programs take the letters for those of Windows.
_BYTE_ORDER_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"


@blueprint.get("/listings/table.csv")
def export_listings() -> Response:
    """All Listings that meet the form of the list, as CSV in UTF-8, by name."""
    ids = list_listing_ids(db.session, asked_query())
    name = f"listings-{now().date().isoformat()}.csv"
    return Response(
        stream_with_context(table_lines(ids)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def table_lines(ids: Sequence[UUID]) -> Iterator[str]:
    """The table of these Listings in parts: its header, then some hundred rows at a time."""
    yield _BYTE_ORDER_MARK + _csv([COLUMNS])
    for at in range(0, len(ids), _ROWS_A_STEP):
        rows = []
        for listing in load_listings(db.session, ids[at : at + _ROWS_A_STEP]):
            cells = cells_of(listing)
            rows.append([safe_cell(cells[name]) for name in COLUMNS])
        yield _csv(rows)
        db.session.rollback()


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
