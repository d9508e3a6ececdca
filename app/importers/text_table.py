"""Tables as text (CSV and its relatives): encoding, delimiter and quotes told, then rows."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.domain.errors import UnreadableFileError
from app.importers.files import ROW_LIMIT, read_bytes

# What the csv module keeps for one field; no cell of a spreadsheet is longer than 32,767.
FIELD_LIMIT: Final = 131_072
DELIMITERS: Final = (",", ";", "\t", "|")

_SAMPLE_RECORDS: Final = 20
_SAMPLE_CHARACTERS: Final = 200_000
_NUL_SHARE: Final = 0.3
# A line with its end, whichever of the three it is. str.splitlines would also cut at form
# feeds and Unicode separators, which stand inside cells; StringIO takes four bytes a letter.
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


@dataclass(frozen=True, slots=True)
class TextRecord:
    """One record: the line it begins on, its cells, and what is wrong with it as a whole."""

    line: int
    cells: list[str]
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class TextTable:
    """The text of a file with the delimiter and encoding that it was found to have."""

    text: str
    delimiter: str
    encoding: str

    def records(self) -> Iterator[TextRecord]:
        """The records that are not blank, in order.

        A record with a stray quotation mark or a NUL is given with its fault. Raises
        UnreadableFileError, naming the line, for a quotation mark that is never closed,
        a field beyond FIELD_LIMIT, and more than ROW_LIMIT records.
        """
        reader = csv.reader(_lines(self.text), delimiter=self.delimiter, strict=True)
        may_hold_nul = "\0" in self.text
        count = 0
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                _check_closed(error, first=line, last=reader.line_num)
                yield TextRecord(line, [], "a quotation mark stands alone inside a field")
                continue
            if not any(cells) or not any(cell.strip() for cell in cells):
                continue
            count += 1
            if count > ROW_LIMIT + _SAMPLE_RECORDS:
                reason = f"The file has more than {ROW_LIMIT} rows: split it."
                raise UnreadableFileError(reason)
            has_nul = may_hold_nul and any("\0" in cell for cell in cells)
            yield TextRecord(line, cells, "the row holds a NUL character" if has_nul else None)


def read_text_table(path: Path) -> TextTable:
    """The table of a text file; UnreadableFileError where it is not text.

    UTF-8 (with or without mark) and UTF-16 are recognised; all else is read as Windows-1252.
    """
    text, encoding = decode(read_bytes(path))
    if not text.strip():
        reason = "The file is empty."
        raise UnreadableFileError(reason)
    return TextTable(text, _delimiter(text), encoding)


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding."""
    encoding = _marked_encoding(data) or _unmarked_utf16(data)
    if encoding is None:
        try:
            return data.decode("utf-8"), "utf-8"
        except UnicodeDecodeError:
            encoding = "cp1252"
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError as error:
        reason = "The letters of this file could not be read: save it as CSV UTF-8."
        raise UnreadableFileError(reason) from error


def _lines(text: str) -> Iterator[str]:
    return (match[0] for match in _LINE.finditer(text))


def _marked_encoding(data: bytes) -> str | None:
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return None


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of plain English text is NUL."""
    sample = data[:4_096]
    for offset, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = sample[offset::2]
        if half and half.count(0) > len(half) * _NUL_SHARE and 0 not in sample[1 - offset :: 2]:
            return name
    return None


def _delimiter(text: str) -> str:
    """The delimiter that cuts the first lines into the most columns; a comma when none does."""
    sample = text[:_SAMPLE_CHARACTERS]
    return max(DELIMITERS, key=lambda delimiter: (_width(sample, delimiter), delimiter == ","))


def _width(sample: str, delimiter: str) -> int:
    reader = csv.reader(_lines(sample), delimiter=delimiter)
    width = 0
    try:
        for cells, _number in zip(reader, range(_SAMPLE_RECORDS), strict=False):
            width = max(width, sum(1 for cell in cells if cell.strip()))
    except csv.Error:
        return width
    return width


def _check_closed(error: csv.Error, *, first: int, last: int) -> None:
    """Nothing for a fault within one line; UnreadableFileError when the lines after are lost."""
    if "field larger" in str(error):
        reason = (
            f"Line {first}: a field of more than {FIELD_LIMIT} characters, "
            "most often after a quotation mark that is never closed."
        )
        raise UnreadableFileError(reason) from error
    if last > first or "unexpected end" in str(error):
        reason = f"Line {first}: a quotation mark opens here and is never closed."
        raise UnreadableFileError(reason) from error
