"""The process of a run, as the pages start it and see whether it is alive."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol, cast
from uuid import UUID

from flask import Flask, current_app

from app.importers.folders import RunFolder, clean_folders, run_folder
from app.importers.gate import ImportGate
from app.importers.launch import Launcher
from config import Config

LAUNCHER: Final = "import_launcher"

_logger: Final = logging.getLogger("help_first")


class Starts(Protocol):
    """What starts the process of a run and has the gate that it is handed."""

    @property
    def gate(self) -> ImportGate:
        """The gate that a run's process holds."""

    def start(self, run_id: UUID, held: int) -> int:
        """Start the process, hand it the gate and let go of it."""


def register_launcher(app: Flask, config: Config) -> None:
    """Give the application what starts the processes of runs, and clear old files away."""
    settings = (
        ("DATABASE_URL", config.database_url),
        ("INSTANCE_PATH", str(config.instance_path)),
        ("LOCATOR_URL", config.locator_url),
    )
    app.extensions[LAUNCHER] = Launcher(instance_path=config.instance_path, settings=settings)
    clean_folders(config.instance_path)


def folder_of(run_id: UUID) -> RunFolder:
    """The folder of a run."""
    return run_folder(current_app.instance_path, run_id)


def is_worked_on(run_id: UUID) -> bool:
    """Whether the process of this run is alive."""
    return _launcher().gate.holder() == run_id


def has_begun(run_id: UUID) -> bool:
    """Whether the process of this run has begun to work since it was last started."""
    return folder_of(run_id).begun.exists()


def running_run() -> UUID | None:
    """The run whose process is alive; None where there is none."""
    return _launcher().gate.holder()


@contextmanager
def gate_held(run_id: UUID) -> Iterator[None]:
    """Hold the gate while a run is changed here; raises ImportRunningError while another is on."""
    held = _launcher().gate.take(run_id)
    try:
        yield
    finally:
        os.close(held)


@contextmanager
def started(run_id: UUID) -> Iterator[None]:
    """Hold the gate while a run is prepared, then hand it to the process that is started.

    Raises ImportRunningError while another run is on. A process that cannot be started leaves
    the run as one that has not begun, which its page tells.
    """
    launcher = _launcher()
    held = launcher.gate.take(run_id)
    try:
        yield
    except BaseException:
        os.close(held)
        raise
    folder_of(run_id).begun.unlink(missing_ok=True)
    try:
        launcher.start(run_id, held)
    except OSError as error:
        _logger.warning("%s while starting the process of an import", type(error).__name__)


def _launcher() -> Starts:
    return cast("Starts", current_app.extensions[LAUNCHER])
