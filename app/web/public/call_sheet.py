"""The call sheet: up to three places on one printed page, with room for notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import render_template

from app.domain.listing import Listing
from app.web import clock
from app.web.addresses import full_address
from app.web.public import blueprint
from app.web.public.chosen import chosen_listings
from app.web.qr import QrView, qr_view
from app.web.views.listing_view import ListingView, listing_view

MOST_ON_A_SHEET: Final = 3
MOST_QUESTIONS: Final = 5
# Lines for notes at each place, by how many places share the page.
_NOTE_LINES: Final = (0, 12, 6, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetEntry:
    """One place of the sheet: its facts, its own address, and that address as a QR code."""

    view: ListingView
    address: str
    code: QrView


@blueprint.get("/call-sheet")
def call_sheet() -> str:
    """Numbers, hours, questions and a QR code of the listings whose ids are given."""
    chosen = chosen_listings(limit=MOST_ON_A_SHEET)
    return render_template(
        "public/call_sheet.html",
        here="search",
        entries=tuple(_entry(each) for each in chosen.listings),
        chosen=chosen,
        most=MOST_ON_A_SHEET,
        most_questions=MOST_QUESTIONS,
        note_lines=_NOTE_LINES[len(chosen.listings)],
        printed_on=clock.now().date(),
    )


def _entry(listing: Listing) -> SheetEntry:
    # The host is one of TRUSTED_HOSTS: Flask refuses requests for any other.
    address = full_address("public.listing", listing_id=str(listing.id))
    view = listing_view(listing, now=clock.now())
    return SheetEntry(view=view, address=address, code=qr_view(address))
