"""Runs of importers as they are kept: begun, moved from state to state, listed.

Never commits: the caller holds `with transaction(session)`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import Row, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from app.domain.errors import NotFoundError
from app.domain.history import HistoryEntry
from app.domain.import_run import (
    ImportRequest,
    ImportRunRecord,
    PreviewSummary,
    RunState,
    RunStateError,
    UndoReport,
)
from app.models import ImportedRecord, ImportRun, RowProblem, Source, SourceRecord
from app.store.codec import encode
from app.store.history import append_history

_RESOURCE: Final = "import_run"


def create_run(
    session: Session,
    *,
    file_name: str,
    file_sha256: str | None,
    request: ImportRequest,
    by: str,
    now: datetime,
    run_id: UUID | None = None,
) -> UUID:
    """Keep a run that begins to read; its id, which may have been chosen before."""
    run_id = run_id or uuid4()
    session.execute(
        insert(ImportRun).values(
            id=run_id,
            file_name=file_name,
            file_sha256=file_sha256,
            started_at=now,
            started_by=by,
            report="{}",
            state=RunState.READING,
            request=encode(request).decode(),
        )
    )
    note_run(session, run_id, action="start", by=by, at=now, after=encode(file_name).decode())
    return run_id


def get_run(session: Session, run_id: UUID) -> ImportRunRecord:
    """The run with this id; raises NotFoundError."""
    row = session.execute(_statement().where(ImportRun.id == run_id)).one_or_none()
    if row is None:
        raise NotFoundError(kind="import run", identifier=run_id)
    return _record(row)


def list_runs(session: Session, *, offset: int, limit: int) -> tuple[ImportRunRecord, ...]:
    """Runs, the newest first."""
    rows = session.execute(
        _statement().order_by(ImportRun.started_at.desc(), ImportRun.id).offset(offset).limit(limit)
    )
    return tuple(_record(row) for row in rows)


def count_runs(session: Session, *, state: RunState | None = None) -> int:
    """How many runs there were, or are in one state."""
    statement = select(func.count()).select_from(ImportRun)
    if state is not None:
        statement = statement.where(ImportRun.state == state.value)
    return session.execute(statement).scalar_one()


def list_working_runs(session: Session) -> tuple[ImportRunRecord, ...]:
    """The runs that are being worked on, or were when their process ended; oldest first."""
    working = (RunState.READING, RunState.APPLYING, RunState.UNDOING)
    rows = session.execute(
        _statement()
        .where(ImportRun.state.in_(working))
        .order_by(ImportRun.started_at, ImportRun.id)
    )
    return tuple(_record(row) for row in rows)


def find_earlier_run(session: Session, run: ImportRunRecord) -> ImportRunRecord | None:
    """The newest run that imported the same file and was not undone."""
    if run.file_sha256 is None:
        return None
    row = session.execute(
        _statement()
        .where(
            ImportRun.file_sha256 == run.file_sha256,
            ImportRun.id != run.id,
            ImportRun.state == RunState.DONE,
        )
        .order_by(ImportRun.finished_at.desc(), ImportRun.id)
        .limit(1)
    ).one_or_none()
    return _record(row) if row else None


def move_run(
    session: Session,
    run_id: UUID,
    *,
    to: RunState,
    out_of: Collection[RunState],
    **values: Any,  # noqa: ANN401 (the columns of a row)
) -> None:
    """Bring a run to another state; `values` are further columns of ImportRun.

    Raises RunStateError where it is in none of the states that it may leave.
    """
    moved = session.execute(
        update(ImportRun)
        .where(ImportRun.id == run_id, ImportRun.state.in_(list(out_of)))
        .values(state=to, **values)
        .returning(ImportRun.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if moved is None:
        raise RunStateError(state=get_run(session, run_id).state)


def open_run(session: Session, run_id: UUID, *, is_new: bool, **values: Any) -> None:  # noqa: ANN401 (as above)
    """Make the row of a run that a command began, or fill the one that is there already."""
    if is_new:
        session.execute(insert(ImportRun).values(id=run_id, report="{}", **values))
        return
    move_run(
        session, run_id, to=RunState.APPLYING, out_of=(RunState.READY, RunState.APPLYING), **values
    )


def close_run(session: Session, run_id: UUID, **values: Any) -> None:  # noqa: ANN401 (as above)
    """Say that a run is done, with its counts and the numbers of its history."""
    session.execute(
        update(ImportRun)
        .where(ImportRun.id == run_id)
        .values(state=RunState.DONE, **values)
        .execution_options(synchronize_session=False)
    )


def note_run(
    session: Session, run_id: UUID, *, action: str, by: str, at: datetime, after: str = "null"
) -> None:
    """Write in the history what somebody did with a run; `after` is JSON."""
    entry = HistoryEntry(
        at=at, by=by, action=action, resource_type=_RESOURCE, resource_id=run_id, after=after
    )
    append_history(session, [entry])


def keep_new_records(session: Session, run_id: UUID, records: Sequence[tuple[UUID, bytes]]) -> None:
    """Keep that a run made these records; (id, fingerprint) of each."""
    if records:
        session.execute(
            insert(ImportedRecord),
            [
                {
                    "import_run_id": run_id,
                    "record_id": record_id,
                    "fingerprint_after": fingerprint,
                    "is_gone_after": False,
                }
                for record_id, fingerprint in records
            ],
        )


def keep_earlier_records(
    session: Session, run_id: UUID, records: Sequence[tuple[UUID, bytes]], *, is_gone: bool
) -> None:
    """Keep these records as they are before a run changes them; (id, fingerprint after it).

    What a run keeps twice stays as it was the first time.
    """
    if not records:
        return
    columns = (
        SourceRecord.content,
        SourceRecord.fingerprint,
        SourceRecord.state,
        SourceRecord.edition,
        SourceRecord.vanished_at,
        SourceRecord.last_seen_at,
    )
    before = select(
        bindparam("run", run_id, type_=ImportedRecord.import_run_id.type),
        SourceRecord.id,
        bindparam("after", type_=ImportedRecord.fingerprint_after.type),
        bindparam("gone", is_gone, type_=ImportedRecord.is_gone_after.type),
        *columns,
    ).where(SourceRecord.id == bindparam("key"))
    names = ["import_run_id", "record_id", "fingerprint_after", "is_gone_after"]
    session.connection().execute(
        insert(ImportedRecord).from_select([*names, *(column.key for column in columns)], before),
        [{"key": record_id, "after": fingerprint} for record_id, fingerprint in records],
    )


def list_problems(session: Session, run_id: UUID) -> tuple[dict[str, Any], ...]:
    """What was wrong with the rows of a run that is done, in order: row, field, value, reason."""
    rows = session.execute(
        select(RowProblem.row, RowProblem.field, RowProblem.value, RowProblem.reason)
        .where(RowProblem.import_run_id == run_id)
        .order_by(RowProblem.id)
    )
    return tuple(dict(row._mapping) for row in rows)  # noqa: SLF001 (SQLAlchemy's own name)


def _statement() -> Any:  # noqa: ANN401 (a Select of two columns)
    return select(ImportRun, Source.name).outerjoin(Source, Source.id == ImportRun.source_id)


def _record(row: Row[Any]) -> ImportRunRecord:
    run: ImportRun = row.ImportRun
    return ImportRunRecord(
        id=run.id,
        state=RunState(run.state),
        source_id=run.source_id,
        source_name=row.name,
        file_name=run.file_name,
        file_sha256=run.file_sha256,
        started_at=run.started_at,
        started_by=run.started_by,
        finished_at=run.finished_at,
        counts=_decoded(run.report, dict[str, int]),
        request=_decoded(run.request or "{}", ImportRequest),
        summary=_decoded(run.summary, PreviewSummary) if run.summary else None,
        problem=run.problem,
        undone_at=run.undone_at,
        undone_by=run.undone_by,
        undo=_decoded(run.undo_report, UndoReport) if run.undo_report else None,
    )


def _decoded(text: str, kind: Any) -> Any:  # noqa: ANN401 (of the type that is asked for)
    return msgspec.json.decode(text, type=kind)


def count_present(session: Session, source_id: str, *, state: str | None = None) -> int:
    """How many records a source has now, in a state or in all."""
    statement = (
        select(func.count())
        .select_from(SourceRecord)
        .where(SourceRecord.source_id == source_id, SourceRecord.vanished_at.is_(None))
    )
    if state is not None:
        statement = statement.where(SourceRecord.state == state)
    return session.execute(statement).scalar_one()
