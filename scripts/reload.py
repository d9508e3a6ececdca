"""Lets the server of this installation load the application anew, so that nobody notices.

    python scripts/reload.py [--patience SECONDS]

The running server starts another one beside itself. That one loads the release that lies here now,
warms up, takes over the port and then ends the old one, which answers what it had begun. Where the
new one does not come up, the old one goes on. Ends with 0 once only the new one answers, with 1
when it did not come up in time, and with 2 where no server of this installation runs.
It reads PORT and INSTANCE_PATH as the server does.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config import Config  # noqa: E402 (the folder above is on the path only now)

_LOOK_AGAIN_S = 0.2


def main() -> int:
    """Ask the server to be replaced and wait until it is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--patience", type=float, default=120.0, help="seconds; 120 by default")
    asked = parser.parse_args()
    config = Config.from_env(os.environ)
    old = _server(config.process_file)
    if old is None:
        print(f"No server of {config.instance_path} runs on port {config.port}.")
        return 2
    os.kill(old, signal.SIGUSR2)
    new = _successor(config.process_file, old, patience_s=asked.patience)
    if new is None:
        print(f"The new server did not come up in {asked.patience:.0f} s; process {old} goes on.")
        print("What the server printed last says why.")
        return 1
    print(f"The release that lies here answers now, as process {new}: `kill {new}` stops it.")
    return 0


def _successor(process_file: Path, old: int, *, patience_s: float) -> int | None:
    """The process that has replaced the old one, which has ended; None when time is over."""
    ends_at = time.monotonic() + patience_s
    while time.monotonic() < ends_at:
        time.sleep(_LOOK_AGAIN_S)
        new = _server(process_file)
        if new not in {None, old} and not _is_server(old):
            return new
    return None


def _server(process_file: Path) -> int | None:
    try:
        pid = int(process_file.read_text("ascii"))
    except (FileNotFoundError, ValueError):
        return None
    return pid if _is_server(pid) else None


def _is_server(pid: int) -> bool:
    """Whether the number is still that of a server; after a crash it can be anybody's."""
    try:
        return b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


if __name__ == "__main__":
    raise SystemExit(main())
