"""An empty search is explained: what emptied it, what a wider circle and each removal find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.domain.query import METRES_PER_MILE, SearchQuery
from app.domain.records import ScheduleRecord
from app.gazetteer.places import find_zip
from app.gazetteer.states import states
from app.search.repair import FilterKind, explain_empty
from app.search.searcher import Searcher
from app.store.cards import CardRow
from app.store.codec import encode
from tests.engines import database_url
from tests.integration.search_database import CardDatabase

NIGHT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
OFFICE = encode((ScheduleRecord(byday=("MO", "TU"), opens_at="09:00", closes_at="17:00"),))


def _row(number: int, *, miles_north: float, codes: str, name: str = "Sample Clinic") -> CardRow:
    return CardRow(
        id=UUID(int=number),
        version=1,
        is_listed=True,
        name=name,
        search_text=name.casefold(),
        latitude=39.9671 + miles_north / 69.05,
        longitude=-83.0044,
        state="OH",
        county_fips="39049",
        areas="",
        term_codes=codes,
        timezone="America/New_York",
        schedules=OFFICE,
        dated_hours=None,
        as_of="2026",
    )


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    instance = tmp_path_factory.mktemp("instance")
    with database_url(tmp_path_factory.mktemp("cards")) as url:
        database = CardDatabase(url)
        database.save(
            [
                _row(1, miles_north=3, codes="BU MD"),
                _row(2, miles_north=40, codes="MU MD"),
                _row(3, miles_north=80, codes="MU"),
                _row(4, miles_north=300, codes="MU", name="Sample Harbor"),
                _row(5, miles_north=-4, codes="BU"),
            ]
        )
        yield Searcher(instance, session_factory=database.sessions)
        database.engine.dispose()


def _query(**values: object) -> SearchQuery:
    return replace(SearchQuery(now=NIGHT, place=find_zip("43215")), **values)  # type: ignore[arg-type]


def test_filter_that_emptied_the_search_is_named(searcher: Searcher) -> None:
    query = _query(term_codes=("MU",))
    assert searcher.search(query).total == 0
    repair = explain_empty(searcher, query)
    assert repair.emptied_by is not None
    assert repair.emptied_by.kind is FilterKind.TERMS
    assert repair.emptied_by.group == "medicine"
    assert repair.emptied_by.term_codes == ("MU",)
    assert repair.emptied_by.total == 2
    assert searcher.search(repair.emptied_by.query).total == 2


def test_each_removal_has_its_count_and_the_best_comes_first(searcher: Searcher) -> None:
    repair = explain_empty(searcher, _query(term_codes=("BU", "MD"), open_now=True, text="clinic"))
    assert [(each.kind, each.total) for each in repair.removals] == [
        (FilterKind.OPEN_NOW, 1),
        (FilterKind.TEXT, 0),
        (FilterKind.TERMS, 0),
        (FilterKind.TERMS, 0),
    ]
    assert repair.emptied_by == repair.removals[0]


def test_no_single_culprit_is_named_where_two_removals_help(searcher: Searcher) -> None:
    # By day, with methadone or without the words, something would be found.
    query = _query(term_codes=("MU",), text="harbor", radius_m=100 * METRES_PER_MILE)
    repair = explain_empty(searcher, replace(query, open_now=True))
    assert repair.emptied_by is None
    assert [each.total for each in repair.removals] == [0, 0, 0]
    one_of_two = explain_empty(searcher, replace(query, term_codes=("BU",), text="harbor clinic"))
    assert one_of_two.emptied_by is not None
    assert one_of_two.emptied_by.kind is FilterKind.TEXT


def test_wider_circles_are_counted(searcher: Searcher) -> None:
    repair = explain_empty(searcher, _query(term_codes=("MU",)))
    assert [(each.radius_miles, each.total) for each in repair.wider] == [(50, 1), (100, 2)]


def test_nearest_are_found_however_far(searcher: Searcher) -> None:
    repair = explain_empty(searcher, _query(term_codes=("MU",)))
    assert [hit.listing_id.int for hit in repair.nearest] == [2, 3, 4]
    miles = [(hit.distance_m or 0) / METRES_PER_MILE for hit in repair.nearest]
    assert miles == pytest.approx([40, 80, 300], rel=0.01)


def test_nothing_anywhere_is_said_as_nothing(searcher: Searcher) -> None:
    repair = explain_empty(searcher, _query(text="zzzzqqqq"))
    assert repair.nearest == ()
    assert all(each.total == 0 for each in repair.wider)


def test_state_has_no_wider_circle_but_the_nearest_places(searcher: Searcher) -> None:
    repair = explain_empty(searcher, _query(place=states()["IN"]))
    assert repair.wider == ()
    assert repair.removals == ()
    assert len(repair.nearest) == 3


def test_search_without_a_place_has_no_nearest(searcher: Searcher) -> None:
    assert explain_empty(searcher, _query(place=None, text="zzzzqqqq")).nearest == ()
