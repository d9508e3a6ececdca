"""Two edits of one Listing on one page: what each says, and what a person takes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.domain.edit import FieldMerge, Side, merge_three_ways, read_together
from app.domain.records import ListingRecord
from app.web.admin.listings.values import field_words, value_lines

MINE: Final = "mine"
THEIRS: Final = "theirs"
BOTH: Final = "both"

Lines = Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRow:
    """Fields that are chosen together: their three values, and what is chosen unless told.

    `choices` are MINE, THEIRS or BOTH; `chosen` is "" where a person must say.
    """

    id: str
    label: str
    base: Lines
    mine: Lines
    theirs: Lines
    choices: tuple[str, ...]
    chosen: str

    @property
    def is_open(self) -> bool:
        """Whether a person must choose."""
        return not self.chosen


def merge_rows(
    base: ListingRecord, mine: Mapping[str, Any], theirs: ListingRecord
) -> tuple[MergeRow, ...]:
    """The rows of the page, one for each field or group of fields that somebody changed."""
    return tuple(_row(id_, group) for id_, group in _groups(base, mine, theirs).items())


def chosen_changes(
    base: ListingRecord,
    mine: Mapping[str, Any],
    theirs: ListingRecord,
    *,
    taken: Mapping[str, str],
) -> Mapping[str, Any] | None:
    """What to save over theirs; None where a person must choose and did not."""
    changes: dict[str, Any] = {}
    for id_, group in _groups(base, mine, theirs).items():
        row = _row(id_, group)
        choice = taken.get(id_, "")
        choice = choice if choice in row.choices else row.chosen
        if not choice:
            return None
        for item in group:
            value = {MINE: item.mine, THEIRS: item.theirs, BOTH: item.merged}[choice]
            if value != item.theirs:
                changes[item.field] = value
    return changes


def _groups(
    base: ListingRecord, mine: Mapping[str, Any], theirs: ListingRecord
) -> Mapping[str, Sequence[FieldMerge]]:
    found: dict[str, list[FieldMerge]] = {}
    for item in merge_three_ways(base, mine, theirs).fields:
        found.setdefault(read_together(item.field)[0], []).append(item)
    return found


def _row(id_: str, group: Sequence[FieldMerge]) -> MergeRow:
    sides = {item.side for item in group}
    is_joined = any(item.merged not in (item.mine, item.theirs) for item in group)
    choices: tuple[str, ...] = (MINE, THEIRS, BOTH) if is_joined else (MINE, THEIRS)
    if Side.OPEN in sides:
        chosen = ""
    elif is_joined:
        chosen = BOTH
    else:
        chosen = MINE if Side.MINE in sides else THEIRS
    return MergeRow(
        id=id_,
        label=", ".join(field_words(item.field) for item in group),
        base=_lines(group, "base"),
        mine=_lines(group, "mine"),
        theirs=_lines(group, "theirs"),
        choices=choices,
        chosen=chosen,
    )


def _lines(group: Sequence[FieldMerge], which: str) -> Lines:
    return [line for item in group for line in value_lines(item.field, getattr(item, which))]
