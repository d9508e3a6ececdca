"""A listing's card as HTML that is kept: from its record to a pattern, from that to the card of a page.

What differs from page to page is left open in the pattern and filled in each time: the number
on the map, the distance, the mark of open reports, and the lines that change with the hour, which
are written anew when they no longer hold. Nothing of a search stays in a card.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from flask import current_app
from markupsafe import Markup, escape

from app.domain.card import CardRecord
from app.web.views.card_view import card_view
from app.web.views.notice_words import RoomView, alert_text, room_view
from app.web.views.opening_view import (
    OpeningView,
    next_minute,
    opening_holds_until,
    opening_view,
)
from app.web.wording import page_language
from app.web.words import has_endpoint
from app.web.written import Pattern, mark

_TEMPLATE: Final = "components/listing_card.html"
_LEFT_OPEN: Final = ("number", "distance", "base", "now", "report")
# There are few distances in words, and each page shows twenty.
_DISTANCES_KEPT: Final = 4_096


class CardLines(NamedTuple):
    """The lines of a card that are written apart from it, as HTML."""

    now: str
    report: str


class WrittenCard(NamedTuple):
    """One result as HTML; `listing_cards` takes it where it takes a CardView."""

    html: Markup


class _Form(NamedTuple):
    """What a pattern is for: with or without a number and a distance, in which language."""

    has_number: bool
    has_distance: bool
    language: str


class _Moment(NamedTuple):
    """What the lines that change with the hour are made of; see `now_lines`."""

    opening: OpeningView
    alert: str | None
    room: RoomView | None


class _Lines(NamedTuple):
    """Those lines as they read from one moment until, but not at, another."""

    html: str
    language: str
    since: datetime
    until: datetime


class KeptCard:
    """The card of one listing as it was in one version of the data; threads may share it."""

    __slots__ = ("_lines", "_patterns", "record")

    def __init__(self, record: CardRecord) -> None:
        self.record = record
        self._patterns: dict[_Form, Pattern] = {}
        self._lines: _Lines | None = None

    def written(
        self,
        *,
        now: datetime,
        base: Markup,
        number: int | None = None,
        distance: str | None = None,
        report_note: str | None = None,
    ) -> WrittenCard:
        """The card for one page.

        `base` is the address that pages of listings begin with; `distance` is in words.
        """
        language = page_language()
        form = _Form(number is not None, distance is not None, language)
        kept = self._patterns.get(form)
        if kept is None:
            kept = self._patterns[form] = self._pattern(form, now=now)
        values = {
            "number": str(number),
            "distance": _escaped(distance) if distance else "",
            "base": base,
            "now": self._now_lines(now, language),
            "report": _macros().report_line(report_note) if report_note else "",
        }
        return WrittenCard(kept.filled(values))

    def _pattern(self, form: _Form, *, now: datetime) -> Pattern:
        view = replace(
            card_view(self.record, now=now, url=f"{mark('base')}{self.record.id}"),
            number=mark("number") if form.has_number else None,
            distance=mark("distance") if form.has_distance else None,
        )
        html = _macros().listing_card(
            view,
            can_compare=has_endpoint("public.compare"),
            lines=CardLines(now=mark("now"), report=mark("report")),
        )
        return Pattern(html, _LEFT_OPEN)

    def _now_lines(self, now: datetime, language: str) -> str:
        lines = self._lines
        if lines is None or lines.language != language or not lines.since <= now < lines.until:
            html = str(_macros().now_lines(_moment(self.record, now=now)))
            lines = self._lines = _Lines(html, language, now, _holds_until(self.record, now=now))
        return lines.html


def _moment(card: CardRecord, *, now: datetime) -> _Moment:
    return _Moment(
        opening_view(card.schedules, timezone=card.timezone, now=now, dated=card.dated_hours),
        alert_text(card.alert, now=now, timezone=card.timezone),
        room_view(card.availability, now=now, timezone=card.timezone),
    )


def _holds_until(card: CardRecord, *, now: datetime) -> datetime:
    """Until when the lines hold; notices are few, and looked at in every minute."""
    if card.alert or card.availability:
        return next_minute(now)
    return opening_holds_until(
        card.schedules, timezone=card.timezone, now=now, dated=card.dated_hours
    )


@lru_cache(maxsize=_DISTANCES_KEPT)
def _escaped(distance: str) -> str:
    return str(escape(distance))


def _macros() -> Any:  # noqa: ANN401 (the macros of a template have no type)
    return current_app.jinja_env.get_template(_TEMPLATE).module
