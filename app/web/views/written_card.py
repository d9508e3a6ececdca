"""A listing's card as HTML that is kept: from its record to a pattern, from that to the card of a page.

What differs from page to page is left open in the pattern and filled in each time: the number
on the map, the distance, the mark of open reports, and the lines that change with the hour, which
are written anew when they no longer hold. Nothing of a search stays in a card.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from flask import current_app
from markupsafe import Markup, escape

from app.domain.card import CardRecord
from app.web.views.card_view import card_view, distance_words
from app.web.views.notice_words import RoomView, alert_text, room_view
from app.web.views.opening_view import (
    OpeningView,
    next_minute,
    opening_holds_until,
    opening_view,
)
from app.web.wording import page_language
from app.web.words import has_endpoint

_TEMPLATE: Final = "components/listing_card.html"
# Nobody can write these into the name of a place: they are other ones in each process.
_SECRET: Final = secrets.token_hex(8)
_NUMBER: Final = f"number-{_SECRET}"
_DISTANCE: Final = f"distance-{_SECRET}"
_BASE: Final = f"base-{_SECRET}"
_NOW: Final = f"now-{_SECRET}"
_REPORT: Final = f"report-{_SECRET}"
_SLOTS: Final = {
    _NUMBER: "%(number)s",
    _DISTANCE: "%(distance)s",
    _BASE: "%(base)s",
    _NOW: "%(now)s",
    _REPORT: "%(report)s",
}


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
        self._patterns: dict[_Form, str] = {}
        self._lines: _Lines | None = None

    def written(
        self,
        *,
        now: datetime,
        base: str,
        number: int | None = None,
        distance_m: float | None = None,
        report_note: str | None = None,
    ) -> WrittenCard:
        """The card for one page; `base` is the address that pages of listings begin with."""
        language = page_language()
        form = _Form(number is not None, distance_m is not None, language)
        pattern = self._patterns.get(form)
        if pattern is None:
            pattern = self._patterns[form] = self._pattern(form, now=now)
        filled = pattern % {
            "number": number,
            "distance": escape(distance_words(self.record, distance_m) or ""),
            "base": escape(base),
            "now": self._now_lines(now, language),
            "report": _macros().report_line(report_note) if report_note else "",
        }
        return WrittenCard(Markup(filled))  # noqa: S704 - our own template; escaped values

    def _pattern(self, form: _Form, *, now: datetime) -> str:
        view = replace(
            card_view(self.record, now=now, url=f"{_BASE}{self.record.id}"),
            number=_NUMBER if form.has_number else None,
            distance=_DISTANCE if form.has_distance else None,
        )
        html = str(
            _macros().listing_card(
                view,
                can_compare=has_endpoint("public.compare"),
                lines=CardLines(now=_NOW, report=_REPORT),
            )
        ).replace("%", "%%")
        for mark, slot in _SLOTS.items():
            html = html.replace(mark, slot)
        return html

    def _now_lines(self, now: datetime, language: str) -> str:
        lines = self._lines
        if lines is None or lines.language != language or not lines.since <= now < lines.until:
            html = str(_macros().now_lines(_moment(self.record, now=now)))
            lines = self._lines = _Lines(html, language, now, _holds_until(self.record, now=now))
        return lines.html


def _moment(card: CardRecord, *, now: datetime) -> _Moment:
    return _Moment(
        opening_view(card.schedules, timezone=card.timezone, now=now),
        alert_text(card.alert, now=now, timezone=card.timezone),
        room_view(card.availability, now=now, timezone=card.timezone),
    )


def _holds_until(card: CardRecord, *, now: datetime) -> datetime:
    """Until when the lines hold; notices are few, and looked at in every minute."""
    if card.alert or card.availability:
        return next_minute(now)
    return opening_holds_until(card.schedules, timezone=card.timezone, now=now)


def _macros() -> Any:  # noqa: ANN401 (the macros of a template have no type)
    return current_app.jinja_env.get_template(_TEMPLATE).module
