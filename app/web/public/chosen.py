"""The listings whose ids stand in an address: read kindly, whatever is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import request

from app.domain.listing import Listing
from app.domain.records import ListingStatus
from app.extensions import db
from app.store.merge_lookup import find_merged_listing_id
from app.store.public_listings import load_public_listings

# A longer address was not made by our pages.
_MOST_READ: Final = 50
_GONE: Final = frozenset({ListingStatus.INACTIVE, ListingStatus.DEFUNCT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The listings that were asked for and can be shown; `missing` could not be found."""

    listings: tuple[Listing, ...]
    missing: int
    left_out: int


def chosen_listings(*, limit: int) -> Chosen:
    """The listings of the `id` parameters, each once, in their order, at most `limit`.

    Malformed and unknown ids, and places that are gone, are counted; merged ones are found.
    """
    given = list(dict.fromkeys(request.args.getlist("id")[:_MOST_READ]))
    ids = [key for key in map(_parsed, given) if key is not None]
    found = {listing.id: listing for listing in load_public_listings(db.session, ids)}
    living = [_living_id(key, found) for key in ids]
    merged = [key for key in living if key is not None and key not in found]
    found |= {listing.id: listing for listing in load_public_listings(db.session, merged)}
    shown = [found[key] for key in dict.fromkeys(living) if key is not None and key in found]
    open_ones = [listing for listing in shown if listing.record.status not in _GONE]
    return Chosen(
        listings=tuple(open_ones[:limit]),
        missing=len(given)
        - len(ids)
        + sum(key not in found for key in living)
        + len(shown)
        - len(open_ones),
        left_out=max(0, len(open_ones) - limit),
    )


def _living_id(key: UUID, found: Mapping[UUID, Listing]) -> UUID | None:
    """The id under which a place is there; one that is gone may live on in another."""
    known = found.get(key)
    if known is not None and known.record.status not in _GONE:
        return key
    return find_merged_listing_id(db.session, key) or (key if known else None)


def _parsed(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) <= len(str(UUID(int=0))) else None
    except ValueError:
        return None
