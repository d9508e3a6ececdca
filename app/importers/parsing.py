"""Reads an untrusted file in a process of its own, under limits of memory and time.

    python -m app.importers.parsing FOLDER FORMAT EDITION

Ends with 0, or with a message for people on its standard output.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from app.domain.errors import ImportFileError, UnreadableFileError
from app.importers.folders import RunFolder
from app.importers.formats import read_format
from app.importers.progress import ProgressFile
from app.importers.staging import write_stage

MEMORY_LIMIT_BYTES: Final = 1024**3
CPU_LIMIT_S: Final = 60
# Reading waits for little but the processor; a reader that hangs is ended all the same.
WALL_LIMIT_S: Final = 300

_ROOT: Final = Path(__file__).resolve().parents[2]
_REFUSED: Final = 2
_TOO_LARGE: Final = 3
_ORPHANED: Final = 4


def parse_apart(folder: RunFolder, *, format_name: str, edition: str) -> None:
    """Read the upload of a run into its stage in a process with limits.

    Raises ImportFileError with what is wrong with the file, or that it takes too much. The
    process ends with this one, however this one ends.
    """
    watched, held = os.pipe()
    try:
        done = subprocess.run(  # noqa: S603 (our own module; the paths are ours)
            [
                *(sys.executable, "-m", "app.importers.parsing"),
                *(str(folder.path.resolve()), format_name, edition),
            ],
            cwd=_ROOT,
            stdin=watched,
            capture_output=True,
            timeout=WALL_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_slow() from error
    finally:
        os.close(watched)
        os.close(held)
    if done.returncode == 0:
        return
    if done.returncode == _REFUSED:
        raise ImportFileError(done.stdout.decode("utf-8", "replace").strip())
    if done.returncode in {-signal.SIGXCPU, -signal.SIGKILL}:
        raise _too_slow()
    # A library that is refused memory ends the process itself.
    if done.returncode in {_TOO_LARGE, -signal.SIGABRT, -signal.SIGSEGV}:
        reason = "This file takes more memory to read than an import may use. Split it."
        raise UnreadableFileError(reason)
    reason = "This file is damaged in a way that we do not know. Save it anew as CSV."
    raise UnreadableFileError(reason)


def parse_here(folder: RunFolder, *, format_name: str, edition: str) -> None:
    """As `parse_apart`, in this process and without its limits."""
    parsed = read_format(folder.upload, format_name=format_name, edition=edition or None)
    progress = ProgressFile(folder.progress, "reading", total=parsed.total)
    write_stage(parsed, folder.stage, progress=progress)


def main(arguments: list[str]) -> int:
    """Read one file; the status to end with."""
    _set_limits()
    folder, format_name, edition = arguments
    try:
        parse_here(RunFolder(Path(folder)), format_name=format_name, edition=edition)
    except ImportFileError as error:
        sys.stdout.buffer.write(str(error).encode("utf-8", "replace"))
        return _REFUSED
    except MemoryError:
        return _TOO_LARGE
    return 0


def _end_with_parent() -> None:
    """End this process when the one that started it is gone and with it the end of the pipe.

    Otherwise it would write into the files of the run after that was started again.
    """

    def wait() -> None:
        os.read(0, 1)
        os._exit(_ORPHANED)

    threading.Thread(target=wait, name="parent", daemon=True).start()


def _set_limits() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT_S, CPU_LIMIT_S + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _too_slow() -> UnreadableFileError:
    reason = f"This file takes more than {CPU_LIMIT_S} seconds to read. Split it."
    return UnreadableFileError(reason)


if __name__ == "__main__":
    _end_with_parent()
    sys.exit(main(sys.argv[1:]))
