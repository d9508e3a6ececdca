"""Words of the interface in the page's language: gettext with its types.

While an installation has no translations a word is itself, and nothing is looked up for it:
Flask-Babel asks for the language of the request at each word, which costs more than the word.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import flask_babel
from flask import Flask, current_app, g

# The instance folders of those applications of this process that have translations: mostly none at all.
_TRANSLATED: Final[set[str]] = set()


def note_translations(app: Flask) -> None:
    """Look once whether the application has translations at all."""
    with app.app_context():
        folders = flask_babel.get_domain().translation_directories
    found = (Path(app.root_path, folder).glob("*/LC_MESSAGES/*.mo") for folder in folders)
    if any(next(files, None) for files in found):
        _TRANSLATED.add(app.instance_path)
    else:
        _TRANSLATED.discard(app.instance_path)


def catalogue() -> Any | None:  # noqa: ANN401 (Flask-Babel's translations have no type)
    """The translations of the page's language; None where there are none to look up."""
    if not _TRANSLATED or not current_app or current_app.instance_path not in _TRANSLATED:
        return None
    if "translations" not in g:
        g.translations = flask_babel.get_translations()
    return g.translations


def page_language() -> str:
    """The language of the page as a key for what is kept; "" where there is only one."""
    return "" if catalogue() is None else str(flask_babel.get_locale())


def gettext(text: str, **values: object) -> str:
    """The text in the language of the page, its %(names)s replaced by the values."""
    found = catalogue()
    told = str(found.ugettext(text)) if found else text
    return told % values if values else told


def gettext_noop(text: str) -> str:
    """The text itself, marked for translators: `gettext` gets it later."""
    return text


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """The form of the text for a number, in the language of the page."""
    found = catalogue()
    if found:
        told = str(found.ungettext(singular, plural, num))
    else:
        told = singular if num == 1 else plural
    return told % {"num": num, **values}
