"""Which listing is checked next, and when one that nobody can reach is no longer listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from typing import Final
from uuid import UUID

from app.domain.errors import DirectoryError

# Tries on three different days: one can be a holiday, two a long weekend.
TRIES_BEFORE_UNLISTING: Final = 3
# Who took a check and went home does not keep others from it.
TAKE_LASTS: Final = timedelta(hours=4)


class Risk(IntEnum):
    """Why a listing is due; what can harm soonest comes first."""

    WRONG_PHONE = 0
    CONFLICT = 1
    REPORT = 2
    CARE = 3
    REST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class DueCheck:
    """One line of the work-list. `checked_on` is "" where nobody ever checked it.

    `taken_by` is None where nobody has it, or had it for longer than TAKE_LASTS.
    """

    listing_id: UUID
    name: str
    state: str | None
    risk: Risk
    checked_on: str
    as_of: str
    tries: int
    last_tried_on: date | None
    taken_by: str | None


class CheckTakenError(DirectoryError):
    """A check that somebody else has, `by` whom; nothing was written."""

    def __init__(self, by: str) -> None:
        super().__init__("somebody else has this check")
        self.by = by


class TriedTodayError(DirectoryError):
    """A second try of one day, which does not count; nothing was written."""


class TooFewTriesError(DirectoryError):
    """A listing that was not tried often enough to be taken out; nothing was written."""
