"""The helplines as the database has them, read once for each version, and those to show to a reader."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from functools import cache
from typing import Final, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from flask import Flask, current_app, request

from app.content.helplines import load_keyed_helplines
from app.db import DatabaseUnavailableError
from app.domain.helplines import answering_helplines, choose_covering
from app.domain.listing import Listing
from app.domain.query import Place
from app.extensions import db
from app.store.helplines import list_helplines
from app.store.versions import current_version
from app.web.views.helpline_view import (
    HelplineBrief,
    HelplineView,
    helpline_brief,
    helpline_view,
)

HELPLINE_SHELF: Final = "help_first_helplines"

# The version of a Listing that came with the application and has no page of its own.
_NOT_STORED: Final = 0


class _Answering(NamedTuple):
    """The helplines that answer in one minute, most useful first, out of all those `of` it."""

    of: tuple[Listing, ...]
    minute: datetime
    helplines: tuple[Listing, ...]


class HelplineShelf:
    """Keeps the helplines of one version of the data for all threads of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[int, tuple[Listing, ...]] | None = None
        self._answering = _Answering((), datetime.min.replace(tzinfo=UTC), ())

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

    def answering(self, listings: tuple[Listing, ...], *, now: datetime) -> tuple[Listing, ...]:
        """Those that answer at `now`, of any place, reckoned once a minute.

        Hours are told in minutes, so that nobody opens or closes within one.
        """
        minute = now.replace(second=0, microsecond=0)
        kept = self._answering
        if kept.of is not listings or kept.minute != minute:
            kept = _Answering(listings, minute, answering_helplines(listings, now=minute))
            self._answering = kept
        return kept.helplines


def current_helplines(app: Flask | None = None) -> tuple[Listing, ...]:
    """All active helplines as the data is now; needs an application context."""
    return _shelf(app).listings()


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
    zone = place.timezone if place else None
    return tuple(
        helpline_view(listing, now=now, url=_url(listing), reader_timezone=zone)
        for listing in _near(place, now=now)
    )


def brief_helplines_near(place: Place | None, *, now: datetime) -> tuple[HelplineBrief, ...]:
    """The same helplines as short rows, for a page whose matter is another."""
    zone = place.timezone if place else None
    return tuple(
        helpline_brief(listing, now=now, url=_url(listing), reader_timezone=zone)
        for listing in _near(place, now=now)
    )


def _near(place: Place | None, *, now: datetime) -> tuple[Listing, ...]:
    return choose_covering(
        _shelf().answering(known_helplines(), now=now),
        state=place.state if place else None,
        county_fips=place.county_fips if place else None,
    )


def _url(listing: Listing) -> str | None:
    """The page of a helpline, None for one that is not stored."""
    if listing.version == _NOT_STORED:
        return None
    return f"{request.script_root}/listings/{listing.id}"


def _shelf(app: Flask | None = None) -> HelplineShelf:
    extensions = (app or current_app).extensions
    shelf: HelplineShelf = extensions.setdefault(HELPLINE_SHELF, HelplineShelf())
    return shelf


@cache
def _embedded() -> tuple[Listing, ...]:
    return tuple(
        Listing(id=uuid5(NAMESPACE_URL, line.external_key), version=_NOT_STORED, record=line.record)
        for line in load_keyed_helplines()
    )
