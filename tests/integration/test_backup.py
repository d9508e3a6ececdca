"""What a backup holds comes back, and a damaged backup is found before anything is replaced."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import stat
import time
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from app.db import Base, transaction
from app.domain.backup import BackupError, read_manifest, write_manifest
from app.extensions import db
from app.models import ListingCard, Metadata, RowProblem, StaffSession
from app.store.backups import MANIFEST, make_backup, restore_backup, verify_backup
from app.store.sessions import create_session
from config import Config
from tests.backing_up import (
    content_of_app,
    flip,
    marked_anew,
    rows_of,
    run,
    second_app,
    write_load,
)
from tests.factories import NOW, import_records, make_record, save_records

# `make prove-full` takes 100 of each.
ROUNDS = int(os.environ.get("HELP_FIRST_BACKUPS", "3"))
FLIPS = int(os.environ.get("HELP_FIRST_DAMAGES", "12"))


@pytest.fixture
def backup(session: Session, tmp_path: Path) -> Path:
    """A backup of five listings, their history and a session of somebody."""
    import_records(session, *(make_record() for _ in range(5)))
    with transaction(session):
        create_session(session, b"1" * 32, owner="somebody", data="{}", now=NOW)
    return make_backup(db.engine, tmp_path / "backups", now=NOW)


def _copy(backup: Path, name: str = "damaged") -> Path:
    target = backup.with_name(name)
    shutil.rmtree(target, ignore_errors=True)
    return shutil.copytree(backup, target)


def test_backups_under_write_load_restore_equal(app: Flask, config: Config, tmp_path: Path) -> None:
    with app.app_context():
        import_records(db.session, *(make_record() for _ in range(20)))
        db.session.close()
    with second_app(config, tmp_path / "second") as second:
        for _ in range(ROUNDS):
            with app.app_context(), write_load(app) as committed:
                while len(committed) < 2:
                    time.sleep(0.01)
                before = list(committed)
                made = make_backup(db.engine, tmp_path / "backups", now=NOW)
            manifest = verify_backup(made)
            answer = run(second, "restore", made, "--yes")
            assert answer.exit_code == 0, answer.output
            with second.app_context():
                names = set(db.session.scalars(sa.select(ListingCard.name)))
                db.session.close()
                again = make_backup(db.engine, tmp_path / "again", now=NOW)
            assert names >= set(before), "committed before the backup began, and lost"
            # All parts of one moment: a listing has its card in the same transaction.
            marks = {table.name: table.rows for table in manifest.tables}
            assert marks["listing_card"] == marks["service_at_location"] == len(names)
            # What was restored, backed up again, is what the first backup held.
            assert rows_of(again) == rows_of(made)


def test_a_restored_database_is_what_was_backed_up(
    app: Flask, backup: Path, config: Config, tmp_path: Path
) -> None:
    before = content_of_app(app)
    with second_app(config, tmp_path / "second") as second:
        answer = run(second, "restore", backup)
        assert answer.exit_code == 0, answer.output
        assert content_of_app(second) == before
        with second.app_context():
            found = second.test_client().get("/search?near=43215")
            assert "Sample Service" in found.get_data(as_text=True)


def test_a_restore_takes_back_what_came_after_and_the_search_knows(
    app: Flask, backup: Path, session: Session
) -> None:
    client = app.test_client()
    save_records(session, make_record(name="Sample Latecomer"))
    assert "Sample Latecomer" in client.get("/search?near=43215").get_data(as_text=True)
    session.close()
    refused = run(app, "restore", backup)
    assert refused.exit_code == 1
    assert "--yes" in refused.output
    assert "Sample Latecomer" in client.get("/search?near=43215").get_data(as_text=True)
    session.close()  # a reader of this process would keep the restore waiting
    done = run(app, "restore", backup, "--yes")
    assert done.exit_code == 0, done.output
    page = client.get("/search?near=43215").get_data(as_text=True)
    assert "Sample Latecomer" not in page
    assert "Sample Service" in page
    session.rollback()
    # Numbers that count by themselves go on, and the history grows where it ended.
    save_records(session, make_record())
    import_records(session, make_record(), None, source_id="other")
    assert session.scalar(sa.select(sa.func.count()).select_from(RowProblem)) is not None


def test_nobody_is_signed_in_by_an_old_backup_and_what_was_deleted_is_not_in_it(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.backup_sqlite._open", _opened_without_care)
    [listing_id] = save_records(session, make_record(name="Sample Mistake 7f3a9"))
    with transaction(session):
        create_session(session, b"7f3a9" * 6 + b"00", owner="owner-7f3a9", data="{}", now=NOW)
        session.execute(
            sa.update(ListingCard).where(ListingCard.id == listing_id).values(name="Sample Plain")
        )
    made = make_backup(db.engine, tmp_path, now=NOW)
    manifest = verify_backup(made)
    assert {t.rows for t in manifest.tables if t.name == "staff_session"} == {0}
    written = b"".join(path.read_bytes() for path in made.iterdir())
    assert b"owner-7f3a9" not in written
    assert b"Sample Plain" in written
    assert session.scalar(sa.select(sa.func.count()).select_from(StaffSession)) == 1


def _opened_without_care(path: Path) -> sqlite3.Connection:
    """Many builds of SQLite blank what is deleted; this one leaves it on its page, as others do."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA secure_delete=OFF")
    return connection


def test_only_its_owner_can_read_a_backup(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in backup.iterdir()} == {0o600}
    assert not [path for path in backup.parent.iterdir() if path.name.startswith(".")]


def test_a_disk_that_is_full_leaves_no_half_backup(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_records(session, make_record())

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.store.backups._keep", full)
    with pytest.raises(OSError, match="No space"):
        make_backup(db.engine, tmp_path / "backups", now=NOW)
    assert list((tmp_path / "backups").iterdir()) == []


def test_every_damage_to_a_file_is_found(backup: Path) -> None:
    chance = random.Random(11)  # noqa: S311 (where to damage, no secret)
    files = sorted(path for path in backup.iterdir() if path.stat().st_size)
    found = 0
    for _ in range(FLIPS):
        file = chance.choice(files)
        size = file.stat().st_size
        for at in (0, size // 2, -1, chance.randrange(size)):
            damaged = _copy(backup)
            flip(damaged / file.name, at)
            with pytest.raises(BackupError):
                verify_backup(damaged)
            found += 1
        for length in (0, size - 1, chance.randrange(size)):
            damaged = _copy(backup)
            os.truncate(damaged / file.name, length)
            with pytest.raises(BackupError):
                verify_backup(damaged)
            found += 1
        damaged = _copy(backup)
        with (damaged / file.name).open("ab") as longer:
            longer.write(b"\n")
        with pytest.raises(BackupError):
            verify_backup(damaged)
        found += 1
    assert found == 8 * FLIPS
    assert verify_backup(backup)


def test_a_file_too_few_or_too_many_is_found(backup: Path) -> None:
    for path in sorted(backup.iterdir()):
        damaged = _copy(backup)
        (damaged / path.name).unlink()
        with pytest.raises(BackupError):
            verify_backup(damaged)
    damaged = _copy(backup)
    (damaged / "another").write_bytes(b"")
    with pytest.raises(BackupError, match="another"):
        verify_backup(damaged)


def test_every_byte_of_the_manifest_counts(backup: Path) -> None:
    written = (backup / MANIFEST).read_bytes()
    assert write_manifest(read_manifest(written)) == written
    for at in range(0, len(written), max(1, 80 // FLIPS)):
        for changed in (
            written[:at] + bytes([written[at] ^ 1]) + written[at + 1 :],
            written[:at] + written[at + 1 :],
            written[:at] + b" " + written[at:],
            written[:at],
        ):
            if changed != written:
                with pytest.raises(BackupError):
                    read_manifest(changed)


@pytest.mark.parametrize("change", ["schema", "rows", "history", "engine"])
def test_a_manifest_that_says_something_else_is_found(
    app: Flask, backup: Path, change: str
) -> None:
    """Even where its own hash fits: then what is in the files is compared."""
    manifest = read_manifest((backup / MANIFEST).read_bytes())
    more = tuple(replace(table, rows=table.rows + 1) for table in manifest.tables)
    changes = {
        "schema": {"schema": "9999"},
        "rows": {"tables": more},
        "history": {"history": "0" * 64 + ":3"},
        "engine": {"engine": "oracle"},
    }
    damaged = _copy(backup)
    marked_anew(damaged, **changes[change])
    before = content_of_app(app)
    answer = run(app, "restore", damaged, "--yes")
    assert answer.exit_code == 1, answer.output
    assert content_of_app(app) == before


def test_a_forged_history_is_refused_and_nothing_is_replaced(app: Flask, backup: Path) -> None:
    damaged = _copy(backup)
    for file in damaged.iterdir():
        if file.name == MANIFEST:
            continue
        content = file.read_bytes()
        if b"Sample Service" in content and (file.suffix != ".copy" or "metadata" in file.name):
            file.write_bytes(content.replace(b"Sample Service", b"Sample Servile"))
    marked_anew(damaged)
    with app.app_context():
        save_records(db.session, make_record())
        db.session.close()
    before = content_of_app(app)
    answer = run(app, "restore", damaged, "--yes")
    assert answer.exit_code == 1, answer.output
    assert content_of_app(app) == before


def test_a_restore_does_not_wait_for_ever(
    app: Flask, backup: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not config.database_url.startswith("sqlite"):
        pytest.skip("on PostgreSQL the lock_timeout of each connection says so after 10 s")
    monkeypatch.setattr("app.store.backup_sqlite._LONGEST_WAIT_S", 0.3)
    reader = sqlite3.connect(config.database_url.removeprefix("sqlite:///"), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM data_version").fetchall()
    answer = run(app, "restore", backup, "--yes")
    reader.close()
    assert answer.exit_code == 1
    assert "Stop the site" in answer.output
    assert run(app, "restore", backup, "--yes").exit_code == 0


def test_a_backup_of_another_engine_is_refused(app: Flask, backup: Path, config: Config) -> None:
    class Other:
        class dialect:  # noqa: N801 (as SQLAlchemy names it)
            name = "sqlite" if config.database_url.startswith("postgresql") else "postgresql"

    assert app
    with pytest.raises(BackupError, match="this database is of"):
        restore_backup(Other, backup, now=NOW)  # type: ignore[arg-type]


def test_the_command_makes_and_verifies(app: Flask, session: Session, tmp_path: Path) -> None:
    save_records(session, make_record())
    session.close()
    made = run(app, "backup", str(tmp_path / "kept"))
    assert made.exit_code == 0, made.output
    [folder] = (tmp_path / "kept").iterdir()
    assert str(folder) in made.output
    good = run(app, "backup", "verify", folder)
    assert good.exit_code == 0
    assert "History" in good.output
    flip(folder / MANIFEST, 40)
    assert run(app, "backup", "verify", folder).exit_code == 1


def test_an_empty_database_is_said_to_have_no_tables(config: Config, tmp_path: Path) -> None:
    with second_app(config, tmp_path / "second") as second:
        answer = run(second, "backup", str(tmp_path / "kept"))
        assert answer.exit_code == 1
        assert "flask setup" in answer.output
        with second.app_context():
            upgrade()
            assert db.session.scalar(sa.select(Metadata.seq)) is None


def test_every_table_of_the_application_is_in_a_backup(app: Flask, backup: Path) -> None:
    assert app
    tables = {table.name for table in verify_backup(backup).tables}
    known = set(Base.metadata.tables)
    assert {"listing_merge", "proposal", "imported_record", "content_review"} <= known
    assert tables == known | {"alembic_version"}
