"""The pages of the staff, under /admin/: each is closed but for the roles that `access` names."""

from __future__ import annotations

from flask import Blueprint

# A page hangs itself on this blueprint and takes its line in `access.ACCESS`, or stays closed.
blueprint = Blueprint("admin", __name__, url_prefix="/admin")

from app.web.admin import account, home, listings, reports, users  # noqa: E402, F401
