"""The words that templates speak with: filters, and what every page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from flask import Flask, current_app
from flask_babel import get_locale, lazy_gettext
from markupsafe import Markup, escape

from app.web.formatters import DEFAULT_LOCALE, template_filters
from app.web.map_marks import list_items, pin_marks, town_marks
from app.web.wording import catalogue, gettext, note_translations
from app.web.written import written


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyLine:
    """One question with the number that answers it, for the top of every page."""

    question: Any
    number: str
    display: str
    text_number: str | None = None


# The numbers of the United States; pages about another country give their own.
# Source: helplines us-911 and us-988-lifeline of content/en/helplines.
UNITED_STATES_LINES: Final = (
    EmergencyLine(question=lazy_gettext("Someone not waking up?"), number="911", display="911"),
    EmergencyLine(
        question=lazy_gettext("Thinking about suicide?"),
        number="988",
        display="988",
        text_number="988",
    ),
)


def register_words(app: Flask) -> None:
    """Give templates their filters and globals."""
    for name, function in template_filters(_locale_name).items():
        app.add_template_filter(function, name)
    for mark in (pin_marks, town_marks, list_items, written):
        app.add_template_filter(mark)
    app.add_template_global(has_endpoint)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    note_translations(app)
    # Jinja's own make three calls of each word.
    app.jinja_env.globals.update(_=_marked, gettext=_marked, ngettext=_marked_plural)

    @app.context_processor
    def page_words() -> dict[str, object]:
        return {"emergency_line": UNITED_STATES_LINES}


def has_endpoint(name: str) -> bool:
    """Whether this installation has a page of that name, for links to parts that can be absent."""
    return name in current_app.view_functions


def _marked(text: str, /, **values: object) -> Markup:
    """The text in the language of the page, as HTML; its values are escaped."""
    if not values and catalogue() is None:
        return _constant(text)
    return _filled(gettext(text), values)


def _marked_plural(singular: str, plural: str, num: int, /, **values: object) -> Markup:
    """The form of the text for a number, as HTML; its values are escaped."""
    found = catalogue()
    if found is None:
        return _filled(singular if num == 1 else plural, {"num": num, **values})
    return _filled(str(found.ungettext(singular, plural, num)), {"num": num, **values})


# The words of templates are few, and most have no values.
@lru_cache(maxsize=2_048)
def _constant(text: str) -> Markup:
    return _filled(text, {})


def _filled(text: str, values: Mapping[str, object]) -> Markup:
    escaped = {
        name: value if isinstance(value, int) else escape(value) for name, value in values.items()
    }
    return Markup(text % escaped)  # noqa: S704 - our own words; each value is escaped


def _locale_name() -> str:
    # Day and month names are chosen for the United States where only "en" is known.
    locale = get_locale()
    return str(locale) if locale and locale.territory else DEFAULT_LOCALE
