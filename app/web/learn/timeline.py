"""The withdrawal timelines as a drawing: from hours to places on a line, in percent of its width.

Percentages keep the words at reading size on a phone, on a desk and on paper alike, because
the drawing stretches and its letters do not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.domain.withdrawal import Certainty, Figure, Span, Timeline

# What lies to the left of hour 0 and to the right of the last hour, in percent.
_LEFT: Final = 1.5
_WIDTH: Final = 96.5
_RIGHT_EDGE: Final = 100.0
# Heights in em of the drawing's own letters.
_AXIS_EM: Final = 2.0
_LANE_EM: Final = 3.7
# A phase of minutes would be thinner than a line.
_THINNEST: Final = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class TickView:
    """A mark of time: where it stands (percent) and what it says."""

    x: float
    label: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of a band, in percent. `kind`: rise, usual, fall (its ends fade), worst."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One timeline: its name, its top in em, and the blocks of its band, () when not known."""

    name: str
    top_em: float
    blocks: tuple[Block, ...]
    is_poorly_known: bool
    missing: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineView:
    """A drawing with its table; see templates/components/timeline.html."""

    id: str
    title: str
    summary: str
    axis_name: str
    height_em: float
    axis_em: float
    ticks: tuple[TickView, ...]
    lanes: tuple[Lane, ...]
    timelines: tuple[Timeline, ...]
    has_poorly_known: bool


def timeline_view(figure: Figure) -> TimelineView:
    """The drawing of a figure.

    Time is drawn by its square root: the first hours, when most is felt and done, get room, and
    later days still keep their order.
    """
    scale = _Scale(ends_h=figure.ends_h)
    lanes = tuple(
        _lane(timeline, scale=scale, top_em=_AXIS_EM + number * _LANE_EM)
        for number, timeline in enumerate(figure.timelines)
    )
    return TimelineView(
        id=f"timeline-{figure.setting.value}",
        title=figure.title,
        summary=figure.summary,
        axis_name=figure.axis_name,
        height_em=round(_AXIS_EM + len(lanes) * _LANE_EM, 1),
        axis_em=_AXIS_EM,
        ticks=tuple(TickView(x=scale.x(tick.at_h), label=tick.label) for tick in figure.ticks),
        lanes=lanes,
        timelines=figure.timelines,
        has_poorly_known=any(lane.is_poorly_known for lane in lanes),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """From hours to percent of the width."""

    ends_h: float

    def x(self, at_h: float) -> float:
        """Where an hour stands; hours beyond the last are drawn at the edge."""
        share = math.sqrt(max(0.0, at_h) / self.ends_h)
        return round(min(_LEFT + _WIDTH * share, _RIGHT_EDGE), 2)

    def block(self, kind: str, start_h: float, end_h: float | None) -> Block:
        """A block from one hour to another; None is the right edge."""
        start = self.x(start_h)
        end = _RIGHT_EDGE if end_h is None else self.x(end_h)
        return Block(kind=kind, x=start, width=round(max(end - start, _THINNEST), 2))


def _lane(timeline: Timeline, *, scale: _Scale, top_em: float) -> Lane:
    return Lane(
        name=timeline.name,
        top_em=round(top_em, 1),
        blocks=tuple(_blocks(timeline, scale=scale)),
        is_poorly_known=timeline.certainty is Certainty.POORLY,
        missing=None if timeline.is_drawable else timeline.certainty.value,
    )


def _blocks(timeline: Timeline, *, scale: _Scale) -> Iterator[Block]:
    """The band from left to right, the worst part last because it lies on top."""
    onset = timeline.onset.span
    if onset is None:
        return
    worst = timeline.worst.span
    # Where the end is not known, the band fades from the end of its worst part to the edge.
    end = timeline.end.span or Span(earliest_h=(worst or onset).latest_h, latest_h=scale.ends_h)
    middle = min(onset.latest_h, end.earliest_h)
    yield scale.block("rise", onset.earliest_h, middle)
    if end.earliest_h > middle:
        yield scale.block("usual", middle, end.earliest_h)
    is_cut = timeline.end.span is None
    yield scale.block("fall", end.earliest_h, None if is_cut else end.latest_h)
    if worst is not None:
        yield scale.block("worst", worst.earliest_h, worst.latest_h)
