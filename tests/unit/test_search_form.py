"""The search form: what was typed, as a query or as what to change; and the addresses of searches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict

from app.domain.query import MAX_PAGE, METRES_PER_MILE, PlaceKind
from app.web.public.search.asked import Asked, Ways
from app.web.public.search.form import MAX_NEAR, MAX_TEXT, SearchForm
from app.web.public.search.sentence import group_words, results_sentence

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def words() -> Iterator[None]:
    """Messages are looked up in the language of a request; these tests have none of their own."""
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


def filled(*pairs: tuple[str, str]) -> SearchForm:
    form = SearchForm(MultiDict(pairs))
    form.validate()
    return form


def test_an_empty_form_asks_for_nothing() -> None:
    form = filled()
    assert form.messages == ()
    assert form.asked().is_empty


@pytest.mark.parametrize(
    ("near", "kind", "label"),
    [
        ("02128", PlaceKind.ZIP, "02128 (Suffolk County, MA)"),
        ("02128-3890", PlaceKind.ZIP, "02128 (Suffolk County, MA)"),
        ("  02128\n", PlaceKind.ZIP, "02128 (Suffolk County, MA)"),
        ("Boston, MA", PlaceKind.CITY, "Boston, MA"),
        ("Washington, IN", PlaceKind.CITY, "Washington, IN"),
        ("Ohio", PlaceKind.STATE, "Ohio"),
        ("Suffolk County, MA", PlaceKind.COUNTY, "Suffolk County, MA"),
    ],
)
def test_near_is_a_zip_a_city_a_state_or_a_county(near: str, kind: PlaceKind, label: str) -> None:
    query = filled(("near", near)).to_query(NOW)
    assert query.place is not None
    assert (query.place.kind, query.place.label) == (kind, label)


def test_a_name_of_several_places_names_none_yet() -> None:
    form = filled(("near", "Springfield"))
    assert form.messages == ()
    assert form.place is None
    assert form.places[0].label == "Springfield, MO"
    assert len(form.places) > 10


@pytest.mark.parametrize(
    ("pairs", "target", "message"),
    [
        ([("near", "1521")], "near", "A ZIP code has 5 digits"),
        ([("near", "00000")], "near", "We do not know this ZIP code"),
        (
            [("near", "Xyzzyville, MA")],
            "near",
            "We do not know this place: check how it is spelled",
        ),
        ([("near", "x" * (MAX_NEAR + 1))], "near", "The place is too long: 100 characters at most"),
        ([("q", "x" * (MAX_TEXT + 1))], "q", "Use fewer words: 200 characters at most"),
        ([("radius", "30")], "radius", "Choose 5, 10, 25, 50 or 100 miles"),
        ([("radius", "NaN")], "radius", "Choose 5, 10, 25, 50 or 100 miles"),
        ([("radius", "-5")], "radius", "Choose 5, 10, 25, 50 or 100 miles"),
        ([("term", "NONE")], "filters", "There is no filter “NONE”"),
        # A topic of the helplines page is no filter of places.
        ([("term", "HL-YOUTH")], "filters", "There is no filter “HL-YOUTH”"),
    ],
)
def test_a_bad_field_says_what_to_change(
    pairs: list[tuple[str, str]], target: str, message: str
) -> None:
    assert filled(*pairs).messages == ((target, message),)


def test_a_misspelt_place_brings_near_spellings() -> None:
    assert filled(("near", "Bostn, MA")).suggestions[0] == "Boston, MA"


def test_what_was_typed_is_kept_without_what_nobody_sees() -> None:
    form = filled(("near", "15\u200b21\x00"), ("q", "me\u202ethadone \ud800 "))
    assert form.near.data == "1521"
    assert form.q.data == "methadone"


def test_the_first_of_a_repeated_field_counts_and_terms_repeat() -> None:
    form = filled(("near", "15213"), ("near", "90210"), ("term", "BU"), ("term", "MU"))
    query = form.to_query(NOW)
    assert query.place is not None
    assert query.place.code == "15213"
    assert query.term_codes == ("BU", "MU")


def test_a_repeated_term_counts_once() -> None:
    assert filled(*[("term", "MU")] * 900).to_query(NOW).term_codes == ("MU",)


@pytest.mark.parametrize(("radius", "miles"), [("", 25), ("5", 5), ("100", 100), (" 50 ", 50)])
def test_the_radius_is_in_miles(radius: str, miles: int) -> None:
    query = filled(("near", "15213"), ("radius", radius)).to_query(NOW)
    assert query.radius_m == miles * METRES_PER_MILE


@pytest.mark.parametrize(
    ("page", "number"),
    [
        ("", 1),
        ("0", 1),
        ("-1", 1),
        ("abc", 1),
        ("1e3", 1),
        ("1.5", 1),
        ("7", 7),
        ("1" + "0" * 20, MAX_PAGE),
    ],
)
def test_a_page_out_of_bounds_is_the_nearest_one(page: str, number: int) -> None:
    assert filled(("page", page)).to_query(NOW).page == number


@pytest.mark.parametrize(
    ("value", "is_open"), [("1", True), ("on", True), ("", False), ("0", False), ("false", False)]
)
def test_open_now_is_yes_or_no(value: str, is_open: bool) -> None:  # noqa: FBT001
    assert filled(("open_now", value)).to_query(NOW).open_now is is_open


@pytest.mark.parametrize(
    ("mark", "left"),
    [
        ("q", Asked(near="Ohio", term_codes=("BU", "MU"), open_now=True)),
        ("open_now", Asked(near="Ohio", text="x", term_codes=("BU", "MU"))),
        ("term:BU", Asked(near="Ohio", text="x", term_codes=("MU",), open_now=True)),
        ("near", Asked(near="Ohio", text="x", term_codes=("BU", "MU"), open_now=True)),
    ],
)
def test_a_filter_is_removed_by_its_mark(mark: str, left: Asked) -> None:
    form = filled(
        ("near", "Ohio"),
        ("q", "x"),
        ("term", "BU"),
        ("term", "MU"),
        ("open_now", "1"),
        ("remove", mark),
    )
    assert form.asked() == left


def test_defaults_do_not_stand_in_the_address() -> None:
    ways = Ways(address="/search", is_private=False)
    assert ways.url(Asked(near="15213")) == "/search?near=15213"
    assert ways.url(Asked()) == "/search"
    full = Asked(near="Boston, MA", radius_miles=5, text="a&b", term_codes=("MU",), open_now=True)
    assert ways.url(full, page=2) == (
        "/search?near=Boston%2C+MA&radius=5&q=a%26b&term=MU&open_now=1&page=2"
    )


def test_a_private_search_has_no_address() -> None:
    way = Ways(address="/search", is_private=True).to(Asked(near="15213"), label="x", page=3)
    assert way.url is None
    assert way.fields == (("near", "15213"), ("page", "3"))


@pytest.mark.parametrize(
    ("asked", "total", "sentence"),
    [
        (
            Asked(near="Boston, MA", term_codes=("BU", "MU", "MD")),
            12,
            (
                "12 places within 25 miles of Boston, MA that offer buprenorphine or methadone, and "
                "take Medicaid"
            ),
        ),
        (Asked(near="Boston, MA"), 1, "1 place within 25 miles of Boston, MA"),
        (
            Asked(near="Ohio", text="oak", term_codes=("MU", "NP", "OTP"), open_now=True),
            1,
            (
                "1 place in Ohio that matches “oak”, offers methadone or is an opioid treatment "
                "program (methadone clinic), is free, and is open now"
            ),
        ),
        (Asked(near="Ohio"), 1_204, "1,204 places in Ohio"),
        (
            Asked(text="oak", open_now=True),
            0,
            "No places in the whole country that match “oak”, and are open now",
        ),
    ],
)
def test_the_sentence_says_what_was_searched(asked: Asked, total: int, sentence: str) -> None:
    form = filled(("near", asked.near))
    assert results_sentence(asked, place=form.place, total=total) == sentence


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        (("MD", "NP"), "take Medicaid or are free"),
        (("VET", "GL"), "have a program for veterans or LGBTQ people"),
        (("SP", "AH"), "give care in Spanish or sign language"),
        (("HR-HIVHCV",), "test for HIV or hepatitis C"),
        (("VAF",), "take Veterans Affairs funds"),
        (("RES", "TELE"), "offer live-in treatment or give care by phone or video"),
    ],
)
def test_each_group_is_told_in_its_own_words(codes: tuple[str, ...], told: str) -> None:
    assert group_words(codes) == told
