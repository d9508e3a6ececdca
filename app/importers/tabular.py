"""Any table, from CSV or workbook: its header found by name, its rows as text, its faults told."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from python_calamine import CalamineSheet

from app.domain.errors import MissingColumnsError, ParseError, UnreadableFileError
from app.domain.text import clean_text
from app.importers.files import FileKind, file_kind
from app.importers.rows import Problem
from app.importers.text_table import TextRecord, read_text_table
from app.importers.workbook import (
    CellFault,
    SheetScan,
    count_rows,
    load_sheet,
    sheet_rows,
    visible_sheets,
)

COLUMN_LIMIT: Final = 200
HEADER_ROWS: Final = 30
SHOWN_LIMIT: Final = 200

# How tables say yes and no; blank is no answer, which counts as no.
YES: Final = frozenset({"1", "y", "yes", "x", "true", "t"})
NO: Final = frozenset({"", "0", "n", "no", "false", "f"})

_NAME_LIMIT: Final = 200
_GAP: Final = re.compile(r"[\s_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row: its number in the file, as many cells as the header, what is wrong with it.

    `is_refused`: its cells cannot be told apart, so that none of them is to be used.
    """

    number: int
    cells: list[str]
    problems: tuple[Problem, ...] = ()
    is_refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table whose header was found: column names as `column_name` gives them, then rows.

    `sheet` is the name of the sheet of a workbook as it can be shown; "" for a text table.
    """

    columns: tuple[str, ...]
    rows: Iterator[TableRow]
    total: int
    sheet: str = ""

    def places(self) -> dict[str, int]:
        """The place of each column, the first where a name stands twice."""
        return {name: place for place, name in reversed(list(enumerate(self.columns))) if name}


def column_name(text: str) -> str:
    """A column's name for comparing: lower case, one underscore for spaces and hyphens."""
    try:
        cleaned = clean_text(text, limit=_NAME_LIMIT)
    except ParseError:
        cleaned = clean_text(text[:_NAME_LIMIT])
    return _GAP.sub("_", cleaned.casefold()).strip("_")


def shown(value: str) -> str:
    """A value as a report can hold it: cut, on one line, without NUL or anything unseen."""
    return clean_text(value[:SHOWN_LIMIT])


def open_table(path: Path, *, needed: Sequence[str], column_limit: int = COLUMN_LIMIT) -> Table:
    """The table in a CSV or .xlsx file that has all the `needed` columns.

    The header is the first of the first 30 rows that has them; of a workbook, the first
    visible sheet with such a row is read. Raises MissingColumnsError with the nearest names,
    UnreadableFileError for everything that is no such file.
    """
    kind = file_kind(path)
    if kind is FileKind.JSON:
        reason = "This looks like JSON, not a table: choose a CSV or .xlsx file."
        raise UnreadableFileError(reason)
    if kind is FileKind.CSV:
        return _text_table(path, needed=needed, column_limit=column_limit)
    return _workbook_table(path, needed=needed, column_limit=column_limit)


def _text_table(path: Path, *, needed: Sequence[str], column_limit: int) -> Table:
    source = read_text_table(path)
    header_line, columns = _find_header(
        ((record.line, record.cells) for record in source.records()), needed=needed
    )
    _check_columns(columns, needed=needed, column_limit=column_limit)
    # All records are read once before any is used: a quotation mark that is never closed
    # is found at the end, and by then half of the rows would have been taken.
    total = sum(1 for record in source.records() if record.line > header_line)
    _check_total(total)
    rows = (_text_row(record, columns) for record in source.records() if record.line > header_line)
    return Table(columns=columns, rows=rows, total=total)


def _text_row(record: TextRecord, columns: tuple[str, ...]) -> TableRow:
    cells = record.cells
    fault = record.fault
    width = len(columns)
    if fault is None and len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        cells = cells[:width]
    if fault is None and len(cells) != width:
        fault = f"the row has {len(cells)} columns, the header has {width}"
    if fault is None:
        return TableRow(number=record.line, cells=cells)
    value = shown(", ".join(cells))
    problem = Problem(row=record.line, field="", value=value, reason=fault)
    return TableRow(number=record.line, cells=[], problems=(problem,), is_refused=True)


def _workbook_table(path: Path, *, needed: Sequence[str], column_limit: int) -> Table:
    scans = visible_sheets(path, column_limit=column_limit)
    closest: MissingColumnsError | None = None
    for name, scan in scans.items():
        sheet = load_sheet(path, name)
        try:
            header_row, columns = _find_header(sheet_rows(sheet), needed=needed)
        except MissingColumnsError as error:
            if closest is None or len(error.missing) < len(closest.missing):
                closest = MissingColumnsError(error.missing, found=error.found, sheet=shown(name))
            continue
        _check_columns(columns, needed=needed, column_limit=column_limit, sheet=name)
        return _sheet_table(sheet, scan=scan, header_row=header_row, columns=columns)
    raise closest or UnreadableFileError("The workbook is empty.")


def _sheet_table(
    sheet: CalamineSheet,
    *,
    scan: SheetScan,
    header_row: int,
    columns: tuple[str, ...],
) -> Table:
    total = count_rows(sheet, after=header_row, also=scan.faults)
    _check_total(total, sheet=sheet.name)
    rows = (
        _sheet_row(number, cells, columns=columns, faults=scan.faults.get(number, ()))
        for number, cells in sheet_rows(sheet)
        if number > header_row and (any(cells) or number in scan.faults)
    )
    return Table(columns=columns, rows=rows, total=total, sheet=shown(sheet.name))


def _sheet_row(
    number: int,
    cells: list[str],
    *,
    columns: tuple[str, ...],
    faults: Iterable[CellFault],
) -> TableRow:
    width = len(columns)
    padded = [*cells[:width], *([""] * (width - len(cells)))]
    problems = []
    for fault in faults:
        if fault.column < width:
            padded[fault.column] = ""
            name = columns[fault.column]
            problems.append(
                Problem(row=number, field=name, value=shown(fault.value), reason=fault.reason)
            )
    return TableRow(number=number, cells=padded, problems=tuple(problems))


def _find_header(
    rows: Iterable[tuple[int, list[str]]], *, needed: Sequence[str]
) -> tuple[int, tuple[str, ...]]:
    """The number and the column names of the header row; MissingColumnsError when there is none."""
    best: tuple[int, tuple[str, ...]] = (-1, ())
    filled = ((number, cells) for number, cells in rows if any(cells))
    for number, cells in islice(filled, HEADER_ROWS):
        columns = tuple(column_name(cell) for cell in cells)
        while columns and not columns[-1]:
            columns = columns[:-1]
        found = len(set(needed) & set(columns))
        if found == len(needed):
            return number, columns
        if found > best[0]:
            best = (found, columns)
    columns = best[1]
    missing = tuple(_with_hint(name, columns) for name in needed if name not in columns)
    raise MissingColumnsError(missing, found=tuple(name for name in columns if name))


def _with_hint(name: str, columns: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, columns, n=1, cutoff=0.6)
    return f'{name} (is it "{near[0]}"?)' if near else name


def _check_columns(
    columns: Sequence[str], *, needed: Sequence[str], column_limit: int, sheet: str = ""
) -> None:
    if len(columns) > column_limit:
        reason = f"The table has {len(columns)} columns; at most {column_limit} are possible."
        raise UnreadableFileError(_of_sheet(reason, sheet))
    twice = [name for name, count in Counter(columns).items() if count > 1 and name in needed]
    if twice:
        reason = f'Two columns are named "{twice[0]}": take one out or rename it.'
        raise UnreadableFileError(_of_sheet(reason, sheet))


def _check_total(total: int, *, sheet: str = "") -> None:
    if not total:
        reason = "The table has a header and no rows."
        raise UnreadableFileError(_of_sheet(reason, sheet))


def _of_sheet(reason: str, sheet: str) -> str:
    """A reason that also says which sheet of a workbook it is about."""
    return f'Sheet "{shown(sheet)}": {reason}' if sheet else reason
