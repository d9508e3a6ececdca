"""Law entries as the staff corrected them, each with the source that it rests on.

Never commits: the caller holds `with transaction(session)`. Each field is a record of the history.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.content.kratom_law import LawSource, StateLaw
from app.domain.errors import StaleEditError
from app.domain.history import HistoryEntry
from app.models import LawCorrection
from app.store.codec import encode
from app.store.history import append_history

_NAMESPACE: Final = UUID("8e0b8d0e-4d52-5f0c-9a41-6c1f1f2f0b7d")
_KIND: Final = "kratom_law"
_SOURCE: Final = "source"


class _Content(msgspec.Struct, frozen=True, kw_only=True):
    entry: StateLaw
    source: LawSource


class Correction(NamedTuple):
    """An entry of the staff. Not `is_in_force`: it was taken back, ours stands again."""

    entry: StateLaw
    source: LawSource
    version: int
    is_in_force: bool


def law_entry_id(code: str) -> UUID:
    """What the history calls the law entry of a state."""
    return uuid5(_NAMESPACE, code)


def list_corrections(session: Session) -> tuple[Correction, ...]:
    """The corrections that are in force, by code."""
    rows = session.execute(
        select(LawCorrection)
        .where(LawCorrection.is_in_force.is_(True))
        .order_by(LawCorrection.code)
    ).scalars()
    return tuple(_correction(row) for row in rows)


def find_correction(session: Session, code: str) -> Correction | None:
    """The newest correction of a state, also one that was taken back; None where never any was."""
    row = session.get(LawCorrection, code, populate_existing=True)
    return _correction(row) if row else None


def save_correction(
    session: Session,
    entry: StateLaw,
    source: LawSource,
    *,
    shown: StateLaw,
    form_version: int,
    by: str,
    reason: str | None,
    now: datetime,
) -> None:
    """Put this entry in place of what is shown, `shown`; raises StaleEditError.

    `form_version` is the correction that the form was made of, 0 for none.
    """
    version = form_version + 1
    values = {
        "version": version,
        "is_in_force": True,
        "content": encode(_Content(entry=entry, source=source)),
    }
    before = find_correction(session, entry.code)
    _write(session, entry.code, values, form_version=form_version, is_new=before is None)
    earlier = before.source if before and before.is_in_force else None
    changes = [
        (field, getattr(shown, field), getattr(entry, field))
        for field in StateLaw.__struct_fields__
        if field != "sources" and getattr(shown, field) != getattr(entry, field)
    ]
    if earlier != source:
        changes.append((_SOURCE, earlier, source))
    _keep(session, entry.code, changes, "edit", version=version, by=by, reason=reason, now=now)


def take_back_correction(
    session: Session, code: str, *, form_version: int, by: str, reason: str | None, now: datetime
) -> None:
    """Let the entry that comes with the application stand again; raises StaleEditError."""
    version = form_version + 1
    before = find_correction(session, code)
    if before is None or not before.is_in_force:
        return
    values = {"version": version, "is_in_force": False}
    _write(session, code, values, form_version=form_version, is_new=False)
    changes = [("", before.entry, None)]
    _keep(session, code, changes, "take back", version=version, by=by, reason=reason, now=now)


def _write(
    session: Session, code: str, values: dict[str, Any], *, form_version: int, is_new: bool
) -> None:
    if is_new and form_version == 0:
        session.execute(insert(LawCorrection).values(code=code, **values))
        return
    reached = session.execute(
        update(LawCorrection)
        .where(LawCorrection.code == code, LawCorrection.version == form_version)
        .values(**values)
        .returning(LawCorrection.version)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if reached is None:
        raise StaleEditError(listing_id=law_entry_id(code), form_version=form_version)


def _keep(
    session: Session,
    code: str,
    changes: Sequence[tuple[str, object, object]],
    action: str,
    *,
    version: int,
    by: str,
    reason: str | None,
    now: datetime,
) -> None:
    append_history(
        session,
        [
            HistoryEntry(
                at=now,
                by=by,
                action=action,
                resource_type=_KIND,
                resource_id=law_entry_id(code),
                version=version,
                field=field,
                before=encode(before).decode(),
                after=encode(after).decode(),
                reason=reason,
            )
            for field, before, after in changes
        ],
    )


def _correction(row: LawCorrection) -> Correction:
    content = msgspec.json.decode(row.content, type=_Content)
    return Correction(content.entry, content.source, row.version, row.is_in_force)
