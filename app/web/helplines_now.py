"""The helplines as the database has them, read once for each version, and those to show to a reader."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from functools import cache
from typing import Final, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from flask import Flask, current_app, request
from markupsafe import Markup

from app.content.helplines import load_keyed_helplines
from app.db import DatabaseUnavailableError
from app.domain.helplines import answering_helplines, choose_covering
from app.domain.listing import Listing
from app.domain.query import Place
from app.extensions import db
from app.store.helplines import list_helplines
from app.store.versions import current_version
from app.web.reading import read_once
from app.web.views.helpline_view import (
    HelplineView,
    helpline_brief,
    helpline_view,
)
from app.web.wording import page_language

HELPLINE_SHELF: Final = "help_first_helplines"
_ROW_TEMPLATE: Final = "components/helpline_card.html"

# The version of a Listing that came with the application and has no page of its own.
_NOT_STORED: Final = 0


class WrittenRow(NamedTuple):
    """The short row of one helpline as HTML, as the macro `helpline_brief` writes it."""

    html: Markup


class _RowKey(NamedTuple):
    """What a row depends on within one minute; nothing of who reads it but whose clock it tells."""

    listing_id: UUID
    is_in_zone: bool
    root: str
    language: str


class _Answering(NamedTuple):
    """The helplines that answer in one minute, most useful first, out of all those `of` it.

    `rows` are those that were written in this minute.
    """

    of: tuple[Listing, ...]
    minute: datetime
    helplines: tuple[Listing, ...]
    rows: dict[_RowKey, WrittenRow]


class HelplineShelf:
    """Keeps the helplines of one version of the data for all threads of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[int, tuple[Listing, ...]] | None = None
        self._answering = _Answering((), datetime.min.replace(tzinfo=UTC), (), {})

    def listings(self, version: int | None) -> tuple[Listing, ...]:
        """All active helplines, ordered by name; one cheap statement while nothing changes.

        Not even that where the caller has just read the version of the data.
        """
        if version is None:
            version = current_version(db.session)
        kept = self._kept
        if kept is not None and kept[0] == version:
            return kept[1]
        with self._lock:
            listings = list_helplines(db.session)
            self._kept = (version, listings)
        return listings

    def answering(self, listings: tuple[Listing, ...], *, now: datetime) -> _Answering:
        """Those that answer at `now`, of any place, reckoned once a minute.

        Hours are told in minutes, so that nobody opens or closes within one.
        """
        minute = now.replace(second=0, microsecond=0)
        kept = self._answering
        if kept.of is not listings or kept.minute != minute:
            kept = _Answering(listings, minute, answering_helplines(listings, now=minute), {})
            self._answering = kept
        return kept


def current_helplines(app: Flask | None = None) -> tuple[Listing, ...]:
    """All active helplines as the data is now; needs an application context."""
    return _shelf(app).listings(None)


def known_helplines(*, version: int | None = None) -> tuple[Listing, ...]:
    """The helplines as staff keep them; those that come along where the database has none.

    Somebody who needs a number now must not wait for a database.
    """
    try:
        return read_once(lambda: _shelf().listings(version)) or _embedded()
    except DatabaseUnavailableError:
        return _embedded()


def helplines_near(place: Place | None, *, now: datetime) -> tuple[HelplineView, ...]:
    """The two or three helplines that cover the place and answer at `now`, as cards."""
    zone = place.timezone if place else None
    answering = _shelf().answering(known_helplines(), now=now)
    return tuple(
        helpline_view(listing, now=now, url=_url(listing), reader_timezone=zone)
        for listing in _covering(answering, place)
    )


def brief_helplines_near(
    place: Place | None, *, now: datetime, version: int | None = None
) -> tuple[WrittenRow, ...]:
    """The same helplines as short rows, for a page whose matter is another.

    `version` spares a statement where the caller has just read the version of the data.
    """
    zone = place.timezone if place else None
    answering = _shelf().answering(known_helplines(version=version), now=now)
    return tuple(
        _row(answering, listing, now=now, reader_timezone=zone)
        for listing in _covering(answering, place)
    )


def _covering(answering: _Answering, place: Place | None) -> tuple[Listing, ...]:
    return choose_covering(
        answering.helplines,
        state=place.state if place else None,
        county_fips=place.county_fips if place else None,
    )


def _row(
    answering: _Answering, listing: Listing, *, now: datetime, reader_timezone: str | None
) -> WrittenRow:
    is_in_zone = listing.record.timezone == reader_timezone
    key = _RowKey(listing.id, is_in_zone, request.script_root, page_language())
    row = answering.rows.get(key)
    if row is None:
        view = helpline_brief(listing, now=now, url=_url(listing), reader_timezone=reader_timezone)
        template = current_app.jinja_env.get_template(_ROW_TEMPLATE)
        row = WrittenRow(template.module.helpline_brief(view))  # type: ignore[attr-defined]
        answering.rows[key] = row
    return row


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
