"""Of places that are as near as each other, those with fresher details come first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.domain.query import SearchQuery
from app.gazetteer.places import find_zip
from app.gazetteer.states import states
from app.search.build import build_arrays
from app.search.index import SearchIndex
from app.search.searcher import run_query
from app.search.snapshot import Part, Snapshot
from app.search.terms import load_terms
from app.store.cards import CardRow
from bench.samples import sample_rows

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
DEGREES_A_MILE = 1 / 69.09
HERE = find_zip("43215")


def _row(number: int, *, miles: float | None = 0.0, as_of: str | None = None) -> CardRow:
    (row,) = sample_rows(1, seed=4)
    assert HERE
    return row._replace(
        id=UUID(int=number),
        is_listed=True,
        name=f"Sample {number}",
        latitude=None if miles is None else HERE.latitude + miles * DEGREES_A_MILE,
        longitude=None if miles is None else HERE.longitude,
        state="OH",
        areas="OH" if miles is None else "",
        as_of=as_of,
    )


def _order(*parts: Iterable[CardRow], at: str = "ZIP", page: int = 1, size: int = 20) -> list[int]:
    indexes = [SearchIndex(*build_arrays(rows, terms=load_terms(), version=1)) for rows in parts]
    snapshot = Snapshot(version=1, parts=tuple(Part(each) for each in indexes), changed={})
    place = {"ZIP": HERE, "state": states()["OH"], "nowhere": None}[at]
    query = SearchQuery(now=NOON, place=place, page=page, page_size=size)
    return [
        hit.listing_id.int for hit in run_query(query, snapshot=snapshot, terms=load_terms()).hits
    ]


NEAR_AND_FAR = [
    _row(1, miles=0.2, as_of="2022"),
    _row(2, miles=0.9, as_of="2026-11"),
    _row(3, miles=1.5, as_of="2025"),
    _row(4, miles=1.1),
    _row(5, miles=3.2, as_of="2026-11-20"),
    _row(6, miles=0.5, as_of="2026-11-01"),
    _row(7, miles=None, as_of="2026"),
    _row(8, miles=None, as_of="2026-11-24"),
]


def test_in_one_mile_the_fresher_is_first_and_then_the_nearer() -> None:
    assert _order(NEAR_AND_FAR) == [6, 2, 1, 3, 4, 5, 8, 7]


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_pages_follow_one_order(size: int) -> None:
    pages = [_order(NEAR_AND_FAR, page=page, size=size) for page in range(1, 9)]
    assert [number for page in pages for number in page] == [6, 2, 1, 3, 4, 5, 8, 7]


@pytest.mark.parametrize("size", [2, 20])
def test_changes_since_the_index_was_built_stand_in_the_same_order(size: int) -> None:
    old, new = NEAR_AND_FAR[::2], NEAR_AND_FAR[1::2]
    pages = [_order(old, new, page=page, size=size) for page in range(1, 5)]
    assert [number for page in pages for number in page] == [6, 2, 1, 3, 4, 5, 8, 7]


@pytest.mark.parametrize("at", ["state", "nowhere"])
def test_without_a_distance_the_fresher_is_first_and_then_the_name(at: str) -> None:
    rows = [_row(1, as_of="2022"), _row(2), _row(3, as_of="2026"), _row(4, as_of="2022")]
    assert _order(rows, at=at) == [3, 1, 4, 2]


def test_a_date_that_is_none_counts_as_no_date() -> None:
    assert _order([_row(1, as_of="soon"), _row(2, as_of="2020")], at="state") == [2, 1]
