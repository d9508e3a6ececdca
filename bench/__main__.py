"""All parts of the benchmark one after the other, then one table: `make bench`.

    python -m bench [--quick] [--folder PATH]

Each part is a process of its own and also runs alone, as `python -m bench.pages`. Nothing
passes or fails on a time; a part that ends badly is named, and the others still run.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench.database import folder_for_databases
from bench.figures import kept_figures, print_table

# These give figures to the table; the two after them print what they have to say.
_PARTS: Final = (
    "pages",
    "datasette",
    "postgresql",
    "sizes",
    "importing",
    "checks",
    "restoring",
    "guessing",
)
_FOR_THEMSELVES: Final = {
    "search": ("--large", "100000", "--rounds", "60"),
    "history": ("--records", "10000"),
}
_GIB: Final = 1 << 30


def main() -> int:
    """Run all parts; 1 when one of them could not be run to its end."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer listings and fewer rounds")
    parser.add_argument("--folder", type=Path, help="keep the made databases here")
    arguments = parser.parse_args()
    quick = ["--quick"] if arguments.quick else []
    failed = []
    with TemporaryDirectory() as name, folder_for_databases(arguments.folder) as folder:
        figures = Path(name) / "figures"
        for part in _PARTS:
            options = [*quick, "--figures", str(figures)]
            if part in {"pages", "datasette", "sizes", "restoring"}:
                options += ["--folder", str(folder)]
            failed += _run(part, options)
        for part, options in _FOR_THEMSELVES.items():
            failed += _run(part, options if arguments.quick else ())
        print(f"\n\nOn {_machine()}, {time.strftime('%Y-%m-%d')}")
        print_table(kept_figures(figures))
    for part in failed:
        print(f"\nThe part {part} did not come to its end: see above.")
    return 1 if failed else 0


def _run(part: str, options: Sequence[str]) -> list[str]:
    """Run one part; its name where it ended badly."""
    print(f"\n== {part} ==", flush=True)
    ended = subprocess.run([sys.executable, "-m", f"bench.{part}", *options], check=False)
    return [part] if ended.returncode else []


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIB
    python = platform.python_version()
    return f"{os.cpu_count()} cores, {memory:.0f} GiB of memory, Python {python}"


if __name__ == "__main__":
    raise SystemExit(main())
