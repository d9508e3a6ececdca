"""Addresses, names and websites as files send them, turned into what can be matched and kept."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid5

from app.domain.errors import ParseError
from app.domain.text import clean_text, fold

# Every listing's id is derived under this name. Printed addresses and QR codes live on it:
# it never changes, nor does what listing_key gives for the same place.
LISTING_NAMESPACE: Final = UUID("5f0c1d0e-8a53-4b7e-9c44-2f6c7e1a9d38")

STREET_LIMIT: Final = 500
URL_LIMIT: Final = 2_000
HOST_LIMIT: Final = 253
NO_WEBSITE: Final = frozenset({"", "http:", "https:", "none", "n/a", "na", "null", "-", "unknown"})

# USPS Publication 28, appendices C1 and C2, as far as real listings differ in them.
STREET_WORDS: Final = {
    "street": "st",
    "str": "st",
    "saint": "st",
    "avenue": "ave",
    "av": "ave",
    "boulevard": "blvd",
    "road": "rd",
    "drive": "dr",
    "lane": "ln",
    "court": "ct",
    "place": "pl",
    "square": "sq",
    "terrace": "ter",
    "circle": "cir",
    "highway": "hwy",
    "parkway": "pkwy",
    "pky": "pkwy",
    "turnpike": "tpke",
    "expressway": "expy",
    "freeway": "fwy",
    "route": "rte",
    "rt": "rte",
    "plaza": "plz",
    "trail": "trl",
    "center": "ctr",
    "centre": "ctr",
    "heights": "hts",
    "crossing": "xing",
    "mount": "mt",
    "fort": "ft",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
    "northeast": "ne",
    "northwest": "nw",
    "southeast": "se",
    "southwest": "sw",
}
ORDINAL_WORDS: Final = {
    "first": "1st",
    "second": "2nd",
    "third": "3rd",
    "fourth": "4th",
    "fifth": "5th",
    "sixth": "6th",
    "seventh": "7th",
    "eighth": "8th",
    "ninth": "9th",
    "tenth": "10th",
    "eleventh": "11th",
    "twelfth": "12th",
}
NUMBER_WORDS: Final = {
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
}
COMPANY_WORDS: Final = frozenset(
    {"inc", "incorporated", "llc", "llp", "pllc", "lllp", "lp", "pc", "pa"}
    | {"corp", "corporation", "co", "company", "ltd", "limited"},
)

_UNIT_WORDS: Final = (
    r"suites?|stes?|units?|apartments?|apts?|rooms?|rms?|floors?|fl|buildings?|bldgs?"
    r"|departments?|depts?|lobby|lot|spaces?|spc|trailers?|trlr"
)
_UNIT = re.compile(
    rf"[\s,;]+(?:(?:{_UNIT_WORDS})\b\.?\s*#?\s*(?:[a-z]?-?\d[\w-]*|[a-z])(?!\w)|#\s*[\w-]+"
    r"|(?:\d+(?:st|nd|rd|th)|ground|first|second|third|fourth|fifth|top|main|lower|upper)"
    r"\s+(?:floor|fl)\b\.?)[\w\s,.#&()/-]*$",
    re.IGNORECASE,
)
_POINTS = re.compile(r"(?<=\b[a-z])\.\s*(?=[a-z]\b)")
_APOSTROPHE = re.compile(r"'")
_NOT_WORD = re.compile(r"[\W_]+")
_ZIP = re.compile(r"(\d{3,5})(?:-(\d{4}))?", re.ASCII)
_RUN_TOGETHER = re.compile(r"\d{8,9}", re.ASCII)
_STRICT_ZIP = re.compile(r"(\d{5})(?:[- ]?\d{4})?", re.ASCII)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?!\d)", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


def normalize_zip(text: str | None) -> str:
    """The five digits of a ZIP code from a file, "" for none.

    Zeros that a spreadsheet took off come back ("2139", "2139.0", "601" for Puerto Rico);
    ZIP+4 loses its end, with or without the hyphen. ParseError for all else and for 00000.
    """
    word = clean_text(text, limit=80).removesuffix(".0").replace(" ", "").rstrip("-")
    if not word:
        return ""
    if _RUN_TOGETHER.fullmatch(word):
        five = word.zfill(9)[:5]
    elif match := _ZIP.fullmatch(word):
        five = match[1].zfill(5)
    else:
        reason = "not a ZIP code: it has 5 digits, like 02139"
        raise ParseError(reason, value=word)
    if five == "00000":
        reason = "a placeholder, not a ZIP code"
        raise ParseError(reason, value=word)
    return five


def parse_zip(text: str) -> str:
    """The five digits of a ZIP code that a person typed, in digits of any script.

    ZIP+4 is possible. Raises ParseError: a person who types four digits means another ZIP.
    """
    word = fold(clean_text(text, limit=80))
    digits = "".join(str(int(c)) if c.isdecimal() else c for c in word)
    match = _STRICT_ZIP.fullmatch(digits)
    if match is None:
        reason = "a ZIP code has 5 digits, like 02139"
        raise ParseError(reason, value=word)
    return match[1]


def split_unit(text: str) -> tuple[str, str | None]:
    """The street line and its suite, unit, floor or room apart; None when there is none."""
    line = clean_text(text, limit=STREET_LIMIT)
    match = _UNIT.search(line)
    if match is None or not line[: match.start()].strip(" ,;"):
        return line, None
    return line[: match.start()].rstrip(" ,;"), match[0].strip(" ,;")


def normalize_street(text: str) -> str:
    """The street line for matching: case, punctuation, abbreviations and the unit are gone."""
    street, _unit = split_unit(text)
    tokens = _plain_words(street)
    if tokens:
        tokens[0] = NUMBER_WORDS.get(tokens[0], tokens[0])
    return " ".join(STREET_WORDS.get(token, ORDINAL_WORDS.get(token, token)) for token in tokens)


def names_street(text: str, street: str) -> bool:
    """Whether a longer text has this street line in it, in any spelling; its unit aside."""
    sought = normalize_street(street)
    tokens = (STREET_WORDS.get(each, ORDINAL_WORDS.get(each, each)) for each in _plain_words(text))
    return bool(sought) and f" {sought} " in f" {' '.join(tokens)} "


def normalize_name(text: str) -> str:
    """A name for matching: no case, accents, punctuation, "The" or company suffix; & is and."""
    tokens = _plain_words(text.replace("&", " and ").replace("+", " and "))
    if len(tokens) > 1 and tokens[0] == "the":
        del tokens[0]
    while len(tokens) > 1 and tokens[-1] in COMPANY_WORDS:
        tokens.pop()
    return " ".join(tokens)


def listing_key(*, name: str, street: str, postal_code: str) -> str:
    """What makes a listing the same one in every file: name, street and ZIP, joined by "|".

    `street` is "" where none is known. Raises ParseError for a postal code that is none.
    """
    parts = (normalize_name(name), normalize_street(street), normalize_zip(postal_code))
    return "|".join(parts)


def listing_id(key: str) -> UUID:
    """The id of the listing with this key: the same in every import and every installation."""
    return uuid5(LISTING_NAMESPACE, key)


def website_or_none(text: str | None) -> str | None:
    """A web address that is safe to link, None for none ("", "http://", "N/A").

    A bare host gets https://. Raises ParseError for any scheme but http and https, for
    addresses that leave the scheme out with "//", for backslashes, white space inside,
    names before an "@", and for a host that is none.
    """
    word = clean_text(text, limit=URL_LIMIT)
    if word.rstrip("/").casefold() in NO_WEBSITE:
        return None
    if "\\" in word or " " in word or word.startswith("/"):
        reason = "not a web address: write it like https://www.example.org"
        raise ParseError(reason, value=word)
    scheme = _SCHEME.match(word)
    if scheme is None:
        word = f"https://{word}"
    elif scheme[1].casefold() not in {"http", "https"}:
        reason = "a web address begins with http:// or https://"
        raise ParseError(reason, value=word)
    return _checked_url(word)


def _checked_url(word: str) -> str:
    reason = "not a web address: write it like https://www.example.org"
    try:
        parts = urlsplit(word)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port
    except ValueError as error:
        raise ParseError(reason, value=word) from error
    is_host = len(host) <= HOST_LIMIT and _HOST.fullmatch(host)
    if not is_host or "@" in parts.netloc:
        raise ParseError(reason, value=word)
    place = host if port is None else f"{host}:{port}"
    return urlunsplit((parts.scheme, place, parts.path, parts.query, parts.fragment))


def _plain_words(text: str) -> list[str]:
    """Folded words; initials are one word ("N.W." is nw) and an apostrophe splits none."""
    folded = _POINTS.sub("", fold(text))
    return _NOT_WORD.sub(" ", _APOSTROPHE.sub("", folded)).split()
