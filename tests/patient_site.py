"""The site for gunicorn, with a patience for its database that no busy machine can use up."""

from __future__ import annotations

from app.db import Patience
from wsgi import app

__all__ = ["app"]

Patience.LONGEST_S = 600.0
