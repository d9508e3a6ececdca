"""Checks: a field of a Listing was verified by a person, or is locked by their edit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, or_, update
from sqlalchemy.orm import Session

from app.domain.edit import EDITABLE_FIELDS, lock_of
from app.domain.errors import RowError
from app.domain.history import Action, HistoryEntry
from app.domain.listing import Listing, VerificationRecord
from app.models import Service, Verification
from app.store.codec import encode
from app.store.history import append_history, read_head
from app.store.listings import get_listing
from app.store.rows import service_id_of
from app.store.save import Saving, refresh_cards
from app.store.versions import bump_version

# How a person can check a field; `edit` is no check, and written by an edit alone.
CHECK_WAYS: Final = ("call", "visit", "website", "source")

_CHECKABLE: Final = frozenset(lock_of(field) for field in EDITABLE_FIELDS)


def verify_fields(
    session: Session,
    listing_id: UUID,
    fields: Collection[str],
    *,
    how: str,
    by: str,
    on: date,
    now: datetime,
    reason: str | None = None,
    request_id: str | None = None,
) -> Listing:
    """Mark fields as checked, which locks them; the Listing as it is then.

    The Listing's version stays, so that nobody's open form grows stale by a check. Raises
    NotFoundError, and RowError for a field or a way that there is not.
    """
    if how not in CHECK_WAYS:
        raise RowError(field="how", value=how, reason="is no way to check a field")
    checked = tuple(field for field in EDITABLE_FIELDS if field in fields)
    for field in sorted(set(fields) - _CHECKABLE):
        raise RowError(field, "", "is no field that can be checked")
    version = bump_version(session)
    listing = get_listing(session, listing_id)
    earlier = {check.field: check for check in listing.verifications}
    append_history(
        session,
        [
            HistoryEntry(
                at=now,
                by=by,
                action=Action.VERIFY,
                resource_type="service_at_location",
                resource_id=listing_id,
                version=listing.version,
                field=field,
                before=_check_json(earlier.get(field)),
                after=encode({"how": how, "on": on, "by": by}).decode(),
                reason=reason,
                request_id=request_id,
            )
            for field in checked
        ],
    )
    insert_checks(session, listing_id, checked, how=how, by=by, on=on)
    _assure(session, listing_id, on=on)
    session.expire_all()  # rows were written past the objects of the session
    listing = get_listing(session, listing_id)
    saving = Saving(
        listing_id=listing_id,
        record=listing.record,
        is_new=False,
        verified_on=listing.checked_on,
    )
    refresh_cards(session, [saving], version=version)
    return listing


def insert_checks(
    session: Session, listing_id: UUID, fields: Sequence[str], *, how: str, by: str, on: date
) -> None:
    """Write one check per field, after the history of it is written.

    Its id begins with the length of the history: of two checks of one day, the later counts.
    """
    if not fields:
        return
    length = read_head(session).count
    rows: list[dict[str, Any]] = [
        {
            "id": UUID(int=(length << 64) + position),
            "listing_id": listing_id,
            "field": field,
            "how": how,
            "verified_on": on,
            "verified_by": by,
        }
        for position, field in enumerate(fields)
    ]
    session.connection().execute(insert(Verification), rows)


def _assure(session: Session, listing_id: UUID, *, on: date) -> None:
    session.execute(
        update(Service)
        .where(
            Service.id == service_id_of(listing_id),
            or_(Service.assured_date.is_(None), Service.assured_date < on),
        )
        .values(assured_date=on)
        .execution_options(synchronize_session=False)
    )


def _check_json(check: VerificationRecord | None) -> str:
    if check is None:
        return "null"
    return encode({"how": check.how, "on": check.verified_on, "by": check.verified_by}).decode()
