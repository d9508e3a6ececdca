"""The search beside Datasette with facets, over the same listings, same queries in turn.

    python -m bench.datasette [--quick] [--folder PATH]

Datasette runs in this process, asked through its own client, as our page is through werkzeug's:
no sockets on either side. Its table has the same listings with an index on latitude and
longitude, full text (FTS5) over the same words, its time limits lifted and its suggestions of
facets switched off. A place is a box of degrees around the city; the counts
are one facet over the array of a listing's choices (a column for each group of them is slower
by a sixth); one filter at a time, since Datasette has no OR inside a facet. It counts neither disjunctively nor "open now", and
measures no distance: it is asked for less than we answer. Page against page (HTML, 20 rows,
facets), and its JSON against our search alone.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from datasette.app import Datasette

from app.gazetteer.places import city_place
from app.search.terms import load_terms
from bench.database import folder_for_databases, instance_of, sample_app
from bench.figures import Figure, Options, run_part
from bench.pages import Asked, search_alone, search_page
from bench.race import print_times, race

_LARGE_CITIES: Final = 50
_MILES: Final = 25
_MILES_A_DEGREE: Final = 69.17
_SIZE: Final = 20_000
_CHOSEN: Final[tuple[tuple[tuple[str, str], ...], ...]] = (
    (),
    (("term", "BU"),),
    (("term", "MD"),),
    (("q", "counseling"),),
)
_SETTINGS: Final = {
    "facet_time_limit_ms": 60_000,
    "sql_time_limit_ms": 60_000,
    "suggest_facets": False,
    "default_page_size": 20,
    "default_facet_size": 500,
    "max_returned_rows": 1_000,
}


class Both(Asked):
    """One search as we and as Datasette are asked it."""

    def __init__(self, city: int, chosen: tuple[tuple[str, str], ...]) -> None:
        super().__init__(city, chosen)
        self.box = urlencode([*_box(city), *map(_condition, chosen)])


def main() -> None:
    """Run this part alone."""
    run_part(__doc__, measure)


def measure(options: Options) -> tuple[Figure, ...]:
    """Fill both, ask both in turn."""
    rounds = 20 if options.is_quick else 60
    chance = random.Random(11)
    asked = [Both(chance.randrange(_LARGE_CITIES), chance.choice(_CHOSEN)) for _ in range(rounds)]
    with folder_for_databases(options.folder) as folder:
        app = sample_app(_SIZE, folder)
        instance = instance_of(_SIZE, folder)
        table = folder / f"{instance.name}-datasette.sqlite3"
        if not table.exists():
            _make_table(instance / "help_first.sqlite3", table)
        datasette = Datasette([], immutables=[str(table)], settings=_SETTINGS)
        with asyncio.Runner() as loop:
            ask = partial(_asked, datasette, loop, table.stem)
            _check(ask, asked[0])
            runners: dict[str, Callable[[Both], object]] = {
                "search alone": search_alone(instance),
                "Datasette, JSON": lambda each: ask(each, form=".json"),
                "search page": search_page(app, "identity"),
                "Datasette, page": lambda each: ask(each, form=""),
            }
            times = race(runners, asked, warm=5)
    print_times(times, heading=f"{rounds} queries, {_SIZE:,} listings")
    page, alone = times["search page"].wall, times["search alone"].wall
    what = f"Datasette's {{}} / our {{}}, {_SIZE:,}"
    return (
        Figure(
            part="Beside Datasette",
            what=what.format("page", "page"),
            value=times["Datasette, page"].wall / page,
            least=40,
        ),
        Figure(
            part="Beside Datasette",
            what=what.format("JSON", "search alone"),
            value=times["Datasette, JSON"].wall / alone,
            least=40,
        ),
    )


def _make_table(source: Path, target: Path) -> None:
    database = sqlite3.connect(target)
    database.execute("ATTACH ? AS source", (str(source),))
    database.execute(
        "CREATE TABLE listing (id TEXT PRIMARY KEY, name TEXT, search_text TEXT, "
        "latitude REAL, longitude REAL, state TEXT, choices TEXT)"
    )
    rows = database.execute(
        "SELECT hex(id), name, search_text, latitude, longitude, state, term_codes "
        "FROM source.listing_card WHERE is_listed"
    ).fetchall()
    database.executemany(
        "INSERT INTO listing VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((*row[:6], json.dumps(_choices(row[6]))) for row in rows),
    )
    database.commit()
    database.execute("DETACH source")
    database.executescript(
        "CREATE INDEX place ON listing (latitude, longitude);"
        "CREATE VIRTUAL TABLE listing_fts USING fts5(search_text, content='listing');"
        "INSERT INTO listing_fts(listing_fts) VALUES ('rebuild');"
        "ANALYZE; VACUUM;"
    )
    database.close()


def _choices(codes: str) -> list[str]:
    """The choices of the filters that a listing with these codes meets."""
    terms = load_terms()
    numbers = {terms.numbers[code] for code in codes.split() if code in terms.numbers}
    return [choice.code for choice in terms.choices if not numbers.isdisjoint(choice.numbers)]


def _box(city: int) -> list[tuple[str, str]]:
    place = city_place(city)
    high = _MILES / _MILES_A_DEGREE
    wide = high / math.cos(math.radians(place.latitude))
    return [
        ("latitude__gte", f"{place.latitude - high:.5f}"),
        ("latitude__lte", f"{place.latitude + high:.5f}"),
        ("longitude__gte", f"{place.longitude - wide:.5f}"),
        ("longitude__lte", f"{place.longitude + wide:.5f}"),
        ("_facet_array", "choices"),
    ]


def _condition(chosen: tuple[str, str]) -> tuple[str, str]:
    name, value = chosen
    if name == "q":
        return "_search", value
    return "choices__arraycontains", value


def _asked(datasette: Datasette, loop: asyncio.Runner, name: str, each: Both, *, form: str) -> Any:  # noqa: ANN401 (an answer of httpx)
    answer = loop.run(datasette.client.get(f"/{name}/listing{form}?{each.box}"))
    assert answer.status_code == 200, answer.text
    return answer


def _check(ask: Callable[..., Any], each: Both) -> None:
    """Datasette's counts are whole, and it finds what lies in the box."""
    told = ask(each, form=".json").json()
    counted = told["facet_results"]["choices"]
    assert not counted["truncated"], "more choices than a facet gives"
    assert told["filtered_table_rows_count"] > 0, each.box


if __name__ == "__main__":
    main()
