"""The words of an index: exact look-ups and near spellings, against looking at every word."""

from __future__ import annotations

import random
from uuid import UUID

import numpy as np
from rapidfuzz.distance import OSA

from app.search.build import build_arrays
from app.search.index import SearchIndex
from app.search.terms import load_terms
from app.store.cards import CardRow

_CHANCE = random.Random(4)  # noqa: S311 (no secret)
WORDS = sorted(
    {"".join(_CHANCE.choices("abcdeé", k=_CHANCE.randrange(3, 8))) for _ in range(3_000)}
)


def _row(number: int, text: str) -> CardRow:
    return CardRow(
        id=UUID(int=number),
        version=1,
        is_listed=True,
        name="Sample",
        search_text=text,
        latitude=None,
        longitude=None,
        state=None,
        county_fips=None,
        areas="",
        term_codes="",
        timezone=None,
        schedules=None,
        dated_hours=None,
        as_of=None,
    )


def _index(*texts: str) -> SearchIndex:
    rows = [_row(number, text) for number, text in enumerate(texts)]
    return SearchIndex(*build_arrays(rows, terms=load_terms(), version=1))


def test_near_words_are_all_words_one_edit_away() -> None:
    vocabulary = _index(" ".join(WORDS)).vocabulary
    chance = random.Random(5)  # noqa: S311 (no secret)
    # The folding of the index takes accents away.
    known = {word.replace("é", "e") for word in WORDS} | {"sample"}
    found = 0
    for _ in range(400):
        word = "".join(chance.choices("abcde", k=chance.randrange(4, 8)))
        expected = tuple(sorted(other for other in known if OSA.distance(word, other) == 1))
        assert vocabulary.near(word) == expected
        found += len(expected)
    assert found > 400


def test_exchanged_letters_in_the_middle_are_one_edit() -> None:
    assert _index("clinic").vocabulary.near("clniic") == ("clinic",)


def test_rows_of_a_word_ascend_and_are_exact() -> None:
    vocabulary = _index("harbor clinic", "clinic", "harbors").vocabulary
    assert vocabulary.rows("clinic").tolist() == [0, 1]
    assert vocabulary.rows("harbor").tolist() == [0]
    assert vocabulary.rows("harb").tolist() == []
    assert vocabulary.rows("zzz").tolist() == []


def test_index_of_nothing_answers() -> None:
    vocabulary = _index().vocabulary
    assert vocabulary.near("clinic") == ()
    assert vocabulary.rows("clinic").tolist() == []


def test_same_rows_in_another_order_give_the_same_index() -> None:
    rows = [_row(number, f"word{number % 3}") for number in range(100)]
    one, _ = build_arrays(rows, terms=load_terms(), version=1)
    other, _ = build_arrays(reversed(rows), terms=load_terms(), version=1)
    for name in one.__slots__:
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes(), name


def test_id_that_ends_in_zero_octets_comes_back_whole() -> None:
    row = _row(0x1234 << 64, "word")
    index = SearchIndex(*build_arrays([row], terms=load_terms(), version=1))
    assert index.listing_ids(np.array([0])) == [row.id]
