"""The search page beside an empty page of the same base template, over few and many listings.

    python -m bench.pages [--quick] [--folder PATH]

All run in one process through werkzeug's test client: routing, headers, template and, where it
says so, brotli; no sockets. The empty page is `base.html` with a title and a heading. Queries
are 25 miles around the largest cities, each a full page of 20 results with all counts; half of
them with filters or words. "Search alone" is the search in the mapped index, which also finds
and counts, but reads no database and writes no page. Ratios are of processor time, since a page
neither waits nor uses a second thread; the wall's are printed beside. A process keeps the cards
that it showed lately: the cities come again, as they do on a site that is used, so that most
cards are kept. The same page where none is kept stands beside. The first request is that of a new
process, index and database being there.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from flask import Flask, render_template

from app.domain.query import SearchQuery
from app.gazetteer.places import city_place
from app.search.folder import newest_index
from app.search.index import SearchIndex
from app.search.searcher import run_query
from app.search.snapshot import Part, Snapshot
from app.search.terms import load_terms
from app.web.card_shelf import CARD_SHELF, CardShelf, card_shelf
from app.web.warming import settle
from bench.database import folder_for_databases, instance_of, sample_app
from bench.figures import Figure, Options, run_part
from bench.race import Times, print_times, race

_LARGE_CITIES: Final = 50
_PART: Final = "Pages"
_NO_CARDS: Final = "search page, no card kept"
_EMPTY = (
    '{% extends "base.html" %}{% block title %}Empty{% endblock %}'
    "{% block main %}<h1>Empty</h1>{% endblock %}"
)
# Pairs of what is chosen beside the place, as the address has it; the empty ones are the rest.
_CHOSEN: Final[tuple[tuple[tuple[str, str], ...], ...]] = (
    (),
    (),
    (),
    (("term", "BU"), ("term", "MU")),
    (("term", "MD"),),
    (("q", "methadone"),),
)
_FIRST = """
import json, sys, time
started = time.perf_counter()
from wsgi import app
client = app.test_client()
ready = time.perf_counter()
answer = client.get(sys.argv[1], headers={"Accept-Encoding": "br"})
done = time.perf_counter()
assert answer.status_code == 200, answer.status
print(json.dumps({"start": ready - started, "first": done - ready}))
"""


class Asked:
    """One search as an address and as the query that it leads to."""

    def __init__(self, city: int, chosen: Sequence[tuple[str, str]]) -> None:
        place = city_place(city)
        self.address = f"/search?{urlencode([('near', place.label), *chosen])}"
        self.query = SearchQuery(
            now=datetime.now(UTC),
            place=place,
            term_codes=tuple(value for name, value in chosen if name == "term"),
            text=dict(chosen).get("q", ""),
        )


def main() -> None:
    """Run this part alone."""
    run_part(__doc__, measure)


def measure(options: Options) -> tuple[Figure, ...]:
    """Fill both databases, run all in turn."""
    small, large = (20_000, 100_000) if options.is_quick else (20_000, 1_000_000)
    rounds = 120 if options.is_quick else 300
    with folder_for_databases(options.folder) as folder:
        apps = {size: sample_app(size, folder) for size in (small, large)}
        plain = _race(apps, folder, rounds=rounds, coding="identity")
        print_times(plain, heading=f"{rounds} queries, no compression")
        packed = _race(apps, folder, rounds=rounds, coding="br")
        print_times(packed, heading=f"{rounds} queries, brotli")
        start, first = _first_request(instance_of(small, folder))
        print(f"\nnew process: {start:.2f} s to start, {first:.2f} s for its first request")
        return (
            *_ratios(plain, small=small, large=large, how="no compression"),
            *_ratios(packed, small=small, large=large, how="brotli"),
            Figure(
                part=_PART, what="first request of a new process", value=first, unit="s", most=2
            ),
            Figure(part=_PART, what="  and the start before it", value=start, unit="s"),
        )


def _race(apps: dict[int, Flask], folder: Path, *, rounds: int, coding: str) -> dict[str, Times]:
    small = min(apps)
    asked = _queries(rounds)
    # As a server does once it is loaded.
    settle()
    runners: dict[str, Callable[[Asked], object]] = {"empty page": _empty_page(apps[small], coding)}
    for size, app in apps.items():
        runners[f"search page, {size:,}"] = search_page(app, coding)
        if size == small:
            runners[_NO_CARDS] = _page_without_cards(app, coding)
        runners[f"search alone, {size:,}"] = search_alone(instance_of(size, folder))
    return dict(race(runners, asked, warm=rounds // 2))


def _queries(rounds: int) -> list[Asked]:
    chance = random.Random(7)
    return [Asked(chance.randrange(_LARGE_CITIES), chance.choice(_CHOSEN)) for _ in range(rounds)]


def _empty_page(app: Flask, coding: str) -> Callable[[Asked], object]:
    if "bench_empty" not in app.view_functions:
        template = app.jinja_env.from_string(_EMPTY)
        # The application has answered nothing yet, so that it still takes a page.
        app.add_url_rule("/bench-empty", "bench_empty", lambda: render_template(template))
    client = app.test_client()

    def run(_asked: Asked) -> None:
        answer = client.get("/bench-empty", headers={"Accept-Encoding": coding})
        assert answer.status_code == 200, answer.status

    return run


def search_page(app: Flask, coding: str) -> Callable[[Asked], object]:
    """Fetches the page of a search."""
    client = app.test_client()

    def run(asked: Asked) -> None:
        answer = client.get(asked.address, headers={"Accept-Encoding": coding})
        assert answer.status_code == 200, answer.status

    return run


def _page_without_cards(app: Flask, coding: str) -> Callable[[Asked], object]:
    page = search_page(app, coding)
    with app.app_context():
        kept = card_shelf()

    def run(asked: Asked) -> None:
        # The other pages keep theirs, so that this one does not lay cards out for them.
        app.extensions[CARD_SHELF] = CardShelf()
        page(asked)
        app.extensions[CARD_SHELF] = kept

    return run


def search_alone(instance: Path) -> Callable[[Asked], object]:
    """Searches in the built index of an instance folder, and nothing else."""
    built = newest_index(instance, fingerprint=load_terms().fingerprint)
    assert built is not None, instance
    snapshot = Snapshot(built.version, (Part(SearchIndex.open(built.folder)),), {})
    return lambda asked: run_query(asked.query, snapshot=snapshot, terms=load_terms())


def _ratios(times: dict[str, Times], *, small: int, large: int, how: str) -> tuple[Figure, ...]:
    def ratio(above: str, below: str, most: float | None = None) -> Figure:
        value = times[above].processor / times[below].processor
        return Figure(part=_PART, what=f"{above} / {below} ({how})", value=value, most=most)

    return (
        ratio(f"search page, {small:,}", "empty page", 3),
        ratio(_NO_CARDS, "empty page"),
        ratio(f"search page, {large:,}", f"search page, {small:,}", 2),
        ratio(f"search alone, {small:,}", "empty page", 0.5),
        ratio(f"search alone, {large:,}", f"search alone, {small:,}"),
    )


def _first_request(instance: Path) -> tuple[float, float]:
    """The medians of the start of a process and of its first request, seconds."""
    environment = {**os.environ, "INSTANCE_PATH": str(instance), "DATABASE_URL": ""}
    command = [sys.executable, "-c", _FIRST, _queries(1)[0].address]
    told = [
        json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)
        for _ in range(5)
    ]
    start = statistics.median(each["start"] for each in told)
    return start, statistics.median(each["first"] for each in told)


if __name__ == "__main__":
    main()
