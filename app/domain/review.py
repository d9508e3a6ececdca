"""When a text of the guide or a law entry is due for a review; nothing is read or applied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Capacity(StrEnum):
    """As what somebody reviewed a text."""

    CLINICIAN = "clinician"
    LAWYER = "lawyer"
    OTHER = "other"


class ReviewState(StrEnum):
    """Where a text stands: never reviewed, changed since, due again, or reviewed."""

    NEVER = "never"
    CHANGED = "changed"
    DUE = "due"
    CURRENT = "current"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Somebody read one version of a text, known by its `fingerprint`, as a whole.

    `name` and `role` stand on the public page: "Sam Sample", "addiction physician".
    """

    subject: str
    fingerprint: str
    reviewed_on: date
    name: str
    role: str
    capacity: Capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a text stands with its newest review; `due_on` is when it must be looked at again."""

    state: ReviewState
    due_on: date
    review: Review | None

    @property
    def is_due(self) -> bool:
        """Whether somebody must look at it now."""
        return self.state is not ReviewState.CURRENT

    @property
    def is_by_clinician(self) -> bool:
        """Whether a clinician read the text as it stands."""
        holds = self.state in {ReviewState.CURRENT, ReviewState.DUE}
        return holds and self.review is not None and self.review.capacity is Capacity.CLINICIAN


def standing(
    review: Review | None, *, fingerprint: str, written_on: date, holds: timedelta, today: date
) -> Standing:
    """How a text of this fingerprint stands on a day; `written_on`: since when it says what it says.

    A review is of one version: once the text changed, it counts no more.
    """
    if review is None:
        return Standing(state=ReviewState.NEVER, due_on=written_on, review=None)
    if review.fingerprint != fingerprint:
        return Standing(state=ReviewState.CHANGED, due_on=written_on, review=review)
    due_on = review.reviewed_on + holds
    state = ReviewState.DUE if due_on <= today else ReviewState.CURRENT
    return Standing(state=state, due_on=due_on, review=review)
