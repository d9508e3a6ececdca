"""Points and distances: known distances, wrapping boxes, and slips of the keyboard."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.domain.errors import ParseError
from app.domain.geo import (
    EARTH_RADIUS_M,
    bounding_box,
    format_miles,
    great_circle_m,
    is_in_united_states,
    is_swapped,
    is_usable_point,
    parse_point,
    unit_vector,
)
from app.domain.query import METRES_PER_MILE

BOSTON = (42.3601, -71.0589)
NEW_YORK = (40.7128, -74.0060)
LATITUDES = st.floats(-90, 90)
LONGITUDES = st.floats(-180, 180)


def test_boston_is_190_miles_from_new_york() -> None:
    assert great_circle_m(*BOSTON, *NEW_YORK) / METRES_PER_MILE == pytest.approx(190.2, abs=0.5)


def test_points_on_both_sides_of_the_180th_meridian_are_near() -> None:
    assert great_circle_m(0, 179.9, 0, -179.9) == pytest.approx(22_239, abs=1)


def test_opposite_points_are_half_the_way_round() -> None:
    assert great_circle_m(0, 0, 0, 180) == pytest.approx(math.pi * EARTH_RADIUS_M)
    assert great_circle_m(90, 0, -90, 77) == pytest.approx(math.pi * EARTH_RADIUS_M)


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_distance_is_the_chord_of_the_unit_vectors(a: float, b: float, c: float, d: float) -> None:
    chord = math.dist(unit_vector(a, b), unit_vector(c, d))
    distance = great_circle_m(a, b, c, d)
    assert chord == pytest.approx(2 * math.sin(distance / (2 * EARTH_RADIUS_M)), abs=1e-7)


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES, st.floats(100, 500_000))
def test_the_box_holds_every_point_of_the_circle(
    latitude: float,
    longitude: float,
    other_latitude: float,
    other_longitude: float,
    radius_m: float,
) -> None:
    distance = great_circle_m(latitude, longitude, other_latitude, other_longitude)
    box = bounding_box(latitude, longitude, radius_m)
    assert box.holds(latitude, longitude)
    if distance <= radius_m * 0.999:
        assert box.holds(other_latitude, other_longitude)


@given(st.floats(-89, 89), LONGITUDES, st.floats(100, 400_000), st.floats(0, 2 * math.pi))
def test_the_box_holds_points_laid_out_inside_the_circle(
    latitude: float,
    longitude: float,
    radius_m: float,
    bearing: float,
) -> None:
    phi, angle = math.radians(latitude), 0.999 * radius_m / EARTH_RADIUS_M
    sine = math.sin(phi) * math.cos(angle) + math.cos(phi) * math.sin(angle) * math.cos(bearing)
    turn = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(phi),
        math.cos(angle) - math.sin(phi) * sine,
    )
    there = math.degrees(math.asin(sine))
    across = (longitude + math.degrees(turn) + 180) % 360 - 180
    assume(abs(across) < 180)
    assert bounding_box(latitude, longitude, radius_m).holds(there, across)


def test_a_box_around_the_aleutians_crosses_the_180th_meridian() -> None:
    box = bounding_box(51.88, -179.9, 80_000)
    assert box.west > box.east
    assert box.holds(51.9, 179.5)
    assert not box.holds(51.9, 0.0)


def test_a_box_over_a_pole_goes_all_the_way_round() -> None:
    box = bounding_box(89.9, 10.0, 50_000)
    assert (box.west, box.east, box.north) == (-180.0, 180.0, 90.0)


@pytest.mark.parametrize(
    ("place", "latitude", "longitude"),
    [
        ("Boston", *BOSTON),
        ("Anchorage", 61.2181, -149.9003),
        ("Attu", 52.9, 173.1),
        ("Honolulu", 21.3069, -157.8583),
        ("San Juan", 18.4655, -66.1057),
        ("St. Croix", 17.7246, -64.7348),
        ("Hagåtña", 13.4745, 144.7504),
        ("Saipan", 15.1778, 145.7509),
        ("Pago Pago", -14.2756, -170.702),
        ("Koror", 7.3411, 134.4772),
        ("Pohnpei", 6.9147, 158.161),
        ("Majuro", 7.0897, 171.3803),
        ("Key West", 24.5551, -81.78),
        ("Eastport", 44.9062, -66.99),
        ("Northwest Angle", 49.35, -95.1),
    ],
)
def test_states_and_territories_are_in_the_united_states(
    place: str,
    latitude: float,
    longitude: float,
) -> None:
    assert is_in_united_states(latitude, longitude), place
    assert not is_swapped(latitude, longitude)
    assert is_usable_point(latitude, longitude)


def test_a_file_without_coordinates_has_no_point() -> None:
    assert parse_point("", None) is None
    assert parse_point(" \t", "") is None


def test_a_point_is_read_from_text() -> None:
    point = parse_point(" 42.3601 ", "-71.0589")
    assert point is not None
    assert (point.latitude, point.longitude) == BOSTON
    assert not point.is_approximate


@pytest.mark.parametrize(
    ("latitude", "longitude", "reason"),
    [
        ("-71.0589", "42.3601", "swapped"),
        ("-122.4", "37.7", "swapped"),
        ("42.3601", "71.0589", "outside the United States"),
        ("0", "0", "outside the United States"),
        ("999", "-71", "no such point"),
        ("42", "-7100", "no such point"),
        ("nan", "-71", "latitude is not a number"),
        ("42", "inf", "longitude is not a number"),
        ("42", "", "longitude is missing"),
        ("", "-71", "latitude is missing"),
        ("forty", "-71", "latitude is not a number"),
        ("42,36", "-71", "latitude is not a number"),
        ("9" * 5_000, "-71", "latitude is not a number"),
    ],
)
def test_an_unusable_point_is_refused_with_its_reason(
    latitude: str,
    longitude: str,
    reason: str,
) -> None:
    with pytest.raises(ParseError, match=reason):
        parse_point(latitude, longitude)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_are_a_point_or_a_parse_error(latitude: str, longitude: str) -> None:
    try:
        point = parse_point(latitude, longitude)
    except ParseError:
        return
    assert point is None or is_usable_point(point.latitude, point.longitude)


@pytest.mark.parametrize("point", [(None, -71.0), (42.0, None), (math.nan, -71.0), (0.0, 0.0)])
def test_missing_and_absurd_numbers_are_no_usable_point(
    point: tuple[float | None, float | None],
) -> None:
    assert not is_usable_point(*point)


@pytest.mark.parametrize(
    ("miles", "shown"),
    [(0, 0.0), (0.01, 0.1), (0.26, 0.3), (1.24, 1.2), (9.94, 9.9), (9.96, 10.0), (12.4, 12.0)],
)
def test_miles_are_rounded_as_people_read_them(miles: float, shown: float) -> None:
    assert format_miles(miles * METRES_PER_MILE) == shown
