"""The compare page, whatever ids are in its address."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.web.clock import CLOCK_SETTING
from tests.browse import Browse
from tests.factories import NOW, make_record, save_records


@pytest.fixture(autouse=True)
def _clock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, CLOCK_SETTING, lambda: NOW)


def test_places_stand_side_by_side_with_a_way_to_remove_each(
    session: Session, browse: Browse
) -> None:
    keys = save_records(
        session,
        make_record(name="Sample A", term_codes=("BU", "SA")),
        make_record(name="Sample B", term_codes=("SA",)),
    )
    page = browse.get("public.compare", id=keys)
    assert [cell.text for cell in page.all("th", scope="col")] == ["Sample A", "Sample B"]
    assert page.text.index("Where they differ") < page.text.index("Where they are alike")
    assert f"/compare?id={keys[1]}" in page.links()
    assert "not known: call and ask" in page.text


def test_more_than_four_are_cut_and_said(session: Session, browse: Browse) -> None:
    keys = save_records(session, *[make_record(name=f"Sample {n}") for n in range(6)])
    page = browse.get("public.compare", id=keys)
    assert len(page.all("th", scope="col")) == 4
    assert "Only the first 4 are shown" in page.text
    assert "2 more places were chosen" in page.text


def test_the_same_place_twice_is_one(session: Session, browse: Browse) -> None:
    keys = save_records(session, make_record(name="Sample A"))
    page = browse.get("public.compare", id=keys * 2)
    assert "Choose two places or more" in page.text
    assert "Sample A" in page.text


@pytest.mark.parametrize(
    "query",
    ["", "id=", "id=1&id=2", "id=%00&id=x", "id=" + "9" * 3_000, "id=%ff%fe", "ids[]=1"],
)
def test_what_is_no_id_is_answered_kindly(browse: Browse, query: str) -> None:
    page = browse.open(f"/compare?{query}")
    assert "Choose two places or more to compare" in page.text


def test_unknown_ids_are_left_out_and_counted(session: Session, browse: Browse) -> None:
    keys = save_records(session, make_record(), make_record())
    page = browse.get("public.compare", id=[*keys, uuid4(), "nonsense"])
    assert len(page.all("th", scope="col")) == 2
    assert "2 places are left out" in page.text


def test_hundreds_of_ids_are_not_a_burden(browse: Browse) -> None:
    browse.get("public.compare", id=[uuid4() for _ in range(90)])
