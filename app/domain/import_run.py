"""An import as people follow it: its states, what it would change, and when it asks twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.domain.errors import DirectoryError
from app.domain.merge import FieldChange

# A run that retires or changes more than this share of its source asks a person to type it.
BRAKE_SHARE: Final = 0.10


class RunState(StrEnum):
    """How far a run is. READING, APPLYING and UNDOING are work of a process of their own."""

    READING = "reading"
    READY = "ready"
    APPLYING = "applying"
    DONE = "done"
    FAILED = "failed"
    DROPPED = "dropped"
    UNDOING = "undoing"
    UNDONE = "undone"


WORKING: Final = frozenset({RunState.READING, RunState.APPLYING, RunState.UNDOING})


class ChangeKind(StrEnum):
    """What a run does to a Listing; a person can leave each kind out."""

    CREATED = "created"
    UPDATED = "updated"
    MERGED = "merged"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedChange:
    """What a run would do to one Listing, field by field.

    `kind` is None where it only meets fields that people locked: `conflicts`, which stay.
    """

    kind: ChangeKind | None
    listing_id: UUID
    name: str
    place: str
    changes: tuple[FieldChange, ...] = ()
    conflicts: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewMark:
    """What a preview was made of, and what it said: the data's version and a digest."""

    version: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """What a person asked for when they began a run.

    `format` is a key of the readers, or "" to find out. A fetch has `near` with `radius_miles`,
    or `state`; an upload has neither. `complete_state`: what is missing from it is retired.
    `kinds` and `applied_by` are said after the preview, `undone_by` when it is undone.
    """

    format: str = ""
    edition: str = ""
    near: str = ""
    radius_miles: int = 0
    state: str = ""
    complete_state: str = ""
    kinds: tuple[ChangeKind, ...] = ()
    applied_by: str = ""
    undone_by: str = ""

    @property
    def is_fetch(self) -> bool:
        """Whether the rows come from the federal directory and not from a file."""
        return bool(self.near or self.state)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewSummary:
    """A preview in figures.

    `present` counts what the source had before, `present_in_state` what of it is in the state
    that the file is said to be complete for. `parts` counts the lines of each part. Not
    `is_first`: the directory changed since an earlier preview, and this one replaced it.
    """

    source_id: str
    source_name: str
    mark: PreviewMark
    counts: Mapping[str, int]
    present: int
    present_in_state: int = 0
    parts: Mapping[str, int] = field(default_factory=dict)
    is_first: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptField:
    """A field that an undo leaves as it is, and why: "changed", "checked", "merged" or "other source".

    `field` is "" for a Listing as a whole.
    """

    listing_id: UUID
    name: str
    field: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoReport:
    """What an undo did: Listings put back, and the fields that were left as they are."""

    listings: int
    kept: tuple[KeptField, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRunRecord:
    """A run as it is kept. `counts` are by row; `summary` is what the preview found."""

    id: UUID
    state: RunState
    source_id: str | None
    source_name: str | None
    file_name: str
    file_sha256: str | None
    started_at: datetime
    started_by: str | None
    finished_at: datetime | None
    counts: Mapping[str, int]
    request: ImportRequest = field(default_factory=ImportRequest)
    summary: PreviewSummary | None = None
    problem: str | None = None
    undone_at: datetime | None = None
    undone_by: str | None = None
    undo: UndoReport | None = None


class PreviewChangedError(DirectoryError):
    """The directory changed since the preview, and with it what the run would do."""


class RunStateError(DirectoryError):
    """A run is not in the state that a step needs; `state` is the one it is in."""

    def __init__(self, *, state: RunState) -> None:
        super().__init__(f"the run is {state}")
        self.state = state


def needs_confirmation(summary: PreviewSummary, kinds: Collection[ChangeKind]) -> int:
    """The number that a person must type before these kinds are applied; 0 where none.

    It counts what is retired or changed of what the source already had.
    """
    touching = (ChangeKind.UPDATED, ChangeKind.MERGED, ChangeKind.RETIRED)
    touched = sum(summary.parts.get(kind, 0) for kind in touching if kind in kinds)
    retired = summary.parts.get(ChangeKind.RETIRED, 0) if ChangeKind.RETIRED in kinds else 0
    is_much = touched > summary.present * BRAKE_SHARE if summary.present else False
    is_much = is_much or retired > summary.present_in_state * BRAKE_SHARE
    return touched if is_much else 0


def changes_nothing(summary: PreviewSummary) -> bool:
    """Whether applying the run would leave every Listing as it is."""
    return not any(summary.parts.get(kind, 0) for kind in ChangeKind)
