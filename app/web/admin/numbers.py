"""Numbers for the staff: how fresh the phones are and how long reports wait, drawn and in tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Final

from flask import render_template
from flask_babel import gettext as _

from app.domain.report import Topic
from app.extensions import db
from app.gazetteer.states import state_name
from app.store.numbers import (
    RECENT_DAYS,
    YEAR_DAYS,
    Freshness,
    OpenReport,
    days_to_close,
    freshness_by_source,
    freshness_by_state,
    list_open_reports,
)
from app.web.admin import blueprint
from app.web.clock import now
from app.web.views.report_words import topic_words

# The drawing in its own units, which are pixels on a narrow telephone.
WIDTH: Final = 300
BAR_LEFT: Final = 44
BAR_WIDTH: Final = 200
LINE: Final = 22
_CLOSED_DAYS: Final = 90
# How long a report waits, in days at most.
_AGES: Final = (7, 30, 90, 10**6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One line of a drawing: its mark, where it lies, and its parts from the left."""

    mark: str
    y: int
    parts: tuple[tuple[str, float, float], ...]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawing of bars; `kinds` are the fillings with their meaning."""

    id: str
    title: str
    height: int
    bars: tuple[Bar, ...]
    kinds: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareView:
    """One row of a table: a group, and its numbers as they are read out."""

    name: str
    total: int
    recent: str
    within_year: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitView:
    """The open reports of one topic by how long they wait; `counts` go with `ages`."""

    name: str
    counts: tuple[int, ...]
    total: int


@blueprint.get("/numbers/")
def numbers() -> str:
    """Shares of phones that were checked, by state and source; reports and how long they wait."""
    today = now().date()
    states = freshness_by_state(db.session, today=today)
    sources = freshness_by_source(db.session, today=today)
    waiting = list_open_reports(db.session)
    closed = days_to_close(db.session, since=today - timedelta(days=_CLOSED_DAYS))
    everything = _sum(states)
    return render_template(
        "admin/numbers.html",
        drawing={"width": WIDTH, "bar_left": BAR_LEFT, "bar_width": BAR_WIDTH},
        total=everything.total,
        all_chart=_share_chart("all", _("All phones"), [("", everything)]),
        everything=_share_view(_("All"), everything),
        state_chart=_share_chart(
            "states", _("Phones checked, by state"), [(item.key or "?", item) for item in states]
        ),
        states=[_share_view(_state_words(item.key), item) for item in states],
        source_chart=_share_chart(
            "sources",
            _("Phones checked, by source"),
            [(str(place), item) for place, item in enumerate(sources, 1)],
        ),
        sources=[_share_view(item.key or _("No source"), item) for item in sources],
        ages=_ages(),
        waits=_waits(waiting, today=today),
        wait_chart=_wait_chart(waiting, today=today),
        waiting=len(waiting),
        oldest=(today - waiting[0].received_on).days if waiting else None,
        closed=len(closed),
        closed_days=_CLOSED_DAYS,
        usual_days=round(median(closed)) if closed else None,
    )


def _sum(groups: Sequence[Freshness]) -> Freshness:
    return Freshness(
        key="",
        total=sum(item.total for item in groups),
        recent=sum(item.recent for item in groups),
        within_year=sum(item.within_year for item in groups),
    )


def _share_view(name: str, item: Freshness) -> ShareView:
    return ShareView(
        name=name,
        total=item.total,
        recent=_count_words(item.recent, item.total),
        within_year=_count_words(item.within_year, item.total),
    )


def _count_words(count: int, total: int) -> str:
    return str(_("%(count)s (%(percent)s)", count=count, percent=_percent(count, total)))


def _percent(count: int, total: int) -> str:
    """Never 100 % while one is missing, never 0 % while there is one."""
    share = round(100 * count / total) if total else 0
    if total and count < total:
        share = min(share, 99)
    return f"{max(share, 1) if count else 0} %"


def _share_chart(id_: str, title: str, groups: Sequence[tuple[str, Freshness]]) -> Chart:
    bars = []
    for place, (mark, item) in enumerate(groups):
        counts = (
            ("full", item.recent),
            ("half", item.within_year - item.recent),
            ("none", item.total - item.within_year),
        )
        words = _percent(item.within_year, item.total)
        bars.append(_bar(place, mark, counts, most=item.total, words=words))
    kinds = (
        ("full", _("checked within %(days)s days", days=RECENT_DAYS)),
        ("half", _("checked within %(days)s days", days=YEAR_DAYS)),
        ("none", _("longer ago, or never")),
    )
    return Chart(
        id=id_, title=title, height=LINE * max(1, len(bars)), bars=tuple(bars), kinds=kinds
    )


def _wait_chart(waiting: Sequence[OpenReport], *, today: date) -> Chart:
    counts = [0] * len(_AGES)
    for report in waiting:
        counts[_age_place(report, today=today)] += 1
    most = max(counts, default=0)
    bars = tuple(
        _bar(place, mark, (("full", count),), most=most, words=str(count))
        for place, (mark, count) in enumerate(zip(("≤7", "≤30", "≤90", ">90"), counts, strict=True))
    )
    return Chart(
        id="waits",
        title=_("Open reports by the days they wait"),
        height=LINE * len(bars),
        bars=bars,
        kinds=(("full", _("open reports")),),
    )


def _bar(place: int, mark: str, counts: Sequence[tuple[str, int]], *, most: int, words: str) -> Bar:
    parts: list[tuple[str, float, float]] = []
    left = float(BAR_LEFT)
    for kind, count in counts:
        width = round(BAR_WIDTH * count / most, 1) if most else 0.0
        if width:
            parts.append((kind, round(left, 1), width))
        left += width
    return Bar(mark=mark, y=place * LINE, parts=tuple(parts), words=words)


def _waits(waiting: Sequence[OpenReport], *, today: date) -> list[WaitView]:
    found: dict[Topic, list[int]] = {}
    for report in waiting:
        counts = found.setdefault(report.topic, [0] * len(_AGES))
        counts[_age_place(report, today=today)] += 1
    return [
        WaitView(name=topic_words(topic), counts=tuple(found[topic]), total=sum(found[topic]))
        for topic in Topic
        if topic in found
    ]


def _age_place(report: OpenReport, *, today: date) -> int:
    days = (today - report.received_on).days
    return next(place for place, most in enumerate(_AGES) if days <= most)


def _ages() -> tuple[str, ...]:
    return (
        _("up to 7 days"),
        _("8 to 30 days"),
        _("31 to 90 days"),
        _("longer"),
    )


def _state_words(code: str) -> str:
    return (state_name(code) or code) if code else str(_("No state (helplines, whole country)"))
