"""What came of an import run, in numbers and by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.importers.rows import Problem


@dataclass(slots=True)
class ImportReport:
    """Counts of rows: `rows` is created + updated + unchanged + merged + refused + left_out.

    `merged` are rows that were united with another row of the file or with a Listing of
    another source; `left_out` were of a kind that a person did not want. `retired` counts
    Listings, `conflicts` locked fields that were kept. `sheet` is the one of a workbook that
    the rows stand in, "" for every other file.
    """

    source_id: str
    sheet: str = ""
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    merged: int = 0
    refused: int = 0
    left_out: int = 0
    retired: int = 0
    conflicts: int = 0
    unknown_codes: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    def is_whole(self) -> bool:
        """Whether every row is accounted for."""
        written = self.created + self.updated + self.unchanged + self.merged
        return self.rows == written + self.refused + self.left_out

    def counts(self) -> dict[str, int]:
        """The counts alone, by name."""
        names = (
            "rows",
            "created",
            "updated",
            "unchanged",
            "merged",
            "refused",
            "left_out",
            "retired",
            "conflicts",
        )
        return {name: getattr(self, name) for name in names}

    def told_problems(self) -> Iterator[dict[str, str | int]]:
        """Each problem as plain values: sheet (only where there is one), row, field, value, reason."""
        where = {"sheet": self.sheet} if self.sheet else {}
        for problem in self.problems:
            yield {
                **where,
                "row": problem.row,
                "field": problem.field,
                "value": problem.value,
                "reason": problem.reason,
            }

    def as_json(self) -> dict[str, Any]:
        """The whole report as plain JSON values."""
        return {
            "source": self.source_id,
            **self.counts(),
            "unknown_codes": dict(sorted(self.unknown_codes.items())),
            "problems": list(self.told_problems()),
        }
