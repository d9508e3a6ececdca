"""The helplines as the database has them, read once for each version, and those to show to a reader."""

from __future__ import annotations

import threading
from datetime import datetime
from functools import cache
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from flask import Flask, current_app, request

from app.content.helplines import load_keyed_helplines
from app.db import DatabaseUnavailableError
from app.domain.helplines import helplines_for
from app.domain.listing import Listing
from app.domain.query import Place
from app.extensions import db
from app.store.helplines import list_helplines
from app.store.versions import current_version
from app.web.views.helpline_view import HelplineView, helpline_view

HELPLINE_SHELF: Final = "help_first_helplines"

# The version of a Listing that came with the application and has no page of its own.
_NOT_STORED: Final = 0


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


def known_helplines() -> tuple[Listing, ...]:
    """The helplines as staff keep them; those that come along where the database has none.

    Somebody who needs a number now must not wait for a database.
    """
    try:
        return current_helplines() or _embedded()
    except DatabaseUnavailableError:
        return _embedded()


def helplines_near(place: Place | None, *, now: datetime) -> tuple[HelplineView, ...]:
    """The two or three helplines that cover the place and answer at `now`, as cards."""
    listings = helplines_for(
        known_helplines(),
        now=now,
        state=place.state if place else None,
        county_fips=place.county_fips if place else None,
    )
    base = f"{request.script_root}/listings/"
    return tuple(
        helpline_view(
            listing,
            now=now,
            url=None if listing.version == _NOT_STORED else f"{base}{listing.id}",
            reader_timezone=place.timezone if place else None,
        )
        for listing in listings
    )


@cache
def _embedded() -> tuple[Listing, ...]:
    return tuple(
        Listing(id=uuid5(NAMESPACE_URL, line.external_key), version=_NOT_STORED, record=line.record)
        for line in load_keyed_helplines()
    )
