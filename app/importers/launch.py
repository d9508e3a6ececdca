"""Starts the process of a run, which goes on when the server that started it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from app.importers.folders import imports_folder
from app.importers.gate import ImportGate

_ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Launcher:
    """How the process of a run finds the installation; `settings` are for its environment."""

    instance_path: Path
    settings: tuple[tuple[str, str], ...]

    @property
    def gate(self) -> ImportGate:
        """The gate that a run's process holds."""
        return ImportGate(imports_folder(self.instance_path))

    def start(self, run_id: UUID, held: int) -> int:
        """Start the process and hand it the gate that is held for it; the process's id.

        Raises OSError where the machine starts none; the gate is let go then as well.
        """
        try:
            process = subprocess.Popen(  # noqa: S603 (our own command)
                [sys.executable, "-m", "flask", "--app", "wsgi", "import", "work", str(run_id)],
                cwd=_ROOT,
                env={**os.environ, **dict(self.settings)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                # Of its own session: signals to the server are not for it.
                start_new_session=True,
                pass_fds=(held,),
            )
        finally:
            os.close(held)
        # Somebody has to hear of its end, or it stays in the table of processes.
        threading.Thread(target=process.wait, name="import", daemon=True).start()
        return process.pid
