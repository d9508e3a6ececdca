"""The pages that anybody can read: home, search, listings, helplines, compare, call sheet."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("public", __name__)

# The routes hang themselves on the blueprint above.
from app.web.public import home, leave, search  # noqa: E402, F401
