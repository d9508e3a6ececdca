"""The page of one Listing, of one that is gone, and the way from a merged id to the living one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.domain.errors import NotFoundError
from app.domain.listing import Listing
from app.domain.records import AddressRecord, ListingStatus
from app.extensions import db
from app.store.merge_lookup import find_merged_listing_id
from app.store.public_listings import load_public_listings
from app.store.reports import open_topics
from app.web import clock
from app.web.helplines_now import current_helplines
from app.web.maps import place_map
from app.web.public import blueprint
from app.web.public.alternatives import nearest_alternatives
from app.web.views.helpline_view import helpline_views_for
from app.web.views.listing_view import listing_view, status_words
from app.web.views.report_words import report_note

_GONE: Final = frozenset({ListingStatus.INACTIVE, ListingStatus.DEFUNCT})
# Medicines that people can stay on after withdrawal care.
_ONGOING_TERMS: Final = ("BU", "MU", "NU")


@blueprint.get("/listings/<uuid:listing_id>")
def listing(listing_id: UUID) -> Response | str | tuple[str, int]:
    """The page of a Listing: 410 when it is gone, 301 when its id was merged with another."""
    found = next(iter(load_public_listings(db.session, [listing_id])), None)
    if found is not None and found.record.status not in _GONE:
        return _page(found)
    merged = find_merged_listing_id(db.session, listing_id)
    if merged is not None:
        address = url_for("public.listing", listing_id=merged)
        return redirect(address, HTTPStatus.MOVED_PERMANENTLY)
    if found is None:
        raise NotFoundError(kind="listing", identifier=listing_id)
    return _gone_page(found), HTTPStatus.GONE


def _page(found: Listing) -> str:
    view = listing_view(found, now=clock.now())
    return render_template(
        "public/listing.html",
        view=view,
        report_note=report_note(open_topics(db.session, listing_id=found.id).get(found.id, ())),
        map=place_map(found.record),
        ongoing_url=_search_url(found.record.address, _ONGOING_TERMS),
    )


def _gone_page(found: Listing) -> str:
    """Says that it is gone and since when, with what is near and who answers now."""
    now, record = clock.now(), found.record
    address = record.address
    return render_template(
        "public/listing_gone.html",
        name=record.name,
        status=status_words(record.status),
        since=found.status_changed_on,
        town=address.city if address else None,
        cards=nearest_alternatives(found, now=now),
        search_url=_search_url(address),
        helplines=helpline_views_for(
            current_helplines(),
            now=now,
            state=address.state_province if address else None,
            county_fips=record.county_fips,
            reader_timezone=record.timezone,
        ),
    )


def _search_url(address: AddressRecord | None, term_codes: tuple[str, ...] = ()) -> str:
    if address is None:
        return url_for("public.search", term=term_codes)
    near = address.postal_code[:5] or f"{address.city}, {address.state_province}"
    return url_for("public.search", near=near, term=term_codes)
