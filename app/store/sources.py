"""Sources, and what each said of each Listing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from app.domain.records import ListingRecord
from app.models import Source, SourceRecord
from app.store.codec import decode_listing

_ROWS_A_FETCH = 2_000


class KeptRecord(NamedTuple):
    """One record that a source gave earlier, as far as matching needs it."""

    id: UUID
    source_id: str
    external_key: str
    listing_id: UUID
    fingerprint: bytes
    is_vanished: bool
    record: ListingRecord


class NewRecord(NamedTuple):
    """One record to keep; `id` None is a new one."""

    id: UUID
    source_id: str
    external_key: str
    listing_id: UUID
    minted_id: UUID
    content: bytes
    fingerprint: bytes
    state: str | None
    edition: str | None


def save_source(session: Session, source_id: str, *, name: str, url: str | None, rank: int) -> None:
    """Make or refresh the Source with this id."""
    known = session.get(Source, source_id)
    if known is None:
        session.execute(insert(Source).values(id=source_id, name=name, url=url, rank=rank))
        return
    if (known.name, known.url, known.rank) != (name, url, rank):
        known.name, known.url, known.rank = name, url, rank


def list_kept_records(session: Session) -> Iterator[KeptRecord]:
    """Every record of every source, streamed, ordered by Listing, then by id."""
    rows = session.execute(
        select(
            SourceRecord.id,
            SourceRecord.source_id,
            SourceRecord.external_key,
            SourceRecord.listing_id,
            SourceRecord.fingerprint,
            SourceRecord.vanished_at,
            SourceRecord.content,
        )
        .order_by(SourceRecord.listing_id, SourceRecord.id)
        .execution_options(yield_per=_ROWS_A_FETCH)
    )
    for row in rows:
        yield KeptRecord(
            id=row.id,
            source_id=row.source_id,
            external_key=row.external_key,
            listing_id=row.listing_id,
            fingerprint=row.fingerprint,
            is_vanished=row.vanished_at is not None,
            record=decode_listing(row.content),
        )


def insert_records(session: Session, records: Sequence[NewRecord], *, now: datetime) -> None:
    """Keep records that were not there before."""
    if records:
        rows = [
            {**record._asdict(), "first_seen_at": now, "last_seen_at": now} for record in records
        ]
        session.execute(insert(SourceRecord), rows)


def update_records(session: Session, records: Sequence[NewRecord], *, now: datetime) -> None:
    """Replace the content of records that were there before, and say that they were seen."""
    if not records:
        return
    statement = (
        update(SourceRecord)
        .where(SourceRecord.id == bindparam("key"))
        .values(
            content=bindparam("new_content"),
            fingerprint=bindparam("new_fingerprint"),
            state=bindparam("new_state"),
            edition=bindparam("new_edition"),
            last_seen_at=bindparam("seen_at"),
            vanished_at=None,
        )
    )
    session.connection().execute(
        statement,
        [
            {
                "key": record.id,
                "new_content": record.content,
                "new_fingerprint": record.fingerprint,
                "new_state": record.state,
                "new_edition": record.edition,
                "seen_at": now,
            }
            for record in records
        ],
    )


def mark_vanished(session: Session, ids: Iterable[UUID], *, now: datetime) -> None:
    """Say that these records are not in the latest file of their source."""
    wanted = list(ids)
    if wanted:
        session.execute(
            update(SourceRecord)
            .where(SourceRecord.id.in_(wanted), SourceRecord.vanished_at.is_(None))
            .values(vanished_at=now)
        )


def list_present_records(
    session: Session, *, source_id: str, state: str | None = None
) -> tuple[tuple[UUID, UUID], ...]:
    """(record id, listing id) of what this source still has, ordered by id; of one state or all."""
    statement = (
        select(SourceRecord.id, SourceRecord.listing_id)
        .where(SourceRecord.source_id == source_id, SourceRecord.vanished_at.is_(None))
        .order_by(SourceRecord.id)
    )
    if state is not None:
        statement = statement.where(SourceRecord.state == state)
    return tuple((row.id, row.listing_id) for row in session.execute(statement))


def has_listings_of(session: Session, *, state: str, source_ids: Sequence[str]) -> bool:
    """Whether any of these sources has a listing in a state: False means it was never loaded."""
    # The first row that is found answers: counting them all takes seconds for a million.
    found = select(SourceRecord.id).where(
        SourceRecord.state == state,
        SourceRecord.source_id.in_(list(source_ids)),
        SourceRecord.vanished_at.is_(None),
    )
    return bool(session.execute(select(found.exists())).scalar_one())


def without_source(session: Session, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of the Listings that sources listed once, and none lists now."""
    rows = session.execute(
        select(SourceRecord.listing_id)
        .where(SourceRecord.listing_id.in_(list(ids)))
        .group_by(SourceRecord.listing_id)
        .having(func.count() == func.count(SourceRecord.vanished_at))
    )
    return frozenset(rows.scalars())
