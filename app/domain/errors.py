"""The tree of errors that the layers speak in; each carries the thing concerned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from app.domain.listing import Listing
    from app.domain.records import ListingRecord


class DirectoryError(Exception):
    """The base of every error that this application raises on purpose."""


class ParseError(DirectoryError):
    """Text that could not be read as the thing it should be; `value` is what was given."""

    def __init__(self, reason: str, *, value: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.value = value


class NotFoundError(DirectoryError):
    """A thing that was asked for by its id and is not there."""

    def __init__(self, *, kind: str, identifier: object) -> None:
        super().__init__(f"{kind} not found")
        self.kind = kind
        self.identifier = identifier


class UnknownPlaceError(DirectoryError):
    """A place that the gazetteer does not know; `suggestions` are the nearest spellings."""

    def __init__(self, text: str, *, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__("unknown place")
        self.text = text
        self.suggestions = suggestions


class ImportFileError(DirectoryError):
    """A file that could not be used at all; the message is for the person who chose it."""


class UnreadableFileError(ImportFileError):
    """A file that is empty, damaged, protected or of another kind than its name says."""


class MissingColumnsError(ImportFileError):
    """A table without columns that are needed; `missing` lists them, `found` what is there.

    `sheet` is the sheet of a workbook that comes nearest; "" for every other file.
    """

    def __init__(
        self, missing: tuple[str, ...], *, found: tuple[str, ...], sheet: str = ""
    ) -> None:
        where = f' from the sheet "{sheet}"' if sheet else ""
        names, there = ", ".join(missing), ", ".join(found[:40])
        super().__init__(f"columns missing{where}: {names}; found: {there}")
        self.sheet = sheet
        self.missing = missing
        self.found = found


class StaleEditError(DirectoryError):
    """A save of a form that was opened before somebody else's save; nothing was written.

    `mine` is what was to be saved, by field; `base` the record as the form showed it and
    `current` the Listing as it is now, both None where the writer could not look.
    """

    def __init__(
        self,
        *,
        listing_id: UUID,
        form_version: int | None,
        mine: Mapping[str, Any] | None = None,
        base: ListingRecord | None = None,
        current: Listing | None = None,
    ) -> None:
        super().__init__("the listing was changed meanwhile")
        self.listing_id = listing_id
        self.form_version = form_version
        self.mine = mine or {}
        self.base = base
        self.current = current


class ImportRunningError(DirectoryError):
    """Another import holds the database; nothing was written."""


class BrakeError(DirectoryError):
    """A run would retire so much that a person must confirm it; nothing was written."""

    def __init__(self, *, retiring: int, present: int) -> None:
        super().__init__(f"{retiring} of {present} listings would be retired")
        self.retiring = retiring
        self.present = present


class RowError(DirectoryError):
    """One row that is refused: which field, which value, why."""

    def __init__(self, field: str, value: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.value = value
        self.reason = reason
