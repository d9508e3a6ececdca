"""Changes that organizations ask for: proposed by their members, decided on by reviewers."""

from __future__ import annotations

from app.web.admin.proposals import (  # the routes hang themselves on the staff's blueprint
    edit,  # noqa: F401
    ours,  # noqa: F401
    review,  # noqa: F401
)
