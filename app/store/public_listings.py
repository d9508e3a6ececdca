"""Listings read whole, as the public may see them: of a confidential address only the town."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from app.domain.listing import Listing
from app.gazetteer.confidential import public_record
from app.store.listings import get_listing, load_listings


def get_public_listing(session: Session, listing_id: UUID) -> Listing:
    """The Listing with this id; raises NotFoundError."""
    return _public(get_listing(session, listing_id))


def load_public_listings(session: Session, ids: Sequence[UUID]) -> tuple[Listing, ...]:
    """These Listings in the order given, missing ones left out; a fixed number of statements."""
    return tuple(_public(listing) for listing in load_listings(session, ids))


def _public(listing: Listing) -> Listing:
    """Without what only the staff may see, in what its sources say too."""
    if not listing.record.is_address_confidential:
        return listing
    return replace(
        listing,
        record=public_record(listing.record),
        contributions=tuple(
            replace(item, record=public_record(replace(item.record, is_address_confidential=True)))
            for item in listing.contributions
        ),
    )
