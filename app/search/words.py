"""From what a person typed to what is looked for: terms, exact words, near spellings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Final, NamedTuple

from app.domain.query import WordReading
from app.domain.text import words
from app.search.terms import SearchTerms
from app.search.vocabulary import MIN_RESPELT_LETTERS, edits_away

MAX_WORDS: Final = 16
_MAX_CHARACTERS: Final = 2_000
_MAX_WORD_LETTERS: Final = 60

# Names of medicines are long and often heard, not read: "suboxin" is two edits from suboxone.
_TWO_EDITS_FROM_LETTERS: Final = 7

# Words that tell no listing from another. "clinic", "center" and the like stand in names.
_ENGLISH: Final = (
    "a an and any are at by can do for find from get help how i in is it me my near nearby "
    "need of on or someone that the there to want what where who with you"
)
_SPANISH: Final = "de del el en la las los para por que un una y"
STOP_WORDS: Final = frozenset((*_ENGLISH.split(), *_SPANISH.split()))


class Reading(NamedTuple):
    """One word or phrase as the index looks for it: any of these terms, or any alternative.

    An alternative is the words that must all stand in a Listing's text. Nothing of either
    means that no Listing can match.
    """

    numbers: tuple[int, ...]
    alternatives: tuple[tuple[str, ...], ...]


class Lexicon(NamedTuple):
    """What is known of words: whether a Listing holds one, and the words one edit away."""

    holds: Callable[[str], bool]
    near: Callable[[str], tuple[str, ...]]


def read_words(
    text: str, *, terms: SearchTerms, lexicon: Lexicon
) -> tuple[tuple[Reading, ...], tuple[WordReading, ...]]:
    """Each word of the text as it is looked for, and as it is told to the person.

    The longest phrase of the taxonomy wins and still matches as text too. Stop words are
    left out, unless nothing else was typed; more than 16 words are not read. `read_as` is
    "" for a word that no Listing holds and that resembles no other.
    """
    typed = [word for word in words(text[:_MAX_CHARACTERS]) if len(word) <= _MAX_WORD_LETTERS]
    typed = typed[:MAX_WORDS]
    if all(word in STOP_WORDS for word in typed):
        return (), ()
    found: list[tuple[Reading, WordReading]] = []
    start = 0
    while start < len(typed):
        phrase = _longest_phrase(typed[start:], terms)
        if phrase:
            found.append(_read_phrase(phrase, terms))
        elif typed[start] not in STOP_WORDS:
            found.append(_read_word(typed[start], terms, lexicon))
        start += max(1, len(phrase))
    return tuple(each[0] for each in found), tuple(each[1] for each in found)


def _longest_phrase(typed: Sequence[str], terms: SearchTerms) -> tuple[str, ...]:
    for length in range(min(len(typed), terms.longest_phrase), 0, -1):
        if " ".join(typed[:length]) in terms.phrases:
            return tuple(typed[:length])
    return ()


def _read_phrase(phrase: tuple[str, ...], terms: SearchTerms) -> tuple[Reading, WordReading]:
    joined = " ".join(phrase)
    codes = terms.phrases[joined]
    # A phrase as text is its words anywhere; its stop words say nothing.
    telling = tuple(word for word in phrase if word not in STOP_WORDS) or phrase
    reading = Reading(_numbers(codes, terms), (telling,))
    return reading, WordReading(typed=joined, read_as=joined, term_codes=codes)


def _read_word(word: str, terms: SearchTerms, lexicon: Lexicon) -> tuple[Reading, WordReading]:
    if lexicon.holds(word):
        return Reading((), ((word,),)), WordReading(typed=word, read_as=word)
    meant = _near_terms(word, terms)
    codes = tuple(dict.fromkeys(code for phrase in meant for code in terms.phrases[phrase]))
    spellings = tuple(dict.fromkeys((*meant, *lexicon.near(word))))
    reading = Reading(_numbers(codes, terms), tuple((spelling,) for spelling in spellings))
    told = [spelling for spelling in spellings if lexicon.holds(spelling)] or spellings
    read_as = told[0] if told else ""
    return reading, WordReading(typed=word, read_as=read_as, term_codes=codes)


def _near_terms(word: str, terms: SearchTerms) -> tuple[str, ...]:
    """The taxonomy's words that were meant: one edit away, or two in a long word."""
    if len(word) < MIN_RESPELT_LETTERS:
        return ()
    near = edits_away(word, terms.single_words, edits=1)
    if near or len(word) < _TWO_EDITS_FROM_LETTERS:
        return near
    # Two edits may turn one word into another: the beginning, which is heard best, must agree.
    farther = edits_away(word, terms.single_words, edits=2)
    return tuple(other for other in farther if _agreeing_letters(word, other) > len(word) // 2)


def _agreeing_letters(word: str, other: str) -> int:
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False))))


def _numbers(codes: Sequence[str], terms: SearchTerms) -> tuple[int, ...]:
    return tuple(terms.numbers[code] for code in codes if code in terms.numbers)
