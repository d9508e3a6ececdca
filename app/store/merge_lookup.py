"""Which Listing an id lives on in, and which merges there are; read by all who write Listings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.models import ListingMerge, Service, ServiceAtLocation, SourceRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRecord:
    """One merge that stands: which Listing went into which, when and by whom."""

    id: UUID
    gone_id: UUID
    gone_name: str
    kept_id: UUID
    kept_name: str
    merged_at: datetime
    merged_by: str


def find_merged_listing_id(session: Session, listing_id: UUID) -> UUID | None:
    """The Listing that an id lives on in, when its own was merged with another; None otherwise.

    The id may be one that a source's record would have given, without a Listing of its own.
    """
    living = find_kept_id(session, listing_id)
    if living is not None:
        return living
    return session.execute(
        select(SourceRecord.listing_id)
        .where(SourceRecord.minted_id == listing_id, SourceRecord.listing_id != listing_id)
        .order_by(SourceRecord.id)
        .limit(1)
    ).scalar_one_or_none()


def find_kept_id(session: Session, gone_id: UUID) -> UUID | None:
    """The Listing into which this one went in the end; None while it is one of its own."""
    living = gone_id
    while kept := _kept_id(session, living):
        living = kept
    return living if living != gone_id else None


def living_ids(session: Session) -> Mapping[UUID, UUID]:
    """Every Listing that went into another, with the one that it lives on in at the end."""
    rows = session.execute(select(ListingMerge.gone_id, ListingMerge.kept_id))
    step = {row.gone_id: row.kept_id for row in rows}
    living: dict[UUID, UUID] = {}
    for gone in step:
        kept = gone
        while kept in step:
            kept = step[kept]
        living[gone] = kept
    return living


def find_merge_of(session: Session, gone_id: UUID) -> UUID | None:
    """The id of the merge in which this Listing went; None while it is one of its own."""
    return session.execute(
        select(ListingMerge.id).where(ListingMerge.gone_id == gone_id)
    ).scalar_one_or_none()


def count_merges(session: Session) -> int:
    """How many merges stand."""
    return session.execute(select(func.count()).select_from(ListingMerge)).scalar_one()


def list_merges(
    session: Session,
    *,
    offset: int = 0,
    limit: int = 50,
    merge_id: UUID | None = None,
    kept_id: UUID | None = None,
) -> Sequence[MergeRecord]:
    """The merges that stand, the newest first; of one id or of one kept Listing where asked."""
    gone, kept = aliased(ServiceAtLocation), aliased(ServiceAtLocation)
    gone_service, kept_service = aliased(Service), aliased(Service)
    statement = (
        select(ListingMerge, gone_service.name, kept_service.name)
        .join(gone, gone.id == ListingMerge.gone_id)
        .join(gone_service, gone_service.id == gone.service_id)
        .join(kept, kept.id == ListingMerge.kept_id)
        .join(kept_service, kept_service.id == kept.service_id)
        .order_by(ListingMerge.merged_at.desc(), ListingMerge.id)
        .offset(offset)
        .limit(limit)
    )
    if merge_id is not None:
        statement = statement.where(ListingMerge.id == merge_id)
    if kept_id is not None:
        statement = statement.where(ListingMerge.kept_id == kept_id)
    return [
        MergeRecord(
            id=row.id,
            gone_id=row.gone_id,
            gone_name=gone_name,
            kept_id=row.kept_id,
            kept_name=kept_name,
            merged_at=row.merged_at,
            merged_by=row.merged_by,
        )
        for row, gone_name, kept_name in session.execute(statement)
    ]


def _kept_id(session: Session, gone_id: UUID) -> UUID | None:
    return session.execute(
        select(ListingMerge.kept_id).where(ListingMerge.gone_id == gone_id)
    ).scalar_one_or_none()
