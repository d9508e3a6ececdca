"""The helplines by place and need: who answers now first, old details last and marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from babel import Locale
from flask import render_template, request, url_for

from app.content.helplines import emergency_numbers
from app.content.taxonomy import load_taxonomy
from app.domain.errors import ParseError, UnknownPlaceError
from app.domain.helplines import (
    DEFAULT_COUNTRY,
    EMERGENCY_TOPIC,
    covers,
    group_by_number,
    is_local,
    is_trusted,
    main_number,
    usefulness,
)
from app.domain.listing import Listing
from app.domain.query import Place
from app.domain.text import clean_text
from app.gazetteer import resolve, state_name
from app.web import clock
from app.web.formatters import DEFAULT_LOCALE
from app.web.helplines_now import current_helplines
from app.web.public import blueprint
from app.web.views.helpline_view import HelplineView, grouped_view
from app.web.views.reach_words import with_article
from app.web.wording import gettext as _
from app.web.words import UNITED_STATES_LINES, EmergencyLine

MAX_NEAR: Final = 100
MAX_PLACES: Final = 8
_MAX_CODE: Final = 40
_CRISIS_TOPIC: Final = "HL-SUICIDE-CRISIS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked: the typed text as it is shown again, and what it was read as.

    `errors` are (field id, message) pairs; `suggestions` are places to choose from.
    """

    near: str
    topic: str
    country: str
    place: Place | None = None
    errors: tuple[tuple[str, str], ...] = ()
    choices: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HelplineSections:
    """The cards of the page: who answers now, who does not or may not, and old details."""

    now: tuple[HelplineView, ...]
    later: tuple[HelplineView, ...]
    old: tuple[HelplineView, ...]


@blueprint.get("/helplines")
def helplines() -> str:
    """The helplines of a place (`near`), a need (`topic`) and a country."""
    listings = current_helplines()
    asked = _asked(listings)
    fitting = [each for each in listings if _fits(each, asked)]
    lines = emergency_lines(listings, country=asked.country)
    return render_template(
        "public/helplines.html",
        here="helplines",
        asked=asked,
        heading=_heading(asked),
        sections=_sections(fitting, asked=asked, now=clock.now()),
        emergency_line=lines,
        country_name=country_name(asked.country),
        ambulance=lines[0] if lines else None,
        topics=_topic_choices(),
        countries=_country_choices(listings),
        states=_state_links(listings) if _is_without_place(asked) else (),
    )


def emergency_lines(listings: Iterable[Listing], *, country: str) -> tuple[EmergencyLine, ...]:
    """The questions and numbers for the top of the page; a country without data has none."""
    if country == DEFAULT_COUNTRY:
        return UNITED_STATES_LINES
    lines = [
        EmergencyLine(
            question=_("Someone not waking up?"), number=phone.number, display=phone.display
        )
        for phone in emergency_numbers(country)[:1]
    ]
    for listing in listings:
        helpline, phone = listing.record.helpline, main_number(listing.record)
        if helpline is None or phone is None or is_local(listing.record):
            continue
        is_crisis_line = helpline.country == country and _CRISIS_TOPIC in helpline.topics
        if is_crisis_line and is_trusted(listing.record):
            lines.append(
                EmergencyLine(
                    question=_("Thinking about suicide?"),
                    number=phone.number,
                    display=phone.display,
                )
            )
            break
    return tuple(lines)


def country_name(code: str, *, locale: str = DEFAULT_LOCALE) -> str:
    """The name of a country from its ISO code; the code for one that is not known."""
    return str(Locale.parse(locale).territories.get(code, code))


def _asked(listings: Sequence[Listing]) -> Asked:
    near = clean_text(request.args.get("near", "")[:1_000])
    topic = clean_text(request.args.get("topic", "")[:_MAX_CODE])
    country = clean_text(request.args.get("country", "")[:_MAX_CODE]).upper() or DEFAULT_COUNTRY
    errors = []
    if country not in _countries(listings):
        errors.append(("country", _("We have no helplines for that country. Choose another.")))
    if topic and topic not in _topic_codes():
        errors.append(("topic", _("There is no such need in our list. Choose another.")))
        topic = ""
    asked = Asked(near=near, topic=topic, country=country, errors=tuple(errors))
    return _located(asked) if near and country == DEFAULT_COUNTRY else asked


def _located(asked: Asked) -> Asked:
    """With the place that was typed, or with what to change or to choose."""
    if len(asked.near) > MAX_NEAR:
        return _with_place_error(asked, _("That is too long: 100 letters at most."))
    try:
        places = resolve(asked.near)
    except ParseError as error:
        return _with_place_error(asked, error.reason)
    except UnknownPlaceError as error:
        message = _("We do not know that place. Check the spelling, or use a ZIP code.")
        return _with_place_error(asked, message, suggestions=error.suggestions[:MAX_PLACES])
    if len({place.state for place in places}) > 1:
        labels = tuple(place.label for place in places[:MAX_PLACES])
        return replace(asked, choices=labels)
    return replace(asked, place=places[0] if places else None)


def _with_place_error(asked: Asked, message: str, *, suggestions: tuple[str, ...] = ()) -> Asked:
    errors = (("near", _sentence(message)), *asked.errors)
    return replace(asked, errors=errors, suggestions=suggestions)


def _sentence(message: str) -> str:
    text = message[:1].upper() + message[1:]
    return text if text.endswith(".") else f"{text}."


def _fits(listing: Listing, asked: Asked) -> bool:
    helpline = listing.record.helpline
    if helpline is None or (asked.topic and asked.topic not in helpline.topics):
        return False
    return covers(
        listing.record,
        state=asked.place.state if asked.place else None,
        county_fips=asked.place.county_fips if asked.place else None,
        country=asked.country,
    ) or (asked.country != DEFAULT_COUNTRY and helpline.country == asked.country)


def _sections(listings: Sequence[Listing], *, asked: Asked, now: datetime) -> HelplineSections:
    """Numbers once each; those for a part of the country before those for all of it."""
    zone = asked.place.timezone if asked.place else None
    ordered = sorted(
        listings,
        key=lambda each: (
            not is_trusted(each.record),
            _is_for_emergencies(each),
            usefulness(each, topic=asked.topic or None),
        ),
    )
    views = [
        grouped_view(group, now=now, reader_timezone=zone) for group in group_by_number(ordered)
    ]
    return HelplineSections(
        now=tuple(view for view in views if view.is_open and not view.is_old),
        later=tuple(view for view in views if not view.is_open and not view.is_old),
        old=tuple(view for view in views if view.is_old),
    )


def _is_for_emergencies(listing: Listing) -> bool:
    """Whether it is the emergency number, which stands in a card of its own above the list."""
    phone = main_number(listing.record)
    topics = listing.record.helpline.topics if listing.record.helpline else ()
    is_short = phone is not None and not phone.number.startswith("+")
    return EMERGENCY_TOPIC in topics and is_short


def _heading(asked: Asked) -> str:
    if asked.country != DEFAULT_COUNTRY:
        name = with_article(country_name(asked.country))
        return _("Helplines in %(country)s", country=name)
    if asked.place:
        return _("Helplines for %(place)s", place=asked.place.label)
    return _("Helplines")


def _is_without_place(asked: Asked) -> bool:
    return asked.country == DEFAULT_COUNTRY and asked.place is None


def _topic_codes() -> frozenset[str]:
    return frozenset(choice.code for choice in load_taxonomy().topics.choices)


def _topic_choices() -> tuple[tuple[str, str], ...]:
    choices = load_taxonomy().topics.choices
    return (("", _("Any need")), *((choice.code, choice.name) for choice in choices))


def _countries(listings: Iterable[Listing]) -> frozenset[str]:
    return frozenset(each.record.helpline.country for each in listings if each.record.helpline)


def _country_choices(listings: Iterable[Listing]) -> tuple[tuple[str, str], ...]:
    """Country codes with their names, the United States first."""
    named = sorted(
        ((code, country_name(code)) for code in _countries(listings)),
        key=lambda choice: (choice[0] != DEFAULT_COUNTRY, choice[1]),
    )
    return tuple(named)


def _state_links(listings: Iterable[Listing]) -> tuple[tuple[str, str], ...]:
    """(name, address) of each state that has helplines of its own."""
    codes = {
        code
        for each in listings
        if each.record.helpline and each.record.helpline.country == DEFAULT_COUNTRY
        for code in each.record.helpline.states
    }
    names = sorted(state_name(code) or code for code in codes)
    return tuple((name, url_for("public.helplines", near=name)) for name in names)
