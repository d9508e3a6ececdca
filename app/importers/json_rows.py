"""Rows in a JSON file: found without unpacking them all, then unpacked one by one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import msgspec

from app.domain.errors import UnreadableFileError
from app.domain.text import clean_text
from app.importers.files import ROW_LIMIT, read_bytes
from app.importers.text_table import decode
from app.importers.workbook import cell_text

# Labels have semicolons, commas and brackets inside; only one with white space after it parts
# two of them. A no-break space stands before some.
_LABEL_GAP: Final = re.compile(r"\s*;\s+")
# The longest official label has 140 characters.
LABEL_LIMIT: Final = 300
_UTF_8_MARK: Final = b"\xef\xbb\xbf"
_UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


class Envelope(msgspec.Struct):
    """An object around the rows, as the locator answers, with the rows still packed."""

    rows: list[msgspec.Raw]


def packed_rows(path: Path) -> list[msgspec.Raw]:
    """The rows of a JSON file, each still packed: a list, or an object with a list `rows`.

    Raises UnreadableFileError where the file is damaged, empty, or of another shape.
    """
    rows = unpack_list(read_bytes(path))
    if not rows:
        reason = "The file has no rows."
        raise UnreadableFileError(reason)
    if len(rows) > ROW_LIMIT:
        reason = f"The file has more than {ROW_LIMIT} rows: split it."
        raise UnreadableFileError(reason)
    return rows


def unpack_list(data: bytes) -> list[msgspec.Raw]:
    """The packed rows in JSON text, possibly none; UnreadableFileError as `packed_rows`."""
    text = data.removeprefix(_UTF_8_MARK).lstrip()
    if data.startswith(_UTF_16_MARKS):
        text = decode(data)[0].lstrip().encode()
    try:
        if text.startswith(b"["):
            return msgspec.json.decode(text, type=list[msgspec.Raw])
        return msgspec.json.decode(text, type=Envelope).rows
    except msgspec.ValidationError as error:
        reason = 'This JSON has no list of "rows": it is not what the locator answers.'
        raise UnreadableFileError(reason) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        reason = f"The JSON is damaged or incomplete ({error}): download it again."
        raise UnreadableFileError(reason) from error


def unpacked(row: msgspec.Raw) -> dict[str, Any] | None:
    """One packed row as an object; None for anything else that stands in its place.

    An object that names a field twice is None as well: readers differ in which of the two they
    take, and a wrong phone sends a person to nobody.
    """
    try:
        value = msgspec.json.decode(row)
        json.loads(bytes(row), object_pairs_hook=_named_once)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        reason = "a field is named twice"
        raise ValueError(reason)
    return fields


def json_text(value: object) -> str:
    """A JSON value as text: "" for null, whole numbers without ".0", nothing for objects."""
    return cell_text(value) if isinstance(value, (str, int, float, bool)) else ""


def split_labels(text: str, *, separator: str | None = None) -> list[str]:
    """The labels in one cell, cleaned, without the empty ones.

    They are parted by a semicolon with white space after it, or by `separator`.
    """
    parts = text.split(separator) if separator else _LABEL_GAP.split(text)
    return [label for part in parts if (label := clean_text(part[:LABEL_LIMIT]))]
