"""A file to take along: numbers, what to do, places and the law, readable without a network."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("take_along", __name__)

# The routes hang themselves on the blueprint above.
from app.web.take_along import page  # noqa: E402, F401
