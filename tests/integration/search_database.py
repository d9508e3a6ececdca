"""A database that holds listing cards and nothing else, on either engine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Engine, create_engine, delete, event, insert
from sqlalchemy.orm import Session, sessionmaker

import app.models  # noqa: F401 (the tables)
from app.db import Base, configure_engine, transaction
from app.models import DataVersion, ListingCard
from app.store.cards import CardRow
from app.store.versions import bump_version

_ROWS_A_STATEMENT = 500


class CardDatabase:
    """Cards without the tables they come from, so that foreign keys are not asked."""

    def __init__(self, url: str) -> None:
        self.engine: Engine = create_engine(url)
        configure_engine(self.engine)
        event.listen(self.engine, "connect", self._ask_no_keys)
        Base.metadata.create_all(self.engine)
        self.sessions: sessionmaker[Session] = sessionmaker(self.engine)

    def save(self, rows: Iterable[CardRow]) -> int:
        """Write rows in one transaction with the next version of the data, which is returned."""
        with self.sessions() as session, transaction(session):
            version = bump_version(session)
            values = [{**row._asdict(), "version": version, "card": b"{}"} for row in rows]
            for start in range(0, len(values), _ROWS_A_STATEMENT):
                chunk = values[start : start + _ROWS_A_STATEMENT]
                ids = [value["id"] for value in chunk]
                session.execute(delete(ListingCard).where(ListingCard.id.in_(ids)))
                session.execute(insert(ListingCard), chunk)
        return version

    def clear(self) -> None:
        """Forget all rows and the version."""
        with self.sessions() as session, transaction(session):
            session.execute(delete(ListingCard))
            session.execute(delete(DataVersion))

    def _ask_no_keys(self, connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        if self.engine.dialect.name == "sqlite":
            cursor.execute("PRAGMA foreign_keys = OFF")
        else:
            cursor.execute("SET session_replication_role = replica")
            connection.commit()
        cursor.close()
