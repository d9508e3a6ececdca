"""A table that came back, held against today's Listings: what would change, and what cannot."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final
from uuid import UUID

from app.domain.errors import NotFoundError, UnreadableFileError
from app.domain.import_run import BRAKE_SHARE
from app.domain.listing import Listing
from app.domain.records import ListingRecord, ListingStatus
from app.extensions import db
from app.importers.files import FileKind, file_kind
from app.importers.tabular import Table, TableRow, open_table, shown
from app.store.listings import load_listings
from app.store.merge_lookup import living_ids
from app.store.table_updates import RowUpdate
from app.store.timeline import record_before
from app.web.admin.listings.reading import read_listing
from app.web.admin.listings.table_cells import COLUMNS, ID, NEEDED, VERSION, column_of, typed_of
from app.web.admin.listings.values import change_lines, field_words
from app.web.wording import gettext as _

MOST_ROWS: Final = 5_000
# An edit costs about 20 ms, and all of them hold the database against other writers.
MOST_CHANGED: Final = 500
_ROWS_A_STEP: Final = 250
_LAST_VERSION_DIGITS: Final = 9

Lines = Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """One field of a row: today's value, and the one in the table."""

    label: str
    before: Lines
    after: Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRow:
    """A row that says something else than the directory. `warnings` are odd, and can be right."""

    number: int
    name: str
    update: RowUpdate
    changes: tuple[CellChange, ...]
    takes_out: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """Why a row is left out: its number, the column ("" for the whole row), the value, the reason."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(slots=True, kw_only=True)
class TablePlan:
    """All rows of a table: to be written, in conflict, with problems, or as they are already."""

    total: int
    ignored: tuple[str, ...]
    updates: list[PlannedRow] = field(default_factory=list)
    conflicts: list[PlannedRow] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    unchanged: int = 0
    merged: Collection[UUID] = ()

    @property
    def is_too_much(self) -> bool:
        """Whether it changes more Listings than are changed at once."""
        return len(self.updates) > MOST_CHANGED

    @property
    def taken_out(self) -> int:
        """How many places that are listed now it takes out of the directory."""
        return sum(row.takes_out for row in self.updates)

    @property
    def confirm(self) -> int:
        """The number to type before this is saved, where it takes out many of its places; or 0.

        One place is taken out by hand without being asked, and so it is here.
        """
        return self.taken_out if self.taken_out > max(1, self.total * BRAKE_SHARE) else 0

    @property
    def left_out(self) -> int:
        """How many rows are not written: those in conflict and those with problems."""
        return len(self.conflicts) + len({problem.row for problem in self.problems})


def read_plan(path: Path, *, today: date) -> TablePlan:
    """What the CSV file would change today; raises ImportFileError for what is no such table."""
    if file_kind(path) is not FileKind.CSV:
        reason = _("This is no CSV file: save the table as CSV UTF-8, and choose that.")
        raise UnreadableFileError(reason)
    table = open_table(path, needed=NEEDED)
    if table.total > MOST_ROWS:
        reason = _(
            "The table has %(count)s rows; at most %(most)s are possible: split it.",
            count=table.total,
            most=MOST_ROWS,
        )
        raise UnreadableFileError(reason)
    ignored = tuple(sorted({name for name in table.columns if name and name not in COLUMNS}))
    plan = TablePlan(total=table.total, ignored=ignored, merged=living_ids(db.session).keys())
    for step in _steps(_Keys(plan).rows(table)):
        known = {item.id: item for item in load_listings(db.session, [key.id for key in step])}
        for key in step:
            _judge(plan, key, known.get(key.id), today=today)
    return plan


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    number: int
    id: UUID
    version: int
    cells: Mapping[str, str]


class _Keys:
    """Reads which Listing each row is of; rows that do not say it become problems of the plan."""

    def __init__(self, plan: TablePlan) -> None:
        self.plan = plan
        self.seen: dict[UUID, int] = {}

    def rows(self, table: Table) -> Iterator[_Key]:
        places = table.places()
        for row in table.rows:
            if row.is_refused:
                self.plan.problems += [
                    _of_row(each.row, each.value, each.reason) for each in row.problems
                ]
                continue
            key = self._key(row, {name: row.cells[at] for name, at in places.items()})
            if key is not None:
                yield key

    def _key(self, row: TableRow, cells: Mapping[str, str]) -> _Key | None:
        text, version = cells[ID].strip(), cells[VERSION].strip()
        try:
            listing_id = UUID(text)
        except ValueError:
            self._refuse(row, ID, text, _("not the id of a listing: copy it from an export"))
            return None
        if not (version.isascii() and version.isdecimal() and len(version) <= _LAST_VERSION_DIGITS):
            self._refuse(row, VERSION, version, _("not a version: copy it from an export"))
            return None
        first = self.seen.setdefault(listing_id, row.number)
        if first != row.number:
            reason = _("the same listing as row %(row)s", row=first)
            self._refuse(row, ID, text, reason)
            return None
        return _Key(number=row.number, id=listing_id, version=int(version), cells=cells)

    def _refuse(self, row: TableRow, column: str, value: str, reason: str) -> None:
        self.plan.problems.append(
            RowProblem(row=row.number, column=column, value=shown(value), reason=reason)
        )


def _judge(plan: TablePlan, key: _Key, listing: Listing | None, *, today: date) -> None:
    """Put one row where it belongs in the plan."""
    if listing is None:
        reason = _("no listing has this id")
        plan.problems.append(
            RowProblem(row=key.number, column=ID, value=str(key.id), reason=reason)
        )
        return
    if key.id in plan.merged:
        reason = _("was merged with another listing: change that one")
        plan.problems.append(
            RowProblem(row=key.number, column=ID, value=str(key.id), reason=reason)
        )
        return
    try:
        base = record_before(db.session, listing, version=key.version)
    except NotFoundError:
        reason = _("the listing never had this version")
        version = str(key.version)
        plan.problems.append(
            RowProblem(row=key.number, column=VERSION, value=version, reason=reason)
        )
        return
    _compare(plan, key, listing, base, today=today)


def _compare(
    plan: TablePlan, key: _Key, listing: Listing, base: ListingRecord, *, today: date
) -> None:
    """Put a row whose Listing is known where it belongs in the plan."""
    typed, wrong, odd = typed_of(key.cells, base)
    reading = read_listing(typed, base, today=today)
    wrong += [(column_of(name), message) for name, message in reading.errors]
    if wrong:
        plan.problems += [
            RowProblem(
                row=key.number, column=name, value=shown(key.cells.get(name, "")), reason=reason
            )
            for name, reason in dict(reversed(wrong)).items()
        ]
        return
    changes = {
        name: value
        for name, value in reading.changes.items()
        if value != getattr(listing.record, name)
    }
    if not changes:
        plan.unchanged += 1
        return
    warnings = (*(text for _name, text in odd), *(each.message for each in reading.warnings))
    planned = PlannedRow(
        number=key.number,
        name=listing.record.name,
        update=RowUpdate(listing_id=key.id, version=key.version, changes=changes),
        changes=tuple(_changes(listing.record, changes)),
        takes_out=listing.record.status is ListingStatus.ACTIVE and "status" in changes,
        warnings=warnings,
    )
    (plan.updates if key.version == listing.version else plan.conflicts).append(planned)


def _changes(today: ListingRecord, changes: Mapping[str, object]) -> Iterator[CellChange]:
    for name, value in changes.items():
        before, after = change_lines(name, getattr(today, name), value)
        yield CellChange(label=field_words(name), before=before, after=after)


def _of_row(number: int, value: str, reason: str) -> RowProblem:
    return RowProblem(row=number, column="", value=value, reason=reason)


def _steps(keys: Iterator[_Key]) -> Iterator[list[_Key]]:
    while step := list(islice(keys, _ROWS_A_STEP)):
        yield step
