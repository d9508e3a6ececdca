"""How typed words are read: terms, exact words, near spellings, or nothing."""

from __future__ import annotations

import pytest

from app.search.terms import load_terms
from app.search.words import MAX_WORDS, Lexicon, read_words

KNOWN = ("boston", "clinic", "harbor", "methadone", "mothers")
LEXICON = Lexicon(
    holds=lambda word: word in KNOWN,
    near=lambda word: ("harbor",) if word == "harbr" else (),
)


def _read(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    _readings, told = read_words(text, terms=load_terms(), lexicon=LEXICON)
    return [(each.typed, each.read_as, each.term_codes) for each in told]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("methadone", "MU"),
        ("methadon", "MU"),
        ("Méthadone", "MU"),
        ("suboxone", "BU"),
        ("suboxin", "BU"),
        ("SUBOXONE", "BU"),
        ("narcan", "HR-NALOXONE"),
        ("narcn", "HR-NALOXONE"),
        ("rehab", "RES"),
        ("detox", "DT"),
        ("dope sick", "DT"),
        ("medicaid", "MD"),
    ],
)
def test_names_of_medicines_and_care_are_read_as_terms(typed: str, code: str) -> None:
    ((_typed, _read_as, codes),) = _read(typed)
    assert code in codes


def test_term_still_matches_as_text() -> None:
    readings, _told = read_words("methadone", terms=load_terms(), lexicon=LEXICON)
    assert readings[0].alternatives == (("methadone",),)
    assert load_terms().numbers["MU"] in readings[0].numbers


def test_longest_phrase_wins() -> None:
    assert [typed for typed, _, _ in _read("boston methadone clinic")] == [
        "boston",
        "methadone clinic",
    ]


def test_near_spelling_of_a_known_word_is_read_as_it() -> None:
    assert _read("harbr") == [("harbr", "harbor", ())]


def test_unknown_word_is_told_as_not_read() -> None:
    readings, _told = read_words("zzzzqqqq", terms=load_terms(), lexicon=LEXICON)
    assert _read("zzzzqqqq") == [("zzzzqqqq", "", ())]
    assert readings == (((), ()),)


@pytest.mark.parametrize(
    "typed", ["", "   ", "\u200b\t", "the and near", "%", "{{}}", "*", "a" * 99]
)
def test_text_without_a_telling_word_is_no_filter(typed: str) -> None:
    assert _read(typed) == []


def test_stop_words_are_left_out() -> None:
    assert [typed for typed, _, _ in _read("a clinic near the harbor")] == ["clinic", "harbor"]


def test_no_more_than_sixteen_words_are_read() -> None:
    assert len(_read("harbor " * 5_000)) <= MAX_WORDS


@pytest.mark.parametrize("typed", ["ab", "abc", "mat", "bup"])
def test_short_words_are_not_respelt(typed: str) -> None:
    for word, read_as, _codes in _read(typed):
        assert read_as in {word, ""}
