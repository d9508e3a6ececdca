"""The process of a run that the pages started, killed at any moment and started again from its page."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.importers.folders import RunFolder, run_folder
from app.importers.progress import read_progress
from config import Config
from tests.importing import (
    ImportBrowser,
    OwnLauncher,
    facts,
    own_launcher,
    place,
    use_launcher,
    wait_until_free,
    wide_csv,
)

# Written in four parts: what kept each of them by itself would be killed between two of them.
ROWS = 1_700
WRITTEN = (500, 1_000, 1_500)
# `make prove-full` kills more often.
KILLS = int(os.environ.get("HELP_FIRST_KILLS", "30"))
# After so many kills of one step it is let go, which shows that it can still be done.
KILLS_OF_A_STEP = 4
ALL = ["created", "updated", "merged", "retired"]
STOPPED = ("Interrupted", "Did not start")
ENDS = {"read": "StateWaits for you", "apply": "StateDone", "undo": "StateUndone"}
AFTER = {"apply": (ROWS, ROWS, ROWS, ROWS), "undo": (ROWS, ROWS, ROWS, 0)}
ROOT = Path(__file__).resolve().parents[2]
PARENT = """
import sys
from pathlib import Path
from app.importers.folders import RunFolder
from app.importers.parsing import parse_apart
parse_apart(RunFolder(Path(sys.argv[1])), format_name="findtreatment", edition="")
"""


@pytest.fixture
def own(app: Flask, config: Config) -> Iterator[OwnLauncher]:
    launcher = own_launcher(config)
    restore = use_launcher(app, launcher)
    yield launcher
    restore()


@dataclass
class Killer:
    """Kills what the launcher starts, by the time that each step takes and by how far it is.

    By time alone a machine that grew slower meanwhile would end all of them at their beginning.
    """

    launcher: OwnLauncher
    instance: str
    chance: random.Random
    took_s: dict[str, float] = field(default_factory=lambda: dict.fromkeys(ENDS, 1.0))
    found: Counter[str] = field(default_factory=Counter)

    @property
    def killed(self) -> int:
        """How many processes were killed so far."""
        return self.found.total()

    def kill(self, step: str, run_id: UUID) -> None:
        """Kill the process somewhere between its start and its end, most often while it works."""
        folder = run_folder(self.instance, run_id)
        begun = folder.begun
        moment = self.chance.uniform(0.0, self.took_s[step])
        is_early = self.chance.random() < 1 / 8
        written = self.chance.choice(WRITTEN) if self.chance.random() < 1 / 2 else 0
        while not is_early and not begun.exists() and self.is_alive():
            time.sleep(0.002)
        if step == "apply" and written and not is_early:
            while self.is_alive() and _rows_done(folder) < written:
                time.sleep(0.002)
        else:
            time.sleep(moment)
        if self.is_alive():
            os.kill(self.launcher.pids[-1], signal.SIGKILL)
            when = "at work" if begun.exists() else "before it began"
            self.found[f"{step}, {when}"] += 1
        wait_until_free(self.launcher.gate)

    def let_go(self, step: str, run_id: UUID) -> None:
        """Let the process work to its end, and take its time."""
        begun = run_folder(self.instance, run_id).begun
        while not begun.exists() and self.is_alive():
            time.sleep(0.002)
        start = time.monotonic()
        wait_until_free(self.launcher.gate)
        self.took_s[step] = time.monotonic() - start

    def is_alive(self) -> bool:
        return self.launcher.gate.holder() is not None


@pytest.mark.prove
def test_a_run_killed_at_any_moment_is_old_or_new_and_can_be_started_again(
    app: Flask,
    config: Config,
    own: OwnLauncher,
    session: Session,
    capsys: pytest.CaptureFixture[str],
) -> None:
    staff = ImportBrowser(app)
    chance = random.Random(11)  # noqa: S311 (moments to kill at, no secret)
    killer = Killer(launcher=own, instance=str(config.instance_path), chance=chance)
    run_id, most = None, 0  # the first round is not disturbed, and tells how long each step takes
    while killer.killed < KILLS:
        for step, end in ENDS.items():
            before = facts(session)
            run_id = _begin(staff, step, run_id)
            for _ in range(most):
                killer.kill(step, run_id)
                text = staff.get(f"/admin/imports/{run_id}").text
                if end in text:
                    break
                assert any(words in text for words in STOPPED), text
                assert facts(session) == before
                staff.act(run_id, "retry")
            else:
                killer.let_go(step, run_id)
            assert end in staff.get(f"/admin/imports/{run_id}").text
            assert facts(session) == AFTER.get(step, before)
        most = KILLS_OF_A_STEP
    with capsys.disabled():
        print(f"\n  {killer.killed} kills: {dict(killer.found)}")  # noqa: T201


def _rows_done(folder: RunFolder) -> int:
    """How many rows a process says that it has written, as its page shows it."""
    progress = read_progress(folder.progress)
    return progress.rows if progress and progress.stage == "applying" else 0


def _begin(staff: ImportBrowser, step: str, run_id: UUID | None) -> UUID:
    """Ask for a step; its process is started."""
    if step == "read":
        run_id = staff.upload(wide_csv([place(number) for number in range(ROWS)]))
    assert run_id
    if step != "read":
        staff.act(run_id, step, kind=ALL, number=str(ROWS))
    return run_id


def test_a_reader_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    folder.upload.write_bytes(wide_csv([place(number) for number in range(90_000)]))
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], cwd=ROOT)
    _wait_for(folder.progress.exists)
    assert _readers(tmp_path)
    parent.kill()
    parent.wait()
    _wait_for(lambda: not _readers(tmp_path))
    assert not folder.stage.exists()


def _readers(folder: Path) -> list[str]:
    """The processes, alive, that were given this folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().decode()
        except OSError:
            continue
        if "app.importers.parsing" in command and str(folder) in command:
            found.append(command)
    return found


def _wait_for(is_so: Callable[[], bool], *, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.02)
