"""What stands around the results: helplines that answer now, and a page of the guide to read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.domain.helplines import helplines_for
from app.domain.query import Place
from app.domain.text import words
from app.web.helplines_now import current_helplines
from app.web.views.helpline_view import HelplineView, helpline_view

# Pages of the guide, and the words that ask for them more than for a place.
_GUIDE_WORDS: Final = (
    (
        "withdrawal",
        lazy_gettext("What withdrawal is, and what helps"),
        frozenset({"withdrawal", "withdrawals", "dopesick", "coldturkey", "abstinencia"}),
        ("dope sick", "cold turkey"),
    ),
)


class GuideLink(NamedTuple):
    """A page to read first."""

    label: str
    url: str


def helpline_views(place: Place | None, *, now: datetime) -> tuple[HelplineView, ...]:
    """The two or three helplines that cover the place and answer at `now`."""
    listings = helplines_for(
        current_helplines(),
        now=now,
        state=place.state if place else None,
        county_fips=place.county_fips if place else None,
    )
    base = f"{request.script_root}/listings/"
    return tuple(
        helpline_view(
            listing,
            now=now,
            url=f"{base}{listing.id}",
            reader_timezone=place.timezone if place else None,
        )
        for listing in listings
    )


def guide_links(text: str) -> tuple[GuideLink, ...]:
    """The pages of the guide that answer these words."""
    if not text:
        return ()
    return tuple(
        GuideLink(str(label), url_for("learn.page", slug=slug)) for slug, label in _asked_for(text)
    )


def heading_words(place: Place | None) -> str:
    """Where the helplines above the results are for."""
    if place is None:
        return str(_("Someone to talk to now"))
    return str(_("Someone to talk to now, near %(place)s", place=place.label))


def _asked_for(text: str) -> Iterator[tuple[str, object]]:
    typed = words(text)
    joined = f" {' '.join(typed)} "
    for slug, label, single, phrases in _GUIDE_WORDS:
        has_word = not single.isdisjoint(typed)
        if has_word or any(f" {phrase} " in joined for phrase in phrases):
            yield slug, label
