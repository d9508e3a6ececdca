"""The staff's list of Listings: by text, place, status, source, age of the check and reports."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any, Final

from flask import render_template, request, url_for
from flask_babel import gettext as _

from app.domain.errors import ParseError
from app.domain.text import clean_int, clean_text
from app.extensions import db
from app.gazetteer.states import states
from app.store.listing_search import (
    StaffQuery,
    count_listings,
    list_listings,
    list_source_names,
)
from app.web.admin import blueprint
from app.web.admin.listings.values import status_choices, status_name
from app.web.clock import now

PAGE_SIZE: Final = 50
_MOST_PAGES: Final = 10_000
_LONGEST_TEXT: Final = 200
_ZIP_DIGITS: Final = 5
_AGES: Final = ("90", "180", "365")


@blueprint.get("/listings/")
def listings() -> str:
    """A page of the Listings that meet the form above them."""
    asked = _asked()
    query = _query(asked)
    total = count_listings(db.session, query)
    last_page = max(1, math.ceil(total / PAGE_SIZE))
    page = clean_int(request.args.get("page"), default=1, low=1, high=min(last_page, _MOST_PAGES))
    rows = list_listings(db.session, query, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    given: dict[str, Any] = {name: value for name, value in asked.items() if value}
    return render_template(
        "admin/listings/find.html",
        rows=rows,
        status_name=status_name,
        asked=asked,
        total=total,
        page=page,
        last_page=last_page,
        previous_url=url_for("admin.listings", page=page - 1, **given),
        next_url=url_for("admin.listings", page=page + 1, **given),
        table_url=url_for("admin.export_listings", **given),
        states=(("", _("Any state")), *((code, place.label) for code, place in states().items())),
        statuses=(("", _("Any status")), *status_choices()),
        sources=(("", _("Any source")), *list_source_names(db.session)),
        ages=(
            ("", _("Any time")),
            *((days, _("Not in %(days)s days", days=days)) for days in _AGES),
        ),
    )


def asked_query() -> StaffQuery:
    """What the address of this request looks for, as the list reads it."""
    return _query(_asked())


def _asked() -> dict[str, str]:
    asked = {}
    for name in ("q", "zip", "state", "status", "source", "age", "report"):
        try:
            asked[name] = clean_text(request.args.get(name, ""), limit=_LONGEST_TEXT)
        except ParseError as error:
            asked[name] = error.value[:_LONGEST_TEXT]
    return asked


def _query(asked: dict[str, str]) -> StaffQuery:
    digits = asked["zip"][:_ZIP_DIGITS]
    is_zip = digits.isascii() and digits.isdecimal()
    age = asked["age"] if asked["age"] in _AGES else ""
    return StaffQuery(
        text=asked["q"],
        postal_code=digits if is_zip else "",
        state=asked["state"] if asked["state"] in states() else "",
        status=asked["status"] if asked["status"] in dict(status_choices()) else "",
        source_id=asked["source"],
        not_checked_since=now().date() - timedelta(days=int(age)) if age else None,
        has_report=asked["report"] == "1",
    )
