"""Telephone numbers and e-mail addresses in a visitor's own words, struck out before storing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from app.domain.text import clean_text

NUMBER_REMOVED: Final = "[number removed]"
ADDRESS_REMOVED: Final = "[e-mail address removed]"

_LOCAL_DIGITS: Final = 7
_FULL_DIGITS: Final = 10

# Seven digits or more with nothing but separators between them: a telephone number, or another
# number that names a person (a social security number has nine).
_NUMBER: Final = re.compile(
    r"(?<![\w@])[+(]*\d(?:[\s().\-/*_\u00b7\u2010-\u2015\u2212]*\d){6,}"
    r"(?:\s*(?:x|ext\.?|extension)\s*\d{1,6}\b)?",
    re.IGNORECASE,
)
_EXTENSION: Final = re.compile(r"\s*(?:x|ext\.?|extension)\s*\d{1,6}$", re.IGNORECASE)
# Digits that say when or where, not who: a date, a ZIP+4, opening hours without colons.
_NOT_PERSONAL: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"\d{1,2}[/.\-]\d{1,2}[/.\-](?:19|20)\d{2}",
        r"(?:19|20)\d{2}[/.\-]\d{1,2}[/.\-]\d{1,2}",
        r"\d{5}\s*-\s*\d{4}",
        r"(?:[01]\d|2[0-4])[0-5]\d\s*[\-\u2013]\s*(?:[01]\d|2[0-4])[0-5]\d",
    )
)
_AT: Final = r"(?:\s*@\s*|\s*[\[({]\s*at\s*[\])}]\s*|\s+at\s+)"
_DOT: Final = r"(?:\s*\.\s*|\s*[\[({]\s*dot\s*[\])}]\s*|\s+dot\s+)"
_ADDRESS: Final = re.compile(
    # name@host in any spelling, the same in words, and names of accounts elsewhere.
    rf"[^\s@<>,;:()]+@[^\s@<>,;:()]+|(?<!\S)@\w[\w.]*|\b[\w.+\-]{{1,64}}{_AT}[\w\-]{{1,64}}"
    rf"(?:{_DOT}[\w\-]{{1,64}}){{0,3}}{_DOT}(?:com|org|net|edu|gov|info|me|us|io|co)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """A text without personal details, and what was taken out of it, in order."""

    text: str
    removed: tuple[str, ...]


def clean_lines(text: str, *, limit: int) -> str:
    """Text of several lines without anything unseen; raises ParseError when it is too long."""
    lines = [clean_text(line, limit=max(limit, len(line))) for line in text.splitlines()]
    joined = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    clean_text(joined, limit=limit)
    return joined


def strike_out(
    text: str, *, own_numbers: Collection[str] = (), own_addresses: Collection[str] = ()
) -> Struck:
    """The text with numbers and e-mail addresses struck out, but for those of the listing.

    Striking out twice changes nothing more. Numbers in words are not found.
    """
    removed: list[tuple[int, str]] = []
    kept_addresses = {address.casefold() for address in own_addresses}

    def address(found: re.Match[str]) -> str:
        if found[0].rstrip(".").casefold() in kept_addresses:
            return found[0]
        removed.append((found.start(), found[0].strip()))
        return ADDRESS_REMOVED

    def number(found: re.Match[str]) -> str:
        if _is_kept(found[0], own_numbers):
            return found[0]
        removed.append((found.start(), found[0].strip()))
        return NUMBER_REMOVED

    without_addresses = _ADDRESS.sub(address, text)
    struck = _NUMBER.sub(number, without_addresses)
    return Struck(text=struck, removed=tuple(word for _place, word in sorted(removed)))


def _is_kept(written: str, own_numbers: Collection[str]) -> bool:
    bare = written.strip()
    if any(pattern.fullmatch(bare) for pattern in _NOT_PERSONAL):
        return True
    digits = _digits(_EXTENSION.sub("", bare))
    owned = {_digits(number) for number in own_numbers}
    if len(digits) == _LOCAL_DIGITS:
        return any(len(own) >= _FULL_DIGITS and own.endswith(digits) for own in owned)
    return any(len(own) >= _LOCAL_DIGITS and _same(digits, own) for own in owned)


def _same(digits: str, own: str) -> bool:
    return digits == own or (
        digits[-_FULL_DIGITS:] == own[-_FULL_DIGITS:]
        and {
            digits[:-_FULL_DIGITS],
            own[:-_FULL_DIGITS],
        }
        <= {"", "1"}
    )


def _digits(text: str) -> str:
    return "".join(str(unicodedata.digit(each)) for each in text if each.isdigit())
