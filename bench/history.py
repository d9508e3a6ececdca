"""How long the history takes to write and to verify, printed.

    python -m bench.history [--records 100000]

On an empty SQLite file, or on the database of DATABASE_URL, which should hold nothing else.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from flask_migrate import upgrade

from app import create_app
from app.db import transaction
from app.domain.history import HistoryEntry
from app.extensions import db
from app.store.history import append_history, verify_history
from config import Config

_A_BATCH = 1_000


def _entry(number: int) -> HistoryEntry:
    return HistoryEntry(
        at=datetime(2026, 11, 24, 17, 0, tzinfo=UTC),
        by="Sample Person",
        action="edit",
        resource_type="service_at_location",
        resource_id=UUID(int=number % 20_000 + 1),
        field="phones",
        before='[{"number":"+16145550101","display":"(614) 555-0101","kind":"voice"}]',
        after='[{"number":"+16145550102","display":"(614) 555-0102","kind":"voice"}]',
        version=number // 20_000 + 2,
        reason="a visitor told us",
        request_id="0123456789abcdef",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    count = parser.parse_args().records
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("DATABASE_URL", f"sqlite:///{folder}/history.sqlite3")
        app = create_app(Config(database_url=url, instance_path=Path(folder), is_testing=True))
        with app.app_context():
            upgrade()
            started = time.perf_counter()
            for first in range(0, count, _A_BATCH):
                with transaction(db.session):
                    numbers = range(first, min(first + _A_BATCH, count))
                    append_history(db.session, [_entry(number) for number in numbers])
            written, worked = time.perf_counter(), time.process_time()
            end, fault = verify_history(db.session)
            verified, worked = time.perf_counter(), time.process_time() - worked
            db.session.close()
            db.engine.dispose()
    assert (end.count, fault) == (count, None)
    print(f"{count:,} records written in {written - started:.2f} s, {_A_BATCH} a transaction")
    # Where other work shares the cores, the processor's time is what the verifying itself took.
    print(f"{count:,} records verified in {verified - written:.2f} s, {worked:.2f} s of processor")


if __name__ == "__main__":
    main()
