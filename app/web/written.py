"""HTML that is written before its page: patterns with places left open, and parts put together.

Looping over many parts in a template, or writing again what is the same on each page, costs more
than the search itself. Nothing of a request stays in a pattern.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol

from markupsafe import Markup

# Nobody can write these into the name of a place: they are other ones at each start.
_SECRET: Final = secrets.token_hex(8)


class Part(Protocol):
    """A part of a page as HTML."""

    @property
    def html(self) -> Markup:
        """The part, escaped."""


def mark(name: str) -> str:
    """What stands for a value of this name while a pattern is written."""
    return f"{name}-{_SECRET}"


class Pattern:
    """HTML with places left open. Threads may share it."""

    __slots__ = ("_names", "_parts")

    def __init__(self, html: str, names: Iterable[str]) -> None:
        """A pattern that is open where the marks of these names stand, maybe several times."""
        marks = {mark(name): name for name in names}
        # A place and what follows it, in turn. Joining them takes a tenth of what "%" does,
        # which reads the whole text again each time.
        self._parts = re.split(f"({'|'.join(map(re.escape, marks))})", html)
        self._names = tuple(marks[place] for place in self._parts[1::2])

    def __len__(self) -> int:
        """How many places are open."""
        return len(self._names)

    def text(self, values: Mapping[str, str]) -> str:
        """The HTML with these values, which are HTML themselves, in the places of their names."""
        return self._joined([values[name] for name in self._names])

    def octets(self, values: Mapping[str, str]) -> bytes:
        """The same in UTF-8. Piece by piece: most of a page is ASCII, which is copied as it is."""
        return b"".join([part.encode() for part in self._filled([values[n] for n in self._names])])

    def filled(self, values: Mapping[str, str]) -> Markup:
        """The same, for a template or another pattern."""
        return Markup(self.text(values))  # noqa: S704 - our own templates; escaped values

    def in_order(self, values: Sequence[str]) -> Markup:
        """The HTML with one value for each place, in order; raises ValueError for fewer or more."""
        return Markup(self._joined(values))  # noqa: S704 - our own templates; escaped values

    def _joined(self, values: Sequence[str]) -> str:
        return "".join(self._filled(values))

    def _filled(self, values: Sequence[str]) -> list[str]:
        parts = self._parts.copy()
        parts[1::2] = values
        return parts


def written(parts: Iterable[Part], between: str = "\n") -> Markup:
    """The parts one after another, as a template filter; `between` is HTML."""
    return Markup(between.join([part.html for part in parts]))  # noqa: S704 - parts are escaped
