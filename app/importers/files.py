"""Files from outside, told apart by what is in them; what nobody can read is refused in words."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path, PurePath
from typing import Final

from app.domain.dates import normalize_partial_date
from app.domain.errors import ImportFileError, ParseError, UnreadableFileError

# A national download of the wide table is 14 MB as CSV and 100 MB as JSON.
FILE_LIMIT_BYTES: Final = 200 * 1024 * 1024
ROW_LIMIT: Final = 100_000

# So many first bytes tell what a file is.
SNIFF_BYTES: Final = 4_096
_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
_OLE2: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# First bytes of files that people send in place of a table.
_OTHER_KINDS: Final = (
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file (7z)"),
    (b"Rar!", "a compressed file (RAR)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3", "a database"),
)
_WEB_PAGE: Final = re.compile(rb"\s*(?:<!doctype\s+html|<html|<head|<body)", re.IGNORECASE)
_XML: Final = re.compile(rb"\s*<\?xml", re.IGNORECASE)
_BYTE_ORDER_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_YEAR: Final = re.compile(r"(?<!\d)20\d\d(?!\d)")


class FileKind(StrEnum):
    """What a file is by its content, whatever its name ends in."""

    CSV = "csv"
    WORKBOOK = "workbook"
    JSON = "json"


# What a file is that is named so.
_ENDINGS: Final = {
    ".csv": FileKind.CSV,
    ".tsv": FileKind.CSV,
    ".txt": FileKind.CSV,
    ".xlsx": FileKind.WORKBOOK,
    ".json": FileKind.JSON,
}
_KIND_WORDS: Final = {
    FileKind.CSV: "a CSV file",
    FileKind.WORKBOOK: "an .xlsx workbook",
    FileKind.JSON: "a JSON file",
}


def file_kind(path: Path) -> FileKind:
    """The kind of the file, by its first bytes.

    Raises UnreadableFileError for a file that is missing, empty, larger than
    FILE_LIMIT_BYTES, protected, or of a kind that holds no table.
    """
    return _kind_of(_first_bytes(path))


def refuse_misnamed(name: str, head: bytes) -> None:
    """Pass a file that is what the end of its name says, by its first bytes.

    For files that people send: what is named for another kind was chosen by mistake, or hides what
    it is. Raises UnreadableFileError for those, and for a name that ends in anything else.
    """
    expected = _ENDINGS.get(PurePath(name).suffix.casefold())
    if expected is None:
        *endings, last = _ENDINGS
        reason = f"The name of the file has to end in {', '.join(endings)} or {last}."
        raise UnreadableFileError(reason)
    try:
        kind = _kind_of(head)
    except UnreadableFileError:
        return  # no table at all: whoever reads it says what it looks like
    if head.strip() and kind is not expected:
        reason = (
            f"This looks like {_KIND_WORDS[kind]}, not like {_KIND_WORDS[expected]}, which its "
            "name says that it is: name it for what it is, or choose another file."
        )
        raise UnreadableFileError(reason)


def _kind_of(head: bytes) -> FileKind:
    if head.startswith((_ZIP, _EMPTY_ZIP)):
        return FileKind.WORKBOOK
    if head.startswith(_OLE2):
        reason = (
            "This workbook is protected by a password or in the old .xls format: "
            "save it as .xlsx without a password."
        )
        raise UnreadableFileError(reason)
    for magic, name in _OTHER_KINDS:
        if head.startswith(magic):
            raise UnreadableFileError(_looks_like(name))
    if _WEB_PAGE.match(head):
        raise UnreadableFileError(_looks_like("a web page"))
    if _XML.match(head):
        raise UnreadableFileError(_looks_like("an XML file"))
    if _without_mark(head).lstrip()[:1] in {b"{", b"["}:
        return FileKind.JSON
    return FileKind.CSV


def edition_in_name(path: Path) -> str | None:
    """The year in the name of the file ("directory_2022.xlsx"), None unless there is one only."""
    years = set(_YEAR.findall(path.name))
    return years.pop() if len(years) == 1 else None


def edition_of(path: Path, given: str | None) -> str | None:
    """The edition that was said, YYYY[-MM[-DD]]; without one, the year in the file's name.

    Raises ImportFileError for an edition that is no date.
    """
    try:
        return normalize_partial_date(given) or edition_in_name(path)
    except ParseError as error:
        reason = f'The edition "{error.value}" is {error.reason}.'
        raise ImportFileError(reason) from error


def read_bytes(path: Path) -> bytes:
    """All bytes of a file; UnreadableFileError where the disk does not give them."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(_not_opened(path, error)) from error


def _first_bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(SNIFF_BYTES)
    except OSError as error:
        raise UnreadableFileError(_not_opened(path, error)) from error
    if not head.strip():
        reason = "The file is empty."
        raise UnreadableFileError(reason)
    if size > FILE_LIMIT_BYTES:
        limit = FILE_LIMIT_BYTES // 1024**2
        reason = f"The file has {size // 1024**2} MB; at most {limit} MB are possible: split it."
        raise UnreadableFileError(reason)
    if not _without_mark(head).strip(b"\0 \t\r\n\xa0"):
        reason = "The file is empty."
        raise UnreadableFileError(reason)
    return head


def _without_mark(head: bytes) -> bytes:
    for mark in _BYTE_ORDER_MARKS:
        head = head.removeprefix(mark)
    return head


def _looks_like(name: str) -> str:
    return f"This looks like {name}, not a table: choose a CSV, .xlsx or JSON file."


def _not_opened(path: Path, error: OSError) -> str:
    return f"{path.name} could not be opened: {error.strerror or error}."
