"""What people read: numbers, dates, distances and telephone numbers as words, used as template filters.

Every function is pure: the locale is an argument ("en_US", "es_US"). `template_filters` binds
the locale of the page and gives each function the name it has in templates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, time
from functools import lru_cache
from typing import Final, Protocol

from babel.dates import format_date, format_skeleton, format_time, get_day_names
from babel.numbers import format_decimal
from babel.units import format_unit
from markupsafe import Markup, escape

from app.domain import geo, phone
from app.domain.dates import parse_partial_date
from app.domain.records import PhoneKind, PhoneRecord

DEFAULT_LOCALE: Final = "en_US"
WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")  # RFC 5545, Monday first.

_CHOICE_START: Final = Markup('<label><input type="checkbox" name="{}" form="{}" value="{}"')
_CHOICE_WORDS: Final = Markup("><span>{}</span><b>")
_CHOICE_WORDS_AND_GLOSS: Final = Markup("><span>{}<small>{}</small></span><b>")
_CHOICE_END: Final = "</b></label>\n"

# There are few distances and dates in words, and each page shows twenty or more of them.
_CACHE_SIZE: Final = 4_096


@lru_cache(maxsize=_CACHE_SIZE)
def phone_text(record: PhoneRecord) -> str:
    """The number for people, with its extension: "(614) 555-0134 ext. 12"."""
    return phone.format_phone(record)


@lru_cache(maxsize=_CACHE_SIZE)
def phone_url(record: PhoneRecord) -> str:
    """The link of a number: tel: for calls, sms: for texts; "" for a fax or one without digits."""
    if record.kind is PhoneKind.FAX:
        return ""
    if record.kind is PhoneKind.TEXT:
        return phone.sms_uri(record) or ""
    return phone.tel_uri(record) or ""


@lru_cache(maxsize=_CACHE_SIZE)
def grouped(number: int, *, locale: str = DEFAULT_LOCALE) -> str:
    """A whole number as its readers group it: "13,204"."""
    return str(format_decimal(number, locale=locale))


def join_words(items: Sequence[str], conjunction: str = "or") -> str:
    """A list as it is said: "a", "a or b", "a, b or c"; "" for none."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {conjunction} {items[-1]}"


def miles(distance_m: float, *, locale: str = DEFAULT_LOCALE, about: str = "{distance}") -> str:
    """A distance as "0.3 miles", "1 mile" or "12 miles".

    `about` is the pattern around it for a place that is known only roughly, such as
    "about {distance}"; then the miles are whole, and at least one.
    """
    number = geo.format_miles(distance_m)
    if about == "{distance}":
        return _miles_text(number, locale)
    return about.format(distance=_miles_text(max(1.0, float(round(number))), locale))


def day_words(day: date, *, locale: str = DEFAULT_LOCALE) -> str:
    """A day as its readers write it: "Nov 24, 2026" in the US, "24 Nov 2026" in Britain."""
    return str(format_date(day, format="medium", locale=locale))


@lru_cache(maxsize=_CACHE_SIZE)
def partial_date(text: str, *, locale: str = DEFAULT_LOCALE) -> str:
    """A date of which only the year or month may be known: "2022", "Mar 2022", "Mar 4, 2022".

    Takes YYYY, YYYY-MM or YYYY-MM-DD; raises ParseError for anything else.
    """
    partial = parse_partial_date(text)
    if partial.day:
        return day_words(partial.earliest, locale=locale)
    if partial.month:
        return str(format_skeleton("yMMM", partial.earliest, locale=locale))
    return str(partial.year)


@lru_cache(maxsize=_CACHE_SIZE)
def clock(text: str, *, locale: str = DEFAULT_LOCALE) -> str:
    """A local time HH:MM as "8:00 am", or "08:00" where people count to 24.

    Raises ValueError for what is not HH:MM.
    """
    written = str(format_time(time.fromisoformat(text), format="short", locale=locale))
    # Some locales part the hours from "PM" by a narrow no-break space, which few fonts hold.
    return written.replace("\u202f", "\u00a0").replace("AM", "am").replace("PM", "pm")


def weekday(code: str, *, locale: str = DEFAULT_LOCALE) -> str:
    """The name of a day from its RFC 5545 code: "Monday" for MO; raises ValueError for others."""
    return str(get_day_names("wide", locale=locale)[WEEKDAYS.index(code)])


class Choice(Protocol):
    """One choice of a filter group; `count` is a number or "" where there is none."""

    @property
    def value(self) -> str:
        """What the form sends."""

    @property
    def label(self) -> str:
        """The name for people."""

    @property
    def gloss(self) -> str:
        """The name in plain words, "" for none."""

    @property
    def count(self) -> int | str:
        """How many places it would leave."""

    @property
    def is_checked(self) -> bool:
        """Whether it is chosen."""


def choice_rows(choices: Iterable[Choice], name: str, form: str) -> Markup:
    """The check boxes of a filter group as HTML, in order.

    `name` is the field's name, `form` the id of the form that the boxes belong to.

    A page has some 250 of them. Looping over them in a template takes longer than the search
    itself, so what never changes of a row is written once and kept.
    """
    parts: list[str] = []
    for choice in choices:
        start, words = _choice_parts(name, form, choice.value, choice.label, choice.gloss)
        checked = " checked" if choice.is_checked else ""
        parts += (start, checked, words, str(escape(choice.count)), _CHOICE_END)
    return Markup("".join(parts))  # noqa: S704 - every part is escaped or a constant


def template_filters(current_locale: Callable[[], str]) -> Mapping[str, Callable[..., str]]:
    """The filters by their names in templates, in the locale that the page has when it is made."""

    def localized(function: Callable[..., str]) -> Callable[..., str]:
        def with_locale(value: object, **words: str) -> str:
            return function(value, locale=current_locale(), **words)

        return with_locale

    needing_locale = (grouped, miles, day_words, partial_date, clock, weekday)
    return {
        "phone_text": phone_text,
        "phone_url": phone_url,
        "join_words": join_words,
        "choice_rows": choice_rows,
        **{function.__name__: localized(function) for function in needing_locale},
    }


@lru_cache(maxsize=_CACHE_SIZE)
def _choice_parts(name: str, form: str, value: str, label: str, gloss: str) -> tuple[str, str]:
    words = _CHOICE_WORDS_AND_GLOSS.format(label, gloss) if gloss else _CHOICE_WORDS.format(label)
    return str(_CHOICE_START.format(name, form, value)), str(words)


@lru_cache(maxsize=_CACHE_SIZE)
def _miles_text(number: float, locale: str) -> str:
    shown = int(number) if number.is_integer() else number
    return str(format_unit(shown, "length-mile", length="long", locale=locale))
