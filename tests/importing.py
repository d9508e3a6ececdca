"""Files of invented places, and a browser that loads them through the pages of the staff."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from contextvars import Context
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.db import transaction
from app.domain.import_run import ImportRequest
from app.domain.roles import Role
from app.extensions import db
from app.importers.folders import imports_folder, run_folder
from app.importers.gate import ImportGate
from app.importers.launch import Launcher
from app.importers.parsing import parse_here
from app.importers.worker import Work, work_on
from app.models import ListingCard, ServiceAtLocation, SourceRecord
from app.store.history import verify_history
from app.store.import_runs import create_run
from app.web.admin.imports.launching import LAUNCHER
from config import Config
from tests.factories import NOW
from tests.staff import SAME_SITE, StaffBrowser, make_user, token_in

COLUMNS = ("name1", "street1", "city", "state", "zip", "phone", "website", "SA", "BU")
_RUN = re.compile(r"/admin/imports/([0-9a-f-]{36})$")


def place(number: int, **changes: str) -> dict[str, str]:
    """One row of the wide table."""
    return {
        "name1": f"Sample Center {number}",
        "street1": f"{number} Sample Street",
        "city": "Columbus",
        "state": "OH",
        "zip": "43215",
        "phone": f"614-555-01{number % 100:02d}",
        "website": "https://example.org",
        "SA": "1",
        "BU": "",
        **changes,
    }


def wide_csv(rows: Iterable[Mapping[str, str]]) -> bytes:
    """A file of the wide table."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def locator_json(rows: list[dict[str, Any]]) -> bytes:
    """A file as the locator answers."""
    return json.dumps({"page": 1, "totalPages": 1, "rows": rows}).encode()


class InProcess:
    """Works on a run at once, in this process, where the pages would start one of their own.

    While it `holds`, a run stays as it was begun and the gate is kept, as by a long import.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.holds = False
        self.held: list[int] = []
        self.gate = ImportGate(imports_folder(app.instance_path))

    def start(self, run_id: UUID, held: int) -> int:
        if self.holds:
            self.held.append(held)
            return 0
        try:
            with self._app.app_context():
                work_on(run_id, self.work(run_id))
        finally:
            os.close(held)
        return 0

    def work(self, run_id: UUID) -> Work:
        folder = run_folder(self._app.instance_path, run_id)
        return Work(session=db.session, folder=folder, build_index=lambda: None, parse=parse_here)

    def let_go(self) -> None:
        """End the processes that were held, as a kill would."""
        while self.held:
            os.close(self.held.pop())


def use_launcher(app: Flask, launcher: Any) -> Callable[[], None]:
    """Put another launcher in the place of the application's own; what puts that back."""
    own = app.extensions[LAUNCHER]
    app.extensions[LAUNCHER] = launcher

    def restore() -> None:
        app.extensions[LAUNCHER] = own

    return restore


def preview(app: Flask, content: bytes, *, name: str = "sample.csv") -> UUID:
    """A run that waits for a person, made without its pages."""
    run_id, launcher = uuid4(), InProcess(app)
    folder = run_folder(app.instance_path, run_id)
    sha256 = folder.save_upload(io.BytesIO(content))
    folder.marker.touch()
    with app.app_context():
        with transaction(db.session):
            create_run(
                db.session,
                run_id=run_id,
                file_name=name,
                file_sha256=sha256,
                request=ImportRequest(),
                by="Sample reviewer",
                now=NOW,
            )
        work_on(run_id, launcher.work(run_id))
    return run_id


class ImportBrowser(StaffBrowser):
    """A reviewer's browser, with the steps of an import as verbs."""

    def __init__(self, app: Flask, *, role: Role = Role.REVIEWER, email: str | None = None) -> None:
        super().__init__(app)
        self.sign_in(make_user(app, role=role, email=email).email)

    def upload(
        self, content: bytes, name: str = "sample.csv", *, status: int = 302, **fields: str
    ) -> UUID | None:
        """Send a file; the run that it began."""
        page = self.get("/admin/imports/new")
        values = {"csrf_token": token_in(page.html), "way": "upload", **fields}
        # The client itself would keep a large body in a file, and not close it.
        boundary, body = encode_multipart(
            {**values, "file": FileStorage(io.BytesIO(content), filename=name)}
        )
        page = self._open(
            "/admin/imports/new",
            status=status,
            method="POST",
            data=body,
            content_type=f"multipart/form-data; boundary={boundary}",
            headers=dict(SAME_SITE),
        )
        return run_in(page.response.headers["Location"]) if status == 302 else None

    def act(self, run_id: UUID, action: str, *, status: int = 302, **fields: Any) -> Any:
        """Do something with a run; the page that follows."""
        self.get(f"/admin/imports/{run_id}")
        page = self.post(f"/admin/imports/{run_id}", status=status, action=action, **fields)
        return self.follow() if status == 302 else page

    def load(self, content: bytes, **fields: Any) -> UUID:
        """Send a file and apply all that it changes."""
        run_id = self.upload(content)
        assert run_id
        kinds = ["created", "updated", "merged", "retired"]
        self.act(run_id, "apply", kind=kinds, **fields)
        return run_id

    def download(self, address: str) -> Any:
        """A file that a page links to, as the answer."""
        answer = Context().run(self.client.get, address)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        return answer

    def wait(self, run_id: UUID, *words: str, seconds: float = 60.0) -> Any:
        """Look at a run until its page says one of these."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            page = self.get(f"/admin/imports/{run_id}")
            if any(word in page.text for word in words):
                return page
            time.sleep(0.1)
        raise AssertionError(page.text)


def run_in(address: str) -> UUID:
    """The run whose page an address is of."""
    found = _RUN.search(address)
    assert found, address
    return UUID(found[1])


def files_of(app: Flask, run_id: UUID) -> list[str]:
    """What is left of a run's files."""
    folder = run_folder(app.instance_path, run_id).path
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def facts(session: Session) -> tuple[int, ...]:
    """How many Listings, records and cards there are, and how many are listed; the chain holds."""
    session.rollback()
    counts = [
        session.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (ServiceAtLocation, SourceRecord, ListingCard)
    ]
    listed = select(func.count()).select_from(ListingCard).where(ListingCard.is_listed)
    counts.append(session.execute(listed).scalar_one())
    assert verify_history(session)[1] is None
    session.rollback()
    return tuple(counts)


class OwnLauncher(Launcher):
    """The application's own launcher, which also tells the processes that it started."""

    __slots__ = ("pids",)
    pids: list[int]

    def start(self, run_id: UUID, held: int) -> int:
        pid = super().start(run_id, held)
        self.pids.append(pid)
        return pid


def own_launcher(config: Config, *, locator: str = "") -> OwnLauncher:
    """The application's own launcher, for processes of the installation of a test."""
    settings = (
        ("DATABASE_URL", config.database_url),
        ("INSTANCE_PATH", str(config.instance_path)),
        ("LOCATOR_URL", locator),
    )
    launcher = OwnLauncher(instance_path=config.instance_path, settings=settings)
    object.__setattr__(launcher, "pids", [])
    return launcher


def wait_until_begun(begun: Path) -> None:
    """Wait for the process of a run to begin to work, which leaves this file in its folder."""
    until = time.monotonic() + 60
    while not begun.exists():
        assert time.monotonic() < until, "the process did not begin"
        time.sleep(0.05)


def wait_until_free(gate: ImportGate) -> None:
    """Wait for the process of a run to end."""
    until = time.monotonic() + 60
    while gate.holder() is not None:
        assert time.monotonic() < until, "the gate is still held"
        time.sleep(0.05)
