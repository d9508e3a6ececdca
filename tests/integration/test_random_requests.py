"""Whatever is sent to whichever route, by whomever: never a 5xx, and never the inside of a fault."""

from __future__ import annotations

import logging
import os
from collections import Counter
from contextvars import Context
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.importers.folders import imports_folder
from app.importers.gate import ImportGate
from app.store import users
from app.web.session import is_staff_path
from app.web.tries import LIMITER
from tests.browse import Page
from tests.importing import use_launcher
from tests.random_requests import RandomRequest, Requests, learn
from tests.staff import token_in
from tests.visiting import open_pages, sign_everybody_in
from tests.visits import ADMIN, MEMBER, VISITS, make_sample

# `make prove` sends 5,000 and `make prove-full` 50,000, on each engine.
REQUESTS = int(os.environ.get("HELP_FIRST_RANDOM_REQUESTS", "400"))
SEED = int(os.environ.get("HELP_FIRST_SEED", "20261124"))
VISITORS = ("admin", "admin", "admin", "member", "public")


class Nobody:
    """Starts no process: an import that was begun is one that was interrupted."""

    def __init__(self, app: Flask) -> None:
        self.gate = ImportGate(imports_folder(app.instance_path))

    def start(self, run_id: UUID, held: int) -> int:
        del run_id
        os.close(held)
        return 0


@pytest.mark.slow
def test_no_request_gets_a_5xx_or_the_inside_of_a_fault(
    embedded: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    app = embedded
    sample = make_sample(app)
    browsers = sign_everybody_in(app)
    pages = open_pages(browsers, VISITS, sample)
    known = learn(app, pages.values())
    # Who takes their own second step away is signed out, and would ask for nothing more.
    known.parts["user_id"] -= ids_of(app, ADMIN, MEMBER)
    requests = Requests(app, known, seed=SEED)
    tokens = {
        who: token_in(browsers[who].get("/admin/account").html)
        for who in browsers
        if who in {"admin", "member"}
    }
    statuses, reached, restore = Counter[int](), set(), use_launcher(app, Nobody(app))
    try:
        for number in range(REQUESTS):
            if number % 50 == 0:
                app.extensions[LIMITER].forget()
            visitor = requests.visitor(VISITORS)
            asked = requests.make(tokens=tokens, visitor=visitor)
            with caplog.at_level(logging.ERROR):
                answer = send(browsers[visitor].client, asked)
            judge(answer, f"seed {SEED}, request {number} of {visitor}: {asked}: {caplog.text}")
            statuses[answer.status_code] += 1
            if answer.status_code < 300:
                reached.add(asked.endpoint)
    finally:
        restore()
    # Requests that were all refused at the door would prove little.
    assert browsers["admin"].client.get("/admin/").status_code == 200
    assert statuses[200] > REQUESTS / 5, statuses
    assert len(reached) > 40, sorted(reached)


def ids_of(app: Flask, *emails: str) -> set[str]:
    with app.app_context():
        people = [users.find_user(db.session, email) for email in emails]
    return {str(person.id) for person in people if person}


def send(client: FlaskClient, asked: RandomRequest) -> Any:
    """The answer, read to its end in a context of its own, where a page may be sent in parts."""

    def read() -> Any:
        with client.open(
            asked.address,
            method=asked.method,
            data=asked.body or None,
            content_type=asked.content_type or None,
            headers=dict(asked.headers),
        ) as answer:
            answer.get_data()
            return answer

    return Context().run(read)


def judge(answer: Any, told: str) -> None:
    assert answer.status_code < 500, f"{answer.status_code}: {told}"
    assert b"Traceback (most recent call" not in answer.data, told
    assert "Content-Security-Policy" in answer.headers, told
    if not is_staff_path(answer.request.path):
        assert "Set-Cookie" not in answer.headers, told


def test_a_planted_fault_is_seen(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise ValueError

    monkeypatch.setitem(app.view_functions, "public.helplines", broken)
    client = app.test_client()
    asked = RandomRequest(
        endpoint="", method="GET", address="/helplines", body=b"", content_type="", headers={}
    )
    with pytest.raises(AssertionError, match="500: the fault"):
        judge(send(client, asked), "the fault")


def test_what_a_route_takes_is_learnt_from_the_pages(app: Flask, client: FlaskClient) -> None:
    known = learn(app, [Page(client.get("/search?near=43215")), Page(client.get("/suggest"))])
    assert {"near", "q"} <= set(known.fields["public.search"])
    assert {"name", "town", "phone"} <= set(known.fields["public.suggest"])
    assert {"page", "done", "action"} <= set(known.read)
    again = [
        [Requests(app, known, seed=7).make(tokens={}, visitor="public") for _number in range(20)]
        for _time in range(2)
    ]
    assert again[0] == again[1]
