"""The rules for every word of the guide, in a page or in data: what is unfit, what says too much."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
import yaml

from app.content.entries import CONTENT_FOLDER
from app.content.facts import Register

AMOUNT: Final = re.compile(
    r"\b\d+(?:[.,]\d+)?\s*-?(?:mg|mcg|µg|g|grams?|milligrams?|ml|milliliters?|ounces?|oz|"
    r"teaspoons?|tablespoons?|capsules?|tablets?|pills?|drops?|scoops?)\b|\bdose of\b",
    re.IGNORECASE,
)
_SHOUT: Final = re.compile("!")
_WEAKEST: Final = "U"
_STRONGEST: Final = "V"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong on a page (an error), or due (a warning)."""

    page: str
    rule: str
    message: str
    is_error: bool = True


class Excepted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Words that may stand on one page, and why."""

    page: str
    rule: str
    text: str
    reason: str


class CheckWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The lists of check_words.yaml."""

    blaming: tuple[str, ...]
    promotional: tuple[str, ...]
    belittling: tuple[str, ...]
    certain: tuple[str, ...]
    unknown: tuple[str, ...]
    names: tuple[str, ...]
    exceptions: tuple[Excepted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a page is checked against: the register, the words, the slugs that exist, the day."""

    register: Register
    words: CheckWords
    slugs: frozenset[str]
    on: date


@cache
def load_check_words(folder: Path = CONTENT_FOLDER) -> CheckWords:
    """The lists of words, read once."""
    raw = yaml.safe_load((folder / "check_words.yaml").read_text(encoding="utf-8"))
    return msgspec.convert(raw, type=CheckWords)


def unfit_words(
    text: str, *, page: str, words: CheckWords, is_quoted: bool = False
) -> Iterator[Finding]:
    """What blames, promotes, belittles or tells an amount in a text without markup.

    A claim that is quoted to be answered (`is_quoted`) may promote; it may not tell an amount.
    """
    lists = {
        "blaming": words.blaming,
        "promotional": words.promotional,
        "belittling": words.belittling,
    }
    if is_quoted:
        del lists["promotional"]
    for rule, unwanted in lists.items():
        for word in words_in(text, unwanted):
            if not is_excepted(page, rule, word, words):
                yield Finding(page=page, rule=rule, message=f"“{word}”")
    if _SHOUT.search(text):
        yield Finding(page=page, rule="belittling", message="an exclamation mark")
    for match in AMOUNT.finditer(text):
        if not is_excepted(page, "amount", match[0], words):
            yield Finding(page=page, rule="amount", message=f"“{match[0]}”")


def overstated(
    text: str, cited: Sequence[str], *, page: str, around: Surroundings
) -> Iterator[Finding]:
    """Where a text is surer than the facts that it rests on."""
    facts = around.register.facts
    marks = [facts[key].mark for key in cited if key in facts]
    if _WEAKEST in marks and not holds_any(text, around.words.unknown):
        message = f"told as if it were known: {text[:80]}"
        yield Finding(page=page, rule="uncertain", message=message)
    elif marks and _STRONGEST not in marks:
        for word in words_in(text, around.words.certain):
            message = f"“{word}” is stronger than its facts"
            yield Finding(page=page, rule="certainty", message=message)


def is_excepted(page: str, rule: str, text: str, words: CheckWords) -> bool:
    """Whether the list of exceptions lets these words stand on this page."""
    return any(
        each.page == page and each.rule == rule and each.text == text.lower()
        for each in words.exceptions
    )


def words_in(text: str, unwanted: Sequence[str]) -> tuple[str, ...]:
    """Which of the words are in the text, as they stand there, in small letters."""
    found = (match[0].lower() for match in _pattern(tuple(unwanted)).finditer(text))
    return tuple(dict.fromkeys(found))


def holds_any(text: str, words: Sequence[str]) -> bool:
    """Whether one of the words is in the text."""
    return _pattern(tuple(words)).search(text) is not None


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    parts = (re.escape(word).replace(r"\*", r"\w*") for word in words)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w-])", re.IGNORECASE)
