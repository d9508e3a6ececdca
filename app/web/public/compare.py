"""Up to four listings side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import render_template, url_for

from app.web import clock
from app.web.public import blueprint
from app.web.public.chosen import chosen_listings
from app.web.views.compare_view import compare_view

MOST_COMPARED: Final = 4
MOST_ON_A_SHEET: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLinks:
    """The page of one column, and the same comparison without it."""

    url: str
    remove_url: str


@blueprint.get("/compare")
def compare() -> str:
    """The listings whose ids are given, the rows in which they differ first."""
    chosen = chosen_listings(limit=MOST_COMPARED)
    view = compare_view(chosen.listings, now=clock.now())
    return render_template(
        "public/compare.html",
        here="search",
        width="wide",
        view=view,
        chosen=chosen,
        most=MOST_COMPARED,
        links=tuple(
            ColumnLinks(
                url=url_for("public.listing", listing_id=key),
                remove_url=url_for("public.compare", id=[each for each in view.ids if each != key]),
            )
            for key in view.ids
        ),
        call_sheet_url=url_for("public.call_sheet", id=view.ids[:MOST_ON_A_SHEET]),
    )
