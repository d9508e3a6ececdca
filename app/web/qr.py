"""QR codes as one SVG path, drawn here: no image, no style, no other host."""

from __future__ import annotations

from dataclasses import dataclass

import segno


@dataclass(frozen=True, slots=True, kw_only=True)
class QrView:
    """A code of `size` squares a side, its quiet border included, and the dark ones as a path."""

    size: int
    path: str


_QUIET_SQUARES = 4


def qr_view(address: str) -> QrView:
    """The code of an address; its quiet border is part of it, or scanners miss it on paper."""
    matrix = segno.make(address, error="m", micro=False).matrix
    parts = []
    for row, squares in enumerate(matrix):
        start = None
        for column, dark in enumerate((*squares, 0)):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                length = column - start
                x, y = start + _QUIET_SQUARES, row + _QUIET_SQUARES
                parts.append(f"M{x} {y}h{length}v1h-{length}z")
                start = None
    return QrView(size=len(matrix) + 2 * _QUIET_SQUARES, path="".join(parts))
