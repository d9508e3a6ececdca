"""Databases of sample listings in folders of their own, never the one that is served.

Each has all that a fresh installation has (schema, terms, helplines, starter listings) and so
many samples beside: their cards, written by the store, and the least rows that cards refer to.
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app import create_app
from app.db import transaction
from app.domain.records import AddressRecord, ListingRecord
from app.extensions import db
from app.importers.embedded import load_embedded, load_terms
from app.importers.findtreatment import SOURCE_ID
from app.models import Organization, Service, ServiceAtLocation, SourceRecord
from app.search.searcher import Searcher
from app.store.rows import organization_id_of, service_id_of
from app.store.save import Saving, refresh_cards
from app.store.sources import save_source
from app.store.versions import bump_version
from bench.samples import sample_listings
from config import Config

_MIGRATIONS: Final = Path(__file__).parents[1] / "migrations"
_ROWS_A_STEP: Final = 2_000
_ORGANIZATION: Final = ListingRecord(
    organization_name="Sample Organization",
    name="Sample",
    address=AddressRecord(address_1="", city="", state_province="OH", postal_code=""),
)


@contextmanager
def folder_for_databases(kept: Path | None) -> Iterator[Path]:
    """The folder that was asked for, or one that is gone afterwards."""
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with TemporaryDirectory(prefix="help-first-bench-") as name:
        yield Path(name)


def sample_app(size: int, folder: Path) -> Flask:
    """The application on a database with so many sample listings, its search index built.

    A database of this size that the folder has already is used as it is.
    """
    instance = instance_of(size, folder)
    is_made = (instance / "whole").exists()
    app = _app(instance)
    if not is_made:
        _fill(app, size)
        (instance / "whole").touch()
    return app


def instance_of(size: int, folder: Path) -> Path:
    """The instance folder of a database of this size, as the schema is now."""
    head = (_MIGRATIONS / ".current-alembic-head").read_text(encoding="utf-8").strip()
    return folder / f"samples-{size}-{head}"


def _app(instance: Path) -> Flask:
    url = f"sqlite:///{instance / 'help_first.sqlite3'}"
    return create_app(Config(database_url=url, instance_path=instance))


def _fill(app: Flask, size: int) -> None:
    started = time.monotonic()
    now = datetime.now(UTC)
    with app.app_context():
        upgrade()
        load_terms(db.session)
        load_embedded(db.session, now=now)
        with transaction(db.session) as session:
            _save_samples(session, size, now=now)
    filled = time.monotonic()
    searcher: Searcher = app.extensions["searcher"]
    searcher.prepare()
    print(
        f"{size:>9,} listings: database in {filled - started:.0f} s, "
        f"index in {time.monotonic() - filled:.1f} s",
        flush=True,
    )


def _save_samples(session: Session, size: int, *, now: datetime) -> None:
    version = bump_version(session)
    save_source(session, SOURCE_ID, name="Sample source", url=None, rank=0)
    organization_id = organization_id_of(_ORGANIZATION)
    session.execute(insert(Organization).values(id=organization_id, name="Sample", description=""))
    chance = random.Random(2)
    records = iter(sample_listings(size))
    while step := [
        Saving(listing_id=UUID(int=chance.getrandbits(128)), record=record, is_new=True)
        for record in itertools.islice(records, _ROWS_A_STEP)
    ]:
        _save_step(session, step, version=version, organization_id=organization_id, now=now)


def _save_step(
    session: Session, step: list[Saving], *, version: int, organization_id: UUID, now: datetime
) -> None:
    connection = session.connection()
    connection.execute(
        insert(Service),
        [
            {
                "id": service_id_of(saving.listing_id),
                "organization_id": organization_id,
                "name": saving.record.name,
                "last_modified": now,
            }
            for saving in step
        ],
    )
    connection.execute(
        insert(ServiceAtLocation),
        [{"id": item.listing_id, "service_id": service_id_of(item.listing_id)} for item in step],
    )
    connection.execute(insert(SourceRecord), [_source_row(item, now=now) for item in step])
    refresh_cards(session, step, version=version)


def _source_row(saving: Saving, *, now: datetime) -> dict[str, object]:
    address = saving.record.address
    return {
        "id": saving.listing_id,
        "source_id": SOURCE_ID,
        "external_key": str(saving.listing_id),
        "listing_id": saving.listing_id,
        "minted_id": saving.listing_id,
        "content": b"",
        "fingerprint": b"",
        "state": address.state_province if address else saving.record.service_areas[0].code,
        "edition": "2026",
        "first_seen_at": now,
        "last_seen_at": now,
    }
