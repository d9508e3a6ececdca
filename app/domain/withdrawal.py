"""How long opioid withdrawal lasts: what is known of its start, its worst part and its end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Certainty(StrEnum):
    """How well the times of a timeline are known."""

    FAIRLY = "fairly known"
    POORLY = "poorly known"
    UNKNOWN = "not known"


class Setting(StrEnum):
    """What brings the withdrawal on."""

    STOPPING = "stopping"
    BLOCKING = "blocking"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From the earliest to the latest, in hours after the last use, or after the medicine."""

    earliest_h: float
    latest_h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One part of a withdrawal: what is said of it, and where it is drawn.

    `span` is None where nothing is known, so that nothing is drawn.
    """

    words: str
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The course of withdrawal from one class of opioid.

    `onset` spans when the first symptoms come, `worst` the worst part, `end` when the acute
    part is over. `is_open_ended`: it can tail off beyond `end`. `fact_ids` name the facts.
    """

    id: str
    name: str
    examples: str
    setting: Setting
    onset: Phase
    worst: Phase
    end: Phase
    certainty: Certainty
    certainty_words: str
    is_open_ended: bool = False
    note: str | None = None
    fact_ids: tuple[str, ...] = ()

    @property
    def is_drawable(self) -> bool:
        """Whether enough is known to draw a band."""
        return self.onset.span is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark on the axis of time; one without a label is drawn thinner."""

    at_h: float
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing of the timelines of one setting, with the words around it."""

    setting: Setting
    title: str
    summary: str
    axis_name: str
    ends_h: float
    ticks: tuple[Tick, ...]
    timelines: tuple[Timeline, ...] = ()
