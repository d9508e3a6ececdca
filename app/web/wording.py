"""Words of the interface in the page's language: gettext with its types."""

from __future__ import annotations

import flask_babel


def gettext(text: str, **values: object) -> str:
    """The text in the language of the page, its %(names)s replaced by the values."""
    return str(flask_babel.gettext(text, **values))


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """The form of the text for a number, in the language of the page."""
    return str(flask_babel.ngettext(singular, plural, num, **values))
