"""Whether the application is up, for the machine that watches it."""

from __future__ import annotations

from flask import Blueprint, Response

from app.db import DatabaseUnavailableError
from app.extensions import db
from app.store.versions import current_version

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int]:
    """200 "ok" while the database answers, 503 otherwise."""
    try:
        current_version(db.session)
    except DatabaseUnavailableError:
        return Response("database does not answer\n", mimetype="text/plain"), 503
    return Response("ok\n", mimetype="text/plain"), 200
