"""What the file to take along says: one HTML file that needs nothing beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Final

from flask import render_template
from markupsafe import Markup

from app.content.kratom_law import load_kratom_law
from app.content.pages import load_guide
from app.domain.helplines import (
    covers,
    group_by_number,
    is_trusted,
    main_number,
    usefulness,
)
from app.domain.hours_table import format_hours
from app.domain.listing import Listing
from app.domain.query import Place
from app.web.assets import inner_styles
from app.web.helplines_now import known_helplines
from app.web.learn.care import care_views
from app.web.learn.kept import kept
from app.web.learn.law_view import LawView, NumberedSource, StateView, law_view
from app.web.take_along.places import NO_PLACES, PlacesView, choose_places
from app.web.views.helpline_view import HelplineView, grouped_view

# What a slow telephone line still fetches, and an old telephone still opens.
MOST_BYTES: Final = 300_000
# The pages of the guide that the cards at the top stand for.
_GUIDE_PAGES: Final = ("overdose", "withdrawal-danger")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptHelpline:
    """A helpline with its hours: whether it answers now is soon untrue in a file."""

    view: HelplineView
    hours: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLaw:
    """The law of the state with the sources that it names by number."""

    state: StateView
    sources: tuple[NumberedSource, ...]


def make_file(place: Place | None, *, now: datetime) -> str:
    """The file for a place, MOST_BYTES long at most; without a place what holds in every state."""
    words: dict[str, object] = {
        "place": place,
        "made_on": now.date(),
        "styles": _styles(),
        # Numbers for the whole country: the file is read at other hours and in other towns.
        "care": (*care_views("overdose", now=now), *care_views("danger", now=now)[:1]),
        "facts_checked_on": _facts_checked_on(now.date()),
        "helplines": _helplines(place, now=now),
        "law": _law(place, today=now.date()),
    }
    if place is None:
        return _render(words, NO_PLACES)
    left = MOST_BYTES - len(_render(words, NO_PLACES).encode())
    return _render(words, choose_places(place, now=now, most_bytes=left))


def _render(words: dict[str, object], places: PlacesView) -> str:
    return render_template("take_along/file.html", places=places, **words)


@cache
def _styles() -> Markup:
    """The stylesheets of the site and the guide, which the file carries inside."""
    return inner_styles("styles.css", "guide.css")


def _facts_checked_on(today: date) -> date:
    pages = load_guide(on=today).pages
    return min(pages[slug].front.facts_checked_on for slug in _GUIDE_PAGES)


def _helplines(place: Place | None, *, now: datetime) -> tuple[KeptHelpline, ...]:
    """All that cover the place, a number once, most useful first, those with old details last."""
    fitting = [
        each
        for each in known_helplines()
        # A website alone is of no use where there is no network.
        if main_number(each.record) is not None
        and covers(
            each.record,
            state=place.state if place else None,
            county_fips=place.county_fips if place else None,
        )
    ]
    ordered = sorted(fitting, key=lambda each: (not is_trusted(each.record), usefulness(each)))
    zone = place.timezone if place else None
    return tuple(
        KeptHelpline(
            view=grouped_view(group, now=now, reader_timezone=zone), hours=_hours(group[0])
        )
        for group in group_by_number(ordered)
    )


def _hours(listing: Listing) -> str | None:
    rows = format_hours(listing.record.schedules)
    return "; ".join(f"{days}: {hours}" for days, hours in rows) or None


def _law(place: Place | None, *, today: date) -> KeptLaw | None:
    if place is None:
        return None
    entries = load_kratom_law()
    view: LawView = kept(("law", today, entries.states), lambda: law_view(entries, today=today))
    state = view.state(place.state)
    if state is None:
        return None
    named = frozenset(state.notes)
    return KeptLaw(state=state, sources=tuple(s for s in view.sources if s.number in named))
