"""Parts of a search page that are written once: each page has its own values, and nobody else's."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.domain.query import RADIUS_CHOICES_MILES
from app.web.public.search.written_page import WRITTEN_FRAMES
from app.web.written import Pattern, mark
from tests.browse import Browse, Page
from tests.factories import make_record, save_records

# What would break a pattern, an attribute or an element if it were written as it is.
HOSTILE = "%s %(near)s 100% \" ' <b>&amp;"


@pytest.fixture(autouse=True)
def one_place(session: Session) -> None:
    save_records(session, make_record(name="Sample One", term_codes=("MU", "SA")))


def value(page: Page, name: str) -> str | None:
    (line,) = page.all("input", id=name)
    return line.get("value")


def chosen_distance(page: Page) -> list[str | None]:
    return [
        option.get("value") for option in page.all("option") if option.get("selected") is not None
    ]


def test_search_box_shows_what_was_asked_character_for_character(browse: Browse) -> None:
    page = browse.get("public.search", near="43215", q=HOSTILE, radius=50)
    assert (value(page, "near"), value(page, "q")) == ("43215", HOSTILE)
    assert chosen_distance(page) == ["50"]


def test_search_box_holds_nothing_of_the_search_before(browse: Browse) -> None:
    browse.get("public.search", near="Cleveland, OH", q="methadone", radius=100, term=["HR-OPC"])
    page = browse.get("public.search", near="43215")
    assert (value(page, "near"), value(page, "q")) == ("43215", "")
    assert chosen_distance(page) == ["25"]
    assert "Cleveland" not in page.text


@pytest.mark.parametrize("miles", RADIUS_CHOICES_MILES)
def test_every_distance_has_its_own_box(browse: Browse, miles: int) -> None:
    assert chosen_distance(browse.get("public.search", near="43215", radius=miles)) == [str(miles)]


def test_box_of_a_private_search_sends_by_post(browse: Browse) -> None:
    seen = browse.get("public.search", near="43215")
    hidden = browse.post("/search", data={"near": "43215"})
    methods = [page.all("form", id="search-form")[0].get("method") for page in (seen, hidden)]
    assert methods == ["get", "post"]


def test_frame_of_the_page_holds_nothing_of_any_search(app: Flask, browse: Browse) -> None:
    browse.get("public.search", near="43215")
    frames = app.extensions[WRITTEN_FRAMES]
    html = {key: frame.in_order([""] * len(frame)) for key, frame in frames.items()}
    browse.get("public.search", near="Cleveland, OH", q="methadone", term=["HR-OPC"], open_now=1)
    browse.get("public.search", near="43215", q=HOSTILE)
    assert {key: frame.in_order([""] * len(frame)) for key, frame in frames.items()} == html
    assert not any("43215" in page for page in html.values())


def test_each_page_has_its_own_title_in_the_same_frame(browse: Browse) -> None:
    titles = [
        browse.get("public.search", near=near).all("title")[0].text
        for near in ("43215", "Cleveland, OH", "43215")
    ]
    assert titles[0] == titles[2] != titles[1]
    assert "Cleveland, OH" in titles[1]


def test_marks_of_a_pattern_are_left_open_and_percent_signs_stay() -> None:
    written_once = Pattern(f'<i class="{mark("kind")}">100 %</i>{mark("kind")}', ["kind"])
    assert written_once.filled({"kind": "a"}) == '<i class="a">100 %</i>a'
    assert written_once.in_order(["a", "b"]) == '<i class="a">100 %</i>b'


def test_a_value_that_looks_like_a_mark_or_a_pattern_is_only_a_value() -> None:
    written_once = Pattern(f"{mark('first')} {mark('second')}", ["first", "second"])
    values = {"first": f"%(second)s {mark('second')}", "second": "b"}
    assert written_once.text(values) == f"%(second)s {mark('second')} b"


def test_a_pattern_takes_one_value_for_each_place() -> None:
    with pytest.raises(ValueError, match="assign"):
        Pattern(f"{mark('count')} {mark('count')}", ["count"]).in_order(["1"])
