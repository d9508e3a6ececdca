"""The one clock of the pages; a test may set its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from flask import current_app

CLOCK_SETTING: Final = "HELP_FIRST_CLOCK"


def now() -> datetime:
    """This moment, aware UTC; what the function in the setting HELP_FIRST_CLOCK says, if any."""
    clock = current_app.config.get(CLOCK_SETTING)
    moment: datetime = clock() if clock else datetime.now(UTC)
    return moment
