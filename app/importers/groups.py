"""The rows of a file, united by facility: a file can list one place in several rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from app.domain.merge import unite_rows
from app.domain.records import ListingRecord
from app.importers.matching import natural_key
from app.importers.report import ImportReport
from app.importers.rows import ParsedFile

_BATCH: Final = 500

# Called with the number of rows that were done since the last call.
Progress = Callable[[int], None]


@dataclass(slots=True)
class Group:
    """The rows of one facility in one file, as one record.

    `external_key` is its key within the source, `own_key` the source's own if it has one.
    """

    external_key: str
    record: ListingRecord
    own_key: str | None


def read_groups(
    parsed: ParsedFile, *, report: ImportReport, progress: Progress | None
) -> list[Group]:
    """All facilities of a file in its order; rows, refusals and problems go to the report."""
    groups: dict[str, Group] = {}
    for row in parsed.rows:
        report.rows += 1
        if progress:
            progress(1)
        report.problems.extend(row.problems)
        if row.record is None:
            report.refused += 1
            continue
        report.unknown_codes.update(row.record.unknown_codes)
        key = row.external_key or natural_key(row.record)
        group = groups.get(key)
        if group is None:
            groups[key] = Group(key, row.record, row.external_key)
        else:
            group.record = unite_rows(group.record, row.record)
            report.merged += 1
    return list(groups.values())


def batches(groups: Sequence[Group]) -> Iterator[list[Group]]:
    """The facilities in portions that one round of statements can hold."""
    iterator = iter(groups)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
