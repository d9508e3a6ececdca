"""An import that is killed, raced or read during its run leaves the old data or the new."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import read_patiently
from app.domain.errors import ImportRunningError
from app.extensions import db
from app.importers.run import RunOptions, run_import
from app.models import ListingCard, ServiceAtLocation, SourceRecord
from app.store.cards import list_card_rows
from config import Config
from tests.factories import NOW, import_records, make_file, make_record

ROWS = 1_500
# Each of 500.
BATCHES = 3
# `make prove-full` kills 250 times, and as often a run that the pages started.
KILLS = int(os.environ.get("HELP_FIRST_KILLS", "8"))

# Runs an import as the command does; "per-batch" is the fault that the kill test must find.
RUN = """
import sys, os
from pathlib import Path
from datetime import UTC, datetime
from app import create_app
from app.extensions import db
from app.importers.findtreatment import read_findtreatment
from app.importers import run
from config import Config

if sys.argv[3] == "per-batch":
    write = run._Run._write
    def write_and_commit(self, writes):
        write(self, writes)
        self.session.commit()
    run._Run._write = write_and_commit
app = create_app(Config(database_url=sys.argv[1], instance_path=Path(os.environ["INSTANCE"])))
with app.app_context():
    parsed = read_findtreatment(Path(sys.argv[2]))
    print("started", flush=True)
    options = run.RunOptions(now=datetime.now(UTC), file_name="sample.json")
    written = lambda rows: rows or print("written", flush=True)
    run.run_import(db.session, parsed, options=options, progress=written)
    print("done", flush=True)
"""


def _write_file(path: Path) -> None:
    rows = [
        {
            "name1": f"Sample Center {number}",
            "street1": f"{number} Sample Street",
            "city": "Columbus",
            "state": "OH",
            "zip": "43215",
            "phone": f"614-555-01{number % 100:02d}",
            "latitude": "39.9671",
            "longitude": "-83.0044",
            "typeFacility": "SA",
            "services": [{"f1": "Type of Care", "f2": "TC", "f3": "Substance use treatment"}],
        }
        for number in range(ROWS)
    ]
    path.write_text(json.dumps({"page": 1, "totalPages": 1, "recordCount": ROWS, "rows": rows}))


def _start(config: Config, file: Path, *, mode: str = "whole") -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, config.database_url, str(file), mode],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "INSTANCE": str(config.instance_path)},
        cwd=Path(__file__).resolve().parents[2],
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "started"
    return process


def _counts(app: Flask) -> set[int]:
    """How many rows each table has: one number in the set is a whole import, or none at all."""
    with app.app_context():
        tables = (ServiceAtLocation, SourceRecord, ListingCard)
        counts = {
            db.session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables
        }
        db.session.rollback()
    return counts


def _kill_after(
    config: Config, file: Path, *, batches: int, seconds: float = 0, mode: str = "whole"
) -> None:
    """Kill an import so long after it has written so many batches, however slow the machine is."""
    process = _start(config, file, mode=mode)
    assert process.stdout is not None
    for _ in range(batches):
        process.stdout.readline()
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


@pytest.mark.slow
def test_import_killed_at_any_moment_leaves_old_or_new(
    app: Flask, config: Config, tmp_path: Path
) -> None:
    file = tmp_path / "sample.json"
    _write_file(file)
    chance = random.Random(7)  # noqa: S311 (moments to kill at, no secret)
    for number in range(KILLS):
        _kill_after(config, file, batches=number % BATCHES, seconds=chance.uniform(0, 0.4))
        assert _counts(app) in ({0}, {ROWS})
    process = _start(config, file)
    output, _ = process.communicate(timeout=120)
    assert "done" in output
    assert _counts(app) == {ROWS}


@pytest.mark.slow
def test_commit_per_batch_would_be_found_half_done(
    app: Flask, config: Config, tmp_path: Path
) -> None:
    file = tmp_path / "sample.json"
    _write_file(file)
    for batches in range(1, BATCHES):
        _kill_after(config, file, batches=batches, mode="per-batch")
        if _counts(app) not in ({0}, {ROWS}):
            return
    pytest.fail("the fault was never seen: the kill test could not fail")


def test_listings_are_read_throughout_an_import(session: Session, app: Flask) -> None:
    import_records(session, *(make_record() for _ in range(20)))
    seen: list[int] = []
    errors: list[Exception] = []
    is_done = threading.Event()

    def count() -> int:
        return sum(1 for _ in list_card_rows(db.session))

    def read() -> None:
        with app.app_context():
            while not is_done.is_set():
                try:
                    seen.append(read_patiently(db.session, count))
                    db.session.rollback()
                except Exception as error:  # noqa: BLE001 (any error at all fails the test)
                    errors.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        import_records(session, *(make_record() for _ in range(1_000)), source_id="second")
    finally:
        is_done.set()
        reader.join()
    assert errors == []
    assert set(seen) <= {20, 1_020}
    assert 20 in seen


def test_second_import_at_once_is_told_to_wait(session: Session, app: Flask) -> None:
    refused: list[Exception] = []

    def progress_that_starts_another(_rows: int) -> None:
        if refused:
            return

        def other() -> None:
            with app.app_context():
                try:
                    import_records(db.session, make_record(), source_id="other")
                except ImportRunningError as error:
                    refused.append(error)

        if len(refused) == 0 and session.in_transaction():
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()

    parsed = make_file([make_record()])
    run_import(
        session,
        parsed,
        options=RunOptions(now=NOW, file_name="sample.csv"),
        progress=progress_that_starts_another,
    )
    assert len(refused) == 1
