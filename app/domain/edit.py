"""Two people and one Listing: what differs, and what a merge of both edits is; nothing is applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from app.domain.merge import FieldChange
from app.domain.records import LISTING_FIELDS, STAFF_FIELDS, ListingRecord

# The fields that a person may edit, and whose changes the history keeps: all but where the
# facts were read.
EDITABLE_FIELDS: Final = (*LISTING_FIELDS, "status", "timezone", "county_fips", *STAFF_FIELDS)

# Lists whose order says nothing: what each side added and took away can be joined.
_SET_FIELDS: Final = frozenset({"languages", "term_codes", "unknown_codes"})
# Fields that are read together. One person's street with another's point on the map, or one's
# hours with another's note, would be a Listing that nobody wrote.
_GROUPS: Final = (
    frozenset({"address", "point", "timezone", "county_fips", "is_address_confidential"}),
    frozenset({"schedules", "hours_note"}),
)
# A Location's zone and county follow from its address, and are locked with it.
_LOCKS: Final = {"timezone": "address", "county_fips": "address"}


class Side(StrEnum):
    """Whose value a field has after a merge; OPEN: a person must choose."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMerge:
    """One field that at least one side changed: its three values and what becomes of them.

    `merged` is the value after the merge; that of THEIRS where the field is OPEN.
    """

    field: str
    base: Any
    mine: Any
    theirs: Any
    side: Side
    merged: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreeWayMerge:
    """All fields that differ. `changes` are what to save over theirs, once nothing is open."""

    fields: tuple[FieldMerge, ...]

    @property
    def conflicts(self) -> tuple[FieldMerge, ...]:
        """The fields that a person must choose in."""
        return tuple(item for item in self.fields if item.side is Side.OPEN)

    @property
    def changes(self) -> Mapping[str, Any]:
        """What to save over theirs; open fields are left out."""
        return {
            item.field: item.merged
            for item in self.fields
            if item.side is not Side.OPEN and item.merged != item.theirs
        }


def differences(before: ListingRecord, after: ListingRecord) -> tuple[FieldChange, ...]:
    """The editable fields that differ, in their order."""
    return tuple(
        FieldChange(field=field, before=getattr(before, field), after=getattr(after, field))
        for field in EDITABLE_FIELDS
        if getattr(before, field) != getattr(after, field)
    )


def lock_of(field: str) -> str:
    """The field whose check keeps imports from changing this one."""
    return _LOCKS.get(field, field)


def read_together(field: str) -> tuple[str, ...]:
    """The fields that are chosen or put back with this one, itself among them, in their order."""
    group = next((group for group in _GROUPS if field in group), frozenset({field}))
    return tuple(each for each in EDITABLE_FIELDS if each in group)


def merge_three_ways(
    base: ListingRecord, mine: Mapping[str, Any], theirs: ListingRecord
) -> ThreeWayMerge:
    """What I changed and what they changed since the base, joined field by field.

    `mine` holds the fields of my form; what it leaves out I did not change. Fields that only
    one side changed take its value; lists of codes are joined; the rest is for a person.
    """
    open_fields = _open_fields(base, mine, theirs)
    merged = (
        _merge_field(
            field,
            (getattr(base, field), mine.get(field, getattr(base, field)), getattr(theirs, field)),
            is_open=field in open_fields,
        )
        for field in EDITABLE_FIELDS
    )
    return ThreeWayMerge(fields=tuple(item for item in merged if item is not None))


def _open_fields(
    base: ListingRecord, mine: Mapping[str, Any], theirs: ListingRecord
) -> frozenset[str]:
    """The fields of groups that both sides changed, and not to the same values."""
    found: set[str] = set()
    for group in _GROUPS:
        base_values = {field: getattr(base, field) for field in group}
        mine_values = {field: mine.get(field, base_values[field]) for field in group}
        theirs_values = {field: getattr(theirs, field) for field in group}
        if base_values not in (mine_values, theirs_values) and mine_values != theirs_values:
            found |= group
    return frozenset(found)


def _merge_field(field: str, values: tuple[Any, Any, Any], *, is_open: bool) -> FieldMerge | None:
    base, mine, theirs = values
    if base == mine == theirs:
        return None
    side, merged = Side.OPEN, theirs
    if mine == theirs:
        side = Side.BOTH
    elif is_open:
        pass
    elif mine == base:
        side = Side.THEIRS
    elif theirs == base:
        side, merged = Side.MINE, mine
    elif field in _SET_FIELDS:
        side, merged = Side.BOTH, _joined(base, mine, theirs)
    return FieldMerge(field=field, base=base, mine=mine, theirs=theirs, side=side, merged=merged)


def _joined(base: tuple[str, ...], mine: tuple[str, ...], theirs: tuple[str, ...]) -> Any:  # noqa: ANN401 (as the field)
    added, dropped = set(mine) - set(base), set(base) - set(mine)
    return tuple(sorted((set(theirs) | added) - dropped))
