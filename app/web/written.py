"""HTML that is written before its page: patterns with places left open, and parts put together.

Looping over many parts in a template, or writing again what is the same on each page, costs more
than the search itself. Nothing of a request stays in a pattern.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from markupsafe import Markup

# Nobody can write these into the name of a place: they are other ones in each process.
_SECRET: Final = secrets.token_hex(8)


class Part(Protocol):
    """A part of a page as HTML."""

    @property
    def html(self) -> Markup:
        """The part, escaped."""


def mark(name: str) -> str:
    """What stands for a value of this name while a pattern is written."""
    return f"{name}-{_SECRET}"


def pattern(html: str, names: Iterable[str]) -> str:
    """The HTML with "%(name)s" where the marks of these names stand."""
    html = html.replace("%", "%%")
    for name in names:
        html = html.replace(mark(name), f"%({name})s")
    return html


def filled(html_pattern: str, values: Mapping[str, object]) -> Markup:
    """The HTML of a pattern; the values are HTML themselves: escaped, or numbers."""
    return Markup(html_pattern % values)  # noqa: S704 - our own templates; escaped values


def written(parts: Iterable[Part], between: str = "\n") -> Markup:
    """The parts one after another, as a template filter; `between` is HTML."""
    return Markup(between.join([part.html for part in parts]))  # noqa: S704 - parts are escaped
