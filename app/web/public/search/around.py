"""What stands around the results: pages of the guide to read first, and whose helplines these are."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from flask import url_for

from app.content.pages import find_pages
from app.domain.query import Place
from app.web.wording import gettext as _

# Without a place a question is as likely as a search, so more pages are offered.
_MOST_WITH_PLACE: Final = 1
_MOST_WITHOUT_PLACE: Final = 3


class GuideLink(NamedTuple):
    """A page to read first; `about` says what it answers, None where places are the answer."""

    label: str
    url: str
    about: str | None


def guide_links(text: str, *, place: Place | None, on: date) -> tuple[GuideLink, ...]:
    """The pages of the guide that answer these words, best first."""
    most = _MOST_WITH_PLACE if place else _MOST_WITHOUT_PLACE
    return tuple(
        GuideLink(
            label=page.title,
            url=url_for("learn.page", slug=page.slug),
            about=None if place else page.summary,
        )
        for page in find_pages(text, on=on)[:most]
    )


def heading_words(place: Place | None) -> str:
    """Where the helplines above the results are for."""
    if place is None:
        return str(_("Someone to talk to now"))
    return str(_("Someone to talk to now, near %(place)s", place=place.label))
