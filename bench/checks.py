"""The work-list of the staff with 20,000 listings beside the same page with none, in turn.

    python -m bench.checks [--quick]

The people, listings and reports are invented, in databases of their own that nobody is served from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

import sqlalchemy as sa
from flask_migrate import upgrade

from app import create_app
from app.db import transaction
from app.domain.report import NewReport, Topic
from app.extensions import db
from app.models import CheckDue, Organization, Service, ServiceAtLocation
from app.store.reports import add_report
from bench.figures import Figure, Options, run_part
from bench.race import print_times, race
from config import Config
from tests.factories import NOW
from tests.staff import StaffBrowser, make_user

_MANY: Final = 20_000
_REPORTED: Final = 20
_PAGES: Final = (1, 200, 400)
_ROUNDS: Final = 40
_MOST: Final = 5.0


def measure(options: Options) -> Sequence[Figure]:
    """One figure: pages at the start, the middle and the end of a long list beside an empty one."""
    pages = _PAGES * (_ROUNDS // 4 if options.is_quick else _ROUNDS)
    with _staff(listings=0) as nobody, _staff(listings=_MANY) as everybody:
        runners = {
            "none": lambda _page: _open(nobody, 1),
            "20,000": lambda page: _open(everybody, page),
        }
        times = race(runners, pages, warm=len(_PAGES))
    print_times(times, heading="Checks due")
    ratio = times["20,000"].processor / times["none"].processor
    return [Figure(part="checks", what="checks due, 20,000 / none", value=ratio, most=_MOST)]


@contextmanager
def _staff(*, listings: int) -> Iterator[StaffBrowser]:
    """An editor before a work-list of this length."""
    with TemporaryDirectory() as folder:
        config = Config(
            database_url=f"sqlite:///{folder}/checks.sqlite3",
            instance_path=Path(folder),
            is_testing=True,
        )
        app = create_app(config)
        with app.app_context():
            upgrade()
            _fill(listings)
        browser = StaffBrowser(app)
        browser.sign_in(make_user(app).email)
        yield browser
        with app.app_context():
            db.engine.dispose()


def _fill(listings: int) -> None:
    ids = [uuid4() for _ in range(listings)]
    if not ids:
        return
    with transaction(db.session):
        organization = Organization(id=uuid4(), name="Sample Organization", description="")
        db.session.add(organization)
        # The services below are written past the session and need it in the table.
        db.session.flush()
        connection = db.session.connection()
        shared = {"organization_id": organization.id, "name": "Sample", "last_modified": NOW}
        connection.execute(sa.insert(Service), [{"id": key, **shared} for key in ids])
        connection.execute(
            sa.insert(ServiceAtLocation), [{"id": key, "service_id": key} for key in ids]
        )
        due = [
            {"listing_id": key, "risk": 3 + number % 2, "checked_on": f"20{number % 30:02}-01-01"}
            for number, key in enumerate(ids)
        ]
        connection.execute(sa.insert(CheckDue), due)
        for key in ids[:_REPORTED]:
            report = NewReport(topic=Topic.PHONE, listing_id=key)
            add_report(db.session, report, reference=uuid4().hex, on=NOW.date())


def _open(browser: StaffBrowser, page: int) -> None:
    assert browser.client.get(f"/admin/checks/?page={page}").status_code == 200


if __name__ == "__main__":
    run_part(__doc__, measure)
