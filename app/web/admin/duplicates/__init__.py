"""Places that may be listed twice: the pairs, each side by side, and what was settled."""

from __future__ import annotations

from app.web.admin.duplicates import (  # the routes hang themselves on the staff's blueprint
    pairs,  # noqa: F401
    settled,  # noqa: F401
)
