"""Cells of a table that a spreadsheet program opens: no text becomes a formula, and none is lost."""

from __future__ import annotations

from typing import Final

# What makes a program read a text as a formula or jump to the next cell (OWASP, "CSV
# Injection"), in both widths; NUL is never in a text of ours.
_TRIGGERS: Final = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_MARK: Final = "'"
_MARKED: Final = _TRIGGERS | {_MARK}


def safe_cell(text: str) -> str:
    """The text as a cell: marked with ' where it begins with what a program would reckon with.

    A text that begins with ' is marked too, so that `plain_cell` gives back every text.
    """
    return _MARK + text if text[:1] in _MARKED else text


def plain_cell(cell: str) -> str:
    """The text of a cell: `plain_cell(safe_cell(text)) == text`; a cell without a mark stays."""
    is_marked = cell[:1] == _MARK and cell[1:2] in _MARKED
    return cell[1:] if is_marked else cell
