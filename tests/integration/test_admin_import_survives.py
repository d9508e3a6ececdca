"""Runs in processes of their own: killed at each stage, restarted, fetched, under limits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.domain.import_run import RunState
from app.extensions import db
from app.importers.folders import run_folder
from app.importers.parsing import parse_apart
from app.store.import_runs import get_run
from config import Config
from tests.importing import (
    ImportBrowser,
    InProcess,
    facts,
    own_launcher,
    place,
    use_launcher,
    wait_until_begun,
    wait_until_free,
    wide_csv,
)
from tests.locator import make_facility, running_locator

pytestmark = pytest.mark.slow
ROWS = 700
ALL = ["created", "updated", "merged", "retired"]

# Works on a run as its own process does, and is killed by itself at a named place.
KILLED = """
import os, signal, sys
from pathlib import Path
from uuid import UUID
from app import create_app
from app.extensions import db
from app.importers import worker, run
from app.importers.folders import run_folder
from app.importers.parsing import parse_here
from config import Config

def die(*_arguments, **_options):
    os.kill(os.getpid(), signal.SIGKILL)

def die_after(function):
    def wrapped(*arguments, **options):
        function(*arguments, **options)
        die()
    return wrapped

def die_second(function, calls=[]):
    def wrapped(*arguments, **options):
        calls.append(1)
        return die() if len(calls) > 1 else function(*arguments, **options)
    return wrapped

instance, url, run_id, place = sys.argv[1:]
parse = parse_here
if place == "before reading": parse = die
if place == "after reading": parse = die_after(parse_here)
if place == "comparing": worker.PreviewWriter.add_rows = die
if place == "before the preview is shown": worker._show_preview = die
if place == "in the middle of writing": run._Run._write = die_second(run._Run._write)
if place == "before the commit": run._Run.finish = die_after(run._Run.finish)
if place == "after the commit": worker._index = die
if place == "undoing": worker.undo_run = die_after(worker.undo_run)
if place == "after undoing": worker._index = die
app = create_app(Config(database_url=url, instance_path=Path(instance)))
with app.app_context():
    worker.work_on(UUID(run_id), worker.Work(
        session=db.session, folder=run_folder(instance, UUID(run_id)),
        build_index=lambda: None, parse=parse))
"""


class Killed(InProcess):
    """Starts a process that is killed at `place`."""

    place = ""

    def __init__(self, app: Flask, config: Config) -> None:
        super().__init__(app)
        self._config = config

    def start(self, run_id: UUID, held: int) -> int:
        if not self.place:
            return super().start(run_id, held)
        done = subprocess.run(
            [
                *(sys.executable, "-c", KILLED, str(self._config.instance_path)),
                *(self._config.database_url, str(run_id), self.place),
            ],
            cwd=Path(__file__).resolve().parents[2],
            check=False,
            capture_output=True,
        )
        os.close(held)
        assert done.returncode == -signal.SIGKILL, (done.returncode, done.stderr[-2_000:])
        return 0


@pytest.fixture
def launcher(app: Flask, config: Config) -> Iterator[Killed]:
    found = Killed(app, config)
    restore = use_launcher(app, found)
    yield found
    restore()


def state_of(session: Session, run_id: UUID) -> RunState:
    session.rollback()
    state = get_run(session, run_id).state
    session.rollback()
    return state


NOTHING, EVERYTHING = (0, 0, 0, 0), (ROWS, ROWS, ROWS, ROWS)


@pytest.mark.parametrize(
    "place_killed",
    ["before reading", "after reading", "comparing", "before the preview is shown"],
)
def test_a_run_killed_while_it_is_read_is_interrupted_and_read_again(
    app: Flask, launcher: Killed, session: Session, place_killed: str
) -> None:
    staff = ImportBrowser(app)
    launcher.place = place_killed
    run_id = staff.upload(wide_csv([place(number) for number in range(ROWS)]))
    assert run_id
    assert "Interrupted" in staff.get(f"/admin/imports/{run_id}").text
    assert facts(session) == NOTHING
    launcher.place = ""
    assert f"New listings: {ROWS}" in staff.act(run_id, "retry").text
    staff.act(run_id, "apply", kind=ALL)
    assert facts(session) == EVERYTHING


@pytest.mark.parametrize(
    ("place_killed", "expected"),
    [
        ("in the middle of writing", NOTHING),
        ("before the commit", NOTHING),
        ("after the commit", EVERYTHING),
    ],
)
def test_a_run_killed_while_it_is_applied_is_old_or_new_and_never_half(
    app: Flask, launcher: Killed, session: Session, place_killed: str, expected: tuple[int, ...]
) -> None:
    staff = ImportBrowser(app)
    run_id = staff.upload(wide_csv([place(number) for number in range(ROWS)]))
    assert run_id
    launcher.place = place_killed
    page = staff.act(run_id, "apply", kind=ALL)
    assert facts(session) == expected
    launcher.place = ""
    if expected == NOTHING:
        assert "Interrupted" in page.text
        page = staff.act(run_id, "retry")
    assert "Done" in page.text
    assert state_of(session, run_id) is RunState.DONE
    assert facts(session) == EVERYTHING


@pytest.mark.parametrize("place_killed", ["undoing", "after undoing"])
def test_an_undo_that_is_killed_is_whole_or_not_done_at_all(
    app: Flask, launcher: Killed, session: Session, place_killed: str
) -> None:
    staff = ImportBrowser(app)
    run_id = staff.load(wide_csv([place(number) for number in range(ROWS)]))
    launcher.place = place_killed
    page = staff.act(run_id, "undo")
    launcher.place = ""
    if place_killed == "undoing":
        assert "Interrupted" in page.text
        assert facts(session) == EVERYTHING
        page = staff.act(run_id, "retry")
    assert f"{ROWS} listings were put back" in page.text
    assert facts(session) == (ROWS, ROWS, ROWS, 0)


def test_a_real_process_outlives_the_server_that_started_it(
    app: Flask, config: Config, session: Session
) -> None:
    restore = use_launcher(app, own_launcher(config))
    staff = ImportBrowser(app)
    run_id = staff.upload(wide_csv([place(number) for number in range(ROWS)]))
    restore()
    assert run_id
    restarted = create_app(config)
    again = ImportBrowser(restarted, email="second.reviewer@example.org")
    page = again.wait(run_id, "Waits for you", "It could not be done", "Interrupted")
    assert f"New listings: {ROWS}" in page.text
    again.act(run_id, "apply", kind=ALL)
    page = again.wait(run_id, "Done", "It could not be done", "Interrupted")
    assert "Undo this import" in page.text
    assert facts(session) == EVERYTHING
    with restarted.app_context():
        db.engine.dispose()


def test_a_killed_process_lets_the_next_one_begin(
    app: Flask, config: Config, session: Session
) -> None:
    restore = use_launcher(app, launcher := own_launcher(config))
    staff = ImportBrowser(app)
    run_id = staff.upload(wide_csv([place(number) for number in range(ROWS)]))
    assert run_id
    assert launcher.gate.holder() == run_id
    wait_until_begun(run_folder(config.instance_path, run_id).begun)
    os.kill(launcher.pids[-1], signal.SIGKILL)
    wait_until_free(launcher.gate)
    assert "Interrupted" in staff.get(f"/admin/imports/{run_id}").text
    assert facts(session) == NOTHING
    staff.act(run_id, "retry")
    page = staff.wait(run_id, "Waits for you", "It could not be done", "Interrupted")
    assert f"New listings: {ROWS}" in page.text
    wait_until_free(launcher.gate)
    restore()


def test_the_federal_directory_is_asked_and_a_failure_is_told(
    app: Flask, config: Config, session: Session
) -> None:
    with running_locator() as locator:
        locator.facilities = [make_facility(number) for number in range(1, 6)]
        restore = use_launcher(app, launcher := own_launcher(config, locator=locator.url))
        staff = ImportBrowser(app)
        staff.get("/admin/imports/new")
        staff.post("/admin/imports/new", way="fetch", near="43215", radius="20")
        run_id = UUID(staff.follow().response.request.path.rpartition("/")[2])
        page = staff.wait(run_id, "Waits for you", "It could not be done", "Interrupted")
        assert "New listings: 5" in page.text
        assert "20 miles around 43215" in page.h1
        wait_until_free(launcher.gate)
        locator.facilities = []
        staff.get("/admin/imports/new")
        staff.post("/admin/imports/new", way="fetch", near="Dayton, OH", radius="20")
        run_id = UUID(staff.follow().response.request.path.rpartition("/")[2])
        page = staff.wait(run_id, "It could not be done", "Waits for you", "Interrupted")
        assert "The locator has no places here" in page.text
        wait_until_free(launcher.gate)
        restore()
    assert facts(session) == NOTHING


def test_a_file_is_read_under_limits_of_memory(tmp_path: Path) -> None:
    folder = run_folder(tmp_path, UUID(int=1))
    folder.make()
    folder.upload.write_bytes(b"[" + b"[1]," * 40_000_000 + b"[1]]")
    with pytest.raises(Exception, match="more memory"):
        parse_apart(folder, format_name="findtreatment", edition="")
    assert not folder.stage.exists()
