"""Outlines of states and counties: closed, drawable rings that hold what lies in them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from app.gazetteer import states, zips_in_state
from app.gazetteer.outlines import (
    Rings,
    counties_in_box,
    county_outline,
    county_outlines,
    state_outline,
    states_in_box,
)


def holds(rings: Rings, longitude: float, latitude: float) -> bool:
    """The even-odd rule."""
    inside = False
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > latitude) != (y2 > latitude):
                inside ^= longitude < (x2 - x1) * (latitude - y1) / (y2 - y1) + x1
    return inside


@pytest.mark.parametrize("state", list(states()))
def test_a_states_rings_are_closed_and_never_jump(state: str) -> None:
    rings = state_outline(state)

    assert rings
    for ring in rings:
        assert len(ring) >= 4
        assert ring[0] == ring[-1]
        steps = [abs(a[0] - b[0]) for a, b in pairwise(ring)]
        assert max(steps) < 10


@pytest.mark.parametrize("state", ["OH", "MA", "PR", "AK", "GU"])
def test_most_zip_codes_lie_inside_their_states_outline(state: str) -> None:
    rings = state_outline(state)
    places = zips_in_state(state)

    inside = sum(holds(rings, place.longitude, place.latitude) for place in places)
    assert inside >= 0.95 * len(places)


def test_a_county_holds_the_zip_code_that_names_it() -> None:
    assert holds(county_outline("25025"), -71.0257, 42.3642)
    assert not holds(county_outline("25021"), -71.0257, 42.3642)


def test_alaska_is_one_piece_beyond_the_meridian() -> None:
    longitudes = [x for ring in state_outline("AK") for x, _ in ring]

    assert min(longitudes) < -180
    assert max(longitudes) < -129


def test_guam_keeps_its_eastern_longitudes() -> None:
    assert all(144 < x < 146 for ring in state_outline("GU") for x, _ in ring)


def test_counties_of_a_state_come_in_order_and_complete() -> None:
    counties = county_outlines("OH")

    assert len(counties) == 88
    assert [fips for fips, _ in counties] == sorted(fips for fips, _ in counties)
    assert all(rings for _, rings in counties)


def test_connecticut_has_the_eight_counties_of_2017() -> None:
    assert len(county_outlines("CT")) == 8


def test_an_unknown_code_has_no_outline() -> None:
    assert state_outline("XX") == ()
    assert county_outlines("XX") == ()
    assert county_outline("99999") == ()


def test_a_tolerance_leaves_fewer_points_and_the_same_corners_for_neighbours() -> None:
    full = state_outline("TX")
    rough = state_outline("TX", tolerance_degrees=0.05)
    rough_points = {point for ring in rough for point in ring}

    assert sum(map(len, rough)) < sum(map(len, full)) / 3
    assert all(ring[0] == ring[-1] for ring in rough)
    assert rough_points <= {point for ring in full for point in ring}
    counties = county_outlines("TX", tolerance_degrees=0.05)
    assert rough_points <= {point for _, rings in counties for ring in rings for point in ring}


def test_a_box_at_a_border_shows_both_states() -> None:
    codes = [code for code, _ in states_in_box(-84.6, 39.0, -84.4, 39.2)]

    assert {"OH", "KY"} <= set(codes)
    assert "CA" not in codes


def test_a_box_shows_the_counties_that_it_meets() -> None:
    codes = [fips for fips, _ in counties_in_box(-71.1, 42.3, -71.0, 42.4)]

    assert "25025" in codes
    assert all(code.startswith("25") for code in codes)


@pytest.mark.parametrize(
    ("west", "east", "turn"), [(170.0, -170.0, 360), (-190.0, -170.0, 0), (170.0, 190.0, 360)]
)
def test_a_box_may_lie_across_the_180th_meridian(west: float, east: float, turn: int) -> None:
    (found,) = [rings for code, rings in states_in_box(west, 50, east, 55) if code == "AK"]

    assert found[0][0][0] == pytest.approx(state_outline("AK")[0][0][0] + turn)
