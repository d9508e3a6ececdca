"""Reads the sheet of clinical facts beside the project, so that no number drifts from it."""

from __future__ import annotations

import re
from functools import cache

from tests.shared_data import shared_path

_NAMES = re.compile(r"\b(?:7-OH|7-hydroxy\w*|TIP 63|F\d[\d.]*|S\d+|C\d+)\b")
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_TABLE_END = "\n\n"


@cache
def sheet() -> str:
    """The whole sheet, or the test skips with its reason."""
    return shared_path("facts", "clinical-facts.md").read_text(encoding="utf-8")


def table_after(heading: str) -> tuple[tuple[str, ...], ...]:
    """The rows of the first table after a heading, without its two head lines."""
    start = sheet().index("\n|", sheet().index(heading)) + 1
    lines = sheet()[start : sheet().index(_TABLE_END, start)].splitlines()[2:]
    return tuple(tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines)


def fact(key: str) -> str:
    """The text of a numbered fact, as a line or as a row of a table."""
    match = re.search(rf"^(?:- |\| )?{re.escape(key)}[ |].*$", sheet(), re.MULTILINE)
    assert match is not None, f"{key} is not in the sheet"
    return match[0]


def numbers(text: str) -> set[str]:
    """The numbers in a text, without thousands marks; names such as 7-OH hold none."""
    return {found.replace(",", "") for found in _NUMBER.findall(_NAMES.sub(" ", text))}
