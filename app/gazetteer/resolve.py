"""What a person typed as a place, as the places that it can mean."""

from __future__ import annotations

import re
from typing import Final

from app.domain.errors import ParseError, UnknownPlaceError
from app.domain.query import Place
from app.gazetteer.names import clean_text, name_key, name_words
from app.gazetteer.places import find_cities, find_counties, find_zip, names_a_county
from app.gazetteer.states import find_state, is_rivalled
from app.gazetteer.suggest import suggest_places, suggest_zips
from app.gazetteer.tables import city_table

# No name of a place is longer; the rest of a longer text is not read.
_LONGEST: Final = 120
_MOST_STATE_WORDS: Final = 4

_ZIP: Final = re.compile(r"(\d{5})(?:[\s-]*\d{4})?-?")
# Digits, and the letters that are mistaken for them, with what stands between.
_MEANT_AS_DIGITS: Final = re.compile(r"[\dOoIl\s.,;:/#+-]*\d[\dOoIl\s.,;:/#+-]*")
_ZIP_AT_END: Final = re.compile(r"(?<![\d-])(\d{5})(?:-\d{4})?$")
_ZIP_AT_START: Final = re.compile(r"^(\d{5})(?:-\d{4})?(?![\d-])")
_DASHES: Final = re.compile("[\u2010-\u2015\u2212]")
_COUNTRY: Final = re.compile(
    r"[\s,]+(?:U\.?S\.?A?\.?|United States(?: of America)?)$", re.IGNORECASE
)
_COUNTY_IN_BRACKETS: Final = re.compile(r"(.+?)\s*\([^()]*\)")
_PREFIX: Final = re.compile(r"(?:city|town|village|township|borough) of\s+", re.IGNORECASE)
_COUNTY_SHORT: Final = re.compile(r"\bCo\.?$", re.IGNORECASE)
_COUNTY_OF: Final = re.compile(r"(county|parish) of\s+(.+)", re.IGNORECASE)


def resolve(text: str) -> tuple[Place, ...]:
    """The places that a typed text can mean, largest first: one is certain, several are asked.

    Reads a ZIP code (with or without its four more digits), "City, ST", "City ST", "City,
    State", a city alone (every city of the name), a state's name or code, and a county.
    Every place's own label gives that one place. Empty text gives (). Raises ParseError for
    digits that are no ZIP code and UnknownPlaceError, with the nearest spellings, for the rest.
    """
    typed = _DASHES.sub("-", clean_text(text))[:_LONGEST].strip(" ,;")
    if not typed:
        if clean_text(text):
            raise UnknownPlaceError(text)
        return ()
    found = _read_digits(typed, text) or _read_with_zip(typed) or _read_name(typed)
    if found:
        return found
    head, state = _split_for_suggestions(typed)
    raise UnknownPlaceError(text, suggestions=suggest_places(head, state=state))


def _read_digits(typed: str, text: str) -> tuple[Place, ...]:
    """The ZIP code when the text is nothing else."""
    if not _MEANT_AS_DIGITS.fullmatch(typed):
        return ()
    match = _ZIP.fullmatch(typed)
    if match is None:
        reason = "A ZIP code has 5 digits"
        raise ParseError(reason, value=text)
    place = find_zip(match[1])
    if place is None:
        raise UnknownPlaceError(text, suggestions=suggest_zips(match[1]))
    return (place,)


def _read_with_zip(typed: str) -> tuple[Place, ...]:
    """The ZIP code at either end of an address, beside what the words say when they differ."""
    match = _ZIP_AT_END.search(typed) or _ZIP_AT_START.search(typed)
    place = find_zip(match[1]) if match else None
    if match is None or place is None:
        return ()
    rest = (typed[: match.start()] + typed[match.end() :]).strip(" ,;()")
    named = _read_name(rest) if name_key(rest) else ()
    if not named or any(each.state == place.state for each in named):
        return (place,)
    return (place, *named)


def _read_name(typed: str) -> tuple[Place, ...]:
    typed = _COUNTRY.sub("", typed).strip(" ,;")
    bracketed = _COUNTY_IN_BRACKETS.fullmatch(typed)
    if bracketed:
        key = name_key(typed)
        return tuple(each for each in _read_name(bracketed[1]) if name_key(each.label) == key)
    head, comma, tail = (part.strip() for part in typed.rpartition(","))
    if not comma:
        return _read_bare(typed) or _read_without_comma(typed)
    state = find_state(tail)
    if state is not None:
        return _read_in_state(head, state)
    counties = (
        {each.code for each in find_counties(tail)} if names_a_county(name_words(tail)) else ()
    )
    return tuple(each for each in find_cities(head) if each.county_fips in counties)


def _read_bare(typed: str) -> tuple[Place, ...]:
    """The places of a name with no state beside it."""
    cities = find_cities(typed)
    state = find_state(typed)
    if state is not None:
        is_short_name = name_key(typed) in city_table().aliases
        rivals = cities if is_rivalled(typed) or is_short_name else ()
        return (*rivals[:1], state, *rivals[1:])
    if names_a_county(name_words(typed)):
        return (*cities, *(each for each in find_counties(typed) if not cities))
    return cities or find_counties(typed) or _read_prefixed(typed, None)


def _read_without_comma(typed: str) -> tuple[Place, ...]:
    """The city or county before the state that the last words name, the longest first."""
    words = typed.split()
    for count in range(min(_MOST_STATE_WORDS, len(words) - 1), 0, -1):
        state = find_state(" ".join(words[-count:]))
        found = _read_in_state(" ".join(words[:-count]), state) if state is not None else ()
        if found:
            return found
    return ()


def _read_in_state(head: str, state: Place) -> tuple[Place, ...]:
    # Only beside a state: "Jackson Co" alone ends with Colorado.
    head = _COUNTY_SHORT.sub("County", head)
    found = find_cities(head, state.code) or find_counties(head, state.code)
    found = found or _read_prefixed(head, state)
    if found:
        return found
    if find_state(head) == state:
        return (state,)
    parts = [part.strip() for part in head.split(",") if part.strip()]
    if len(parts) > 1:
        # "12 Main Street, Boston, MA" ends with the city; "Boston, Suffolk County, MA" does not.
        return _read_in_state(
            parts[0] if names_a_county(name_words(parts[-1])) else parts[-1], state
        )
    return ()


def _read_prefixed(typed: str, state: Place | None) -> tuple[Place, ...]:
    """The place without its title: "City of Boston", "County of Los Angeles"."""
    code = None if state is None else state.code
    county = _COUNTY_OF.fullmatch(typed)
    if county:
        return find_counties(f"{county[2]} {county[1]}", code)
    short = _PREFIX.sub("", typed, count=1) if _PREFIX.match(typed) else ""
    return find_cities(short, code) if short else ()


def _split_for_suggestions(typed: str) -> tuple[str, str | None]:
    """The name and the USPS code of the state, as far as the text says one."""
    typed = _COUNTRY.sub("", typed).strip(" ,;")
    head, comma, tail = (part.strip() for part in typed.rpartition(","))
    if comma:
        state = find_state(tail)
        return head.rpartition(",")[2].strip(), None if state is None else state.code
    words = typed.split()
    for count in range(min(_MOST_STATE_WORDS, len(words) - 1), 0, -1):
        state = find_state(" ".join(words[-count:]))
        if state is not None:
            return " ".join(words[:-count]), state.code
    return typed, None
