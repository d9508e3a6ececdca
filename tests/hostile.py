"""Texts that have broken something somewhere: a driver, an encoder, a template, a match."""

from __future__ import annotations

import random
from typing import Final

# As they come over the wire, since some of them are no text.
HOSTILE: Final = {
    "NUL": b"a\0b",
    "lone surrogate": b"\xed\xa0\x80",
    "no UTF-8": b"\xff\xfe\xc0\xaf",
    "right to left": "\u202eabc\u2066".encode(),
    "unseen": "\u200b\u200d\ufeff\u2028".encode(),
    "marks": ("e" + "\u0301" * 500).encode(),
    "2^63": str(2**63).encode(),
    "2^63 below zero": str(-(2**63) - 1).encode(),
    "10^20": b"1" + b"0" * 20,
    "4,400 digits": b"9" * 4_400,
    "not a number": b"NaN",
    "infinity": b"-inf",
    "exponent": b"1e400",
    "deep JSON": b"[" * 2_000,
    "LIKE": b"%_\\'\"",
    "template": b"{{7*7}}${7*7}%s%n",
    "half an emoji": "\ufe0f\U0001f3fb".encode(),
}
# What a search engine or a database might take for its own language.
_LANGUAGE: Final = (
    "' OR 1=1--",
    "'; DROP TABLE listing_card; --",
    '"unclosed',
    "NEAR(",
    "AND NOT",
    "col:*",
    "100%_",
    "\\",
    "a*b",
    "(((",
    "^$[a-z]+",
    "{{7*7}}",
    "%s%n",
    "<script>",
    "\0",
    "\u202e",
    "\ufe0f",
    "\u0130\u0131\u017f\u1e9e",
    "\uff11\uff12",
)
_ALPHABETS: Final = (
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x300, 0x36F),
    (0x600, 0x6FF),
    (0x2000, 0x206F),
    (0x4E00, 0x4EFF),
    (0x1F300, 0x1F64F),
    (0x0, 0x1F),
)


def random_text(chance: random.Random, words: tuple[str, ...] = ()) -> str:
    """A text of up to twelve pieces: letters of any alphabet, hostile ones, and these words."""
    pieces = []
    for _piece in range(chance.choice((1, 1, 2, 3, 5, 12))):
        draw = chance.random()
        if words and draw < 0.35:
            pieces.append(_misspelt(chance, chance.choice(words)))
        elif draw < 0.6:
            pieces.append(chance.choice(_LANGUAGE))
        else:
            low, high = chance.choice(_ALPHABETS)
            length = chance.choice((1, 2, 3, 5, 8, 13))
            pieces.append("".join(chr(chance.randint(low, high)) for _letter in range(length)))
    return chance.choice(("", " ", " ", "-", "/")).join(pieces)


def _misspelt(chance: random.Random, word: str) -> str:
    at = chance.randrange(len(word))
    return chance.choice(
        (word, word, word.upper(), word[:at] + word[at + 1 :], word[:at] + "x" + word[at:])
    )
