"""The call sheet: numbers, questions, room for notes and a code for each place."""

from __future__ import annotations

from urllib.parse import quote

import pytest
import segno
from flask import Flask
from sqlalchemy.orm import Session

from app.domain.records import PhoneKind
from app.web.clock import CLOCK_SETTING
from app.web.qr import qr_view
from tests.browse import Browse
from tests.factories import NOW, make_phone, make_record, save_records

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def _clock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, CLOCK_SETTING, lambda: NOW)


def test_a_sheet_has_what_a_call_needs(session: Session, browse: Browse) -> None:
    keys = save_records(
        session,
        make_record(
            name="Sample A",
            phones=(make_phone(34), make_phone(35, kind=PhoneKind.INTAKE)),
            term_codes=("SA",),
        ),
        make_record(name="Sample B"),
    )
    page = browse.get("public.call_sheet", id=keys)
    assert page.text.index("(614) 555-0135") < page.text.index("(614) 555-0134")
    assert "Do you take new people now?" in page.text
    assert "Printed Nov 24, 2026" in page.text
    assert len(page.all(f"{SVG}svg", class_="qr")) == 2


def test_the_code_holds_the_address_of_the_listing(session: Session, browse: Browse) -> None:
    (key,) = save_records(session, make_record())
    page = browse.get("public.call_sheet", id=key)
    (code,) = page.all(f"{SVG}svg", class_="qr")
    ink = next(path for path in code.iter(f"{SVG}path") if path.get("class") == "qr-ink")
    assert ink.get("d") == qr_view(f"http://localhost/listings/{key}").path


def test_a_code_is_the_matrix_square_by_square() -> None:
    view = qr_view("http://localhost/listings/1")
    matrix = segno.make("http://localhost/listings/1", error="m", micro=False).matrix
    dark = sum(cell for row in matrix for cell in row)
    runs = [int(part.split("v")[0]) for part in view.path.split("h")[1:] if "v" in part]
    assert sum(runs) == dark
    assert view.size == len(matrix) + 8


def test_only_three_fit(session: Session, browse: Browse) -> None:
    keys = save_records(session, *[make_record(name=f"Sample {n}") for n in range(5)])
    page = browse.get("public.call_sheet", id=keys)
    assert len(page.all(f"{SVG}svg", class_="qr")) == 3
    assert "Only the first 3 are on this sheet" in page.text


@pytest.mark.parametrize("query", ["", "id=", "id=" + quote("'; DROP TABLE"), "id=%00"])
def test_a_sheet_without_places_says_how_to_make_one(browse: Browse, query: str) -> None:
    page = browse.open(f"/call-sheet?{query}")
    assert "No place is chosen yet" in page.text


def test_a_request_for_another_host_gets_no_code_with_it(session: Session, app: Flask) -> None:
    (key,) = save_records(session, make_record())
    response = app.test_client().get(f"/call-sheet?id={key}", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert b"evil.example" not in response.data
