"""The withdrawal timelines that the guide draws, from content/en/timelines.yaml to values."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Final

import msgspec
import yaml

from app.content.entries import CONTENT_FOLDER
from app.domain.withdrawal import Certainty, Figure, Phase, Setting, Span, Timeline

_FILE: Final = CONTENT_FOLDER / "timelines.yaml"


class _PhaseEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    words: str
    span: tuple[float, float] | None = None


class _TimelineEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: str
    name: str
    examples: str
    setting: Setting
    onset: _PhaseEntry
    worst: _PhaseEntry
    end: _PhaseEntry
    certainty: Certainty
    certainty_words: str
    fact_ids: tuple[str, ...]
    is_open_ended: bool = False
    note: str | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    figures: tuple[Figure, ...]
    timelines: tuple[_TimelineEntry, ...]


@functools.cache
def load_figures() -> tuple[Figure, ...]:
    """The two drawings with their timelines: after stopping, and set off by a medicine.

    Raises msgspec.ValidationError when the file breaks its schema.
    """
    raw = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    file = msgspec.convert(raw, type=_File)
    return tuple(
        replace(
            figure,
            timelines=tuple(
                _timeline(entry) for entry in file.timelines if entry.setting is figure.setting
            ),
        )
        for figure in file.figures
    )


def load_timelines() -> tuple[Timeline, ...]:
    """All timelines in the order of the file."""
    return tuple(timeline for figure in load_figures() for timeline in figure.timelines)


def _timeline(entry: _TimelineEntry) -> Timeline:
    return Timeline(
        id=entry.id,
        name=entry.name,
        examples=entry.examples,
        setting=entry.setting,
        onset=_phase(entry.onset),
        worst=_phase(entry.worst),
        end=_phase(entry.end),
        certainty=entry.certainty,
        certainty_words=entry.certainty_words,
        is_open_ended=entry.is_open_ended,
        note=entry.note,
        fact_ids=entry.fact_ids,
    )


def _phase(entry: _PhaseEntry) -> Phase:
    if entry.span is None:
        return Phase(words=entry.words)
    earliest, latest = entry.span
    return Phase(words=entry.words, span=Span(earliest_h=earliest, latest_h=latest))
