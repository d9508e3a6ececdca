"""The pins of a map: places in the frame, those that lie together under one label."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

from app.web.map_paths import Projection

PIN_HEIGHT: Final = 20
LETTER_WIDTH: Final = 7.5
_OVERLAP: Final = 2
_CLEARANCE: Final = PIN_HEIGHT - _OVERLAP
_MOST_NUMBERS_SHOWN: Final = 2

# A pin that may still take others in: x, y, width, the numbers in rising order.
_Drawn = tuple[int, int, int, list[int]]


class MapPin(NamedTuple):
    """One place to mark: its number in the list (None on its own page), in degrees.

    `distance` says how far it is from the centre of the map, None where that is not known yet.
    """

    number: int | None
    name: str
    latitude: float
    longitude: float
    is_approximate: bool = False
    distance: str | None = None


class PinView(NamedTuple):
    """A pin in pixels of the frame; several places that lie together share one ("3 to 5")."""

    x: int
    y: int
    width: int
    label: str
    is_approximate: bool = False


def place_pins(pins: Sequence[MapPin], frame: Projection) -> tuple[PinView, ...]:
    """The pins inside the frame; those that would cover each other are one with their numbers."""
    drawn: list[_Drawn] = []
    for x, y, numbers in _in_frame(pins, frame):
        pin = _pin(x, y, numbers, frame)
        while (near := _touching(pin, drawn)) is not None:
            other = drawn.pop(near)
            pin = _pin(other[0], other[1], sorted(other[3] + pin[3]), frame)
        drawn.append(pin)
    # A place alone has a ring where only its town is known; a number says nothing of that.
    is_approximate = len(pins) == 1 and pins[0].is_approximate
    return tuple(
        [PinView(x, y, width, _label(numbers), is_approximate) for x, y, width, numbers in drawn]
    )


def _in_frame(pins: Sequence[MapPin], frame: Projection) -> Iterator[tuple[int, int, list[int]]]:
    for pin in pins:
        pixel = frame.pixel(pin.longitude, pin.latitude)
        if frame.holds(pixel):
            yield pixel[0], pixel[1], [] if pin.number is None else [pin.number]


def _pin(x: int, y: int, numbers: list[int], frame: Projection) -> _Drawn:
    width = _width(len(_label(numbers)))
    half = width // 2 + 1
    return (
        min(max(x, half), frame.width - half),
        min(max(y, PIN_HEIGHT), frame.height - PIN_HEIGHT // 2),
        width,
        numbers,
    )


def _touching(pin: _Drawn, drawn: Sequence[_Drawn]) -> int | None:
    """Which of the drawn pins this one would cover, the first of them; None for none."""
    x, y, width, _numbers = pin
    north, south = y - _CLEARANCE, y + _CLEARANCE
    for place, other in enumerate(drawn):
        # Most lie higher or lower: that is asked first, since every two pins are compared.
        if north < other[1] < south and abs(x - other[0]) < (width + other[2]) / 2 - _OVERLAP:
            return place
    return None


@cache
def _width(letters: int) -> int:
    return max(PIN_HEIGHT, round(letters * LETTER_WIDTH) + 10)


def _label(numbers: Sequence[int]) -> str:
    """The numbers of one pin: "3", "3, 7", "3-5", or "3 +4" for many that are apart."""
    count = len(numbers)
    if count <= 1:
        return str(numbers[0]) if numbers else ""
    first, last = numbers[0], numbers[-1]
    if last - first == count - 1:
        return f"{first}\N{EN DASH}{last}"
    if count <= _MOST_NUMBERS_SHOWN:
        return ", ".join(map(str, numbers))
    return f"{first} +{count - 1}"
