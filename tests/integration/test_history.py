"""The history in the database: whole, closed to changes, and verified byte by byte."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db import DatabaseUnavailableError, transaction
from app.domain.errors import NotFoundError
from app.domain.history import Anchor, HistoryEntry, format_anchor, parse_anchor
from app.extensions import db
from app.models import Metadata, ServiceAtLocation
from app.store.edits import edit_listing
from app.store.history import append_history, list_history, read_head, verify_history
from app.store.listings import get_listing
from app.store.save import record_digest
from app.store.timeline import compare, listing_versions, record_at
from tests.engines import ENGINE
from tests.factories import NOW, import_records, make_phone, make_record, save_records
from tests.integration.test_migrations import MIGRATIONS, fresh_app
from tests.tampering import history_unlocked

__all__ = ["fresh_app"]  # a fixture

WRITERS = int(os.environ.get("HELP_FIRST_WRITERS", "50"))
COLUMNS = [column.name for column in Metadata.__table__.columns]
LENGTH = 6


def _entry(number: int) -> HistoryEntry:
    return HistoryEntry(
        at=NOW,
        by="Sample Persón",
        action="edit",
        resource_type="service_at_location",
        resource_id=UUID(int=number + 1),
        field="phones",
        before='"before"',
        after='"after"',
        version=number + 2,
        reason="a visitor told us",
        request_id="0123456789abcdef",
    )


def _write(session: Session, count: int = LENGTH) -> Anchor:
    with transaction(session):
        append_history(session, [_entry(number) for number in range(count)])
    return read_head(session)


@contextmanager
def _tampering(session: Session) -> Iterator[sa.Connection]:
    session.rollback()
    with db.engine.begin() as connection, history_unlocked(connection):
        yield connection


def _fault_seq(session: Session, anchor: Anchor | None = None) -> int | None:
    session.rollback()
    fault = verify_history(session, anchor=anchor)[1]
    return fault.seq if fault else None


def test_chain_holds_and_goes_on_where_it_ended(session: Session) -> None:
    first = _write(session)
    second = _write(session)
    assert (first.count, second.count) == (LENGTH, 2 * LENGTH)
    assert verify_history(session, anchor=first) == (second, None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE metadata SET updated_by = 'x'",
        "UPDATE metadata SET seq = seq + 100",
        "UPDATE metadata SET reason = NULL WHERE seq = 2",
        "DELETE FROM metadata",
        "DELETE FROM metadata WHERE seq = 6",
    ],
)
def test_database_refuses_to_change_what_is_written(session: Session, statement: str) -> None:
    _write(session)
    with pytest.raises(IntegrityError, match="append-only"):
        session.execute(sa.text(statement))
    assert _fault_seq(session) is None


def test_database_refuses_to_replace_or_empty_the_history(session: Session) -> None:
    _write(session)
    names = ", ".join(COLUMNS)
    statement = {
        "sqlite": f"INSERT OR REPLACE INTO metadata ({names}) SELECT {names} FROM metadata",  # noqa: S608 (our own names)
        "postgresql": "TRUNCATE metadata",
    }[ENGINE]
    with pytest.raises(IntegrityError, match="append-only"):
        session.execute(sa.text(statement))
    assert _fault_seq(session) is None


def _flipped(value: object, position: int) -> object:
    """The value with one byte or letter changed."""
    if isinstance(value, bytes):
        return value[:position] + bytes([value[position] ^ 1]) + value[position + 1 :]
    if isinstance(value, UUID):
        return UUID(int=value.int ^ (1 << (8 * position)))
    if isinstance(value, int):
        return value ^ (1 << position)
    text = str(value)
    return text[:position] + chr(ord(text[position]) ^ 1) + text[position + 1 :]


def _size(value: object) -> int:
    if isinstance(value, UUID):
        return 16
    return 24 if isinstance(value, int) else len(value) if isinstance(value, bytes | str) else 0


@pytest.mark.parametrize("column", COLUMNS)
def test_every_flipped_byte_of_every_column_is_found(session: Session, column: str) -> None:
    _write(session)
    read = sa.text(f"SELECT {column} FROM metadata WHERE seq = 4")  # noqa: S608 (our own name)
    value = session.execute(read).scalar_one()
    write = sa.text(f"UPDATE metadata SET {column} = :value WHERE seq = :seq")  # noqa: S608 (our own name)
    assert _size(value) > 0
    for position in range(_size(value)):
        forged = _flipped(value, position)
        if column == "seq" and (not isinstance(forged, int) or forged <= LENGTH):
            continue  # that number is taken, or refused
        with _tampering(session) as connection:
            connection.execute(write, {"value": forged, "seq": 4})
        assert _fault_seq(session) == 4
        with _tampering(session) as connection:
            connection.execute(write, {"value": value, "seq": forged if column == "seq" else 4})
    assert _fault_seq(session) is None


@pytest.mark.skipif(ENGINE != "sqlite", reason="PostgreSQL keeps a column to its type")
@pytest.mark.parametrize("column", COLUMNS[1:])
@pytest.mark.parametrize("forged", ["NULL", "x'ff80'", "''", "9.5", "CAST({} AS BLOB)"])
def test_value_of_another_type_is_found(session: Session, column: str, forged: str) -> None:
    _write(session)
    is_blob = column in {"resource_id", "hash"}
    expression = forged.format(column).replace("BLOB", "TEXT" if is_blob else "BLOB")
    nullable = Metadata.__table__.columns[column].nullable
    if forged == "NULL" and not nullable:
        pytest.skip("the column is NOT NULL")
    with _tampering(session) as connection:
        connection.exec_driver_sql(
            f"UPDATE metadata SET {column} = {expression} WHERE seq = 3"  # noqa: S608 (our own name)
        )
    assert _fault_seq(session) == 3


@pytest.mark.skipif(ENGINE != "sqlite", reason="PostgreSQL refuses text that is no UTF-8")
def test_text_that_is_no_text_is_found(session: Session) -> None:
    _write(session)
    with _tampering(session) as connection:
        connection.exec_driver_sql(
            "UPDATE metadata SET reason = CAST(x'61ff' AS TEXT) WHERE seq = 3"
        )
    assert _fault_seq(session) == 3


def test_record_taken_out_of_the_middle_is_named(session: Session) -> None:
    _write(session)
    with _tampering(session) as connection:
        connection.exec_driver_sql("DELETE FROM metadata WHERE seq = 3")
    assert _fault_seq(session) == 3


@pytest.mark.parametrize("dropped", [1, 3, LENGTH])
def test_dropped_end_is_found_with_an_anchor(session: Session, dropped: int) -> None:
    anchor = _write(session)
    with _tampering(session) as connection:
        connection.execute(
            sa.text("DELETE FROM metadata WHERE seq > :kept"), {"kept": LENGTH - dropped}
        )
    assert _fault_seq(session) is None
    assert _fault_seq(session, anchor) == LENGTH - dropped + 1


def test_end_that_was_dropped_and_written_anew_is_found_with_an_anchor(session: Session) -> None:
    anchor = _write(session)
    with _tampering(session) as connection:
        connection.exec_driver_sql("DELETE FROM metadata WHERE seq = 6")
    with transaction(session):
        append_history(session, [replace(_entry(5), reason="another story")])
    assert _fault_seq(session) is None
    assert _fault_seq(session, anchor) == 6


def test_many_writers_at_once_leave_a_whole_chain(app: Flask) -> None:
    def write(number: int) -> None:
        with app.app_context():
            while True:
                try:
                    with transaction(db.session):
                        append_history(db.session, [_entry(number), _entry(number + 1000)])
                except DatabaseUnavailableError:
                    continue  # told "busy": nothing was written
                break
            db.session.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    with app.app_context():
        end, fault = verify_history(db.session)
        assert (end.count, fault) == (2 * WRITERS, None)
        for number in range(WRITERS):
            first, second = (
                list_history(db.session, UUID(int=key + 1))[0] for key in (number, number + 1000)
            )
            assert second.seq == first.seq + 1


def _append_one_by_one(session: Session, *entries: HistoryEntry) -> None:
    for entry in entries:
        append_history(session, [entry])


def test_change_that_is_rolled_back_leaves_no_history(session: Session) -> None:
    _write(session)
    unwritable = replace(_entry(2), reason=b"no text")  # type: ignore[arg-type]
    with pytest.raises(TypeError), transaction(session):
        _append_one_by_one(session, _entry(1), unwritable)
    assert read_head(session).count == LENGTH


def test_import_writes_one_record_of_each_new_listing(session: Session) -> None:
    records = [make_record(term_codes=("BU",)), make_record()]
    import_records(session, *records)
    ids = session.execute(sa.select(ServiceAtLocation.id)).scalars().all()
    for listing_id in ids:
        (record,) = list_history(session, listing_id)
        assert (record.action, record.by, record.version, record.reason) == (
            "create",
            "import:sample-source",
            1,
            "sample.csv",
        )
        assert record_digest(record_at(session, listing_id, 1)) in record.after
    import_records(session, *records)
    assert read_head(session).count == 2


def test_every_version_is_found_again(session: Session) -> None:
    first = make_record(description="One", term_codes=("BU",))
    import_records(session, first)
    (listing_id,) = session.execute(sa.select(ServiceAtLocation.id)).scalars()
    versions = [get_listing(session, listing_id).record]
    import_records(session, replace(first, phones=(make_phone(91),), term_codes=("BU", "MU")))
    versions.append(get_listing(session, listing_id).record)
    for changes in ({"description": None, "cost": "Free"}, {"cost": None, "address": None}):
        with transaction(session):
            outcome = edit_listing(
                session,
                listing_id,
                form_version=len(versions),
                changes=changes,
                by="Sample Editor",
                reason=None,
                now=NOW,
            )
        versions.append(outcome.listing.record)
    for version, record in enumerate(versions, start=1):
        assert record_at(session, listing_id, version) == record
    assert [step.version for step in listing_versions(session, listing_id)] == [4, 3, 2, 1]
    changed = compare(session, listing_id, earlier=1, later=4)
    assert [change.field for change in changed] == [
        "description",
        "address",
        "phones",
        "term_codes",
    ]
    for version in (0, 5):
        with pytest.raises(NotFoundError):
            record_at(session, listing_id, version)


def test_other_spelling_that_an_import_does_not_apply_is_no_change(session: Session) -> None:
    record = make_record(organization_name="Sample Center")
    save_records(session, record)
    import_records(session, replace(record, name="Sample Other", phones=(make_phone(1),)))
    spelled = replace(record, name="Sample Other", organization_name="SAMPLE CENTER", cost="Free")
    import_records(session, replace(spelled, phones=(make_phone(1),)))
    fields = session.execute(sa.select(Metadata.field_name).where(Metadata.field_name != ""))
    assert set(fields.scalars()) == {"cost"}


def test_commands_print_the_head_and_name_the_first_fault(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    with app.app_context():
        anchor = _write(db.session)
        db.session.close()
    head = run(args=["history", "head"]).output.strip()
    assert parse_anchor(head) == anchor
    good = run(args=["history", "verify", "--anchor", head])
    assert (good.exit_code, "6 records hold" in good.output) == (0, True)
    assert run(args=["history", "verify", "--anchor", "nonsense"]).exit_code == 2
    with app.app_context(), _tampering(db.session) as connection:
        connection.exec_driver_sql("UPDATE metadata SET reason = 'x' WHERE seq = 5")
    bad = run(args=["history", "verify"])
    assert bad.exit_code == 1
    assert "Record 5" in bad.output
    with app.app_context(), _tampering(db.session) as connection:
        connection.exec_driver_sql("DELETE FROM metadata WHERE seq >= 5")
    assert run(args=["history", "verify"]).exit_code == 0
    dropped = run(args=["history", "verify", "--anchor", format_anchor(anchor)])
    assert (dropped.exit_code, "Record 5" in dropped.output) == (1, True)


def test_records_from_before_the_chain_are_chained_in_their_order(fresh_app: Flask) -> None:
    del fresh_app
    assert ScriptDirectory(str(MIGRATIONS)).get_revision("0002").down_revision == "0001"
    upgrade(revision="0001")
    rows = [
        {
            "id": UUID(int=9 - number).bytes if ENGINE == "sqlite" else UUID(int=9 - number),
            "resource": UUID(int=1).bytes if ENGINE == "sqlite" else UUID(int=1),
            "moment": f"2026-11-2{number} 17:00:00.000000",
            "value": f'"é{number}"',
        }
        for number in range(3)
    ]
    with db.engine.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO metadata VALUES (:id, :resource, 'service_at_location', :moment,"
                " 'update', 'cost', 'null', :value, 'import:sample')"
            ),
            rows,
        )
    upgrade(revision="0002")
    end, fault = verify_history(db.session)
    assert (end.count, fault) == (3, None)
    values = [record.after for record in list_history(db.session, UUID(int=1))]
    assert values == [row["value"] for row in rows]
    db.session.close()
    downgrade(revision="0001")
    upgrade(revision="0002")
    assert verify_history(db.session) == (end, None)
    db.session.close()
