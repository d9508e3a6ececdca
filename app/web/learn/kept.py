"""Parts of the guide that are the same for every reader, made once per process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import current_app
from flask_babel import get_locale
from markupsafe import Markup

_SHELF: Final = "help_first_guide_parts"
_MOST_KEPT: Final = 200

Made = TypeVar("Made")


def kept(key: tuple[object, ...], make: Callable[[], Made]) -> Made:
    """What `make` gives for a key in the page's language.

    `key` holds all that it depends on but the language.
    """
    shelf: dict[object, Any] = current_app.extensions.setdefault(_SHELF, {})
    place = (*key, str(get_locale()))
    found: Made | None = shelf.get(place)
    if found is None:
        found = make()
        if len(shelf) >= _MOST_KEPT:
            shelf.clear()
        shelf[place] = found
    return found


def kept_part(key: tuple[object, ...], render: Callable[[], str]) -> Markup:
    """The HTML of a part; `render` renders a template."""
    return kept(("html", *key), lambda: Markup(render()))  # noqa: S704 - an escaping template
