"""Crisis words: whether what somebody typed means an overdose now or thoughts of suicide."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml
from rapidfuzz.distance import OSA

from app.domain.text import fold, words

OVERDOSE: Final = "overdose"
SUICIDE: Final = "suicide"

# Longer than any search box takes; what lies beyond it is not read.
MAX_CHARACTERS: Final = 1_000

# A shorter word with one edit is too often another word: "dies", "diet", "dime".
SHORTEST_FUZZY_WORD: Final = 5
LONGEST_GAP: Final = 3
GAP: Final = "..."

_FILE: Final = Path(__file__).parent / "en" / "crisis_words.yaml"
# "OD'd" would lose its apostrophe and become "odd".
_OVERDOSED: Final = re.compile(r"\bo\.?d\.?(?:'d|'ed|-ed|'ing|-ing)")
_DRAWN_OUT: Final = re.compile(r"(.)\1{2,}")

_Phrase = tuple[str, ...]
_Readings = Sequence[frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Kind:
    """The phrases of one kind, those with a place in the text by their first word."""

    name: str
    alarms: Mapping[str, tuple[_Phrase, ...]]
    harmless: Mapping[str, tuple[_Phrase, ...]]
    alone: frozenset[_Phrase]


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """All kinds, every word of their phrases, and those that forgive one edit, see `_bare`."""

    kinds: tuple[_Kind, ...]
    vocabulary: frozenset[str]
    fuzzy: Mapping[str, tuple[str, ...]]


def find_crisis(text: str) -> frozenset[str]:
    """The kinds of emergency that a text speaks of: OVERDOSE, SUICIDE, both or none.

    English and Spanish; accents, capitals, apostrophes and drawn-out letters do not count,
    and a word of five letters or more may have one edit. Only `MAX_CHARACTERS` are read.
    """
    typed = _typed_words(text)
    if not typed:
        return frozenset()
    lexicon = _load_lexicon()
    known = {word: _readings(word, lexicon=lexicon) for word in set(typed)}
    readings = [known[word] for word in typed]
    return frozenset(kind.name for kind in lexicon.kinds if _alarms(kind, readings, typed=typed))


def _typed_words(text: str) -> _Phrase:
    plain = _OVERDOSED.sub("overdosed", fold(text[:MAX_CHARACTERS]))
    return words(_DRAWN_OUT.sub(r"\1", plain))


def _readings(word: str, *, lexicon: _Lexicon) -> frozenset[str]:
    """The words of our phrases that a typed word may be; an exact one leaves no other."""
    if word in lexicon.vocabulary:
        return frozenset((word,))
    if len(word) < SHORTEST_FUZZY_WORD - 1:
        return frozenset()
    near = {found for bare in lexicon.fuzzy.keys() & _bare(word) for found in lexicon.fuzzy[bare]}
    return frozenset(found for found in near if OSA.distance(word, found, score_cutoff=1) <= 1)


def _bare(word: str) -> frozenset[str]:
    """The word, and what is left of it without one letter; words one edit apart share one of them.

    A page asks this of each word of a place; looking these up takes far less than comparing the
    word with all of ours.
    """
    return frozenset([word, *[word[:place] + word[place + 1 :] for place in range(len(word))]])


def _alarms(kind: _Kind, readings: _Readings, *, typed: _Phrase) -> bool:
    if typed in kind.alone:
        return True
    left = list(readings)
    for start, end in _matches(kind.harmless, readings):
        left[start:end] = [frozenset()] * (end - start)
    return any(_matches(kind.alarms, left))


def _matches(
    phrases: Mapping[str, tuple[_Phrase, ...]], readings: _Readings
) -> Iterator[tuple[int, int]]:
    """Where phrases stand in the text, as (first word, one past the last)."""
    for start, candidates in enumerate(readings):
        for word in candidates:
            for phrase in phrases.get(word, ()):
                end = _end_of(phrase, readings, start=start)
                if end is not None:
                    yield start, end


def _end_of(phrase: _Phrase, readings: _Readings, *, start: int) -> int | None:
    """One past the last word of a phrase that begins at `start`, None when it does not."""
    place = start
    gap = 0
    for word in phrase:
        if word == GAP:
            gap = LONGEST_GAP
            continue
        window = range(place, min(place + gap + 1, len(readings)))
        found = next((here for here in window if word in readings[here]), None)
        if found is None:
            return None
        place, gap = found + 1, 0
    return place


@functools.cache
def _load_lexicon() -> _Lexicon:
    with _FILE.open(encoding="utf-8") as file:
        data = yaml.load(file, Loader=yaml.CSafeLoader)
    kinds = tuple(
        _Kind(
            name=row["kind"],
            alarms=_by_first_word(row["alarms"]),
            harmless=_by_first_word(row["harmless"]),
            alone=frozenset(tuple(phrase.split()) for phrase in row["alone"]),
        )
        for row in data["kinds"]
    )
    phrases = [phrase for row in data["kinds"] for phrase in (*row["alarms"], *row["harmless"])]
    vocabulary = frozenset(word for phrase in phrases for word in phrase.split()) - {GAP}
    exact = frozenset(data["exact"])
    fuzzy: defaultdict[str, list[str]] = defaultdict(list)
    for word in sorted(vocabulary - exact):
        if len(word) >= SHORTEST_FUZZY_WORD:
            for bare in _bare(word):
                fuzzy[bare].append(word)
    by_bare = {bare: tuple(found) for bare, found in fuzzy.items()}
    return _Lexicon(kinds=kinds, vocabulary=vocabulary, fuzzy=by_bare)


def _by_first_word(phrases: Iterable[str]) -> dict[str, tuple[_Phrase, ...]]:
    found: defaultdict[str, list[_Phrase]] = defaultdict(list)
    for phrase in phrases:
        parts = tuple(phrase.split())
        found[parts[0]].append(parts)
    return {word: tuple(parts) for word, parts in found.items()}
