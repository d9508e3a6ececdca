"""Runs the migrations on the engine of the running application."""

from __future__ import annotations

from alembic import context

from app import models
from app.db import Base, long_work
from app.extensions import db

_TABLES = models  # importing them fills Base.metadata


def _run() -> None:
    with long_work(), db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            user_module_prefix="columns.",
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


_run()
