"""Text at the boundary: what is taken out, what is kept, and that nothing takes long."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import ParseError
from app.domain.text import clean_int, clean_text, fold, has_mojibake, words

NASTY = st.text(alphabet=st.characters(codec=None), max_size=300)


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        (None, ""),
        ("", ""),
        ("  Main \t Street\r\n", "Main Street"),
        ("a\x00b", "ab"),
        ("a\x1bb\x7f\x85c", "ab c"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("Clinic\u00a0; Home", "Clinic ; Home"),
        ("\u202eevil\u202c\u2066x\u2069", "evilx"),
        ("zero\u200bwidth\ufeff\u00ad", "zerowidth"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("line\u2028next", "line next"),
        ("Señor\u2019s Niño", "Señor\u2019s Niño"),
    ],
)
def test_cleaning_takes_out_what_is_unseen_and_keeps_the_words(
    given_text: str | None,
    expected: str,
) -> None:
    assert clean_text(given_text) == expected


def test_text_longer_than_the_limit_is_refused_with_its_length() -> None:
    assert clean_text("x" * 5, limit=5) == "xxxxx"
    with pytest.raises(ParseError, match="too long: 6 characters, at most 5"):
        clean_text("x" * 6, limit=5)


def test_a_thousand_combining_marks_become_thirty() -> None:
    cleaned = clean_text("e" + "\u0316\u0301" * 500)
    assert len(cleaned) <= 31
    assert fold("e" + "\u0316\u0301" * 500) == "e"


def test_a_long_run_of_marks_takes_no_quadratic_time() -> None:
    hostile = "a" + "\u0301\u0316" * 100_000
    started = time.process_time()
    assert fold(hostile) == "a"
    assert words(hostile) == ("a",)
    assert clean_text(hostile)[0] in "aá"
    assert time.process_time() - started < 5


@given(NASTY)
def test_cleaned_text_is_storable_and_cleaning_it_again_changes_nothing(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert cleaned == cleaned.strip()
    assert "  " not in cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert clean_text(cleaned) == cleaned


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", 3),
        (" 007 ", 7),
        ("٣", 3),
        ("-5", 1),
        ("+9", 9),
        ("0", 1),
        ("100000000000000000000", 50),
        ("9" * 6_000, 50),
        ("-" + "9" * 6_000, 1),
        ("", 2),
        (None, 2),
        ("abc", 2),
        ("1.5", 2),
        ("1e3", 2),
        ("²", 2),
    ],
)
def test_a_whole_number_stays_within_its_bounds(text: str | None, expected: int) -> None:
    assert clean_int(text, default=2, low=1, high=50) == expected


@given(NASTY)
def test_any_text_gives_a_whole_number_within_the_bounds(text: str) -> None:
    assert 1 <= clean_int(text, default=2, low=1, high=50) <= 50


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Peña  Centro", "pena centro"),
        ("ST. MARY\u2019S", "st. mary's"),
        ("“quoted”", '"quoted"'),
        ("Mon\u2013Fri", "mon-fri"),
        ("Straße", "strasse"),
        ("\uff2d\uff21\uff34", "mat"),
        ("plain  ASCII", "plain ascii"),
    ],
)
def test_folding_leaves_only_what_matters_for_matching(text: str, expected: str) -> None:
    assert fold(text) == expected


def test_words_of_a_name_keep_their_order_and_join_their_apostrophes() -> None:
    assert words("St. Mary\u2019s D'Angelo (24/7) Ñandú_x") == (
        "st",
        "marys",
        "dangelo",
        "24",
        "7",
        "nandu",
        "x",
    )


@given(NASTY)
def test_folding_twice_is_folding_once_for_words(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("JosÃ© Clinic", True),
        ("St. Maryâ€™s", True),
        ("CafÃ\xa9", True),
        ("bad \ufffd byte", True),
        ("José Clinic", False),
        ("Ångström Ñandú", False),
        ("St. Mary\u2019s \u2013 “Home”", False),
        ("plain", False),
        ("日本語", False),
    ],
)
def test_misread_utf8_is_seen(text: str, expected: bool) -> None:  # noqa: FBT001
    assert has_mojibake(text) is expected
