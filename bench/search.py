"""The search alone, over few and over many listings, side by side in one run.

    python -m bench.search [--small 20000] [--large 1000000] [--rounds 300] [--folder PATH]

Every query runs on both indexes in turn, so that whatever else the machine does strikes both.
Times are of the processor, not of the wall: a search neither waits nor uses a second thread.
Queries are circles of 25 miles around random ZIP codes and around large cities, with all counts
and the open-now count; then the same with filters, words and open-now, and whole states.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.domain.query import SearchQuery, SearchResult
from app.gazetteer.places import city_place, zip_place
from app.gazetteer.states import states
from app.gazetteer.tables import zip_table
from app.search.build import build_arrays
from app.search.folder import write_index
from app.search.index import SearchIndex
from app.search.searcher import run_query
from app.search.snapshot import Part, Snapshot
from app.search.terms import load_terms
from app.store.cards import CardRow
from bench.samples import sample_rows

_LARGE_CITIES = 50
_NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        small = _index(arguments.small, folder / "small")
        large = _index(arguments.large, folder / "large")
        print()
        print(f"{'p50 / p95, ms':34}{arguments.small:>16,}{arguments.large:>18,}   ratio  matches")
        for name, make_query in _kinds().items():
            _compare(name, make_query, small, large, rounds=arguments.rounds)
        _compare_first_of_a_minute(small, large)
        _print_memory("at the end")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=20_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--folder", type=Path, help="keep the built indexes here")
    return parser.parse_args()


def _index(size: int, folder: Path) -> Snapshot:
    folder.mkdir(parents=True, exist_ok=True)
    built = next(iter(folder.glob("search-1-*")), None)
    if built is None:
        built = _build(size, folder)
    index = SearchIndex.open(built)
    disk = sum(path.stat().st_size for path in built.iterdir())
    print(f"{size:>9,} listings: {disk / 1e6:,.0f} MB on disk, {disk / size:,.0f} bytes a listing")
    return Snapshot(version=1, parts=(Part(index),), changed={})


def _build(size: int, folder: Path) -> Path:
    step = 50_000
    spent = {"samples": 0.0}

    def rows() -> Iterator[CardRow]:
        source = sample_rows(size)
        while True:
            start = time.perf_counter()
            chunk = [row for row, _ in zip(source, range(step), strict=False)]
            spent["samples"] += time.perf_counter() - start
            if not chunk:
                return
            yield from chunk

    start = time.perf_counter()
    built = write_index(folder, lambda: build_arrays(rows(), terms=load_terms(), version=1))
    took = time.perf_counter() - start - spent["samples"]
    print(f"{size:>9,} listings: built and written in {took:.1f} s, {size / took:,.0f} rows/s")
    _print_memory("of the build")
    return built.folder


def _kinds() -> dict[str, Callable[[random.Random], SearchQuery]]:
    terms = load_terms()
    codes = list(terms.choice_codes)

    def anywhere(chance: random.Random) -> SearchQuery:
        row = chance.randrange(len(zip_table().code))
        return SearchQuery(now=_NOON, place=zip_place(row))

    def large_city(chance: random.Random) -> SearchQuery:
        return SearchQuery(now=_NOON, place=city_place(chance.randrange(_LARGE_CITIES)))

    def filtered(chance: random.Random) -> SearchQuery:
        return replace(large_city(chance), term_codes=("BU", "MU", "MD", chance.choice(codes)))

    def open_now(chance: random.Random) -> SearchQuery:
        return replace(large_city(chance), open_now=True)

    def worded(chance: random.Random) -> SearchQuery:
        text = chance.choice(("suboxone", "methadone clinic", "harbor", "treatment counseling"))
        return replace(large_city(chance), text=text)

    def misspelt(chance: random.Random) -> SearchQuery:
        return replace(
            large_city(chance), text=chance.choice(("suboxin", "harbr", "counselling x"))
        )

    def state(chance: random.Random) -> SearchQuery:
        return SearchQuery(now=_NOON, place=chance.choice(list(states().values())))

    def everywhere(_chance: random.Random) -> SearchQuery:
        return SearchQuery(now=_NOON)

    return {
        "25 miles round any ZIP code": anywhere,
        f"25 miles round {_LARGE_CITIES} largest cities": large_city,
        "  and 4 terms in 2 to 3 groups": filtered,
        "  and open now": open_now,
        "  and words": worded,
        "  and misspelt words": misspelt,
        "a whole state": state,
        "the whole country": everywhere,
    }


def _compare(
    name: str,
    make_query: Callable[[random.Random], SearchQuery],
    small: Snapshot,
    large: Snapshot,
    *,
    rounds: int,
) -> None:
    chance = random.Random(name)
    queries = [make_query(chance) for _ in range(rounds)]
    times: tuple[list[float], list[float]] = ([], [])
    matches: list[int] = []
    for query in [*queries[: rounds // 5], *queries]:
        for place, snapshot in enumerate((small, large)):
            took, result = _time(query, snapshot)
            times[place].append(took)
        matches.append(result.total)
    measured = [each[rounds // 5 :] for each in times]
    _print_line(name, measured, matches=statistics.median(matches))


def _compare_first_of_a_minute(small: Snapshot, large: Snapshot) -> None:
    """The one search that reckons the hours anew; all others of its minute use its answer."""
    place = city_place(0)
    times: tuple[list[float], list[float]] = ([], [])
    for minute in range(60):
        query = SearchQuery(now=_NOON + timedelta(minutes=minute), place=place)
        for number, snapshot in enumerate((small, large)):
            times[number].append(_time(query, snapshot)[0])
    _print_line("the first search of a minute", times, matches=0)


def _print_line(name: str, times: Sequence[list[float]], *, matches: float) -> None:
    medians = [statistics.median(each) for each in times]
    late = [statistics.quantiles(each, n=20)[-1] for each in times]
    cells = [f"{median:.2f} / {slow:.2f}" for median, slow in zip(medians, late, strict=True)]
    ratio = medians[1] / medians[0]
    print(f"{name:34}{cells[0]:>16}{cells[1]:>18}{ratio:>8.1f}{matches:>9,.0f}")


def _time(query: SearchQuery, snapshot: Snapshot) -> tuple[float, SearchResult]:
    start = time.thread_time()
    result = run_query(query, snapshot=snapshot, terms=load_terms())
    return (time.thread_time() - start) * 1_000, result


def _print_memory(when: str) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    print(f"peak memory {when}: {peak:,.0f} MiB (the listings of the bench included)")


if __name__ == "__main__":
    main()
