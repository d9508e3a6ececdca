"""The formats that can be imported, by name, and which of them a file is by what is in it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from app.domain.errors import ImportFileError, MissingColumnsError
from app.importers.column_map import load_map, map_names
from app.importers.files import FileKind, file_kind
from app.importers.findtreatment import SOURCE_NAME as FINDTREATMENT_NAME
from app.importers.findtreatment import read_findtreatment
from app.importers.json_rows import packed_rows, unpacked
from app.importers.national_directory import SOURCE_NAME as DIRECTORY_NAME
from app.importers.national_directory import read_national_directory
from app.importers.rows import ParsedFile
from app.importers.table import read_table
from app.importers.tabular import column_name

FINDTREATMENT: Final = "findtreatment"
DIRECTORY: Final = "directory"
_TABLE: Final = "table:"


def format_names() -> dict[str, str]:
    """Every format with the name of its source, in the order in which they are offered."""
    tables = {f"{_TABLE}{name}": load_map(name).source.name for name in map_names()}
    return {FINDTREATMENT: FINDTREATMENT_NAME, DIRECTORY: DIRECTORY_NAME, **tables}


def read_format(path: Path, *, format_name: str, edition: str | None) -> ParsedFile:
    """The listings of a file, read as this format, or as the one it is found to be for "".

    Raises ImportFileError as the readers do, and for a format that there is not.
    """
    name = format_name or find_format(path)
    if name == FINDTREATMENT:
        return read_findtreatment(path, edition=edition)
    if name == DIRECTORY:
        return read_national_directory(path, edition=edition)
    return read_table(path, map_name=name.removeprefix(_TABLE), edition=edition)


def find_format(path: Path) -> str:
    """The one format whose columns a file has; ImportFileError where it is none or several."""
    if file_kind(path) is FileKind.JSON:
        first = unpacked(packed_rows(path)[0]) or {}
        if "name1" in {column_name(str(name)) for name in first}:
            return FINDTREATMENT
    else:
        # Each has columns that the other has not.
        for name in (DIRECTORY, FINDTREATMENT):
            if _has_columns(path, name):
                return name
    found = [
        name for name in format_names() if name.startswith(_TABLE) and _has_columns(path, name)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        reason = f"This file can be read in {len(found)} ways. Choose its format."
        raise ImportFileError(reason)
    reason = (
        "This file has the columns of no format that we know. Choose its format, and you are "
        "told which columns are missing."
    )
    raise ImportFileError(reason)


def _has_columns(path: Path, name: str) -> bool:
    try:
        read_format(path, format_name=name, edition=None)
    except MissingColumnsError:
        return False
    return True
