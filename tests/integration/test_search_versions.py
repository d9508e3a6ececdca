"""The index and the data: edits, rebuilds, several processes, and a killed build."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.domain.query import SearchQuery
from app.search import folder as folders
from app.search.searcher import Searcher
from app.search.terms import load_terms
from app.store.cards import CardRow
from bench.samples import sample_rows
from tests.engines import database_url
from tests.integration.search_database import CardDatabase

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
EVERYTHING = SearchQuery(now=NOW, page_size=100)
_SPAWN = multiprocessing.get_context("spawn")
_PATIENCE_S = 60


@pytest.fixture(scope="module")
def module_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CardDatabase]:
    with database_url(tmp_path_factory.mktemp("cards")) as url:
        database = CardDatabase(url)
        yield database
        database.engine.dispose()


@pytest.fixture
def database(module_database: CardDatabase) -> Iterator[CardDatabase]:
    yield module_database
    module_database.clear()


@pytest.fixture
def rows() -> list[CardRow]:
    return list(sample_rows(60, seed=3))


def _searcher(database: CardDatabase, instance: Path, **options: Any) -> Searcher:
    return Searcher(instance, session_factory=database.sessions, **options)


def _built(instance: Path) -> list[str]:
    return sorted(path.name for path in instance.iterdir() if path.is_dir())


def _named(row: CardRow, name: str) -> CardRow:
    return row._replace(name=name, search_text=name.casefold())


def test_first_search_builds_the_index(
    database: CardDatabase, rows: list[CardRow], tmp_path: Path
) -> None:
    database.save(rows)
    assert _searcher(database, tmp_path).search(EVERYTHING).total == 60
    assert len(_built(tmp_path)) == 1


def test_search_of_an_empty_database_finds_nothing(database: CardDatabase, tmp_path: Path) -> None:
    result = _searcher(database, tmp_path).search(replace(EVERYTHING, text="clinic", page=9))
    assert (result.total, result.hits, result.open_now_count) == (0, (), 0)
    assert set(result.term_counts.values()) == {0}


def test_edit_is_found_by_the_next_search_of_every_process(
    database: CardDatabase, rows: list[CardRow], tmp_path: Path
) -> None:
    database.save(rows)
    searchers = [_searcher(database, tmp_path) for _ in range(2)]
    query = replace(EVERYTHING, text="lighthouse")
    assert [each.search(query).total for each in searchers] == [0, 0]
    database.save([_named(rows[5], "Sample Lighthouse")])
    for searcher in searchers:
        (hit,) = searcher.search(query).hits
        assert hit.listing_id == rows[5].id
        assert searcher.search(EVERYTHING).total == 60
    database.save([_named(rows[5], "Sample Beacon")])
    assert [each.search(query).total for each in searchers] == [0, 0]


def test_retired_listing_is_gone_and_comes_back(
    database: CardDatabase, rows: list[CardRow], tmp_path: Path
) -> None:
    database.save(rows)
    searcher = _searcher(database, tmp_path)
    before = searcher.search(EVERYTHING)
    database.save([row._replace(is_listed=False) for row in rows[:10]])
    after = searcher.search(EVERYTHING)
    assert after.total == 50
    assert {hit.listing_id for hit in after.hits} == {row.id for row in rows[10:]}
    database.save(rows[:10])
    assert searcher.search(EVERYTHING) == before


def test_new_listing_takes_its_place_in_the_order(
    database: CardDatabase, rows: list[CardRow], tmp_path: Path
) -> None:
    database.save(rows[:50])
    searcher = _searcher(database, tmp_path)
    searcher.prepare()
    database.save(rows[50:])
    fresh = _searcher(database, tmp_path / "other")
    for page in (1, 2, 3, 4):
        query = replace(EVERYTHING, page=page, page_size=17)
        assert searcher.search(query) == fresh.search(query)


def test_word_that_only_an_old_text_held_is_not_known(
    database: CardDatabase, rows: list[CardRow], tmp_path: Path
) -> None:
    database.save([_named(rows[0], "Sample Lighthouse"), _named(rows[1], "Sample Lighthouses")])
    searcher = _searcher(database, tmp_path)
    searcher.prepare()
    database.save([_named(rows[0], "Sample Beacon")])
    result = searcher.search(replace(EVERYTHING, text="lighthouse"))
    assert result.words[0].read_as == "lighthouses"
    assert [hit.listing_id for hit in result.hits] == [rows[1].id]


def test_large_overlay_is_folded_in_the_background(
    database: CardDatabase, rows: list[CardRow], tmp_path: Path
) -> None:
    database.save(rows[:20])
    searcher = _searcher(database, tmp_path, overlay_limit=10)
    searcher.search(EVERYTHING)
    (first,) = _built(tmp_path)
    database.save(rows[20:])
    assert searcher.search(EVERYTHING).total == 60
    searcher.wait()
    (second,) = _built(tmp_path)
    assert second != first
    assert searcher.search(EVERYTHING).total == 60


def test_reader_keeps_its_index_while_another_is_built(
    database: CardDatabase, rows: list[CardRow], tmp_path: Path
) -> None:
    database.save(rows[:30])
    searcher = _searcher(database, tmp_path)
    searcher.search(EVERYTHING)
    stop = threading.Event()
    failures: list[BaseException] = []
    totals: list[int] = []

    def read() -> None:
        try:
            while not stop.is_set():
                totals.append(searcher.search(EVERYTHING).total)
        except BaseException as error:  # noqa: BLE001 (told by the assertion below)
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for start in range(30, 60, 6):
        database.save(rows[start : start + 6])
        _searcher(database, tmp_path).prepare()
    stop.set()
    for reader in readers:
        reader.join()
    assert not failures
    assert set(totals) <= {30, 36, 42, 48, 54, 60}
    assert searcher.search(EVERYTHING).total == 60


def test_index_of_newer_data_is_not_used(
    database: CardDatabase, rows: list[CardRow], tmp_path: Path
) -> None:
    database.save(rows[:50])
    database.save(rows[50:])
    searcher = _searcher(database, tmp_path)
    assert searcher.search(EVERYTHING).total == 60
    # A backup was played back, or another database lies where the old one lay.
    database.clear()
    database.save(rows[:10])
    assert _searcher(database, tmp_path).search(EVERYTHING).total == 10
    assert searcher.search(EVERYTHING).total == 10


def test_other_taxonomy_gets_an_index_of_its_own(
    database: CardDatabase, rows: list[CardRow], tmp_path: Path
) -> None:
    database.save(rows)
    _searcher(database, tmp_path).prepare()
    (first,) = _built(tmp_path)
    fewer = replace(load_terms(), choices=load_terms().choices[:5])
    result = _searcher(database, tmp_path, terms=fewer).search(EVERYTHING)
    assert len(result.term_counts) == 5
    assert _built(tmp_path) != [first]


def _prepare(url: str, instance: Path, ready: Any, go: Any) -> None:
    database = CardDatabase(url)
    searcher = Searcher(instance, session_factory=database.sessions)
    ready.release()
    go.wait()
    searcher.prepare()


def _build_and_hang(url: str, instance: Path, reached: Any) -> None:
    database = CardDatabase(url)

    def hang(_folder: Path) -> None:
        reached.set()
        time.sleep(_PATIENCE_S)

    # Everything is written by then, and nothing has its name yet.
    folders.write_arrays = _written_then(hang)
    Searcher(instance, session_factory=database.sessions).prepare()


def _written_then(hang: Any) -> Any:
    write = folders.write_arrays

    def write_and_hang(folder: Path, *arguments: Any) -> None:
        write(folder, *arguments)
        hang(folder)

    return write_and_hang


def _url(database: CardDatabase) -> str:
    return database.engine.url.render_as_string(hide_password=False)


@pytest.mark.slow
def test_two_processes_that_build_at_once_make_one_index(
    database: CardDatabase, rows: list[CardRow], tmp_path: Path
) -> None:
    database.save(rows)
    ready, go = _SPAWN.Semaphore(0), _SPAWN.Event()
    arguments = (_url(database), tmp_path, ready, go)
    builders = [_SPAWN.Process(target=_prepare, args=arguments) for _ in range(2)]
    for builder in builders:
        builder.start()
    for _ in builders:
        assert ready.acquire(timeout=_PATIENCE_S)
    go.set()
    for builder in builders:
        builder.join(_PATIENCE_S)
        assert builder.exitcode == 0
    assert len(_built(tmp_path)) == 1
    assert _searcher(database, tmp_path).search(EVERYTHING).total == 60


@pytest.mark.slow
def test_build_that_is_killed_leaves_no_half_index(
    database: CardDatabase, rows: list[CardRow], tmp_path: Path
) -> None:
    database.save(rows)
    reached = _SPAWN.Event()
    builder = _SPAWN.Process(target=_build_and_hang, args=(_url(database), tmp_path, reached))
    builder.start()
    assert reached.wait(_PATIENCE_S)
    assert builder.pid is not None
    os.kill(builder.pid, signal.SIGKILL)
    builder.join(_PATIENCE_S)
    leftovers = _built(tmp_path)
    assert len(leftovers) == 1
    assert folders.newest_index(tmp_path, fingerprint=load_terms().fingerprint) is None
    assert _searcher(database, tmp_path).search(EVERYTHING).total == 60
    (built,) = _built(tmp_path)
    assert built not in leftovers
