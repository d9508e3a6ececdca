"""Opens the history for a test that takes rows away or forges them, and closes it again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa


@contextmanager
def history_unlocked(connection: sa.Connection) -> Iterator[None]:
    """Without the triggers that refuse a change of the history, as the database's owner could."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ALTER TABLE metadata DISABLE TRIGGER USER")
        yield
        connection.exec_driver_sql("ALTER TABLE metadata ENABLE TRIGGER USER")
        return
    triggers = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'metadata'"
    ).all()
    for trigger in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}")
    yield
    for trigger in triggers:
        connection.exec_driver_sql(trigger.sql)
