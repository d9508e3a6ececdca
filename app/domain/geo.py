"""Points and distances on the globe: degrees (WGS 84) in, metres and unit vectors out."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from app.domain.errors import ParseError
from app.domain.query import METRES_PER_MILE
from app.domain.records import PointRecord
from app.domain.text import clean_text

# The mean radius R1 of the WGS 84 ellipsoid (2a + b) / 3.
EARTH_RADIUS_M: Final = 6_371_008.8

MAX_LATITUDE: Final = 90.0
MAX_LONGITUDE: Final = 180.0
FULL_TURN: Final = 360.0

# Below this many miles a tenth is worth showing; above it, it is noise.
TENTHS_BELOW_MILES: Final = 10.0

_COORDINATE_LIMIT: Final = 40


class Box(NamedTuple):
    """A box in degrees; a west that is greater than the east crosses the 180th meridian."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether the point lies in the box, edges included."""
        if not self.south <= latitude <= self.north:
            return False
        if self.west <= self.east:
            return self.west <= longitude <= self.east
        return longitude >= self.west or longitude <= self.east


# Generous boxes around the states, the territories and the three freely associated states:
# they tell a slip of the keyboard from a place, not one state from another.
UNITED_STATES_BOXES: Final = (
    Box(24.3, -125.0, 49.5, -66.8),
    Box(51.0, 172.0, 71.6, -129.8),
    Box(18.7, -178.5, 28.6, -154.6),
    Box(17.5, -68.1, 18.7, -64.4),
    Box(13.1, 144.5, 20.7, 146.2),
    Box(-14.8, -171.3, -10.9, -168.0),
    Box(0.8, 130.9, 14.8, 172.3),
)


def great_circle_m(
    latitude_a: float,
    longitude_a: float,
    latitude_b: float,
    longitude_b: float,
) -> float:
    """The distance between two points over a sphere, in metres (haversine)."""
    phi_a, phi_b = math.radians(latitude_a), math.radians(latitude_b)
    half_phi = (phi_b - phi_a) / 2
    half_lambda = math.radians(longitude_b - longitude_a) / 2
    root = math.sin(half_phi) ** 2 + math.cos(phi_a) * math.cos(phi_b) * math.sin(half_lambda) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, root)))


def unit_vector(latitude: float, longitude: float) -> tuple[float, float, float]:
    """The point on a sphere of radius 1: x to 0° N 0° E, y to 0° N 90° E, z to the north pole.

    Two points are within r metres when the squared distance of their vectors is at most
    (2 sin(r / 2R))², R being EARTH_RADIUS_M.
    """
    phi, lambda_ = math.radians(latitude), math.radians(longitude)
    return (
        math.cos(phi) * math.cos(lambda_),
        math.cos(phi) * math.sin(lambda_),
        math.sin(phi),
    )


def bounding_box(latitude: float, longitude: float, radius_m: float) -> Box:
    """The smallest box that holds the circle; it wraps at the 180th meridian and the poles."""
    angle = radius_m / EARTH_RADIUS_M
    reach = math.degrees(angle)
    south, north = latitude - reach, latitude + reach
    if south <= -MAX_LATITUDE or north >= MAX_LATITUDE:
        return Box(
            max(south, -MAX_LATITUDE),
            -MAX_LONGITUDE,
            min(north, MAX_LATITUDE),
            MAX_LONGITUDE,
        )
    ratio = math.sin(angle) / math.cos(math.radians(latitude))
    width = math.degrees(math.asin(min(1.0, ratio)))
    return Box(south, _wrapped(longitude - width), north, _wrapped(longitude + width))


def is_in_united_states(latitude: float, longitude: float) -> bool:
    """Whether the point may lie in a state, a territory or a freely associated state."""
    return any(box.holds(latitude, longitude) for box in UNITED_STATES_BOXES)


def is_swapped(latitude: float, longitude: float) -> bool:
    """Whether the point is plausible for the United States only with its numbers exchanged."""
    return not is_in_united_states(latitude, longitude) and is_in_united_states(longitude, latitude)


def is_usable_point(latitude: float | None, longitude: float | None) -> bool:
    """Whether the numbers name a point that can be in the United States or its territories."""
    if latitude is None or longitude is None:
        return False
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return False
    return is_in_united_states(latitude, longitude)


def parse_point(latitude_text: str | None, longitude_text: str | None) -> PointRecord | None:
    """A point from the two texts of a file; None when both are empty.

    Raises ParseError with its reason for one that is missing, no number, out of range,
    swapped, or outside the United States and its territories.
    """
    latitude_word = clean_text(latitude_text)
    longitude_word = clean_text(longitude_text)
    if not latitude_word and not longitude_word:
        return None
    latitude = _coordinate(latitude_word, name="latitude")
    longitude = _coordinate(longitude_word, name="longitude")
    given = f"{latitude_word}, {longitude_word}"
    if is_swapped(latitude, longitude):
        reason = "latitude and longitude are swapped"
        raise ParseError(reason, value=given)
    if abs(latitude) > MAX_LATITUDE or abs(longitude) > MAX_LONGITUDE:
        reason = "no such point on the globe: latitude is -90 to 90, longitude -180 to 180"
        raise ParseError(reason, value=given)
    if not is_in_united_states(latitude, longitude):
        reason = "the point is outside the United States and its territories"
        raise ParseError(reason, value=given)
    return PointRecord(latitude=latitude, longitude=longitude)


def format_miles(distance_m: float) -> float:
    """Miles as a person wants to read them: 0.3, 1.2, 12.0; never 0 for a place elsewhere."""
    miles = distance_m / METRES_PER_MILE
    tenths = round(miles, 1)
    if tenths >= TENTHS_BELOW_MILES:
        return float(round(miles))
    return max(0.1, tenths) if miles > 0 else 0.0


def _wrapped(longitude: float) -> float:
    if longitude < -MAX_LONGITUDE:
        return longitude + FULL_TURN
    if longitude > MAX_LONGITUDE:
        return longitude - FULL_TURN
    return longitude


def _coordinate(word: str, *, name: str) -> float:
    if not word:
        reason = f"the {name} is missing"
        raise ParseError(reason)
    try:
        number = float(word) if len(word) <= _COORDINATE_LIMIT else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        reason = f"the {name} is not a number"
        raise ParseError(reason, value=word[:_COORDINATE_LIMIT])
    return number
