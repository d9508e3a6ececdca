"""What hangs on a Listing that goes into another: carried over, and carried back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.db import Base
from app.domain.edit import lock_of
from app.domain.place_merge import Whose
from app.models import CheckDue, FieldConflict, Report, Service, SourceRecord, Verification
from app.store.codec import encode
from app.store.rows import service_id_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenCheck:
    """The line of the work-list that the one that went had."""

    tries: int
    last_tried_on: date | None
    taken_by: str | None
    taken_at: datetime | None
    is_passed_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a merge carried over, by id. `records` come with the fingerprint that each had.

    `checks_in` are checks of the one that went, which came along; `checks_out` are checks of
    the kept one's own values that were not kept; `locks` are what the merge itself locked.
    """

    records: tuple[tuple[UUID, bytes], ...]
    reports: tuple[UUID, ...]
    conflicts: tuple[int, ...]
    checks_in: tuple[UUID, ...]
    checks_out: tuple[UUID, ...]
    locks: tuple[UUID, ...] = ()
    check_due: TakenCheck | None = None


def carry_over(
    session: Session, *, gone_id: UUID, kept_id: UUID, sides: Mapping[str, Whose]
) -> Moved:
    """Hang on the kept Listing what hung on the other: records, reports, conflicts and checks.

    A check goes with the value that it is of: those of fields in which the two agree, or of
    which the value of the one that goes is taken, come along; of the kept one's own, those
    whose value is not kept go the other way.
    """
    stays = {lock_of(field) for field, whose in sides.items() if whose is Whose.KEPT}
    leaves = {lock_of(field) for field, whose in sides.items() if whose is Whose.GONE}
    records = _fingerprints(session, gone_id)
    reports = _ids(session, Report, gone_id)
    checks_in = _ids(session, Verification, gone_id, without=stays)
    checks_out = _ids(session, Verification, kept_id, only=leaves)
    conflicts = _free_conflicts(session, gone_id=gone_id, kept_id=kept_id, without=stays)
    _hang(session, SourceRecord, list(records), on=kept_id)
    _hang(session, Report, reports, on=kept_id)
    _hang(session, Verification, checks_in, on=kept_id)
    _hang(session, Verification, checks_out, on=gone_id)
    _hang(session, FieldConflict, conflicts, on=kept_id)
    return Moved(
        records=tuple(records.items()),
        reports=tuple(reports),
        conflicts=tuple(conflicts),
        checks_in=tuple(checks_in),
        checks_out=tuple(checks_out),
        check_due=_pass_on_check(session, gone_id=gone_id, kept_id=kept_id),
    )


def carry_back(session: Session, moved: Moved, *, gone_id: UUID, kept_id: UUID) -> bool:
    """Hang everything where it hung before; whether a source has changed its word meanwhile.

    What came to the kept Listing since the merge stays with it.
    """
    now = _fingerprints(session, kept_id)
    is_changed = any(now.get(key, known) != known for key, known in moved.records)
    for table, ids, home in (
        (SourceRecord, [key for key, _ in moved.records], gone_id),
        (Report, moved.reports, gone_id),
        (Verification, moved.checks_in, gone_id),
        (Verification, moved.checks_out, kept_id),
        (FieldConflict, moved.conflicts, gone_id),
    ):
        _hang(session, table, ids, on=home)
    session.execute(delete(Verification).where(Verification.id.in_(moved.locks)))
    return is_changed


def restore_check(session: Session, moved: Moved, *, gone_id: UUID) -> None:
    """Give the line of the work-list back its tries and its taker; after the Listing is back."""
    known = moved.check_due
    if known is None:
        return
    is_free = known.is_passed_on
    session.execute(
        update(CheckDue)
        .where(CheckDue.listing_id == gone_id)
        .values(
            tries=known.tries,
            last_tried_on=known.last_tried_on,
            taken_by=None if is_free else known.taken_by,
            taken_at=None if is_free else known.taken_at,
        )
        .execution_options(synchronize_session=False)
    )


def set_assured(session: Session, listing_id: UUID, *, on: date | None) -> None:
    """Write the day of the newest check where HSDS has it."""
    session.execute(
        update(Service)
        .where(Service.id == service_id_of(listing_id))
        .values(assured_date=on)
        .execution_options(synchronize_session=False)
    )


def new_locks(session: Session, listing_id: UUID, fields: Collection[str]) -> tuple[UUID, ...]:
    """The locks that an edit has just put on these fields, the newest of each."""
    rows = session.execute(
        select(Verification.field, Verification.id)
        .where(
            Verification.listing_id == listing_id,
            Verification.field.in_(list(fields)),
            Verification.how == "edit",
        )
        .order_by(Verification.verified_on, Verification.id)
    )
    return tuple({row.field: row.id for row in rows}.values())


def encode_moved(moved: Moved) -> str:
    """As the database keeps it."""
    return encode(moved).decode()


def decode_moved(text: str) -> Moved:
    """What `encode_moved` wrote."""
    return msgspec.json.decode(text, type=Moved)


def _fingerprints(session: Session, listing_id: UUID) -> dict[UUID, bytes]:
    rows = session.execute(
        select(SourceRecord.id, SourceRecord.fingerprint)
        .where(SourceRecord.listing_id == listing_id)
        .order_by(SourceRecord.id)
    )
    return {row.id: row.fingerprint for row in rows}


def _ids(
    session: Session,
    table: type[Report | Verification],
    listing_id: UUID,
    *,
    only: Collection[str] | None = None,
    without: Collection[str] = (),
) -> list[UUID]:
    statement = select(table.id).where(table.listing_id == listing_id).order_by(table.id)
    if table is Verification:
        statement = statement.where(Verification.field.not_in(list(without)))
        if only is not None:
            statement = statement.where(Verification.field.in_(list(only)))
    return list(session.execute(statement).scalars())


def _free_conflicts(
    session: Session, *, gone_id: UUID, kept_id: UUID, without: Collection[str]
) -> list[int]:
    """The conflicts that can come along: the kept one has none of that source and field."""
    rows = session.execute(
        select(
            FieldConflict.id, FieldConflict.listing_id, FieldConflict.source_id, FieldConflict.field
        )
        .where(FieldConflict.listing_id.in_([gone_id, kept_id]))
        .order_by(FieldConflict.id)
    ).all()
    taken = {(row.source_id, row.field) for row in rows if row.listing_id == kept_id}
    return [
        row.id
        for row in rows
        if row.listing_id == gone_id
        and (row.source_id, row.field) not in taken
        and row.field not in without
    ]


def _pass_on_check(session: Session, *, gone_id: UUID, kept_id: UUID) -> TakenCheck | None:
    """Take the Listing out of the work-list; who was checking it goes on with the kept one."""
    row = session.execute(
        select(CheckDue).where(CheckDue.listing_id == gone_id)
    ).scalar_one_or_none()
    if row is None:
        return None
    passed = False
    if row.taken_by is not None:
        passed = (
            session.execute(
                update(CheckDue)
                .where(CheckDue.listing_id == kept_id, CheckDue.taken_by.is_(None))
                .values(taken_by=row.taken_by, taken_at=row.taken_at)
                .execution_options(synchronize_session=False)
                .returning(CheckDue.listing_id)
            ).scalar_one_or_none()
            is not None
        )
    known = TakenCheck(
        tries=row.tries,
        last_tried_on=row.last_tried_on,
        taken_by=row.taken_by,
        taken_at=row.taken_at,
        is_passed_on=passed,
    )
    session.execute(delete(CheckDue).where(CheckDue.listing_id == gone_id))
    return known


def _hang(session: Session, table: type[Base], ids: Collection[Any], *, on: UUID) -> None:
    if ids:
        identity: Any = table
        session.execute(
            update(table)
            .where(identity.id.in_(list(ids)))
            .values(listing_id=on)
            .execution_options(synchronize_session=False)
        )
