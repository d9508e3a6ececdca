"""The pins, towns and lines of a map as HTML: template filters, since a page has some sixty of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from markupsafe import Markup, escape

from app.web.map_pins import PinView
from app.web.maps import TownView

_RING: Final = 24
_DOT: Final = 8


def pin_marks(pins: Iterable[PinView]) -> Markup:
    """All pins as SVG: a number in a box, or a dot, or a wide ring where the place is rough."""
    return Markup("".join(map(_pin, pins)))  # noqa: S704 - numbers; labels are escaped


def town_marks(towns: Iterable[TownView]) -> Markup:
    """All towns as SVG: a dot with the name on the side that has room."""
    return Markup("".join(map(_town, towns)))  # noqa: S704 - numbers; names are escaped


def list_items(lines: Iterable[str]) -> Markup:
    """Lines of text as items of a list."""
    return Markup("".join([f"<li>{escape(line)}</li>" for line in lines]))  # noqa: S704 - escaped


def _pin(pin: PinView) -> str:
    x, y, width, label, is_approximate = pin
    if label:
        drawn = (
            f'<rect x="{x - width // 2}" y="{y - 10}" width="{width}" height="20" rx="10"/>'
            f'<text x="{x}" y="{y + 4}">{escape(label)}</text>'
        )
    elif is_approximate:
        drawn = f'<circle cx="{x}" cy="{y}" r="{_RING}" class="about"/>'
    else:
        drawn = f'<circle cx="{x}" cy="{y}" r="{_DOT}"/>'
    return f'\n<g class="place">{drawn}</g>'


def _town(town: TownView) -> str:
    x, y, name, is_left = town
    words = f'"{x - 5}" y="{y + 4}" class="left"' if is_left else f'"{x + 5}" y="{y + 4}"'
    return (
        f'\n<g class="town"><circle cx="{x}" cy="{y}" r="2"/>'
        f"<text x={words}>{escape(name)}</text></g>"
    )
