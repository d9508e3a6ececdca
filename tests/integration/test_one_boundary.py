"""No field of any public page breaks it, whatever it holds: one boundary cleans what comes in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.domain.text import clean_int, clean_text
from app.extensions import db
from tests.factories import make_record, save_records
from tests.hostile import HOSTILE

FIELDS = {
    "/search": ("near", "q", "term", "radius", "page", "open_now", "remove", "sort", "per_page"),
    "/helplines": ("near", "state", "topic", "q", "page"),
    "/compare": ("id",),
    "/call-sheet": ("id",),
    "/check": ("overdose", "asked", "change", "near", "meant"),
    "/learn/treatment": ("near", "page"),
    "/learn/kratom-law": ("near", "state"),
    "/learn/kratom-claims": ("topic", "q"),
    "/listings/{listing}/report": ("topic", "when_called", "details", "token"),
    "/suggest": ("name", "town", "phone", "website", "details", "token"),
}
PLACES = ("/learn/{}", "/reports/{}", "/listings/{}", "/listings/{}/report", "/static/{}/exit.js")
HERE = {"Sec-Fetch-Site": "same-origin"}
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def listing_id(app: Flask) -> UUID:
    with app.app_context():
        return save_records(db.session, make_record())[0]


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_field_breaks_a_page(client: FlaskClient, listing_id: UUID, value: bytes) -> None:
    coded = "".join(f"%{byte:02x}" for byte in value)
    broken: dict[str, Any] = {}
    for path, names in FIELDS.items():
        address = path.replace("{listing}", str(listing_id))
        for name in names:
            answers = [client.get(f"{address}?{name}={coded}")] if len(coded) < 4_000 else []
            answers.append(
                client.post(
                    address,
                    data=f"{name}={coded}",
                    content_type="application/x-www-form-urlencoded",
                    headers=HERE,
                )
            )
            for answer in answers:
                if answer.status_code >= 500 or b"\0" in answer.data:
                    broken[f"{path} {name}"] = answer.status_code
                assert "\u202e" not in answer.text
    for path in PLACES:
        if len(coded) < 4_000:
            answer = client.get(path.format(coded))
            if answer.status_code >= 500:
                broken[path] = answer.status_code
    assert broken == {}


def test_a_whole_number_stays_within_its_bounds() -> None:
    for value in HOSTILE.values():
        number = clean_int(value.decode("utf-8", "replace"), default=1, low=1, high=1_000)
        assert 1 <= number <= 1_000


def test_a_text_is_free_of_what_no_database_takes() -> None:
    for value in (*HOSTILE.values(), b"\xed\xbf\xbf"):
        text = clean_text(
            value.decode("utf-8", "surrogatepass" if value[:1] == b"\xed" else "replace")
        )
        assert not re.search("[\0\ud800-\udfff\u202a-\u202e\u2066-\u2069\u200b]", text)


def test_no_page_makes_a_number_of_what_was_sent_but_by_the_boundary() -> None:
    """`type=int` and `int(request…)` take any number of digits, and fail on the rest."""
    own = re.compile(r"type=(?:int|float)\b|\b(?:int|float)\(\s*request\.")
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "app" / "web").rglob("*.py")
        if own.search(path.read_text("utf-8"))
    ]
    assert not found
