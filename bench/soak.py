"""The site under twice its rated load for ten minutes: what fails, how long it takes, what grows.

    python -m bench.soak [--seconds 600] [--rate 100] [--times 2] [--listings 1000]
                         [--restart | --reload | --kill]
    python -m bench.soak --find-rate

A real gunicorn with two workers, as `make run` starts it, over the listings that come along and
so many samples beside, on SQLite or, with HELP_FIRST_TEST_ENGINE=postgresql, on a PostgreSQL of
this run alone. About half of what is asked are searches, the rest the other pages that people read.
Each request has a connection of its own. `--restart` restarts PostgreSQL, `--reload` lets
the site load the application anew, `--kill` kills a worker with SIGKILL; each every minute,
and at least twice. `--find-rate` says how many requests a second this machine answers with 95 of 100 within
a second: the rated load. It ends with 1 where a page was answered with 5xx, where more connections were
broken off than the killed workers could hold, or where the memory of the workers grew by 5 % or more.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psutil
from flask_migrate import upgrade

from app import create_app
from app.extensions import db
from app.importers.embedded import load_embedded, load_terms
from app.importers.findtreatment import SOURCE_ID
from bench.samples import sample_listings
from config import Config
from tests.engines import ENGINE, database_url, restart_database
from tests.factories import import_records
from tests.load import Ask, Load, reading_asks, under_load
from tests.real_server import Server, served

# Requests a second that two cores answer with 95 of 100 within a second; docs/operations.md.
RATED: Final = 100.0
_TIMES_RATED: Final = 2.0
_WORKERS: Final = 2
# Of a worker, in gunicorn.conf.py: as many connections as it can have when it is killed.
_THREADS: Final = 4
_SAMPLES: Final = 1_000
_EVERY_S: Final = 60.0
# A worker has all its pages, cards and threads after this part of the time.
_WARM_SHARE: Final = 0.3
_MOST_GROWTH: Final = 0.05
_SLOWEST_P95_MS: Final = 1_000.0
_STEPS: Final = (5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 125, 150, 200, 250, 300)
_MIB: Final = 1 << 20


def main() -> int:
    """Run what was asked for; 1 where a promise was not kept."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--rate", type=float, default=RATED, help="rated requests a second")
    parser.add_argument("--times", type=float, default=_TIMES_RATED, help="times the rated load")
    parser.add_argument("--listings", type=int, default=_SAMPLES, help="samples to search in")
    parser.add_argument("--find-rate", action="store_true")
    event = parser.add_mutually_exclusive_group()
    for name in ("restart", "reload", "kill"):
        event.add_argument(f"--{name}", dest="event", action="store_const", const=name)
    asked = parser.parse_args()
    if asked.event == "restart" and ENGINE == "sqlite":
        parser.error("--restart needs HELP_FIRST_TEST_ENGINE=postgresql")
    with (
        TemporaryDirectory(prefix="help-first-soak-") as name,
        _site(Path(name), asked.listings) as server,
    ):
        if asked.find_rate:
            return _find_rate(server)
        return _soak(
            server,
            Path(name),
            seconds=asked.seconds,
            rate=asked.times * asked.rate,
            event=asked.event,
        )


@contextmanager
def _site(folder: Path, listings: int) -> Iterator[Server]:
    instance = folder / "instance"
    instance.mkdir()
    with database_url(folder) as url:
        config = Config(database_url=url, instance_path=instance)
        app = create_app(config)
        with app.app_context():
            upgrade()
            load_terms(db.session)
            load_embedded(db.session, now=datetime.now(UTC))
            # Imported, since each of them has its page here.
            import_records(db.session, *sample_listings(listings), source_id=SOURCE_ID)
            db.session.close()
            db.engine.dispose()
        with served(config, folder / "server", workers=_WORKERS) as server:
            yield server


def _find_rate(server: Server) -> int:
    asks = reading_asks(server.port)
    _load(server, asks, rate=_STEPS[0], seconds=10)
    found = 0
    for rate in _STEPS:
        load = _load(server, asks, rate=rate, seconds=10)
        p95 = load.percentiles_ms()[1]
        failed = dict(load.failed() + load.broken())
        print(f"  {rate:4} a second: p95 {p95:,.0f} ms, {len(load.answers)} answers {failed or ''}")
        if p95 > _SLOWEST_P95_MS or failed:
            break
        found = rate
    print(f"Rated load: {found} requests a second ({os.cpu_count()} cores, {ENGINE})")
    return 0


def _load(server: Server, asks: list[Ask], *, rate: float, seconds: float) -> Load:
    with under_load(server.port, asks, rate=rate) as load:
        time.sleep(seconds)
    return load


def _soak(server: Server, folder: Path, *, seconds: float, rate: float, event: str | None) -> int:
    acts: dict[str | None, Callable[[], object]] = {
        None: lambda: None,
        "restart": partial(restart_database, folder),
        "reload": lambda: server.reload().check_returncode(),
        "kill": lambda: server.workers()[0].send_signal(signal.SIGKILL),
    }
    print(f"{rate:.0f} requests a second for {seconds:.0f} s on {ENGINE}, {event or 'undisturbed'}")
    asks, sizes = reading_asks(server.port), []
    ends_at = time.monotonic() + seconds
    next_event = time.monotonic() + min(_EVERY_S, seconds / 3)
    times = 0
    with under_load(server.port, asks, rate=rate) as load:
        while time.monotonic() < ends_at:
            time.sleep(1)
            sizes.append(_memory(server))
            if event and next_event < time.monotonic() < ends_at - 1:
                acts[event]()
                times += 1
                next_event += min(_EVERY_S, seconds / 3)
    if event:
        print(f"  {event}: {times} times")
    return _verdict(load, sizes, seconds=seconds, event=event, times=times)


def _memory(server: Server) -> float:
    """What the workers alone hold together, in MiB; the search index that they share left out."""
    held = 0
    for worker in server.workers():
        try:
            held += worker.memory_full_info().uss
        except psutil.NoSuchProcess:
            continue
    return held / _MIB


def _verdict(
    load: Load, sizes: Sequence[float], *, seconds: float, event: str | None, times: int
) -> int:
    """Print what was seen, with how often the event was; 1 where a promise was not kept."""
    p50, p95, p99, slowest = load.percentiles_ms()
    print(
        f"  {len(load.answers):,} answers, {len(load.answers) / seconds:.0f} a second; "
        f"p50 {p50:,.0f}, p95 {p95:,.0f}, p99 {p99:,.0f}, slowest {slowest:,.0f} ms"
    )
    searches = load.percentiles_ms(path="/search")
    print(
        "  searches alone: p50 {:,.0f}, p95 {:,.0f}, p99 {:,.0f}, slowest {:,.0f} ms".format(
            *searches
        )
    )
    print(f"  5xx: {load.failed().total()} {dict(load.failed()) or ''}")
    print(f"  broken off: {load.broken().total()} {dict(load.broken()) or ''}")
    if load.odd():
        print(f"  neither 200 nor 5xx: {dict(load.odd())}")
    warm = sizes[int(len(sizes) * _WARM_SHARE) :]
    share = max(1, len(warm) // 5)
    first, last = statistics.median(warm[:share]), statistics.median(warm[-share:])
    growth = last / first - 1
    print(
        f"  memory of the workers: {first:.0f} MiB once warm, {last:.0f} at the end, {growth:+.1%}"
    )
    # New workers begin small.
    has_grown = event in {None, "restart"} and growth >= _MOST_GROWTH
    most_broken = _THREADS * times if event == "kill" else 0
    return int(bool(load.failed()) or load.broken().total() > most_broken or has_grown)


if __name__ == "__main__":
    raise SystemExit(main())
