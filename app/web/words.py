"""The words that templates speak with: filters, and what every page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, current_app, g
from flask_babel import get_locale, get_translations, lazy_gettext

from app.web.formatters import DEFAULT_LOCALE, template_filters


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
    app.add_template_global(has_endpoint)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    # Flask-Babel looks the translations up at each call, which costs more than the word does.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: _translations().ugettext(message),
        lambda one, many, number: _translations().ungettext(one, many, number),
        newstyle=True,
    )

    @app.context_processor
    def page_words() -> dict[str, object]:
        return {"emergency_line": UNITED_STATES_LINES}


def has_endpoint(name: str) -> bool:
    """Whether this installation has a page of that name, for links to parts that can be absent."""
    return name in current_app.view_functions


def _translations() -> Any:  # noqa: ANN401 (Flask-Babel's translations have no type)
    if "translations" not in g:
        g.translations = get_translations()
    return g.translations


def _locale_name() -> str:
    # Day and month names are chosen for the United States where only "en" is known.
    locale = get_locale()
    return str(locale) if locale and locale.territory else DEFAULT_LOCALE
