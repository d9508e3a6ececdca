"""Workbooks (.xlsx): checked while they are still packed, then read sheet by sheet as text rows."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Final
from xml.etree.ElementTree import ParseError as XmlParseError

import python_calamine
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from app.domain.errors import UnreadableFileError
from app.importers.files import ROW_LIMIT

ENTRY_LIMIT: Final = 1_000
UNPACKED_LIMIT_BYTES: Final = 200 * 1024 * 1024
# PyPI refuses archives of more than 50 to 1 once they are above 64 MiB; nothing that a
# spreadsheet program writes is above 200 to 1.
RATIO_LIMIT: Final = 200
LARGE_RATIO_LIMIT: Final = 50
LARGE_BYTES: Final = 64 * 1024 * 1024
RATIO_FROM_BYTES: Final = 1024 * 1024
# The reader keeps about 36 bytes for every cell of the rectangle, filled or not: 260 MiB here.
AREA_LIMIT_CELLS: Final = 7_500_000
FAULT_LIMIT: Final = 10_000

_CHUNK_BYTES: Final = 256 * 1024
_ROW_BYTES: Final = 16 * 1024 * 1024
_HEAD_BYTES: Final = 4_096
_ENCRYPTED: Final = 0x1
_SYMLINK: Final = 0o120000
_FILE_TYPE: Final = 0o170000
_ARCHIVE_ENDINGS: Final = (".zip", ".xlsx", ".xlsm", ".xlsb", ".docx", ".7z", ".rar", ".gz", ".tar")
_BAD_PATH: Final = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|[\x00-\x1f\x7f]")

_RELATIONS: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_FILLED_CELL: Final = re.compile(
    rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"[^>]*(?<!/)>\s*<(?!/(?:\w+:)?c>)',
)
_ERROR_CELL: Final = re.compile(
    rb'<(?:\w+:)?c\s(?=[^>]*\bt="e")(?:[^>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"[^>]*>'
    rb".*?<(?:\w+:)?v>([^<]*)<",
    re.DOTALL,
)
_EMPTY_FORMULA: Final = re.compile(
    rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*'
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>([^<]*)</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>",
)
_NOT_A_WORKBOOK: Final = "This is a zip archive, not a workbook: unpack it and choose the table."
_DAMAGED: Final = "The workbook is damaged or incomplete: save or download it again."

Cell = int | float | str | bool | dt.date | dt.time | dt.timedelta


@dataclass(slots=True)
class CellFault:
    """A cell that shows no value: its column (0 is A), what stands there, and why it counts not."""

    column: int
    value: str
    reason: str


@dataclass(slots=True)
class SheetScan:
    """What a sheet's packed XML tells before it is read: its reach and its faulty cells by row."""

    last_row: int = 0
    last_column: int = 0
    faults: dict[int, list[CellFault]] = field(default_factory=dict)


def visible_sheets(path: Path, *, column_limit: int) -> dict[str, SheetScan]:
    """The visible worksheets of a workbook that is safe to read, in order, each scanned.

    Raises UnreadableFileError for anything that is no sound .xlsx, holds archives or strange
    paths, unpacks beyond the limits, or has a sheet that reaches beyond ROW_LIMIT rows,
    `column_limit` columns or AREA_LIMIT_CELLS cells.
    """
    with _readable(), zipfile.ZipFile(path) as archive:
        check_entries(archive)
        check_sizes(archive)
        targets = _sheet_targets(archive)
        scans = {
            name: _scan_sheet(archive, target, sheet=name, column_limit=column_limit)
            for name, target in targets.items()
        }
    if not scans:
        reason = "The workbook has no visible sheet."
        raise UnreadableFileError(reason)
    return scans


def load_sheet(path: Path, name: str) -> python_calamine.CalamineSheet:
    """A sheet of a workbook that `visible_sheets` found safe, with all its cells in memory."""
    with _readable(), python_calamine.CalamineWorkbook.from_path(path) as workbook:
        return workbook.get_sheet_by_name(name)


def sheet_rows(sheet: python_calamine.CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """The rows of a sheet with their numbers (1 is the first), every cell as text."""
    if sheet.start is None:
        return
    # The reader gives the empty rows above a table, but not the empty columns beside it.
    before = [""] * sheet.start[1]
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [value if value.__class__ is str else cell_text(value) for value in row]
        yield number, [*before, *cells]


def count_rows(sheet: python_calamine.CalamineSheet, *, after: int, also: Container[int]) -> int:
    """How many rows below row `after` hold anything, or are among `also`."""
    return sum(
        1
        for number, row in enumerate(sheet.iter_rows(), 1)
        if number > after and (any(value != "" for value in row) or number in also)
    )


def cell_text(value: Cell | None) -> str:
    """A cell as a person reads it: whole numbers without ".0", dates as YYYY-MM-DD."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def check_entries(archive: zipfile.ZipFile) -> None:
    """Nothing where the list of entries is harmless; UnreadableFileError otherwise."""
    entries = archive.infolist()
    if len(entries) > ENTRY_LIMIT:
        reason = f"The archive has {len(entries)} entries, at most {ENTRY_LIMIT} are possible."
        raise UnreadableFileError(reason)
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        reason = "Two entries of the archive have the same name: save the workbook again."
        raise UnreadableFileError(reason)
    for entry in entries:
        _check_entry(entry)
    if "[Content_Types].xml" not in names:
        raise UnreadableFileError(_NOT_A_WORKBOOK)


def check_sizes(archive: zipfile.ZipFile) -> None:
    """Nothing where the archive unpacks within its limits, counted while reading, not believed."""
    total = 0
    for entry in archive.infolist():
        size = 0
        with archive.open(entry) as stream:
            head = stream.read(_HEAD_BYTES)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                reason = f"{entry.filename} declares XML entities, as no workbook does: refused."
                raise UnreadableFileError(reason)
            chunk = head
            while chunk:
                size += len(chunk)
                _check_size(total + size, entry, size=size)
                chunk = stream.read(_CHUNK_BYTES)
        total += size


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    # ZipInfo cuts a name at its first NUL; orig_filename still has it.
    if _BAD_PATH.search(entry.orig_filename) or _BAD_PATH.search(name):
        reason = "An entry of the archive has a path that no workbook has: refused."
        raise UnreadableFileError(reason)
    if (entry.external_attr >> 16) & _FILE_TYPE == _SYMLINK:
        reason = f"{name} in the archive is a link, not a file: refused."
        raise UnreadableFileError(reason)
    if entry.flag_bits & _ENCRYPTED:
        reason = f"{name} is protected by a password: save the file as .xlsx without a password."
        raise UnreadableFileError(reason)
    if name.casefold().endswith(_ARCHIVE_ENDINGS):
        reason = f"There are archives inside archives ({name}): unpack it and choose the table."
        raise UnreadableFileError(reason)


def _check_size(total: int, entry: zipfile.ZipInfo, *, size: int) -> None:
    packed = max(1, entry.compress_size)
    is_dense = (size > LARGE_BYTES and size > packed * LARGE_RATIO_LIMIT) or (
        size > RATIO_FROM_BYTES and size > packed * RATIO_LIMIT
    )
    if is_dense or total > UNPACKED_LIMIT_BYTES:
        limit = UNPACKED_LIMIT_BYTES // 1024**2
        reason = f"The workbook unpacks to far more than it should (over {limit} MB or {RATIO_LIMIT} to 1)."
        raise UnreadableFileError(reason)


def _sheet_targets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Visible sheet names to the entries of the archive that hold them."""
    if "xl/workbook.xml" not in archive.namelist():
        raise UnreadableFileError(_NOT_A_WORKBOOK)
    relations = {
        node.get("Id", ""): node.get("Target", "")
        for node in fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    targets: dict[str, str] = {}
    for node in fromstring(archive.read("xl/workbook.xml")).iter():
        if node.tag.endswith("}sheet") and node.get("state", "visible") == "visible":
            target = relations.get(node.get(_RELATIONS, ""), "")
            entry = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if PurePosixPath(entry).parent.name == "worksheets":
                targets[node.get("name", "")] = entry
    return targets


def _scan_sheet(
    archive: zipfile.ZipFile,
    entry: str,
    *,
    sheet: str,
    column_limit: int,
) -> SheetScan:
    scan = SheetScan()
    with archive.open(entry) as stream:
        for rows in _whole_rows(stream):
            for match in _FILLED_CELL.finditer(rows):
                column, row = column_index(match[1]), int(match[2])
                if row > ROW_LIMIT or column >= column_limit:
                    raise UnreadableFileError(_too_far(match, sheet, column_limit))
                scan.last_row = max(scan.last_row, row)
                scan.last_column = max(scan.last_column, column)
            _note_faults(scan, rows)
    if scan.last_row * (scan.last_column + 1) > AREA_LIMIT_CELLS:
        reason = f'The sheet "{sheet}" is too large to read at once: save it as CSV.'
        raise UnreadableFileError(reason)
    return scan


def _whole_rows(stream: IO[bytes]) -> Iterator[bytes]:
    """The XML in pieces that end where a row ends, so that no cell is cut in two."""
    kept = b""
    while chunk := stream.read(_CHUNK_BYTES):
        kept += chunk
        end = max(kept.rfind(b"</row>"), kept.rfind(b":row>"))
        if end < 0 and len(kept) > _ROW_BYTES:
            raise UnreadableFileError(_DAMAGED)
        if end >= 0:
            yield kept[:end]
            kept = kept[end:]
    yield kept


def _note_faults(scan: SheetScan, rows: bytes) -> None:
    if b't="e"' in rows:
        for match in _ERROR_CELL.finditer(rows):
            shown = match[3].decode("utf-8", "replace")
            _add_fault(scan, match, shown, f"the cell shows the error {shown}")
    if b"<f" in rows or b":f" in rows:
        for match in _EMPTY_FORMULA.finditer(rows):
            text = (match[3] or b"").decode("utf-8", "replace")
            _add_fault(scan, match, f"={text}", "a formula without a value: save it in Excel once")


def _add_fault(scan: SheetScan, match: re.Match[bytes], value: str, reason: str) -> None:
    if len(scan.faults) < FAULT_LIMIT:
        fault = CellFault(column_index(match[1]), value[:200], reason)
        scan.faults.setdefault(int(match[2]), []).append(fault)


def column_index(letters: bytes) -> int:
    """The number of a column from its letters: A is 0, Z is 25, XFD is 16383."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _too_far(match: re.Match[bytes], sheet: str, column_limit: int) -> str:
    cell = (match[1] + match[2]).decode("ascii")
    return (
        f'The sheet "{sheet}" has something in cell {cell}; at most {ROW_LIMIT} rows and '
        f"{column_limit} columns are read: delete what lies outside the table."
    )


@contextmanager
def _readable() -> Iterator[None]:
    """Turn what the readers of zip, XML and sheets raise into one error with plain words."""
    try:
        yield
    except zipfile.BadZipFile as error:
        raise UnreadableFileError(_DAMAGED) from error
    except python_calamine.PasswordError as error:
        reason = "The workbook is protected: save it as .xlsx without a password."
        raise UnreadableFileError(reason) from error
    except DefusedXmlException as error:
        reason = "The workbook declares XML entities, as no workbook does: refused."
        raise UnreadableFileError(reason) from error
    except (
        python_calamine.CalamineError,
        XmlParseError,
        EOFError,
        KeyError,
        OSError,
        RuntimeError,
        zlib.error,
    ) as error:
        raise UnreadableFileError(_DAMAGED) from error
