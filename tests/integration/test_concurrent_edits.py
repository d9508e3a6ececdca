"""Many people edit one listing at once: one is told saved, nobody is overwritten."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, BoundedSemaphore
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import DatabaseUnavailableError
from app.domain.edit import merge_three_ways
from app.domain.errors import StaleEditError
from app.domain.listing import Listing
from app.extensions import db
from app.models import Metadata
from app.store import edits
from app.store.edits import (
    EditOutcome,
)
from app.store.history import verify_history
from app.store.listings import get_listing
from app.store.timeline import listing_versions
from tests.editing import edit
from tests.factories import make_record, save_records

# `make prove-full` has 50 editors in 100 rounds; fewer show the same faults on every run.
EDITORS = int(os.environ.get("HELP_FIRST_EDITORS", "12"))
ROUNDS = int(os.environ.get("HELP_FIRST_ROUNDS", "5"))
# As many requests as a server answers at a time; the others wait for their turn.
_SERVED = BoundedSemaphore(12)


def _in_threads(app: Flask, count: int, work: Callable[[Session, int], None]) -> None:
    def run(number: int) -> None:
        with app.app_context():
            try:
                work(db.session, number)
            finally:
                db.session.close()

    with ThreadPoolExecutor(count) as pool:
        for future in [pool.submit(run, number) for number in range(count)]:
            future.result()


def _opened(session: Session, listing_id: UUID) -> Listing:
    """The form as a request shows it: its connection goes back when it is answered."""
    with _SERVED:
        try:
            return get_listing(session, listing_id)
        finally:
            session.rollback()


def _until_saved(session: Session, listing: Listing, **changes: object) -> EditOutcome:
    """An edit that is sent again while the database says that it is busy."""
    while True:
        try:
            with _SERVED:
                return edit(session, listing, **changes)
        except DatabaseUnavailableError:
            continue
        finally:
            session.rollback()


def _run_rounds(app: Flask, listing_id: UUID) -> Counter[str]:
    """All editors open one form, then all save: who was told what, round by round."""
    barrier, told = Barrier(EDITORS), Counter[str]()

    def work(session: Session, number: int) -> None:
        for round_number in range(ROUNDS):
            barrier.wait()
            listing = _opened(session, listing_id)
            barrier.wait()
            words = f"editor {number} round {round_number}"
            try:
                saved = _until_saved(session, listing, description=words).is_saved
                told["saved" if saved else "already"] += 1
            except StaleEditError:
                told["stale"] += 1

    _in_threads(app, EDITORS, work)
    return told


def test_of_many_editors_of_one_form_one_is_told_saved_each_round(app: Flask) -> None:
    with app.app_context():
        (listing_id,) = save_records(db.session, make_record())
        db.session.close()
        told = _run_rounds(app, listing_id)
        assert told == {"saved": ROUNDS, "stale": (EDITORS - 1) * ROUNDS}
        listing = get_listing(db.session, listing_id)
        steps = [step for step in listing_versions(db.session, listing_id) if step.action == "edit"]
        assert listing.version == ROUNDS + 1
        assert len(steps) == ROUNDS
        values = [step.changes[0].after for step in reversed(steps)]
        assert [step.changes[0].before for step in reversed(steps)] == [None, *values[:-1]]
        assert listing.record.description == values[-1]
        assert verify_history(db.session)[1] is None


def test_version_of_the_form_alone_keeps_edits_apart(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the look at the version beforehand, the UPDATE itself must refuse."""
    with app.app_context():
        (listing_id,) = save_records(db.session, make_record())
        opened = get_listing(db.session, listing_id)
        edit(db.session, opened, description="Theirs")
        monkeypatch.setattr(
            edits,
            "get_listing",
            lambda session, key: replace(get_listing(session, key), version=opened.version),
        )
        with pytest.raises(StaleEditError):
            edit(db.session, opened, description="Mine")
        assert get_listing(db.session, listing_id).record.description == "Theirs"


def _merged(stale: StaleEditError, changes: dict[str, object]) -> tuple[Listing, dict[str, object]]:
    assert stale.base is not None
    assert stale.current is not None
    merge = merge_three_ways(stale.base, changes, stale.current.record)
    assert merge.conflicts == ()
    return stale.current, dict(merge.changes)


def test_editors_who_merge_and_save_again_lose_nothing(app: Flask) -> None:
    with app.app_context():
        (listing_id,) = save_records(db.session, make_record())
        db.session.close()

    def work(session: Session, number: int) -> None:
        for round_number in range(ROUNDS):
            listing = _opened(session, listing_id)
            others = set(listing.record.languages) - {f"x-{number}-{round_number - 1}"}
            marks = tuple(sorted({*others, f"x-{number}-{round_number}"}))
            changes: dict[str, object] = {"languages": marks}
            while True:
                try:
                    _until_saved(session, listing, **changes)
                    break
                except StaleEditError as stale:
                    listing, changes = _merged(stale, changes)

    _in_threads(app, EDITORS, work)
    with app.app_context():
        kept = get_listing(db.session, listing_id).record.languages
        assert set(kept) == {f"x-{number}-{ROUNDS - 1}" for number in range(EDITORS)}
        assert verify_history(db.session)[1] is None
        length = db.session.execute(select(func.count()).select_from(Metadata)).scalar_one()
        assert length == EDITORS * ROUNDS + 1
