"""The pages that anybody can read: home, search, listings, helplines, compare, call sheet."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("public", __name__)

# The routes hang themselves on the blueprint above.
from app.web.public import (  # noqa: E402
    call_sheet,  # noqa: F401
    compare,  # noqa: F401
    helplines,  # noqa: F401
    home,  # noqa: F401
    leave,  # noqa: F401
    listing,  # noqa: F401
    report,  # noqa: F401
    search,  # noqa: F401
)
