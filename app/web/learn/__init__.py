"""The guide: its pages, its changes, the questions of /check, the claims, the law, the timeline."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("learn", __name__)

# The routes hang themselves on the blueprint above, one module a line.
from app.web.learn import changes, check, claims, law, pages  # noqa: E402, F401
