"""What tests of edits share: a listing that a source gave, and an edit of it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import transaction
from app.domain.listing import Listing
from app.domain.records import ListingRecord
from app.models import ServiceAtLocation
from app.store.edits import EditOutcome, edit_listing
from app.store.listings import get_listing
from tests.factories import NOW, import_records


def imported(session: Session, record: ListingRecord) -> Listing:
    import_records(session, record)
    (key,) = session.execute(select(ServiceAtLocation.id)).scalars()
    return get_listing(session, key)


def edit(session: Session, listing: Listing, **changes: object) -> EditOutcome:
    with transaction(session):
        return edit_listing(
            session,
            listing.id,
            form_version=listing.version,
            changes=changes,
            by="Sample Editor",
            reason="a visitor told us",
            now=NOW,
        )
