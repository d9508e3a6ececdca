"""How long a backup takes to make, to verify and to put back.

    python -m bench.restoring [--quick] [--folder PATH]

A database of 20,000 sample listings is backed up as `flask backup` does it, and put back into an
empty one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeVar

from flask_migrate import upgrade

from app import create_app
from app.extensions import db
from app.store.backups import make_backup, restore_backup, verify_backup
from bench.database import folder_for_databases, sample_app
from bench.figures import Figure, Options, run_part
from config import Config

Result = TypeVar("Result")

_SIZE: Final = 20_000
_QUICK: Final = 2_000
_MOST_S: Final = 60.0
_NOW: Final = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


def main() -> None:
    """Run this part alone."""
    run_part(__doc__, measure)


def measure(options: Options) -> Sequence[Figure]:
    """Seconds for each of the three steps."""
    size = _QUICK if options.is_quick else _SIZE
    with folder_for_databases(options.folder) as folder, TemporaryDirectory() as name:
        app = sample_app(size, folder)
        with app.app_context():
            made_s, backup = _timed(lambda: make_backup(db.engine, Path(name) / "kept", now=_NOW))
            db.engine.dispose()
        verified_s, _manifest = _timed(lambda: verify_backup(backup))
        restored_s = _restored(backup, Path(name) / "empty")
    part = f"Backup and restore, {size:,} listings"
    return (
        Figure(part=part, what="a backup, made and verified", value=made_s, unit="s"),
        Figure(part=part, what="a backup, verified once more", value=verified_s, unit="s"),
        Figure(part=part, what="restored", value=restored_s, unit="s", most=_MOST_S),
    )


def _restored(backup: Path, folder: Path) -> float:
    folder.mkdir()
    url = f"sqlite:///{folder / 'restored.sqlite3'}"
    app = create_app(Config(database_url=url, instance_path=folder))
    with app.app_context():
        upgrade()
        taken_s, _manifest = _timed(lambda: restore_backup(db.engine, backup, now=_NOW))
        db.engine.dispose()
    return taken_s


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


if __name__ == "__main__":
    main()
