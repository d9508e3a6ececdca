"""The search box above results as HTML: written once for each distance, filled in for each page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import current_app
from markupsafe import Markup, escape

from app.domain.query import RADIUS_CHOICES_MILES
from app.web.public.search.asked import Asked, Ways
from app.web.wording import ngettext, page_language
from app.web.written import Pattern, mark

WRITTEN_BOXES: Final = "help_first_written_boxes"
_TEMPLATE: Final = "public/search_page.html"
_NAMES: Final = ("address", "near", "text", "hidden")

Boxes = Mapping[tuple[int, bool], Pattern]


def radius_choices() -> list[tuple[int, str]]:
    """The distances that are offered, as values and words."""
    return [
        (miles, ngettext("%(num)s mile", "%(num)s miles", miles)) for miles in RADIUS_CHOICES_MILES
    ]


def written_box(asked: Asked, ways: Ways, *, hidden_codes: tuple[str, ...]) -> Markup:
    """The box of a search that has no error: its form with what was asked."""
    values = {
        "address": escape(ways.address),
        "near": escape(asked.near),
        "text": escape(asked.text),
        "hidden": _macros().hidden_terms(hidden_codes) if hidden_codes else "",
    }
    return _boxes()[asked.radius_miles, ways.is_private].filled(values)


def _boxes() -> Boxes:
    """The patterns by distance and by whether the form sends by POST, all written together."""
    kept: dict[str, Boxes] = current_app.extensions.setdefault(WRITTEN_BOXES, {})
    language = page_language()
    boxes = kept.get(language)
    if boxes is None:
        boxes = kept[language] = {
            (miles, is_private): _pattern(miles, is_private=is_private)
            for miles in RADIUS_CHOICES_MILES
            for is_private in (False, True)
        }
    return boxes


def _pattern(miles: int, *, is_private: bool) -> Pattern:
    box = _macros().written_box(
        mark("address"),
        near=mark("near"),
        text=mark("text"),
        radius=miles,
        radii=radius_choices(),
        is_private=is_private,
        hidden=mark("hidden"),
    )
    return Pattern(box, _NAMES)


def _macros() -> Any:  # noqa: ANN401 (the macros of a template have no type)
    return current_app.jinja_env.get_template(_TEMPLATE).module
