"""What people type as a place, and what it can mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import ParseError, UnknownPlaceError
from app.domain.query import Place, PlaceKind
from app.gazetteer import find_zip, resolve, states
from app.gazetteer.places import city_place, county_place, zip_place
from app.gazetteer.tables import city_table, county_table, zip_table


def labels(text: str) -> list[str]:
    return [place.label for place in resolve(text)]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("02128", "02128"),
        (" 02128 ", "02128"),
        ("15213-3890", "15213"),
        ("15213\u20133890", "15213"),
        ("152133890", "15213"),
        ("15213 3890", "15213"),
        ("\uff10\uff12\uff11\uff12\uff18", "02128"),
        ("\u0660\u0662\u0661\u0662\u0668", "02128"),
        ("\u200e02128\u200b", "02128"),
        ("\u00a002128\u00a0", "02128"),
        ("ZIP 02128", "02128"),
        ("Boston, MA 02128", "02128"),
        ("1 Harbor Street, Boston MA 02128-1234", "02128"),
        ("02128 Boston", "02128"),
    ],
)
def test_a_zip_code_is_read(typed: str, code: str) -> None:
    assert resolve(typed) == (find_zip(code),)


@pytest.mark.parametrize(
    "typed", ["1521", "152133", "O2139", "0213l", "I5213", "1", "02 128", "15213-38", "40.4, -79.9"]
)
def test_digits_that_are_no_zip_code_are_refused(typed: str) -> None:
    with pytest.raises(ParseError, match="A ZIP code has 5 digits") as refused:
        resolve(typed)

    assert refused.value.value == typed


@pytest.mark.parametrize("typed", ["", "   ", "\u200b", "\n\t"])
def test_empty_text_is_no_place(typed: str) -> None:
    assert resolve(typed) == ()


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("Boston, MA", "Boston, MA"),
        ("boston ma", "Boston, MA"),
        ("BOSTON,MASSACHUSETTS", "Boston, MA"),
        ("Boston, Mass.", "Boston, MA"),
        ("Boston, MA, USA", "Boston, MA"),
        ("City of Boston, MA", "Boston, MA"),
        ("12 Main Street, Boston, MA", "Boston, MA"),
        ("Boston, Suffolk County, MA", "Boston, MA"),
        ("Washington, IN", "Washington, IN"),
        ("Washington IN", "Washington, IN"),
        ("Washington Indiana", "Washington, IN"),
        ("Washington DC", "Washington, DC"),
        ("Washington, D.C.", "Washington, DC"),
        ("Charleston West Virginia", "Charleston, WV"),
        ("Kansas City Kansas", "Kansas City, KS"),
        ("New York, New York", "New York City, NY"),
        ("San Juan, Puerto Rico", "San Juan, PR"),
        ("Ohio", "Ohio"),
        ("oh", "Ohio"),
        ("Wyoming", "Wyoming"),
        ("Washington State", "Washington State"),
        ("Jackson County, OH", "Jackson County, OH"),
        ("Jackson County Ohio", "Jackson County, OH"),
        ("Jackson Co., OH", "Jackson County, OH"),
        ("Orleans Parish", "Orleans Parish, LA"),
        ("County of Los Angeles", "Los Angeles County, CA"),
        ("Cuyahoga", "Cuyahoga County, OH"),
    ],
)
def test_what_has_one_meaning_gives_one_place(typed: str, label: str) -> None:
    assert labels(typed) == [label]


def test_washington_in_indiana_lies_in_daviess_county() -> None:
    (place,) = resolve("Washington, IN")

    assert (place.kind, place.county_fips) == (PlaceKind.CITY, "18027")


def test_washington_alone_is_asked_about() -> None:
    found = labels("Washington")

    assert found[:2] == ["Washington, DC", "Washington State"]
    assert "Washington, IN" in found


def test_new_york_alone_offers_the_city_and_the_state() -> None:
    assert labels("New York") == ["New York City, NY", "New York State"]


def test_a_city_far_larger_than_its_namesakes_is_asked_about_all_the_same() -> None:
    found = labels("Anchorage")

    assert found == ["Anchorage, AK", "Anchorage, KY"]


def test_a_county_name_without_a_state_gives_all_counties_of_the_name() -> None:
    found = labels("Jackson County")

    assert found[0] == "Jackson County, MO"
    assert len(found) > 20


def test_a_zip_code_beside_a_city_of_another_state_is_asked_about() -> None:
    assert labels("Boston, MA 15213") == ["15213 (Allegheny County, PA)", "Boston, MA"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Bostn, MA", "Boston, MA"),
        ("Columbs", "Columbus, OH"),
        ("Pittsburg, PA", "Pittsburgh, PA"),
        ("Los Angles", "Los Angeles, CA"),
        ("San Fransisco", "San Francisco, CA"),
        ("Philadel", "Philadelphia, PA"),
        ("Masachusetts", "Massachusetts"),
        ("Boston, Masachusetts", "Boston, MA"),
        ("Sufolk County, MA", "Suffolk County, MA"),
        ("Paris, France", "Paris, TX"),
    ],
)
def test_a_misspelt_place_gets_the_nearest_spellings(typed: str, first: str) -> None:
    with pytest.raises(UnknownPlaceError) as unknown:
        resolve(typed)

    suggestions = unknown.value.suggestions
    assert unknown.value.text == typed
    assert suggestions[0] == first
    assert len(suggestions) <= 5
    assert all(labels(each) == [each] for each in suggestions)


def test_an_unknown_zip_code_gets_codes_that_differ_by_one_digit() -> None:
    with pytest.raises(UnknownPlaceError) as unknown:
        resolve("02100")

    assert "02108 (Suffolk County, MA)" in unknown.value.suggestions
    assert all(labels(each) == [each] for each in unknown.value.suggestions)


@pytest.mark.parametrize(
    "typed", ["qqqqqqqq", "北京", "!!!", "<script>", "' OR 1=1 --", "x" * 9999]
)
def test_nonsense_is_unknown_without_suggestions(typed: str) -> None:
    with pytest.raises(UnknownPlaceError) as unknown:
        resolve(typed)

    assert unknown.value.suggestions == ()


def every_place() -> list[Place]:
    return [
        *map(city_place, range(len(city_table().name))),
        *map(county_place, range(len(county_table().fips))),
        *map(zip_place, range(0, len(zip_table().code), 10)),
        *states().values(),
    ]


def test_every_label_gives_exactly_its_own_place() -> None:
    wrong = {}
    for place in every_place():
        try:
            found = resolve(place.label)
        except (ParseError, UnknownPlaceError) as error:
            wrong[place.label] = repr(error)
        else:
            if found != (place,):
                wrong[place.label] = ", ".join(each.label for each in found)

    assert wrong == {}


def test_no_two_places_of_a_kind_have_one_label() -> None:
    names = [place.label for place in every_place()]

    assert len(names) == len(set(names))


WORDS = st.sampled_from(
    ["Boston", "MA", "02128", "New", "York", "County", "(", ")", ",", "St.", "of", "city", "-", "O"]
)


@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=7).map(" ".join)))
def test_no_text_raises_anything_but_the_two_errors(text: str) -> None:
    try:
        found = resolve(text)
    except (ParseError, UnknownPlaceError):
        return
    assert len(found) == len({(place.kind, place.code) for place in found})
