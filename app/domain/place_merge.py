"""Two Listings of one place made into one: field by field whose word stands; nothing is applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from app.domain.dated_hours import joined
from app.domain.edit import EDITABLE_FIELDS, lock_of, read_together
from app.domain.listing import Listing
from app.domain.merge import unite_rows
from app.domain.records import ListingRecord

# A helpline is no place; whether the kept one is listed is not what a merge decides.
_LEFT_OUT: Final = frozenset({"status", "helpline"})
_PRIVATE: Final = "is_address_confidential"
# Lists in which one Listing's silence takes nothing away from what the other says.
_UNITED: Final = (
    "phones",
    "languages",
    "accessibility",
    "term_codes",
    "unknown_codes",
    "dated_hours",
)


class Whose(StrEnum):
    """Whose value a field has after a merge."""

    KEPT = "kept"
    GONE = "gone"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChoice:
    """Fields that are chosen together, their values, and what is chosen unless a person says.

    `both` is None where the values cannot be joined, or joining gives one of them.
    """

    fields: tuple[str, ...]
    kept: Mapping[str, Any]
    gone: Mapping[str, Any]
    both: Mapping[str, Any] | None
    default: Whose

    @property
    def id(self) -> str:
        """The name of the choice in a form: its first field."""
        return self.fields[0]

    def values(self, whose: Whose) -> Mapping[str, Any]:
        """The values by field of a choice; those of the kept one for BOTH where there is none."""
        if whose is Whose.BOTH:
            return self.kept if self.both is None else self.both
        return self.gone if whose is Whose.GONE else self.kept


def field_choices(kept: Listing, gone: Listing) -> tuple[FieldChoice, ...]:
    """What differs, in the order of the fields; a place's parts are chosen together."""
    united = replace(
        unite_rows(kept.record, gone.record),
        dated_hours=joined(kept.record.dated_hours, gone.record.dated_hours),
    )
    found: dict[str, FieldChoice] = {}
    for field in EDITABLE_FIELDS:
        group = read_together(field)
        is_same = getattr(kept.record, field) == getattr(gone.record, field)
        if field in _LEFT_OUT or is_same or group[0] in found:
            continue
        found[group[0]] = _choice(group, kept, gone, united)
    return tuple(found.values())


def chosen_sides(
    choices: tuple[FieldChoice, ...], *, taken: Mapping[str, str]
) -> Mapping[str, Whose]:
    """Whose value each differing field has; what `taken` does not say is as proposed."""
    sides: dict[str, Whose] = {}
    for choice in choices:
        said = taken.get(choice.id, "")
        is_possible = said in {Whose.KEPT, Whose.GONE} or (said == Whose.BOTH and choice.both)
        whose = Whose(said) if is_possible else choice.default
        sides |= dict.fromkeys(choice.fields, whose)
    return sides


def merged_record(
    kept: ListingRecord, choices: tuple[FieldChoice, ...], *, sides: Mapping[str, Whose]
) -> ListingRecord:
    """The kept record with the values that were chosen."""
    values: dict[str, Any] = {}
    for choice in choices:
        values |= choice.values(sides[choice.id])
    return replace(kept, **values)


def is_better(first: Listing, second: Listing) -> bool:
    """Whether the first is the one to keep: checked later, or else newer, or known to more."""
    mine, theirs = (
        (*_trust(each, EDITABLE_FIELDS), len(each.contributions)) for each in (first, second)
    )
    return mine >= theirs


def _choice(
    fields: tuple[str, ...], kept: Listing, gone: Listing, united: ListingRecord
) -> FieldChoice:
    mine, theirs = _values(kept.record, fields), _values(gone.record, fields)
    joined = _values(united, fields) if fields[0] in _UNITED else None
    if joined in (mine, theirs):
        joined = None
    return FieldChoice(
        fields=fields,
        kept=mine,
        gone=theirs,
        both=joined,
        default=_default(fields, kept, gone, is_joined=joined is not None),
    )


def _default(fields: tuple[str, ...], kept: Listing, gone: Listing, *, is_joined: bool) -> Whose:
    """The value that was checked later or is newer; a known one before an unknown one."""
    if _PRIVATE in fields and kept.record.is_address_confidential != (
        gone.record.is_address_confidential
    ):
        # An address that one of them keeps to the staff is not shown because the other is newer.
        return Whose.KEPT if kept.record.is_address_confidential else Whose.GONE
    mine, theirs = (_is_known(each.record, fields) for each in (kept, gone))
    if not (mine and theirs):
        return Whose.GONE if theirs else Whose.KEPT
    own, other = _trust(kept, fields), _trust(gone, fields)
    if is_joined and fields != ("phones",) and own[:2] == other[:2]:
        return Whose.BOTH
    return Whose.GONE if other > own else Whose.KEPT


def _trust(listing: Listing, fields: tuple[str, ...]) -> tuple[str, ...]:
    """When a person checked these fields, when one edited them, and how new the sources are."""
    wanted = {lock_of(field) for field in fields}
    checks = [check for check in listing.verifications if check.field in wanted]
    return (
        max((c.verified_on.isoformat() for c in checks if c.how != "edit"), default=""),
        max((c.verified_on.isoformat() for c in checks if c.how == "edit"), default=""),
        listing.record.as_of or "",
    )


def _values(record: ListingRecord, fields: tuple[str, ...]) -> Mapping[str, Any]:
    return {field: getattr(record, field) for field in fields}


def _is_known(record: ListingRecord, fields: tuple[str, ...]) -> bool:
    told = (field for field in fields if field != _PRIVATE)
    return any(getattr(record, field) not in (None, ()) for field in told)
