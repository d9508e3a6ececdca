"""A server that answers, and fails, as the live federal directory does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.local_server import served_by

Answer = Callable[[BaseHTTPRequestHandler, bytes], None]


def make_facility(number: int, *, state: str = "OH", **changes: object) -> dict[str, Any]:
    return {
        "_irow": number,
        "name1": f"Sample Center {number}",
        "street1": f"{number} Sample Street",
        "city": "Columbus",
        "state": state,
        "zip": "43215",
        "phone": "614-555-0100",
        "website": "http://",
        "latitude": "39.96",
        "longitude": "-83.0",
        "miles": "1.0",
        "typeFacility": "SA",
        "services": None,
        **changes,
    }


@dataclass
class Locator:
    """The server's facilities, the odd answers that it gives first, and what it was asked."""

    url: str
    facilities: list[dict[str, Any]] = field(default_factory=list)
    odd_answers: list[Answer] = field(default_factory=list)
    questions: list[dict[str, str]] = field(default_factory=list)

    def page(self, question: dict[str, str]) -> bytes:
        size, number = int(question["pageSize"]), int(question["page"])
        rows = self.facilities[(number - 1) * size : number * size]
        numbered = [{**row, "_irow": at, "miles": str(at)} for at, row in enumerate(rows, 1)]
        pages = -(-len(self.facilities) // size)
        envelope = {"page": number, "totalPages": pages, "recordCount": len(self.facilities)}
        return json.dumps({**envelope, "rows": numbered}).encode()


def send_json(handler: BaseHTTPRequestHandler, body: bytes, *, status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def running_locator() -> Iterator[Locator]:
    """A server on this machine that answers like the live directory, until the context ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            question = {name: each[0] for name, each in parse_qs(urlsplit(self.path).query).items()}
            known.questions.append(question)
            answer = known.odd_answers.pop(0) if known.odd_answers else send_json
            answer(self, known.page(question))

    with served_by(Handler) as address:
        known = Locator(url=f"{address}locator")
        yield known
