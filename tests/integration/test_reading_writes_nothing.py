"""Looking at a page changes nothing: whatever changes a row is sent by POST."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import Base
from app.extensions import db
from app.models import StaffSession
from app.web.clock import CLOCK_SETTING
from tests.factories import NOW
from tests.visiting import sign_everybody_in
from tests.visits import VISITS, make_sample

# When a session was seen last is written by every page of the staff.
SEEN = {StaffSession.__tablename__}


def rows_of_all_tables(app: Flask) -> dict[str, Counter[str]]:
    # Left again before pages are opened: inside it all requests would share who is signed in.
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: Counter(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in Base.metadata.sorted_tables
            if table.name not in SEEN
        }


def test_opening_every_page_changes_no_row(
    embedded: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(embedded.config, CLOCK_SETTING, lambda: NOW)
    sample = make_sample(embedded)
    browsers = sign_everybody_in(embedded)
    before = rows_of_all_tables(embedded)
    statuses = Counter(
        browsers[visit.visitor].client.get(sample.fill(visit.path)).status_code
        for visit in VISITS
        if not visit.form
    )
    after = rows_of_all_tables(embedded)
    assert statuses[200] > 80, statuses
    changed = {name for name, rows in after.items() if rows != before[name]}
    assert not changed
    assert any(before.values())
