"""Parts of the guide that are the same for every reader, made once per process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import current_app
from flask_babel import get_locale
from markupsafe import Markup

_SHELF: Final = "help_first_guide_parts"
_MOST_KEPT: Final = 200


def kept_part(key: tuple[object, ...], make: Callable[[], str]) -> Markup:
    """The HTML that `make` gives for a key, in the page's language.

    `key` holds all that it depends on but the language. `make` renders a template.
    """
    shelf: dict[object, Markup] = current_app.extensions.setdefault(_SHELF, {})
    place = (*key, str(get_locale()))
    if place not in shelf:
        if len(shelf) >= _MOST_KEPT:
            shelf.clear()
        shelf[place] = Markup(make())  # noqa: S704 - a template that escapes what it is given
    return shelf[place]
