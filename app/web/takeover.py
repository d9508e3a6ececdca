"""How one server replaces another on the same port: the new one answers before the old one ends."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path


def take_over(process_file: Path, *, from_pid: int) -> None:
    """Write down that this process serves, and end its parent if that is the one it replaces.

    `from_pid` is the process that started this one to be replaced by it, 0 for none. It stops
    taking connections and answers those that it holds; who comes meanwhile is ours.
    """
    draft = process_file.with_name(f"{process_file.name}.{os.getpid()}")
    try:
        draft.write_text(f"{os.getpid()}\n", "ascii")
        draft.replace(process_file)
    except OSError:
        # On a full disk it serves all the same; it can be replaced once there is room again.
        draft.unlink(missing_ok=True)
    if from_pid and from_pid == os.getppid():
        os.kill(from_pid, signal.SIGTERM)


def leave(process_file: Path) -> None:
    """Take back what `take_over` wrote, unless another process has taken over meanwhile."""
    with contextlib.suppress(FileNotFoundError, ValueError):
        if int(process_file.read_text("ascii")) == os.getpid():
            process_file.unlink()
