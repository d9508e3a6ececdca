"""The helplines as the database has them, read once for each version of the data."""

from __future__ import annotations

import threading
from typing import Final

from flask import Flask, current_app

from app.domain.listing import Listing
from app.extensions import db
from app.store.helplines import list_helplines
from app.store.versions import current_version

HELPLINE_SHELF: Final = "help_first_helplines"


class HelplineShelf:
    """Keeps the helplines of one version of the data for all threads of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[int, tuple[Listing, ...]] | None = None

    def listings(self) -> tuple[Listing, ...]:
        """All active helplines, ordered by name; one cheap statement while nothing changes."""
        version = current_version(db.session)
        kept = self._kept
        if kept is not None and kept[0] == version:
            return kept[1]
        with self._lock:
            listings = list_helplines(db.session)
            self._kept = (version, listings)
        return listings


def current_helplines(app: Flask | None = None) -> tuple[Listing, ...]:
    """All active helplines as the data is now; needs an application context."""
    extensions = (app or current_app).extensions
    shelf: HelplineShelf = extensions.setdefault(HELPLINE_SHELF, HelplineShelf())
    return shelf.listings()
