"""A machine that asks without end has to wait; people behind one address, and help, never do."""

from __future__ import annotations

from typing import Any, Final

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.web.limits import Limit
from app.web.public.search import page as search_page
from app.web.take_along import page as take_along_page
from app.web.tries import LIMITER
from tests.browse import Page, check_page, text_of
from tests.factories import NOW

MACHINE: Final = "100.64.7.9"
NEIGHBOUR: Final = "100.64.7.200"
SOMEBODY_ELSE: Final = "100.64.8.9"
SEARCH: Final = search_page.BY_NETWORK
FILE: Final = take_along_page.BY_NETWORK
HELP: Final = (
    "/",
    "/check",
    "/check?overdose=yes&asked=overdose",
    "/helplines",
    "/helplines?near=43215",
    "/learn/",
    "/learn/overdose",
    "/learn/naloxone",
    "/learn/withdrawal",
    "/take-along",
    "/suggest",
    "/reports/nothing",
)


def ask(client: FlaskClient, address: str, *, by: str = MACHINE, **options: Any) -> Page:
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = client.open(address, headers=headers, environ_overrides={"REMOTE_ADDR": by}, **options)
    return Page(answer)


def use_up(app: Flask, limit: Limit, *, but: int = 0) -> None:
    """Count as many as the network may have, but for so many."""
    for _number in range(limit.count - but):
        assert app.extensions[LIMITER].take(limit, "100.64.7.0/24") == 0


def test_what_a_network_may_ask_is_more_than_people_do() -> None:
    """A library with 60 screens, each with ten searches a minute; a file a second."""
    assert (SEARCH.count, SEARCH.period_s) == (600, 60)
    assert (FILE.count, FILE.period_s) == (60, 60)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_search_too_many_has_to_wait_and_has_the_emergency_numbers(
    app: Flask, client: FlaskClient, method: str
) -> None:
    where = {"query_string" if method == "GET" else "data": {"near": "43215"}}
    use_up(app, SEARCH, but=1)
    assert ask(client, "/search", method=method, **where).status == 200
    refused = ask(client, "/search", method=method, by=NEIGHBOUR, **where)
    check_page(refused)
    assert refused.status == 429
    assert 0 < int(refused.response.headers["Retry-After"]) <= 64
    assert {"tel:911", "tel:988"} <= set(refused.links())
    assert "/helplines" in refused.links()
    assert ask(client, "/search", method=method, by=SOMEBODY_ELSE, **where).status == 200


def test_waiting_ends(app: Flask, client: FlaskClient) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        use_up(app, SEARCH)
        refused = ask(client, "/search?near=43215")
        assert refused.status == 429
        clock.shift(int(refused.response.headers["Retry-After"]))
        assert ask(client, "/search?near=43215").status == 200


def test_a_file_too_many_has_to_wait_and_searches_go_on(app: Flask, client: FlaskClient) -> None:
    use_up(app, FILE)
    refused = ask(client, "/take-along/file", method="POST", data={"near": "43215"})
    check_page(refused)
    assert refused.status == 429
    assert "tel:911" in refused.links()
    assert ask(client, "/search?near=43215").status == 200


@pytest.mark.parametrize("text", ["i want to die", "he is not breathing", "overdose now"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_who_writes_of_dying_gets_the_card_all_the_same(
    app: Flask, client: FlaskClient, text: str, method: str
) -> None:
    where = {"query_string" if method == "GET" else "data": {"q": text}}
    expected = _card_of(ask(client, "/search", method=method, **where))
    use_up(app, SEARCH, but=1)
    page = ask(client, "/search", method=method, **where)
    check_page(page)
    assert page.status == 429
    assert 0 < int(page.response.headers["Retry-After"]) <= 64
    assert expected
    assert _card_of(page) == expected


def _card_of(page: Page) -> list[str]:
    """The words of the cards that stand above a search for somebody in danger."""
    return [text_of(card) for card in page.all("section", class_="emergency")]


@pytest.mark.parametrize("address", HELP)
def test_help_is_refused_to_nobody(embedded: Flask, address: str) -> None:
    client = embedded.test_client()
    expected = ask(client, address).status
    embedded.extensions[LIMITER].forget()
    for limit in (SEARCH, FILE):
        use_up(embedded, limit)
        assert embedded.extensions[LIMITER].take(limit, "100.64.7.0/24") > 0
    assert expected in {200, 404}
    assert ask(client, address).status == expected


@pytest.mark.parametrize(
    "by", ["127.0.0.1", "::1", "10.1.2.3", "172.17.0.1", "192.168.1.1", "fd00::1", ""]
)
def test_a_proxy_that_nobody_named_is_not_all_visitors_at_once(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    monkeypatch.setattr(search_page, "BY_NETWORK", Limit(name="one", count=1, period_s=60))
    del app
    for _time in range(3):
        assert ask(client, "/search?near=43215", by=by).status == 200
    assert ask(client, "/search?near=43215").status == 200
    assert ask(client, "/search?near=43215").status == 429
