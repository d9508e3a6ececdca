"""The live client against a local server that answers, and fails, as the locator does."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.domain.errors import ImportFileError
from app.importers.fetch import (
    FetchProgress,
    circles_near,
    circles_of_state,
    fetch_findtreatment,
)
from app.importers.findtreatment import read_findtreatment
from app.importers.locator_client import Circle, Client, page_url
from tests.locator import Answer, Locator, make_facility, running_locator, send_json

COLUMBUS = Circle(latitude=39.9612, longitude=-82.9988, radius_m=80_467)
DAYTON = Circle(latitude=39.7589, longitude=-84.1916, radius_m=160_934)


def _fails(status: int) -> Answer:
    return lambda handler, _body: send_json(handler, b"busy", status=status)


def _drops_the_connection(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])


def _hangs_up(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
    handler.close_connection = True


def _cuts_the_json(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send_json(handler, body[: len(body) // 2])


@pytest.fixture
def locator() -> Iterator[Locator]:
    with running_locator() as known:
        yield known


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(locator: Locator, waits: list[float]) -> Client:
    return Client(
        base_url=locator.url,
        timeout_s=5.0,
        tries=4,
        page_size=3,
        sleep=waits.append,
        jitter=lambda: 0.5,
    )


def _names(path: Path) -> list[str]:
    rows = read_findtreatment(path, edition="2026-11-24").rows
    return [row.record.name for row in rows if row.record]


def test_all_pages_become_one_file_that_the_importer_reads(
    locator: Locator, client: Client, tmp_path: Path
) -> None:
    locator.facilities = [make_facility(number) for number in range(1, 9)]
    seen: list[FetchProgress] = []
    path = fetch_findtreatment([COLUMBUS], folder=tmp_path, client=client, progress=seen.append)
    assert _names(path) == [f"Sample Center {number}" for number in range(1, 9)]
    assert [question["page"] for question in locator.questions] == ["1", "2", "3"]
    assert (seen[-1].page, seen[-1].pages, seen[-1].rows) == (3, 3, 8)
    assert json.loads(path.read_text(encoding="utf-8"))["recordCount"] == 8


def test_the_question_has_latitude_first_and_metres(
    locator: Locator, client: Client, tmp_path: Path
) -> None:
    locator.facilities = [make_facility(1)]
    fetch_findtreatment([COLUMBUS], folder=tmp_path, client=client)
    assert locator.questions[0] == {
        "sAddr": "39.96120,-82.99880",
        "limitType": "2",
        "limitValue": "80467",
        "pageSize": "3",
        "page": "1",
        "sort": "0",
    }


def test_doubles_of_overlapping_circles_and_other_states_are_left_out(
    locator: Locator, client: Client, tmp_path: Path
) -> None:
    locator.facilities = [
        make_facility(1),
        make_facility(2, state="IN"),
        make_facility(3, state=" oh "),
    ]
    path = fetch_findtreatment([COLUMBUS, DAYTON], folder=tmp_path, state="OH", client=client)
    assert len(locator.questions) == 2
    assert _names(path) == ["Sample Center 1", "Sample Center 3"]


@pytest.mark.parametrize(
    "odd",
    [_fails(500), _fails(429), _fails(503), _drops_the_connection, _hangs_up, _cuts_the_json],
    ids=["500", "429", "503", "cut body", "no answer", "cut json"],
)
def test_a_failure_that_passes_is_asked_again_with_growing_waits(
    locator: Locator, client: Client, waits: list[float], tmp_path: Path, odd: Answer
) -> None:
    locator.facilities = [make_facility(1)]
    locator.odd_answers = [odd, odd]
    path = fetch_findtreatment([COLUMBUS], folder=tmp_path, client=client)
    assert _names(path) == ["Sample Center 1"]
    assert waits == [0.5, 1.0, 2.0]


def test_the_server_may_ask_for_a_longer_wait_but_not_for_ever(
    locator: Locator, client: Client, waits: list[float], tmp_path: Path
) -> None:
    def asks(seconds: int) -> Answer:
        def answer(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
            handler.send_response(503)
            handler.send_header("Retry-After", str(seconds))
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        return answer

    locator.facilities = [make_facility(1)]
    locator.odd_answers = [asks(7), asks(86_400)]
    fetch_findtreatment([COLUMBUS], folder=tmp_path, client=client)
    assert waits == [0.5, 7.0, 60.0]


def test_a_failure_that_stays_ends_in_words_and_the_next_try_goes_on(
    locator: Locator, client: Client, tmp_path: Path
) -> None:
    locator.facilities = [make_facility(number) for number in range(1, 6)]
    locator.odd_answers = [send_json, *[_fails(500)] * 4]
    with pytest.raises(ImportFileError, match=r"after 4 tries \(HTTP 500\).*are kept"):
        fetch_findtreatment([COLUMBUS], folder=tmp_path, client=client)
    locator.questions.clear()
    path = fetch_findtreatment([COLUMBUS], folder=tmp_path, client=client)
    assert [question["page"] for question in locator.questions] == ["2"]
    assert len(_names(path)) == 5
    assert list(tmp_path.iterdir()) == [path]


def test_pages_of_another_day_are_fetched_anew(
    locator: Locator, client: Client, tmp_path: Path
) -> None:
    locator.facilities = [make_facility(number) for number in range(1, 6)]
    locator.odd_answers = [send_json, *[_fails(500)] * 4]
    with pytest.raises(ImportFileError):
        fetch_findtreatment([COLUMBUS], folder=tmp_path, client=client)
    (kept,) = tmp_path.glob("*/*.json")
    long_ago = time.time() - 2 * 86_400
    os.utime(kept, (long_ago, long_ago))
    locator.questions.clear()
    fetch_findtreatment([COLUMBUS], folder=tmp_path, client=client)
    assert [question["page"] for question in locator.questions] == ["1", "2"]


def test_a_refusal_is_not_asked_again(locator: Locator, client: Client, tmp_path: Path) -> None:
    locator.odd_answers = [_fails(403)]
    with pytest.raises(ImportFileError, match="refused the question"):
        fetch_findtreatment([COLUMBUS], folder=tmp_path, client=client)
    assert len(locator.questions) == 1


def test_default_rows_from_elsewhere_are_refused(
    locator: Locator, client: Client, tmp_path: Path
) -> None:
    locator.facilities = [make_facility(1, latitude="38.9", longitude="-77.0")]
    with pytest.raises(ImportFileError, match="places that are not near"):
        fetch_findtreatment([COLUMBUS], folder=tmp_path, client=client)
    assert not list(tmp_path.glob("*.json"))


@pytest.mark.parametrize("rows", [[], None])
def test_no_places_at_all_is_said(
    locator: Locator, client: Client, tmp_path: Path, rows: list[object] | None
) -> None:
    body = json.dumps({"page": 1, "totalPages": 0, "recordCount": 0, "rows": rows}).encode()
    locator.odd_answers = [lambda handler, _body: send_json(handler, body)]
    with pytest.raises(ImportFileError, match="has no places here"):
        fetch_findtreatment([COLUMBUS], folder=tmp_path, client=client)


def test_a_page_without_rows_before_the_last_is_refused(
    locator: Locator, client: Client, tmp_path: Path
) -> None:
    body = json.dumps({"page": 1, "totalPages": 3, "rows": []}).encode()
    locator.odd_answers = [lambda handler, _body: send_json(handler, body)]
    with pytest.raises(ImportFileError, match="page 1 of 3 came without rows"):
        fetch_findtreatment([COLUMBUS], folder=tmp_path, client=client)


def test_a_server_that_is_not_there_ends_in_words(client: Client, tmp_path: Path) -> None:
    absent = Client(base_url="http://127.0.0.1:9/locator", tries=2, sleep=client.sleep)
    with pytest.raises(ImportFileError, match=r"127\.0\.0\.1 could not be read after 2 tries"):
        fetch_findtreatment([COLUMBUS], folder=tmp_path, client=absent)


def test_only_web_addresses_are_asked() -> None:
    with pytest.raises(ImportFileError, match="is not a web address"):
        page_url(COLUMBUS, 1, client=Client(base_url="file:///etc/hosts"))


def test_one_point_is_one_circle() -> None:
    assert circles_near(39.9612, -82.9988, radius_m=80_467) == (COLUMBUS,)


def test_a_state_is_covered_by_a_few_circles_with_a_margin() -> None:
    circles = circles_of_state("OH")
    assert 1 < len(circles) < 20
    assert {round(circle.radius_m) for circle in circles} == {160_934}


def test_a_state_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ImportFileError, match="two-letter code"):
        circles_of_state("Ohoi")


def _sends_to(address: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
        handler.send_response(302)
        handler.send_header("Location", address)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def test_a_redirect_within_the_directory_is_followed(
    locator: Locator, client: Client, tmp_path: Path
) -> None:
    locator.facilities = [make_facility(1)]
    question = urlsplit(page_url(COLUMBUS, 1, client=client)).query
    locator.odd_answers = [_sends_to(f"/moved?{question}")]
    file = fetch_findtreatment([COLUMBUS], folder=tmp_path, client=client)
    assert _names(file) == ["Sample Center 1"]
    assert len(locator.questions) == 2


@pytest.mark.parametrize(
    "address",
    ["http://localhost:{port}/", "{other}", "//{user}127.0.0.1:{port}/", "http://127.0.0.1:x/"],
    ids=["another name", "another port", "with a password", "no port at all"],
)
def test_a_redirect_to_another_address_is_refused_and_never_asked(
    locator: Locator, client: Client, tmp_path: Path, address: str
) -> None:
    locator.facilities = [make_facility(1)]
    with running_locator() as other:
        other.facilities = [make_facility(2)]
        port = urlsplit(locator.url).port
        there = address.format(port=port, other=other.url, user="sample:secret@")
        locator.odd_answers = [_sends_to(there)]
        with pytest.raises(ImportFileError, match="another address"):
            fetch_findtreatment([COLUMBUS], folder=tmp_path, client=client)
        assert len(locator.questions) == 1
        assert other.questions == []
