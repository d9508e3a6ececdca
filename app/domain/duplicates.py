"""Two Listings held against each other: what is alike, how likely they are one place, and why.

Pure: from the Traits of two Listings to Features, from Features to a score and its reasons.
Figures and how the pairs behind them were judged: docs/duplicates.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rapidfuzz.fuzz import token_set_ratio, token_sort_ratio

from app.domain.geo import great_circle_m
from app.domain.traits import Traits, house_number

# From this score on a pair is shown to people as one place listed twice.
THRESHOLD: Final = 60

_SAME_NAME: Final = 92
_NEAR_NAME: Final = 60
_NEAR_NAME_SET: Final = 85
_SAME_PROGRAM: Final = 90
_NEAR_PROGRAM: Final = 60
_NEAR_STREET: Final = 75
_FAR_M: Final = 30_000
_SAME_POINT_M: Final = 60
_OTHER_POINT_M: Final = 200
_SIDES: Final = frozenset({"north", "south", "east", "west", "i", "ii", "iii", "iv"})


class Match(StrEnum):
    """How two values of one kind stand to each other."""

    SAME = "same"
    NEAR = "near"
    OTHER = "other"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Something that speaks for a pair being one place, or against it."""

    SAME_NAME = "same_name"
    NEAR_NAME = "near_name"
    SAME_STREET = "same_street"
    NEAR_STREET = "near_street"
    SAME_UNIT = "same_unit"
    SAME_ZIP = "same_zip"
    SAME_PHONE = "same_phone"
    SAME_WEBSITE = "same_website"
    SAME_POINT = "same_point"
    SAME_CITY = "same_city"
    OTHER_PROGRAM = "other_program"
    NEAR_PROGRAM = "near_program"
    ONE_PROGRAM = "one_program"
    OTHER_NUMBER = "other_number"
    OTHER_STREET = "other_street"
    OTHER_UNIT = "other_unit"
    ONE_UNIT = "one_unit"
    OTHER_ZIP = "other_zip"
    OTHER_PHONE = "other_phone"
    OTHER_WEBSITE = "other_website"
    FAR_APART = "far_apart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How likely two Listings are one place, 0 to 100, and what speaks for it and against."""

    score: int
    reasons: tuple[Reason, ...]

    @property
    def speaks_for(self) -> tuple[Reason, ...]:
        """The reasons that make it more likely."""
        return tuple(reason for reason in self.reasons if POINTS[reason] > 0)

    @property
    def speaks_against(self) -> tuple[Reason, ...]:
        """The reasons that make it less likely."""
        return tuple(reason for reason in self.reasons if POINTS[reason] < 0)


# What each reason counts. The street and the ZIP code alone just reach the threshold: two
# lists often know one place by its brand and by its company. Whatever contradicts that, such
# as another suite or program, takes the pair below it.
POINTS: Final[Mapping[Reason, int]] = {
    Reason.SAME_NAME: 30,
    Reason.NEAR_NAME: 15,
    Reason.SAME_STREET: 40,
    Reason.NEAR_STREET: 30,
    Reason.SAME_UNIT: 10,
    Reason.SAME_ZIP: 20,
    Reason.SAME_PHONE: 25,
    Reason.SAME_WEBSITE: 5,
    Reason.SAME_POINT: 15,
    Reason.SAME_CITY: 10,
    Reason.OTHER_PROGRAM: -65,
    Reason.NEAR_PROGRAM: -40,
    Reason.ONE_PROGRAM: -15,
    Reason.OTHER_NUMBER: -35,
    Reason.OTHER_STREET: -25,
    Reason.OTHER_UNIT: -25,
    Reason.ONE_UNIT: -5,
    Reason.OTHER_ZIP: -10,
    Reason.OTHER_PHONE: -20,
    Reason.OTHER_WEBSITE: -10,
    Reason.FAR_APART: -30,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What a comparison found. Similarities are 0 to 100; `program` is -1 where one has none.

    A program is the name of a Listing beside that of its Organization. `distance` is in metres, rounded to 10, -1 where one of the places has no point.
    """

    name: int
    name_set: int
    program: int
    has_one_program: bool
    is_numbered_apart: bool
    street: Match
    unit: Match
    zip: Match
    city: Match
    phone: Match
    website: Match
    distance: int


def compare(first: Traits, second: Traits) -> Features:
    """What a comparison of two Listings finds; the order of the two does not matter."""
    return Features(
        name=_name_similarity(first, second),
        name_set=round(token_set_ratio(_whole(first), _whole(second))),
        program=_program_similarity(first, second),
        has_one_program=_has_one_program(first, second),
        is_numbered_apart=_is_numbered_apart(first, second),
        street=_street(first.street, second.street),
        unit=_unit(first.unit, second.unit),
        zip=_equal(first.postal_code, second.postal_code),
        city=_equal(first.city, second.city),
        phone=_phone(first.phones, second.phones),
        website=_equal(first.host, second.host),
        distance=_distance(first.point, second.point),
    )


def could_reach(first: Traits, second: Traits, *, threshold: int = THRESHOLD) -> bool:
    """Whether the pair would reach a score if the names were equal and nothing spoke against it.

    Cheap: names are not read, which is what a comparison spends its time on.
    """
    points = POINTS[Reason.SAME_NAME]
    if not (first.street and second.street):
        points += POINTS[Reason.SAME_POINT]
    elif first.street == second.street:
        points += POINTS[Reason.SAME_STREET]
    elif _is_one_number(first.street, second.street):
        points += POINTS[Reason.NEAR_STREET]
    else:
        points += POINTS[Reason.OTHER_STREET]
    if first.postal_code == second.postal_code:
        points += POINTS[Reason.SAME_ZIP]
    elif first.city == second.city:
        points += POINTS[Reason.SAME_CITY]
    if not first.phones.isdisjoint(second.phones):
        points += POINTS[Reason.SAME_PHONE]
    points += POINTS[Reason.SAME_UNIT] if first.unit == second.unit else 0
    points += POINTS[Reason.SAME_WEBSITE] if first.host == second.host else 0
    return points >= threshold


def judge(features: Features) -> Verdict:
    """How likely a pair is one place, and why; the reasons in the order of their points."""
    found = sorted(_reasons(features), key=lambda reason: -abs(POINTS[reason]))
    total = sum(POINTS[reason] for reason in found)
    return Verdict(score=max(0, min(100, total)), reasons=tuple(found))


def _reasons(features: Features) -> Iterator[Reason]:
    if features.name >= _SAME_NAME:
        yield Reason.SAME_NAME
    elif features.name >= _NEAR_NAME or features.name_set >= _NEAR_NAME_SET:
        yield Reason.NEAR_NAME
    if features.has_one_program and features.phone is Match.OTHER:
        yield Reason.ONE_PROGRAM
    elif 0 <= features.program < _NEAR_PROGRAM:
        yield Reason.OTHER_PROGRAM
    elif 0 <= features.program < _SAME_PROGRAM:
        yield Reason.NEAR_PROGRAM
    if features.is_numbered_apart:
        yield Reason.OTHER_NUMBER
    if features.zip is Match.OTHER:
        yield Reason.SAME_CITY if features.city is Match.SAME else Reason.OTHER_ZIP
    for field, reasons in _BY_MATCH.items():
        reason = reasons.get(getattr(features, field))
        if reason:
            yield reason
    yield from _reasons_of_distance(features)


def _reasons_of_distance(features: Features) -> Iterator[Reason]:
    """Where a street is not known its point stands in; of a known one points are often wrong."""
    if features.distance < 0:
        return
    if features.street is not Match.UNKNOWN:
        if features.distance > _FAR_M:
            yield Reason.FAR_APART
    elif features.distance <= _SAME_POINT_M:
        yield Reason.SAME_POINT
    elif features.distance > _OTHER_POINT_M:
        yield Reason.FAR_APART


_BY_MATCH: Final[Mapping[str, Mapping[Match, Reason]]] = {
    "street": {
        Match.SAME: Reason.SAME_STREET,
        Match.NEAR: Reason.NEAR_STREET,
        Match.OTHER: Reason.OTHER_STREET,
    },
    "unit": {
        Match.SAME: Reason.SAME_UNIT,
        Match.NEAR: Reason.ONE_UNIT,
        Match.OTHER: Reason.OTHER_UNIT,
    },
    "zip": {Match.SAME: Reason.SAME_ZIP},
    "phone": {Match.SAME: Reason.SAME_PHONE, Match.OTHER: Reason.OTHER_PHONE},
    "website": {Match.SAME: Reason.SAME_WEBSITE, Match.OTHER: Reason.OTHER_WEBSITE},
}


def _whole(traits: Traits) -> str:
    if traits.name == traits.organization:
        return traits.name
    return f"{traits.organization} {traits.name}"


def _names(traits: Traits) -> frozenset[str]:
    return frozenset((traits.organization, traits.name, _whole(traits)))


def _name_similarity(first: Traits, second: Traits) -> int:
    mine, theirs = _names(first), _names(second)
    if mine & theirs:
        return 100
    return round(max(token_sort_ratio(a, b) for a in mine for b in theirs))


def _has_program(traits: Traits) -> bool:
    return traits.name != traits.organization


def _has_one_program(first: Traits, second: Traits) -> bool:
    """Whether one names an Organization, and the other something else that it does."""
    return _has_program(first) is not _has_program(second) and first.name != second.name


def _program_similarity(first: Traits, second: Traits) -> int:
    if not (_has_program(first) and _has_program(second)):
        return -1
    return round(token_sort_ratio(first.name, second.name))


def _is_numbered_apart(first: Traits, second: Traits) -> bool:
    """Whether the names have other numbers or sides of the compass: "Unit 1" and "Unit 2".

    A number that only one of them has counts where the names are equal without it.
    """
    (mine, my_rest), (theirs, their_rest) = _numbers_apart(first), _numbers_apart(second)
    return mine != theirs and (bool(mine and theirs) or my_rest == their_rest)


def _numbers_apart(traits: Traits) -> tuple[set[str], list[str]]:
    words = _whole(traits).split()
    numbers = {word for word in words if word in _SIDES or word[:1].isdigit()}
    return numbers, [word for word in words if word not in numbers]


def _street(first: str, second: str) -> Match:
    if not (first and second):
        return Match.UNKNOWN
    if first == second:
        return Match.SAME
    is_near = _is_one_number(first, second) and token_sort_ratio(first, second) >= _NEAR_STREET
    return Match.NEAR if is_near else Match.OTHER


def _is_one_number(first: str, second: str) -> bool:
    """Whether the house numbers are equal, or one is the range that the other begins."""
    mine, theirs = house_number(first).split(), house_number(second).split()
    shorter = min(len(mine), len(theirs))
    return bool(shorter) and mine[:shorter] == theirs[:shorter]


def _unit(first: str, second: str) -> Match:
    if not (first or second):
        return Match.UNKNOWN
    if first == second:
        return Match.SAME
    return Match.OTHER if first and second else Match.NEAR


def _phone(first: frozenset[str], second: frozenset[str]) -> Match:
    if not (first and second):
        return Match.UNKNOWN
    return Match.OTHER if first.isdisjoint(second) else Match.SAME


def _equal(first: str, second: str) -> Match:
    if not (first and second):
        return Match.UNKNOWN
    return Match.SAME if first == second else Match.OTHER


def _distance(first: tuple[float, float] | None, second: tuple[float, float] | None) -> int:
    if first is None or second is None:
        return -1
    return round(great_circle_m(*first, *second) / 10) * 10
