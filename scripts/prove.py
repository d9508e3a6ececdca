"""Runs every part of the proof, whatever fails, and says at the end which failed and how long each took.

`python scripts/prove.py` is a sample in half an hour, `--full` all of it at the figures that are
promised, which takes hours. `--only WORDS` runs the parts whose name has these words. Ends with 0
when all parts passed, with 1 when one failed, and with 2 when one only could not be shown, as
where the system gives no namespace without a network. build/prove-times.txt has what is done so far.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
TIMES: Final = ROOT / "build" / "prove-times.txt"
PASSED: Final = 0
FAILED: Final = 1
NOT_SHOWN: Final = 2
# What shows a promise at length; the ordinary tests show each in small.
PROOFS: Final = (
    "tests/guards/test_privacy_inventory.py",
    "tests/integration/test_admin_import_survives.py",
    "tests/integration/test_backup.py",
    "tests/integration/test_canary.py",
    "tests/integration/test_concurrent_edits.py",
    "tests/integration/test_database_away.py",
    "tests/integration/test_disk_full.py",
    "tests/integration/test_every_act_is_recorded.py",
    "tests/integration/test_headers.py",
    "tests/integration/test_headers_score.py",
    "tests/integration/test_import_survives.py",
    "tests/integration/test_proxy_privacy.py",
    "tests/integration/test_proxy_requests.py",
    "tests/integration/test_proxy_slow_clients.py",
    "tests/integration/test_proxy_staff.py",
    "tests/integration/test_proxy_without_site.py",
    "tests/integration/test_random_requests.py",
    "tests/integration/test_search_agrees_with_sql.py",
    "tests/integration/test_settings.py",
)
# What only a browser shows: each page at one look.
SEEN: Final = (
    "tests/browser/test_accessibility.py",
    "tests/browser/test_every_reader.py",
    "tests/browser/test_keyboard_journeys.py",
    "tests/browser/test_no_traces.py",
    "tests/browser/test_quick_exit.py",
)
# What runs once more where there is no network.
OFFLINE: Final = (
    "tests/integration/test_home_page.py",
    "tests/integration/test_search_page.py",
    "tests/integration/test_import_run.py",
)
SAMPLE_FIGURES: Final = {"HELP_FIRST_RANDOM_REQUESTS": "5000"}
FULL_FIGURES: Final = {
    "HELP_FIRST_BACKUPS": "100",
    "HELP_FIRST_CANARY_REQUESTS": "5000",
    "HELP_FIRST_DAMAGES": "100",
    "HELP_FIRST_EDITORS": "50",
    "HELP_FIRST_KILLS": "250",
    "HELP_FIRST_RANDOM_REQUESTS": "50000",
    "HELP_FIRST_ROUNDS": "100",
    "HELP_FIRST_SEARCH_TEXTS": "5000",
}
ENGINES: Final = ("SQLite", "PostgreSQL")
_PYTEST: Final = (sys.executable, "-m", "pytest")
_TWO: Final = ("-n", "2", "--dist", "loadfile")
_OFFLINE: Final = (sys.executable, "scripts/without_network.py")
_SOAK: Final = (sys.executable, "-m", "bench.soak")
_FAULTS: Final = (sys.executable, "scripts/planted_faults.py")


@dataclass(frozen=True, slots=True)
class Part:
    """One command of the proof; `settings` are of its environment."""

    name: str
    command: tuple[str, ...]
    settings: Mapping[str, str] = field(default_factory=dict)


def parts(*, is_full: bool) -> list[Part]:
    """All parts in their order; those of the full proof have those of the sample among them."""
    figures = FULL_FIGURES if is_full else SAMPLE_FIGURES
    offline = ("tests/integration",) if is_full else OFFLINE
    return [
        Part("Chromium is here", ("scripts/install_chromium.sh", str(NOT_SHOWN))),
        Part("nginx is here", ("scripts/install_nginx.sh", str(NOT_SHOWN))),
        *_on_both("Proofs", (*_PYTEST, *_TWO, *PROOFS), figures),
        *_on_both(
            "Broken files and a site under load",
            (*_PYTEST, "-m", "prove", "tests/integration"),
            figures,
        ),
        Part(
            "Without a network: units and guards",
            (*_OFFLINE, *_PYTEST, *_TWO, "tests/unit", "tests/guards"),
        ),
        *_on_both("Without a network: pages", (*_OFFLINE, *_PYTEST, *_TWO, *offline)),
        Part("In Chromium", (*_PYTEST, *_TWO, *SEEN)),
        Part("Planted faults", _FAULTS if is_full else (*_FAULTS, "--quick")),
        *(_at_length() if is_full else ()),
    ]


def _at_length() -> list[Part]:
    """What the sample has nothing of."""
    return [
        Part("Every page in Chromium", (*_PYTEST, "-m", "prove", *_TWO, "tests/browser")),
        Part("Without a network: in Chromium", (*_OFFLINE, *_PYTEST, *_TWO, "tests/browser")),
        *_on_both("Twice the rated load", _SOAK),
        Part("A database that restarts", (*_SOAK, "--restart"), _on("PostgreSQL")),
        Part("A site that loads itself anew", (*_SOAK, "--reload")),
        Part("Workers that are killed", (*_SOAK, "--kill")),
    ]


def _on_both(
    name: str, command: tuple[str, ...], settings: Mapping[str, str] | None = None
) -> list[Part]:
    return [
        Part(f"{name}, on {engine}", command, {**(settings or {}), **_on(engine)})
        for engine in ENGINES
    ]


def _on(engine: str) -> dict[str, str]:
    return {"HELP_FIRST_TEST_ENGINE": engine.lower()}


def run(chosen: Iterable[Part], *, times: Path = TIMES) -> int:
    """Run them one after the other and print how each ended; the status to end with.

    A run that is broken off prints those that were done.
    """
    times.parent.mkdir(parents=True, exist_ok=True)
    times.write_text("", "utf-8")
    statuses = []
    try:
        for part in chosen:
            print(f"== {part.name}", flush=True)
            started = time.monotonic()
            statuses.append(_status_of(part))
            with times.open("a", encoding="utf-8") as file:
                file.write(_line(part, statuses[-1], seconds=time.monotonic() - started))
    finally:
        print(f"\n{times.read_text('utf-8')}", end="", flush=True)
    return outcome(statuses)


def _status_of(part: Part) -> int:
    try:
        return subprocess.run(
            part.command, cwd=ROOT, env={**os.environ, **part.settings}, check=False
        ).returncode
    except OSError as error:
        print(f"{part.command[0]}: {error.strerror}")
        return FAILED


def _line(part: Part, status: int, *, seconds: float) -> str:
    told = {PASSED: "passed", NOT_SHOWN: "NOT SHOWN"}.get(status, f"FAILED ({status})")
    return f"{seconds:6.0f} s  {told:<12} {part.name}\n"


def outcome(statuses: Sequence[int]) -> int:
    """0 when all passed, 1 when one failed, 2 when none failed and one, or all, were not shown."""
    if any(status not in {PASSED, NOT_SHOWN} for status in statuses):
        return FAILED
    return NOT_SHOWN if NOT_SHOWN in statuses or not statuses else PASSED


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help="all of it, for hours")
    parser.add_argument("--only", default="", metavar="WORDS", help="parts with these in the name")
    asked = parser.parse_args()
    words = asked.only.casefold()
    return run(part for part in parts(is_full=asked.full) if words in part.name.casefold())


if __name__ == "__main__":
    raise SystemExit(main())
