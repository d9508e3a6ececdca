"""Listing cards: what the search index is built from and what a page of results shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.card import CardRecord
from app.models import ListingCard
from app.store.codec import decode_card

_ROWS_A_FETCH = 2_000


class CardRow(NamedTuple):
    """All that the search index keeps of one Listing; codes and areas are split by spaces."""

    id: UUID
    version: int
    is_listed: bool
    name: str
    search_text: str
    latitude: float | None
    longitude: float | None
    state: str | None
    county_fips: str | None
    areas: str
    term_codes: str
    timezone: str | None
    schedules: bytes | None
    dated_hours: bytes | None
    as_of: str | None


# Core columns: a statement over the mapped class costs half as much again.
_CARD = ListingCard.__table__.c
_CARD_ROW_COLUMNS = tuple(getattr(ListingCard, name) for name in CardRow._fields)


def list_card_rows(session: Session, *, after_version: int | None = None) -> Iterator[CardRow]:
    """The rows of the index ordered by id, streamed; only those changed after a version."""
    statement = select(*_CARD_ROW_COLUMNS).order_by(ListingCard.id)
    if after_version is not None:
        statement = statement.where(ListingCard.version > after_version)
    rows = session.execute(statement.execution_options(yield_per=_ROWS_A_FETCH))
    for row in rows:
        yield CardRow(*row)


def load_cards(session: Session, ids: Sequence[UUID]) -> tuple[CardRecord, ...]:
    """The cards of these Listings in the order given, in one statement; missing ones left out."""
    if not ids:
        return ()
    rows = session.connection().execute(select(_CARD.id, _CARD.card).where(_CARD.id.in_(ids)))
    contents = {row.id: row.card for row in rows}
    return tuple(decode_card(contents[key]) for key in ids if key in contents)


def changed_card_ids(session: Session, *, after_version: int, limit: int) -> frozenset[UUID]:
    """The Listings whose card changed after a version, at most `limit` of them."""
    rows = session.execute(
        select(ListingCard.id)
        .where(ListingCard.version > after_version)
        .order_by(ListingCard.version, ListingCard.id)
        .limit(limit)
    )
    return frozenset(rows.scalars())
