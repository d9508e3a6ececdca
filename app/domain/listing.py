"""A Listing whole, as its own page shows it: the record, its sources and its checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.domain.merge import Contribution
from app.domain.records import ListingRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationRecord:
    """A check of one field by a person: how (call, visit, website, edit), by whom, when."""

    field: str
    how: str
    verified_on: date
    verified_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One Listing. `contributions` are what its sources say, the one to believe first in front.

    `status_changed_on` is since when it is closed or retired, None while it is active.
    """

    id: UUID
    version: int
    record: ListingRecord
    status_changed_on: date | None = None
    contributions: tuple[Contribution, ...] = ()
    verifications: tuple[VerificationRecord, ...] = ()

    @property
    def checked_on(self) -> date | None:
        """The day of its newest check; an edit locks a field and is no check of it."""
        return max(
            (check.verified_on for check in self.verifications if check.how != "edit"), default=None
        )
