"""Holds the database so that pages have to wait for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import sqlalchemy as sa

from config import Config

# What an import holds until its end: who edits a listing waits, who reads does not.
IMPORTING = "SELECT version FROM data_version FOR UPDATE"
EVERYTHING = "LOCK TABLE data_version, report IN ACCESS EXCLUSIVE MODE"


@contextmanager
def locked(config: Config, *, held: str = EVERYTHING) -> Iterator[Callable[[], None]]:
    """Nobody else gets what this statement holds, until the function given is called.

    On SQLite it is the whole file, whatever the statement says.
    """
    if config.database_url.startswith("sqlite"):
        path = config.database_url.removeprefix("sqlite:///")
        holder: Any = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        holder.execute("BEGIN EXCLUSIVE")
    else:
        url = sa.make_url(config.database_url).set(drivername="postgresql")
        holder = psycopg.connect(url.render_as_string(hide_password=False))
        # A test that holds it already itself should fail and not stand still.
        holder.execute("SET lock_timeout = '10s'")
        holder.execute(held)
    try:
        yield holder.rollback
    finally:
        holder.close()
