"""What a visitor says is wrong: the words of a report, its states, and the reference to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.domain.errors import DirectoryError

LONGEST_DETAILS: Final = 2_000

# 80 random bits in Crockford's base 32, whose letters nobody mistakes for digits
# (https://www.crockford.com/base32.html): four groups of four.
REFERENCE_BYTES: Final = 10
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_REFERENCE_LENGTH: Final = 16
_GROUP: Final = 4
_BITS: Final = 5
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


class Topic(StrEnum):
    """What a report is about."""

    PHONE = "phone"
    PLACE_OR_HOURS = "place_or_hours"
    CLOSED = "closed"
    OFFER = "offer"
    OTHER = "other"
    NEW_PLACE = "new_place"


class WhenCalled(StrEnum):
    """What happened when the visitor called."""

    NOT_CALLED = "not_called"
    NO_ANSWER = "no_answer"
    NOT_IN_SERVICE = "not_in_service"
    SOMEBODY_ELSE = "somebody_else"
    DIFFERENT = "different"


class ReportState(StrEnum):
    """How far the staff are with a report."""

    RECEIVED = "received"
    CHECKING = "checking"
    DONE = "done"


class ReportOutcome(StrEnum):
    """How a report ended."""

    MENDED = "mended"
    NO_PROBLEM = "no_problem"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A place that is not in the directory, as a visitor names it; "" where not given."""

    name: str
    town: str
    phone: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """What a visitor sent, struck of personal details; `listing_id` is None for a new place."""

    topic: Topic
    listing_id: UUID | None = None
    when_called: WhenCalled | None = None
    details: str = ""
    suggestion: Suggestion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRecord:
    """A report as the staff read it; `listing_name` is None for a new place."""

    id: UUID
    report: NewReport
    listing_name: str | None
    state: ReportState
    outcome: ReportOutcome | None
    received_on: date
    changed_on: date
    taken_by: str | None


class ReportClosedError(DirectoryError):
    """A report that somebody else has closed meanwhile; nothing was written."""


def format_reference(random_bytes: bytes) -> str:
    """Ten bytes as people read them out: "7Q2K-9FHD-0T4M-XW8C"."""
    number = int.from_bytes(random_bytes[:REFERENCE_BYTES], "big")
    shifts = range((_REFERENCE_LENGTH - 1) * _BITS, -1, -_BITS)
    letters = "".join(_LETTERS[(number >> shift) & 31] for shift in shifts)
    return "-".join(letters[at : at + _GROUP] for at in range(0, _REFERENCE_LENGTH, _GROUP))


def read_reference(text: str) -> str | None:
    """The reference that was typed, with any case, spaces or hyphens; None for no reference."""
    letters = text[: 4 * _REFERENCE_LENGTH].upper().translate(_READ_AS)
    if len(letters) != _REFERENCE_LENGTH or not set(letters) <= set(_LETTERS):
        return None
    return "-".join(letters[at : at + _GROUP] for at in range(0, _REFERENCE_LENGTH, _GROUP))
