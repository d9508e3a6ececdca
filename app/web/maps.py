"""Maps drawn on the server: outlines, the search circle and numbered pins, as plain values.

Nothing of a map is kept after the request: what was looked at is known to nobody.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from app.domain.geo import great_circle_m
from app.domain.query import METRES_PER_MILE
from app.domain.records import ListingRecord
from app.web.formatters import DEFAULT_LOCALE, miles
from app.web.map_land import draw_land
from app.web.map_paths import METRES_PER_DEGREE, Projection, circle_path, fit
from app.web.map_pins import LETTER_WIDTH, PIN_HEIGHT, MapPin, PinView, place_pins
from app.web.map_towns import Town, towns_in
from app.web.wording import gettext as _

Box = tuple[float, float, float, float]

WIDTH: Final = 360
HEIGHT: Final = 300
_MARGIN: Final = 24
_LONE_PIN_RADIUS_M: Final = 15 * METRES_PER_MILE
_MAX_TOWNS: Final = 6
_TOWN_HEIGHT: Final = 13
_EDGE: Final = 2
_SCALE_MILES: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_SCALE_SHARE: Final = 0.3


class TownView(NamedTuple):
    """A city as a landmark: a dot and its name, which ends at the dot when `is_left`."""

    x: int
    y: int
    name: str
    is_left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """A map as the macro `map_figure` draws it: SVG paths, pins, and the same in words.

    `land` and `borders` (of states) are in units that `transform` brings to pixels.
    """

    width: int
    height: int
    title: str
    description: str
    land: str
    borders: str
    transform: str
    has_counties: bool
    circle: str | None
    pins: tuple[PinView, ...]
    towns: tuple[TownView, ...]
    scale_width: int
    scale_label: str
    lines: tuple[str, ...]


def place_map(record: ListingRecord) -> MapView | None:
    """The map of one place; None where no point is known."""
    point = record.point
    if point is None:
        return None
    pin = MapPin(
        number=None,
        name=record.name,
        latitude=point.latitude,
        longitude=point.longitude,
        is_approximate=point.is_approximate,
    )
    return map_view([pin], title=_("Where %(name)s is", name=record.name))


def map_view(
    pins: Sequence[MapPin],
    *,
    title: str,
    centre: tuple[float, float] | None = None,
    centre_name: str | None = None,
    radius_m: float | None = None,
    box: Box | None = None,
    locale: str = DEFAULT_LOCALE,
) -> MapView | None:
    """The map of these pins; None when there is neither a pin nor a part of the world to show.

    `centre` (latitude, longitude) with `radius_m` is the circle of a search; `box` (west,
    south, east, north in degrees) is that of a state or county that was searched.
    Without both the frame holds the pins. Pins outside the frame are told in words only.
    """
    frame = _frame(pins, centre=centre, radius_m=radius_m, box=box)
    if frame is None:
        return None
    land = draw_land(frame)
    drawn = place_pins(pins, frame)
    scale_width, scale_miles = _scale(frame)
    return MapView(
        width=frame.width,
        height=frame.height,
        title=title,
        description=_description(pins, drawn),
        land=land.area,
        borders=land.borders,
        transform=land.transform,
        has_counties=land.has_counties,
        circle=_circle(frame, centre, radius_m),
        pins=drawn,
        towns=_towns(frame, drawn),
        scale_width=scale_width,
        scale_label=miles(scale_miles * METRES_PER_MILE, locale=locale),
        lines=_lines(pins, frame, centre=centre, centre_name=centre_name, locale=locale),
    )


def _frame(
    pins: Sequence[MapPin],
    *,
    centre: tuple[float, float] | None,
    radius_m: float | None,
    box: Box | None,
) -> Projection | None:
    if centre and radius_m:
        box = _box_around(centre[0], centre[1], radius_m)
    if box is None and pins:
        box = _box_of(pins)
    return fit(box, width=WIDTH, height=HEIGHT, margin=_MARGIN) if box else None


def _box_around(latitude: float, longitude: float, radius_m: float) -> Box:
    reach = radius_m / METRES_PER_DEGREE
    across = reach / max(0.05, math.cos(math.radians(latitude)))
    return longitude - across, latitude - reach, longitude + across, latitude + reach


def _box_of(pins: Sequence[MapPin]) -> Box:
    """The box of the pins, the short way around the Earth, never smaller than a lone pin's."""
    first = pins[0].longitude
    away = [(pin.longitude - first + 180.0) % 360.0 - 180.0 for pin in pins]
    latitudes = [pin.latitude for pin in pins]
    middle = (min(latitudes) + max(latitudes)) / 2, first + (min(away) + max(away)) / 2
    west, south, east, north = _box_around(middle[0], middle[1], _LONE_PIN_RADIUS_M)
    return (
        min(west, first + min(away)),
        min(south, *latitudes),
        max(east, first + max(away)),
        max(north, *latitudes),
    )


def _circle(
    frame: Projection, centre: tuple[float, float] | None, radius_m: float | None
) -> str | None:
    if centre is None or not radius_m:
        return None
    return circle_path(frame, latitude=centre[0], longitude=centre[1], radius_m=radius_m)


def _towns(frame: Projection, pins: Sequence[PinView]) -> tuple[TownView, ...]:
    """The largest cities whose names cover neither a pin, nor each other, nor the scale."""
    taken = [_around(pin.x, pin.y, pin.width, PIN_HEIGHT) for pin in pins]
    taken.append((0.0, HEIGHT - 30.0, 140.0, float(HEIGHT)))
    shown: list[TownView] = []
    for town in towns_in(*frame.box()):
        view = _town(town, frame, taken)
        if view:
            shown.append(view)
        if len(shown) == _MAX_TOWNS:
            break
    return tuple(shown)


def _town(town: Town, frame: Projection, taken: list[Box]) -> TownView | None:
    """The name beside its dot, on the side that has room; None when neither has."""
    x, y = frame.pixel(town.longitude, town.latitude)
    long = len(town.name) * LETTER_WIDTH * 0.85 + 8
    for is_left in (False, True):
        west, east = (x - long, x + 3.0) if is_left else (x - 3.0, x + long)
        area = (west, y - _TOWN_HEIGHT / 2, east, y + _TOWN_HEIGHT / 2)
        if _inside(area) and _is_free(area, taken):
            taken.append(area)
            return TownView(x=x, y=y, name=town.name, is_left=is_left)
    return None


def _inside(area: Box) -> bool:
    return (
        area[0] >= _EDGE
        and area[1] >= _EDGE
        and area[2] <= WIDTH - _EDGE
        and area[3] <= HEIGHT - _EDGE
    )


def _around(x: float, y: float, width: float, height: float) -> Box:
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _is_free(area: Box, taken: Iterable[Box]) -> bool:
    """Whether an area overlaps none of those that are taken."""
    west, north, east, south = area
    for other in taken:
        if west < other[2] and other[0] < east and north < other[3] and other[1] < south:
            return False
    return True


def _scale(frame: Projection) -> tuple[int, int]:
    """The length of the scale bar in pixels, and the miles that it stands for."""
    pixels_per_mile = frame.scale * METRES_PER_MILE / METRES_PER_DEGREE
    longest = frame.width * _SCALE_SHARE / pixels_per_mile
    fitting = [step for step in _SCALE_MILES if step <= longest]
    step = fitting[-1] if fitting else _SCALE_MILES[0]
    return round(step * pixels_per_mile), step


def _description(pins: Sequence[MapPin], drawn: Sequence[PinView]) -> str:
    labels = ", ".join(pin.label for pin in drawn if pin.label)
    if not pins:
        return _("No place is marked.")
    if not labels:
        return _("One place is marked: %(name)s.", name=pins[0].name)
    return _("Pins have the numbers of the list: %(labels)s.", labels=labels)


def _lines(
    pins: Sequence[MapPin],
    frame: Projection,
    *,
    centre: tuple[float, float] | None,
    centre_name: str | None,
    locale: str,
) -> tuple[str, ...]:
    """Where each pin is, in words: "3. Name: 2.3 miles north-east of 43215"."""
    if centre is None:
        return tuple(_shown_words(pin, frame) for pin in pins)
    pattern = _("%(name)s: %(distance)s %(direction)s of %(centre)s")
    directions, middle = _direction_names(), centre_name or _("the middle")
    lines = []
    for pin in pins:
        words = {
            "name": _numbered(pin),
            "distance": pin.distance or _distance(pin, centre, locale),
            "direction": directions[_direction(centre, (pin.latitude, pin.longitude))],
            "centre": middle,
        }
        lines.append(pattern % words)
    return tuple(lines)


def _distance(pin: MapPin, centre: tuple[float, float], locale: str) -> str:
    distance_m = great_circle_m(centre[0], centre[1], pin.latitude, pin.longitude)
    about = _("about {distance}") if pin.is_approximate else "{distance}"
    return miles(distance_m, locale=locale, about=about)


def _shown_words(pin: MapPin, frame: Projection) -> str:
    is_shown = frame.holds(frame.pixel(pin.longitude, pin.latitude))
    return _numbered(pin) if is_shown else _("%(name)s: outside this map", name=_numbered(pin))


def _numbered(pin: MapPin) -> str:
    return pin.name if pin.number is None else f"{pin.number}. {pin.name}"


def _direction_names() -> tuple[str, ...]:
    """The eight directions, clockwise from the north."""
    return (
        _("north"),
        _("north-east"),
        _("east"),
        _("south-east"),
        _("south"),
        _("south-west"),
        _("west"),
        _("north-west"),
    )


def _direction(start: tuple[float, float], end: tuple[float, float]) -> int:
    """The place of a direction among the eight."""
    east = ((end[1] - start[1] + 180.0) % 360.0 - 180.0) * math.cos(math.radians(start[0]))
    turn = math.degrees(math.atan2(east, end[0] - start[0])) % 360.0
    return round(turn / 45.0) % 8
