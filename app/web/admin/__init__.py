"""The pages of the staff, under /admin/: each is closed but for the roles that `access` names."""

from __future__ import annotations

from flask import Blueprint

# A page hangs itself on this blueprint and takes its line in `access.ACCESS`, or stays closed.
blueprint = Blueprint("admin", __name__, url_prefix="/admin")

from app.web.admin import (  # noqa: E402
    account,  # noqa: F401
    checks,  # noqa: F401
    duplicates,  # noqa: F401
    home,  # noqa: F401
    imports,  # noqa: F401
    law,  # noqa: F401
    listings,  # noqa: F401
    numbers,  # noqa: F401
    proposals,  # noqa: F401
    reports,  # noqa: F401
    reviews,  # noqa: F401
    users,  # noqa: F401
)
