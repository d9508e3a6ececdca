"""Reads broken files each in a process of its own, and prints what that took as JSON lines.

Each line that comes in names a path and the command that the file is given to.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from app.domain.errors import ImportFileError
from app.importers.findtreatment import read_findtreatment
from app.importers.table import read_table


def read(path: Path, command: str) -> int:
    """0 where the file was read or refused in words, 1 for anything else."""
    try:
        if command == "table":
            parsed = read_table(path, map_name="otp", edition=None)
        else:
            parsed = read_findtreatment(path, edition=None)
        for _row in parsed.rows:
            pass
    except ImportFileError:
        return 0
    except BaseException as error:  # noqa: BLE001 (what is counted)
        sys.stderr.write(f"{path.name}: {error!r}\n")
        return 1
    return 0


def measure(path: Path, command: str) -> dict[str, object]:
    """Status, seconds and the most memory in MiB of a process that reads this file alone."""
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        os._exit(read(path, command))
    _pid, status, used = os.wait4(child, 0)
    return {
        "name": path.name,
        "status": os.waitstatus_to_exitcode(status),
        "seconds": time.monotonic() - started,
        "peak_mib": used.ru_maxrss / 1024,
    }


if __name__ == "__main__":
    for line in sys.stdin:
        given = json.loads(line)
        told = measure(Path(given["path"]), given["command"])
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
