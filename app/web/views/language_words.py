"""Languages by their names, from ISO 639 codes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from app.web.formatters import DEFAULT_LOCALE
from app.web.wording import gettext as _


def language_words(codes: Sequence[str], *, locale: str = DEFAULT_LOCALE) -> str | None:
    """The languages as one text, "English, Spanish"; None when none is known."""
    return ", ".join(language_name(code, locale=locale) for code in codes) or None


@lru_cache(maxsize=512)
def language_name(code: str, *, locale: str = DEFAULT_LOCALE) -> str:
    """The name of a language in the reader's own; "Sign language" for ASL; else the code."""
    if code in {"ase", "sgn"}:
        return _("Sign language")
    try:
        names = Locale.parse(locale).languages
    except (ValueError, UnknownLocaleError):
        return code
    return str(names.get(code.replace("-", "_"), names.get(code.partition("-")[0], code)))
