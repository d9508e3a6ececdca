"""Queries out of all bounds get an answer within them, and never an error or everything."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.query import MAX_PAGE, METRES_PER_MILE, SearchQuery
from app.gazetteer.places import find_zip
from app.search.build import build_arrays
from app.search.index import SearchIndex
from app.search.searcher import MAX_PAGE_SIZE, run_query
from app.search.snapshot import Part, Snapshot
from app.search.terms import load_terms
from bench.samples import sample_rows

QUERY = SearchQuery(now=datetime(2026, 11, 24, 17, 0, tzinfo=UTC))


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    arrays = build_arrays(sample_rows(300, seed=4), terms=load_terms(), version=1)
    return Snapshot(version=1, parts=(Part(SearchIndex(*arrays)),), changed={})


def _search(snapshot: Snapshot, **values: Any) -> Any:
    return run_query(replace(QUERY, **values), snapshot=snapshot, terms=load_terms())


@pytest.mark.parametrize(
    ("asked", "shown"), [(0, 1), (-1, 1), (10**20, MAX_PAGE), (MAX_PAGE + 1, MAX_PAGE)]
)
def test_pages_are_cut_to_their_bounds(snapshot: Snapshot, asked: int, shown: int) -> None:
    result = _search(snapshot, page=asked)
    assert (result.page, result.total) == (shown, 300)


def test_page_past_the_last_is_empty_with_the_same_total(snapshot: Snapshot) -> None:
    result = _search(snapshot, page=16)
    assert (result.hits, result.total) == ((), 300)
    assert len(_search(snapshot, page=15).hits) == 20


@pytest.mark.parametrize(("size", "shown"), [(0, 1), (-5, 1), (1_000_000, MAX_PAGE_SIZE)])
def test_page_sizes_are_cut_to_their_bounds(snapshot: Snapshot, size: int, shown: int) -> None:
    assert len(_search(snapshot, page_size=size).hits) == shown


@pytest.mark.parametrize("radius_m", [math.nan, -5.0, 0.0, -math.inf])
def test_radius_that_is_none_finds_no_far_listing(snapshot: Snapshot, radius_m: float) -> None:
    result = _search(snapshot, place=find_zip("59225"), radius_m=radius_m)
    assert all(hit.distance_m is None for hit in result.hits)


@pytest.mark.parametrize("radius_m", [1e12, math.inf])
def test_radius_round_the_globe_finds_every_point(snapshot: Snapshot, radius_m: float) -> None:
    points = sum(row.latitude is not None for row in sample_rows(300, seed=4))
    result = _search(snapshot, place=find_zip("43215"), radius_m=radius_m, page_size=100)
    assert result.total >= points
    miles = [int(hit.distance_m / METRES_PER_MILE) for hit in result.hits if hit.distance_m]
    assert miles == sorted(miles)


@pytest.mark.parametrize("codes", [("NOSUCHCODE",), ("", "%"), ("ALL", "NONE"), ("bu",)])
def test_unknown_term_finds_nothing(snapshot: Snapshot, codes: tuple[str, ...]) -> None:
    assert _search(snapshot, term_codes=codes).total == 0


def test_unknown_word_finds_nothing(snapshot: Snapshot) -> None:
    result = _search(snapshot, text="zzzzqqqq")
    assert (result.total, result.words[0].read_as) == (0, "")


@pytest.mark.parametrize(
    "text",
    [
        "' OR 1=1--",
        "%",
        '"unclosed',
        "NEAR(",
        "{{7*7}}",
        "a\x00b",
        "\ud800",
        "\u202ez",
        "̀" * 1_000,
        "a" * 50_000 + "!",
    ],
)
def test_hostile_text_is_literal(snapshot: Snapshot, text: str) -> None:
    assert _search(snapshot, text=text).total in range(301)


def test_moment_without_a_zone_is_refused(snapshot: Snapshot) -> None:
    with pytest.raises(ValueError, match="aware"):
        _search(snapshot, now=datetime(2026, 11, 24, 17, 0))  # noqa: DTZ001 (the point)


def test_repeated_terms_count_once(snapshot: Snapshot) -> None:
    assert _search(snapshot, term_codes=("BU",) * 900) == _search(snapshot, term_codes=("BU",))
