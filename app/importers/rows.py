"""What a reader of an outside format hands on: rows, each parsed or refused with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.records import ListingRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong in one row: which field, which value as given, why, for a person."""

    row: int
    field: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedRow:
    """One input row. `row` is its number as a person sees it in the file (header included).

    `record` is None when the row is refused; then `problems` says why. A row can have
    problems and still be used (a coordinate that was replaced by the ZIP's centre).
    `kind` tells rows of one facility apart that a source lists twice ("SU", "MH"), or "".
    `external_key` is the source's own lasting key, None where it has none.
    """

    row: int
    record: ListingRecord | None
    kind: str = ""
    external_key: str | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFile:
    """A file that could be opened: which Source it is of, its edition, and its rows in order.

    `total` is the number of data rows where it is known before reading, for a progress bar.
    `rank` decides between sources of equal date: the higher one is believed.
    `sheet` is the one of a workbook that the rows stand in; "" for every other file.
    """

    source_id: str
    source_name: str
    source_url: str | None
    edition: str | None
    rows: Iterator[ParsedRow]
    total: int | None = None
    rank: int = 0
    sheet: str = ""
