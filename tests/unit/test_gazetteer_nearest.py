"""From points to ZIP codes, counties and zones, and the circles that cover a state."""

from __future__ import annotations

import math

import pytest

from app.domain.geo import great_circle_m
from app.gazetteer import (
    county_of,
    covering_circles,
    nearest_city,
    nearest_zip,
    timezone_at,
    zips_in_state,
)


def test_a_zip_codes_own_centre_is_nearest_to_itself() -> None:
    for place in zips_in_state("RI"):
        found = nearest_zip(place.latitude, place.longitude)

        assert found is not None
        assert (found.latitude, found.longitude) == (place.latitude, place.longitude)


@pytest.mark.parametrize(
    ("latitude", "longitude", "county", "zone"),
    [
        (42.3601, -71.0589, "25025", "America/New_York"),
        (61.2181, -149.9003, "02020", "America/Anchorage"),
        (18.4655, -66.1057, "72127", "America/Puerto_Rico"),
        (13.4443, 144.7937, "66010", "Pacific/Guam"),
        (33.4484, -112.0740, "04013", "America/Phoenix"),
        (36.1069, -112.1129, "04005", "America/Phoenix"),
    ],
)
def test_a_point_has_the_county_and_zone_of_the_nearest_zip_code(
    latitude: float, longitude: float, county: str, zone: str
) -> None:
    assert county_of(latitude, longitude) == county
    assert timezone_at(latitude, longitude) == zone


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(0.0, 0.0), (48.85, 2.35), (95.0, -71.0), (math.nan, -71.0), (42.0, math.inf)],
)
def test_a_point_far_away_or_absurd_has_no_nearest_zip_code(
    latitude: float, longitude: float
) -> None:
    assert nearest_zip(latitude, longitude) is None
    assert county_of(latitude, longitude) is None
    assert timezone_at(latitude, longitude) is None


def test_the_nearest_zip_code_can_be_kept_within_a_state() -> None:
    # The middle of the bridge between Portland, Oregon and Vancouver, Washington.
    inside = {state: nearest_zip(45.6180, -122.6760, state=state) for state in ("OR", "WA")}

    assert {state: place and place.state for state, place in inside.items()} == {
        "OR": "OR",
        "WA": "WA",
    }
    assert nearest_zip(45.6180, -122.6760, state="XX") is None


def test_the_nearest_city_is_named() -> None:
    place = nearest_city(41.4993, -81.6944, state="OH")

    assert place is not None
    assert place.state == "OH"


@pytest.mark.parametrize("state", ["OH", "AK", "GU", "PR", "DC", "HI"])
@pytest.mark.parametrize("radius_m", [30_000.0, 160_934.4])
def test_circles_cover_every_zip_code_of_a_state(state: str, radius_m: float) -> None:
    circles = covering_circles(state, radius_m=radius_m)

    uncovered = [
        place.code
        for place in zips_in_state(state)
        if min(great_circle_m(place.latitude, place.longitude, *each) for each in circles)
        > radius_m + 1
    ]
    assert uncovered == []
    assert len(circles) < len(zips_in_state(state))


def test_circles_are_few_and_the_same_each_time() -> None:
    circles = covering_circles("TX", radius_m=160_934.4)

    assert len(circles) <= 20
    assert covering_circles("TX", radius_m=160_934.4) == circles


def test_an_unknown_state_has_no_zip_codes_and_no_circles() -> None:
    assert zips_in_state("XX") == ()
    assert covering_circles("XX", radius_m=1_000.0) == ()


@pytest.mark.parametrize("radius_m", [0.0, -1.0, math.nan, math.inf])
def test_a_radius_must_be_a_positive_number(radius_m: float) -> None:
    with pytest.raises(ValueError, match="radius_m must be positive"):
        covering_circles("RI", radius_m=radius_m)
