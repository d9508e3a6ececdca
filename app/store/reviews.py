"""Who reviewed which page of the guide or law entry, and which version of its text.

Never commits: the caller holds `with transaction(session)`. Each review is a record of the history.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.domain.history import HistoryEntry
from app.domain.review import Capacity, Review
from app.models import ContentReview
from app.store.codec import encode
from app.store.history import append_history

_NAMESPACE: Final = UUID("2c7d3a6f-91c4-5b8e-8f3d-0e5b7a4c9d21")
_KIND: Final = "content_review"


def review_id(subject: str) -> UUID:
    """What the history calls the reviews of a text."""
    return uuid5(_NAMESPACE, subject)


def list_reviews(session: Session) -> Mapping[str, Review]:
    """The newest review of each text, by its subject."""
    rows = session.execute(select(ContentReview).order_by(ContentReview.subject)).scalars()
    return {row.subject: _review(row) for row in rows}


def save_review(session: Session, review: Review, *, by: str, now: datetime) -> None:
    """Keep a review in place of the one before it, which stays in the history."""
    before = session.get(ContentReview, review.subject, populate_existing=True)
    earlier = _review(before) if before else None
    append_history(
        session,
        [
            HistoryEntry(
                at=now,
                by=by,
                action="review",
                resource_type=_KIND,
                resource_id=review_id(review.subject),
                before=encode(earlier).decode(),
                after=encode(review).decode(),
            )
        ],
    )
    if before:
        session.expunge(before)  # its row is written past it
    session.execute(
        delete(ContentReview)
        .where(ContentReview.subject == review.subject)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        insert(ContentReview).values(
            subject=review.subject,
            fingerprint=review.fingerprint,
            reviewed_on=review.reviewed_on,
            name=review.name,
            role=review.role,
            capacity=review.capacity.value,
        )
    )


def _review(row: ContentReview) -> Review:
    return Review(
        subject=row.subject,
        fingerprint=row.fingerprint,
        reviewed_on=row.reviewed_on,
        name=row.name,
        role=row.role,
        capacity=Capacity(row.capacity),
    )
