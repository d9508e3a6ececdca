"""An import of a national workbook, whole, beside a bare executemany of the same rows.

    python -m bench.importing [--quick]

Both run in processes of their own on an empty SQLite file, one after the other. Wall and
processor seconds and the peak of memory are the system's word for the process. The import
is `flask import directory`: it reads, matches, decides, writes all HSDS rows, cards and history,
and builds the search index; the bare run reads the sheet and inserts its cells into one table.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import NamedTuple

from openpyxl import Workbook

from app.domain.records import ListingRecord, PhoneKind
from bench.figures import Figure, Options, run_part
from bench.samples import sample_listings

_HEADER = (
    "name1",
    "name2",
    "street1",
    "street2",
    "city",
    "state",
    "zip",
    "phone",
    "intake1",
    "intake2",
    "intake1a",
    "intake2a",
    "service_code_info",
)
_BARE = """
import sqlite3, sys
from python_calamine import CalamineWorkbook
rows = CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()[1:]
db = sqlite3.connect(sys.argv[2])
db.execute("CREATE TABLE bare (%s)" % ", ".join(f"c{n} TEXT" for n in range(len(rows[0]))))
db.executemany("INSERT INTO bare VALUES (%s)" % ", ".join("?" * len(rows[0])), rows)
db.commit()
"""


class Cost(NamedTuple):
    """What a process took: wall and processor seconds, and its peak of memory in MiB."""

    wall_s: float
    processor_s: float
    peak_mib: float


def main() -> None:
    """Run this part alone."""
    run_part(__doc__, measure)


def measure(options: Options) -> tuple[Figure, ...]:
    """Make the workbook, run both, print what they took."""
    rows = 2_000 if options.is_quick else 13_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workbook = folder / "sample_directory_2026.xlsx"
        _write_workbook(workbook, rows)
        environment = {
            **os.environ,
            "INSTANCE_PATH": str(folder / "instance"),
            "FLASK_APP": "wsgi",
            "DATABASE_URL": "",
        }
        flask = [sys.executable, "-m", "flask"]
        _run([*flask, "setup"], environment)
        first = _run([*flask, "import", "directory", str(workbook)], environment)
        again = _run([*flask, "import", "directory", str(workbook)], environment)
        bare = _run(
            [sys.executable, "-c", _BARE, str(workbook), str(folder / "bare.sqlite3")], environment
        )
        print(f"{rows:,} rows        wall s   processor s   peak MiB   rows/s   beside bare")
        for label, cost in (("import", first), ("import again", again), ("bare", bare)):
            print(
                f"{label:14}{cost.wall_s:12.1f}{cost.processor_s:14.1f}{cost.peak_mib:11.0f}"
                f"{rows / cost.wall_s:9,.0f}{cost.processor_s / bare.processor_s:12.1f} x"
            )
        database = sqlite3.connect(folder / "instance" / "help_first.sqlite3")
        (count,) = database.execute("SELECT count(*) FROM listing_card").fetchone()
        print(f"{count:,} listings in the database")
    return _figures(rows, first=first, again=again, bare=bare)


def _figures(rows: int, *, first: Cost, again: Cost, bare: Cost) -> tuple[Figure, ...]:
    what = f"import of {rows:,} rows, index included"
    figure = partial(Figure, part="Import")
    return (
        figure(what=what, value=first.wall_s, unit="s", most=60),
        figure(what="  rows a second", value=rows / first.wall_s, unit=""),
        figure(what="  peak memory", value=first.peak_mib, unit="MiB", most=400),
        figure(
            what="  processor time / bare executemany", value=first.processor_s / bare.processor_s
        ),
        figure(what="the same file again", value=again.wall_s, unit="s"),
        figure(what="  peak memory", value=again.peak_mib, unit="MiB", most=400),
    )


def _run(command: list[str], environment: dict[str, str]) -> Cost:
    started = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        message = f"{command} ended with {process.returncode}"
        raise SystemExit(message)
    return Cost(
        wall_s=time.monotonic() - started,
        processor_s=usage.ru_utime + usage.ru_stime,
        peak_mib=usage.ru_maxrss / 1024,
    )


def _write_workbook(path: Path, rows: int) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Facilities List")
    sheet.append(_HEADER)
    written = 0
    for record in sample_listings(rows * 2):
        if record.address is None or not record.phones:
            continue
        sheet.append(_cells(record))
        written += 1
        if written == rows:
            break
    book.save(path)


def _cells(record: ListingRecord) -> list[str]:
    address = record.address
    assert address is not None
    intake = [phone.display for phone in record.phones if phone.kind is PhoneKind.INTAKE]
    return [
        record.organization_name,
        record.name,
        address.address_1,
        address.address_2 or "",
        address.city,
        address.state_province,
        address.postal_code,
        record.phones[0].display,
        *(intake[:1] or [""]),
        "",
        "",
        "",
        " * ".join(record.term_codes),
    ]


if __name__ == "__main__":
    main()
