"""Text as people and files send it, turned into text that is safe to store, match and show."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from app.domain.errors import ParseError

DEFAULT_LIMIT: Final = 10_000

# Unicode Standard Annex 15, section 13 ("Stream-Safe Text Format"): no language needs more
# than 30 combining marks in a row, and sorting a longer run takes quadratic time.
MAX_COMBINING_RUN: Final = 30

# Cc control, Cf format (bidirectional controls, zero-width characters, soft hyphen, tags),
# Cs lone surrogates: none of them is seen, each can hide or reorder what is read.
UNSEEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs"})

# Quotation marks, primes and hyphens by code point, since the eye cannot tell them apart.
_SINGLE_QUOTES: Final = (0x60, 0xB4, 0x2BC, 0x2018, 0x2019, 0x201A, 0x201B, 0x2032)
_DOUBLE_QUOTES: Final = (0xAB, 0xBB, 0x201C, 0x201D, 0x201E, 0x201F, 0x2033)
_HYPHENS: Final = (0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212)
QUOTES: Final = {
    **dict.fromkeys(_SINGLE_QUOTES, "'"),
    **dict.fromkeys(_DOUBLE_QUOTES, '"'),
    **dict.fromkeys(_HYPHENS, "-"),
}

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]{2,}")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_INTEGER = re.compile(r"([+-]?)0*(\d+)")
_MAX_INTEGER_DIGITS: Final = 18


def clean_text(value: str | None, *, limit: int = DEFAULT_LIMIT) -> str:
    """One line of text without anything unseen in it: the boundary that every string passes.

    NFC; NUL, lone surrogates, controls, bidirectional and zero-width characters are taken
    out; every run of white space, a no-break space too, becomes one space; ends trimmed.
    None gives "". Raises ParseError when the cleaned text has more than `limit` characters.
    """
    if not value:
        return ""
    text = value
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", _limit_marks(_drop_unseen(text)))
    text = " ".join(text.split())
    if len(text) > limit:
        reason = f"too long: {len(text)} characters, at most {limit} are possible"
        raise ParseError(reason, value=text[:limit])
    return text


def clean_int(text: str | None, *, default: int, low: int, high: int) -> int:
    """A whole number between `low` and `high`, both possible; outside it is the nearer end.

    `default` for what is no whole number. Digits of any script count; no length is too long.
    """
    match = _INTEGER.fullmatch(clean_text((text or "")[:DEFAULT_LIMIT]))
    if match is None:
        return default
    sign, digits = match.groups()
    magnitude = int(digits[:_MAX_INTEGER_DIGITS])
    if len(digits) > _MAX_INTEGER_DIGITS:
        magnitude = max(abs(low), abs(high)) + 1
    return max(low, min(high, -magnitude if sign == "-" else magnitude))


def fold(text: str) -> str:
    """The text for matching: no accents, no case, plain quotes and hyphens, single spaces."""
    if text.isascii():
        return " ".join(text.casefold().split())
    plain = _limit_marks(_drop_unseen(text.translate(QUOTES)))
    apart = unicodedata.normalize("NFKD", plain)
    bare = "".join(character for character in apart if not unicodedata.combining(character))
    return " ".join(bare.casefold().translate(QUOTES).split())


def words(text: str) -> tuple[str, ...]:
    """The folded words of a text in their order; "St. Mary's" gives st, marys."""
    return tuple(word.replace("'", "") for word in _WORD.findall(fold(text)))


def has_mojibake(text: str) -> bool:
    """Whether the text looks like UTF-8 that was read as cp1252 or Latin-1 ("JosÃ©", "â€™")."""
    if text.isascii():
        return False
    if "\N{REPLACEMENT CHARACTER}" in text:
        return True
    return any(_is_misread(run) for run in _BEYOND_ASCII.findall(text))


def _drop_unseen(text: str) -> str:
    return "".join(
        character
        for character in text
        if character.isspace() or unicodedata.category(character) not in UNSEEN_CATEGORIES
    )


def _limit_marks(text: str) -> str:
    """The text with each run of combining marks cut to what a language can need."""
    kept: list[str] = []
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= MAX_COMBINING_RUN:
            kept.append(character)
    return "".join(kept)


def _is_misread(run: str) -> bool:
    for encoding in ("cp1252", "latin-1"):
        try:
            run.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        return True
    return False
