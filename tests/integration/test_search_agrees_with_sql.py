"""The index and plain SQL give the same ids, totals, counts and distances for any query."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.query import METRES_PER_MILE, RADIUS_CHOICES_MILES, Place, SearchQuery
from app.gazetteer.places import city_place, county_place, zip_place
from app.gazetteer.states import states
from app.gazetteer.tables import city_table, county_table, zip_table
from app.search.searcher import Searcher
from app.search.terms import load_terms
from bench.samples import sample_rows
from tests.engines import database_url
from tests.hostile import random_text
from tests.integration.search_database import CardDatabase
from tests.integration.search_reference import PlainSearch

LISTINGS = 800
QUERIES = 400
# `make prove-full` reads 5,000.
RANDOM_TEXTS = int(os.environ.get("HELP_FIRST_SEARCH_TEXTS", "500"))
TEXTS = (
    "methadone",
    "methadon",
    "suboxin",
    "narcan",
    "detox",
    "free rehab near me",
    "Sample Harbor",
    "harbor methadone clinic",
    "river couty",
    "counseling medicaid",
    "clinic",
    "the of and",
    "zzzzqqqq",
    "100%_ ' OR 1=1--",
    "Pregnant women",
    "Ünity",
    "a" * 10_000,
    "treatment " * 40,
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CardDatabase]:
    folder = tmp_path_factory.mktemp("cards")
    with database_url(folder) as url:
        database = CardDatabase(url)
        yield database
        database.engine.dispose()


@pytest.fixture(scope="module")
def searcher(
    database: CardDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Searcher]:
    """A search whose data lies partly in the built index and partly in the overlay."""
    rows = list(sample_rows(LISTINGS, seed=7, listed=0.95))
    database.save(rows[: LISTINGS - 60])
    searcher = Searcher(
        tmp_path_factory.mktemp("instance"), session_factory=database.sessions, overlay_limit=10_000
    )
    searcher.prepare()
    changed = [
        row._replace(id=old.id)
        for row, old in zip(sample_rows(40, seed=8, listed=0.7), rows[10:50], strict=True)
    ]
    database.save([*changed, *rows[LISTINGS - 60 :]])
    return searcher


@pytest.mark.slow
def test_random_queries_agree_with_plain_sql(database: CardDatabase, searcher: Searcher) -> None:
    chance = random.Random(20261124)  # noqa: S311 (no secret)
    found = 0
    with database.sessions() as session:
        plain = PlainSearch(session, searcher.terms)
        for number in range(QUERIES):
            query = _random_query(chance)
            expected = plain.search(query)
            result = searcher.search(query)
            start = (query.page - 1) * query.page_size
            told = f"query {number}: {query}"
            page = expected["ids"][start : start + query.page_size]
            assert [hit.listing_id for hit in result.hits] == page, told
            assert result.total == expected["total"], told
            assert result.open_now_count == expected["open_now_count"], told
            assert result.term_counts == expected["term_counts"], told
            for hit in result.hits:
                distance = expected["distances"][hit.listing_id]
                assert hit.distance_m == (distance and pytest.approx(distance, abs=0.01)), told
            found += result.total > 0
    # A comparison of empty answers would prove little.
    assert found > QUERIES / 3


def test_random_texts_find_what_plain_sql_finds(database: CardDatabase, searcher: Searcher) -> None:
    """Whatever somebody types is words to look for: it neither fails nor finds all."""
    chance = random.Random(20261125)  # noqa: S311 (no secret)
    known = tuple(word for text in TEXTS[:11] for word in text.split())
    totals = []
    with database.sessions() as session:
        plain = PlainSearch(session, searcher.terms)
        for number in range(RANDOM_TEXTS):
            query = SearchQuery(
                now=datetime(2026, 11, 24, tzinfo=UTC), text=random_text(chance, known)
            )
            total = searcher.search(query).total
            assert total == plain.count(query), f"text {number}: {query.text!r}"
            totals.append(total)
    # Texts that all found the same would prove little.
    assert len(set(totals)) > 15
    assert sum(total == 0 for total in totals) > RANDOM_TEXTS / 20


def _random_query(chance: random.Random) -> SearchQuery:
    return SearchQuery(
        now=datetime(2026, 11, 23, tzinfo=UTC) + timedelta(minutes=chance.randrange(60 * 24 * 21)),
        place=_random_place(chance),
        radius_m=chance.choice((*RADIUS_CHOICES_MILES, 300, 3_000)) * METRES_PER_MILE,
        text=chance.choice(TEXTS) if chance.random() < 0.45 else "",
        term_codes=_random_codes(chance),
        open_now=chance.random() < 0.3,
        page=chance.choice((1, 1, 1, 2, 3, 50)),
        page_size=chance.choice((5, 20, 100)),
    )


def _random_codes(chance: random.Random) -> tuple[str, ...]:
    terms = load_terms()
    number = chance.choice((0, 0, 1, 1, 2, 4))
    codes = chance.sample(terms.choice_codes, number)
    if chance.random() < 0.1:
        codes.append(chance.choice(("OTP", "ANG", "NOSUCHCODE")))
    return tuple(codes)


def _random_place(chance: random.Random) -> Place | None:
    draw = chance.random()
    if draw < 0.15:
        return None
    if draw < 0.35:
        return zip_place(chance.randrange(len(zip_table().code)))
    if draw < 0.65:
        return city_place(min(int(chance.expovariate(1 / 60)), len(city_table().name) - 1))
    if draw < 0.8:
        return county_place(chance.randrange(len(county_table().fips)))
    return chance.choice(list(states().values()))
