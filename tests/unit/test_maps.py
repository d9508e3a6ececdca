"""Maps: true to scale, short, right across the 180th meridian, and the same in words."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import pytest

from app.domain.query import METRES_PER_MILE
from app.gazetteer import find_zip, state_box
from app.web import map_land
from app.web.map_land import MAX_OUTLINE, draw_land
from app.web.map_paths import METRES_PER_DEGREE, Projection, circle_path, fit, path_of
from app.web.map_pins import MapPin
from app.web.maps import HEIGHT, WIDTH, MapView, map_view

_NUMBER = re.compile(r"-?\d+")


def pins_at(*spots: tuple[float, float]) -> list[MapPin]:
    return [
        MapPin(number=number, name=f"Sample {number}", latitude=latitude, longitude=longitude)
        for number, (latitude, longitude) in enumerate(spots, 1)
    ]


def around(code: str, miles: int, pins: Sequence[MapPin] = ()) -> MapView:
    place = find_zip(code)
    assert place is not None
    view = map_view(
        pins,
        title="Sample map",
        centre=(place.latitude, place.longitude),
        centre_name=code,
        radius_m=miles * METRES_PER_MILE,
    )
    assert view is not None
    return view


def frame_around(code: str, miles: int) -> Projection:
    """The frame of a map of a circle."""
    place = find_zip(code)
    assert place is not None
    reach = miles * METRES_PER_MILE / METRES_PER_DEGREE
    across = reach / math.cos(math.radians(place.latitude))
    box = (
        place.longitude - across,
        place.latitude - reach,
        place.longitude + across,
        place.latitude + reach,
    )
    return fit(box, width=WIDTH, height=HEIGHT, margin=24)


def corners(path: str) -> list[tuple[int, int]]:
    """The corners of a path of one relative line."""
    numbers = [int(text) for text in _NUMBER.findall(path)]
    x, y = numbers[:2]
    found = [(x, y)]
    for step in range(2, len(numbers), 2):
        x, y = x + numbers[step], y + numbers[step + 1]
        found.append((x, y))
    return found


@pytest.mark.parametrize(
    ("code", "miles"),
    [("43215", 25), ("99546", 100), ("96910", 25), ("99501", 100), ("75201", 100), ("00901", 50)],
)
def test_a_map_of_a_circle_is_short_and_has_its_land(code: str, miles: int) -> None:
    view = around(code, miles)
    assert len(view.land) + len(view.borders) <= MAX_OUTLINE
    assert view.land
    assert view.circle


@pytest.mark.parametrize("state", ["AK", "TX", "VA", "HI", "GU", "DC", "RI", "PR"])
def test_a_map_of_a_state_shows_it_whole_and_is_short(state: str) -> None:
    view = map_view([], title="Sample map", box=state_box(state))
    assert view is not None
    assert view.land
    assert len(view.land) + len(view.borders) <= MAX_OUTLINE


def placed(path: str, transform: str) -> list[list[tuple[float, float]]]:
    """The lines of a path of relative steps, in pixels."""
    across, _b, _c, down, left, top = map(float, transform[len("matrix(") : -1].split())
    return [
        [(left + x * across, top + y * down) for x, y in corners(part)]
        for part in path.removeprefix("M").split("M")
    ]


def holds(lines: Sequence[Sequence[tuple[float, float]]], x: float, y: float) -> bool:
    """Whether a spot is inside shapes by the even-odd rule."""
    crossed = 0
    for line in lines:
        for (x0, y0), (x1, y1) in zip(line, [*line[1:], line[0]], strict=True):
            if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
                crossed += 1
    return crossed % 2 == 1


@pytest.mark.parametrize(
    ("code", "miles"),
    [("43215", 5), ("43215", 100), ("99501", 100), ("99546", 25), ("96910", 25), ("00901", 50)],
)
def test_the_land_lies_where_its_places_are(code: str, miles: int) -> None:
    place = find_zip(code)
    assert place is not None
    view = around(code, miles, pins_at((place.latitude, place.longitude)))
    lines = placed(view.land, view.transform)
    near = [(view.pins[0].x + x, view.pins[0].y + y) for x in (-6, 0, 6) for y in (-6, 0, 6)]
    assert any(holds(lines, x, y) for x, y in near)


@pytest.mark.parametrize(
    ("west", "east"), [(-192.0, -176.0), (168.0, 184.0), (-188.0, -172.0), (172.0, 188.0)]
)
def test_the_islands_beyond_the_meridian_are_drawn_in_every_count_of_degrees(
    west: float, east: float
) -> None:
    frame = fit((west, 51.0, east, 54.0), width=WIDTH, height=HEIGHT, margin=0)
    lines = placed(draw_land(frame).area, draw_land(frame).transform)
    assert any(0 < x < WIDTH and 0 < y < HEIGHT for line in lines for x, y in line)


def test_borders_of_states_are_drawn_and_those_of_counties_are_not() -> None:
    ohio_and_indiana = around("45350", 25)
    lines = placed(ohio_and_indiana.borders, ohio_and_indiana.transform)
    frame = frame_around("45350", 25)
    inside = [corner for line in lines for corner in line if frame.holds((*map(round, corner),))]
    assert inside
    border, _latitude = frame.pixel(-84.81, 40.0)
    assert all(abs(x - border) < 6 for x, _y in inside)


def test_what_is_kept_of_maps_is_the_same_whatever_was_looked_at() -> None:
    around("43215", 25)
    before = map_land._outlines.cache_info().currsize
    for code in ("02128", "96910", "99546"):
        around(code, 25)
    assert map_land._outlines.cache_info().currsize == before


def test_the_circle_lies_in_the_frame_and_is_round() -> None:
    view = around("43215", 25)
    assert view.circle is not None
    ring = corners(view.circle.removesuffix("z"))
    radii = [math.dist(corner, (WIDTH / 2, HEIGHT / 2)) for corner in ring]
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in ring)
    assert max(radii) - min(radii) < 3


def test_the_scale_bar_is_true() -> None:
    view = around("43215", 25)
    assert view.circle is not None
    radius = math.dist(corners(view.circle)[0], (WIDTH / 2, HEIGHT / 2))
    shown = int(view.scale_label.split()[0])
    assert view.scale_width / shown == pytest.approx(radius / 25, rel=0.05)


def test_a_pin_beyond_the_meridian_stands_beside_the_island_and_not_across_the_world() -> None:
    adak = find_zip("99546")
    assert adak is not None
    east_of_it = adak.longitude + 1
    beyond = 179.9  # The same sea, on the other side of the 180th meridian.
    view = around("99546", 250, pins_at((adak.latitude, east_of_it), (adak.latitude, beyond)))
    assert [pin.label for pin in view.pins] == ["1", "2"]
    right, left = view.pins
    assert left.x < WIDTH / 2 < right.x
    assert "north-west" in view.lines[1] or "west" in view.lines[1]


def test_guam_is_drawn_on_its_own_side() -> None:
    guam = find_zip("96910")
    assert guam is not None
    view = around("96910", 25, pins_at((guam.latitude, guam.longitude)))
    assert abs(view.pins[0].x - WIDTH / 2) <= 1
    assert abs(view.pins[0].y - HEIGHT / 2) <= 1


@pytest.mark.parametrize(("count", "label"), [(1, "1"), (2, "1\N{EN DASH}2"), (5, "1\N{EN DASH}5")])
def test_pins_at_one_spot_are_one_pin_with_all_numbers(count: int, label: str) -> None:
    view = around("43215", 25, pins_at(*[(39.97, -83.0)] * count))
    assert [pin.label for pin in view.pins] == [label]


def test_numbers_that_are_apart_are_listed_or_counted() -> None:
    far, near = (39.7, -83.3), (39.97, -83.0)
    two = around("43215", 25, pins_at(near, far, near))
    assert {pin.label for pin in two.pins} == {"1, 3", "2"}
    three = around("43215", 25, pins_at(near, far, near, far, near))
    assert "1 +2" in {pin.label for pin in three.pins}


def test_no_two_pins_cover_each_other() -> None:
    spots = [
        (39.75 + row * 0.03, -83.3 + column * 0.03) for row in range(14) for column in range(18)
    ]
    view = around("43215", 25, pins_at(*spots))
    for place, pin in enumerate(view.pins):
        for other in view.pins[place + 1 :]:
            is_beside = abs(pin.x - other.x) >= (pin.width + other.width) / 2 - 4
            assert is_beside or abs(pin.y - other.y) >= 16, (pin, other)


def test_a_pin_outside_the_frame_is_told_in_words_only() -> None:
    view = map_view(pins_at((39.97, -83.0), (25.8, -80.2)), title="Sample map", box=state_box("OH"))
    assert view is not None
    assert [pin.label for pin in view.pins] == ["1"]
    assert view.lines[1] == "2. Sample 2: outside this map"


def test_words_say_how_far_and_in_which_direction() -> None:
    columbus = find_zip("43215")
    assert columbus is not None
    north = (columbus.latitude + 0.1, columbus.longitude)
    view = around("43215", 25, pins_at(north))
    assert view.lines == ("1. Sample 1: 6.9 miles north of 43215",)


def test_a_rough_place_is_about_so_far() -> None:
    columbus = find_zip("43215")
    assert columbus is not None
    pin = MapPin(
        number=1,
        name="Sample 1",
        latitude=columbus.latitude,
        longitude=columbus.longitude - 0.2,
        is_approximate=True,
    )
    assert around("43215", 25, [pin]).lines == ("1. Sample 1: about 11 miles west of 43215",)


def test_one_place_alone_is_drawn_with_its_surroundings() -> None:
    pin = MapPin(number=None, name="Sample", latitude=39.97, longitude=-83.0)
    view = map_view([pin], title="Sample map")
    assert view is not None
    assert (view.pins[0].label, view.circle) == ("", None)
    assert "Westerville" in [town.name for town in view.towns]


def test_nothing_to_show_is_no_map() -> None:
    assert map_view([], title="Sample map") is None


def test_a_path_is_written_in_short_relative_steps() -> None:
    assert path_of([[(1, 2), (4, 0), (4, 9)]]) == "M1 2l3-2 0 9"
    assert path_of([[(1, 2), (4, 0), (4, 9)]], is_closed=True) == "M1 2l3-2 0 9z"


def test_the_circle_of_a_high_latitude_holds_all_points_of_its_radius() -> None:
    frame = fit((-152.0, 60.0, -148.0, 62.0), width=360, height=300, margin=10)
    path = circle_path(frame, latitude=61.0, longitude=-150.0, radius_m=80_000)
    xs = [x for x, _y in corners(path.removesuffix("z"))]
    ys = [y for _x, y in corners(path.removesuffix("z"))]
    assert max(xs) - min(xs) == pytest.approx(max(ys) - min(ys), rel=0.05)
