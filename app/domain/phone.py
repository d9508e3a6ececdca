"""Telephone numbers as printed, turned into numbers that dial, and back into words and links."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import phonenumbers

from app.domain.errors import ParseError
from app.domain.records import PhoneKind, PhoneRecord
from app.domain.text import QUOTES, clean_text, fold

PRINTED_LIMIT: Final = 120
MAX_DIGITS: Final = 15  # ITU-T E.164, section 6.
NANP_DIGITS: Final = 10
NANP_COUNTRIES: Final = frozenset({"US", "CA", "PR", "GU", "VI", "AS", "MP"})

# Freely associated states stand among the states in the National Directory ("691-350-2115"
# in Micronesia) but have country calling codes of their own.
COUNTRY_OF_STATE: Final = {"FM": "FM", "MH": "MH", "PW": "PW"}

_NORTH_AMERICAN_CODES: Final = {
    "211": "community services",
    "311": "city services",
    "511": "travel information",
    "711": "relay service",
    "911": "emergency services",
    "988": "suicide and crisis line",
}

# Numbers that a country dials as they stand. They have no E.164 form: outside their country
# they reach nobody or somebody else.
SHORT_CODES: Final = {
    "US": {**_NORTH_AMERICAN_CODES, "811": "digging safety"},
    "CA": {**_NORTH_AMERICAN_CODES, "811": "health information"},
    "GB": {
        "999": "emergency services",
        "112": "emergency services",
        "111": "health service advice",
        "116123": "Samaritans",
    },
    "IE": {
        "112": "emergency services",
        "999": "emergency services",
        "116123": "Samaritans",
    },
    "AU": {"000": "emergency services", "112": "emergency services"},
    "NZ": {"111": "emergency services", "1737": "counselling"},
    "ES": {"112": "emergency services", "024": "suicide line"},
    "PT": {"112": "emergency services", "1414": "drug line"},
    "FR": {"112": "emergency services", "15": "ambulance"},
    "DE": {"112": "emergency services"},
    "BE": {"112": "emergency services"},
    "FI": {"112": "emergency services"},
}

_EXAMPLE: Final = "write it like 412-555-0100 or 412-555-0100 x12"
_PLACEHOLDER: Final = "a placeholder, not a telephone number"

# ITU-T E.161: the letters on the keys of a telephone.
_KEYS: Final = {
    letter: str(digit)
    for digit, letters in enumerate(("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"), 2)
    for letter in letters
}
_MIN_LETTERS: Final = 3

_EXTENSION = re.compile(
    r"(?:;ext=|(?<![a-z])(?:extension|extn?|x)\.?\s*[:#]?\s*|\s#\s*|,\s*#?\s*)(\d{1,7})$",
)
_GLOSS = re.compile(r"\s\(([^()]*)\)$")
_PRESS = re.compile(r"[,;]?\s*(?:and\s+|then\s+)*press\s+[\d*#]$")
_LEAD = re.compile(r"^(?:tel:|sms:|(?:phone|telephone|call|text|fax|tty|voice|main)\b[:.]?)\s*")
_LINK_LEAD = re.compile(r"^(?:tel|sms):\s*", re.IGNORECASE)
_TEXT_LEAD = re.compile(r"(?:text\b|sms:)", re.IGNORECASE)
_SPREADSHEET = re.compile(r"\d(?:\.\d+)?e\+?\d+")
_SEPARATORS = re.compile(r"[\s().\-/*]+")
_DIGITS = re.compile(r"\+?\d+", re.ASCII)
_NANP_NUMBER = re.compile(r"\+1\d{10}", re.ASCII)
_VANITY = re.compile(r"(\+?1)?(\d{3})([a-z0-9]{7,15})", re.ASCII)
_SEVERAL = re.compile(r"[;|\n]|\s+or\s+|\s/\s", re.IGNORECASE)
_TEXT_CODE = re.compile(r"\d{4,6}", re.ASCII)
_PLAIN_DISPLAY = re.compile(r"[\d\s()+.\-/*]*", re.ASCII)


def phone_country(state: str | None) -> str:
    """The country whose numbering plan a USPS state code stands for: FM, MH, PW or else US."""
    return COUNTRY_OF_STATE.get(state or "", "US")


def parse_phone(
    text: str,
    *,
    kind: PhoneKind = PhoneKind.VOICE,
    country: str = "US",
    description: str | None = None,
) -> PhoneRecord:
    """A printed number as the number to dial (E.164 or a short code), shown as printed.

    Letters stand for their keys ("800-662-HELP"), and what is left after ten digits is not
    dialled. A possible number is enough: 555-01xx belongs to nobody but is possible.
    What is printed as "text 741741" is of kind TEXT.
    Raises ParseError, with an example, for placeholders (all nines), numbers without area
    code, more than 15 digits, words, and numbers that a spreadsheet rounded.
    """
    printed = clean_text(text, limit=PRINTED_LIMIT)
    if not printed:
        reason = f"no telephone number: {_EXAMPLE}"
        raise ParseError(reason)
    core, extension = _split_printed(printed)
    if kind is PhoneKind.VOICE and _TEXT_LEAD.match(printed):
        kind = PhoneKind.TEXT
    number = _dialable(core, kind=kind, country=country, printed=printed)
    return PhoneRecord(
        number=number,
        display=_LINK_LEAD.sub("", printed),
        extension=extension,
        kind=kind,
        description=description,
    )


def parse_phones(
    text: str,
    *,
    kind: PhoneKind = PhoneKind.VOICE,
    country: str = "US",
) -> tuple[PhoneRecord, ...]:
    """The numbers of a cell that may hold several ("; ", " or "), in order, each once.

    () for an empty cell. Raises ParseError as parse_phone does.
    """
    found: list[PhoneRecord] = []
    for part in _SEVERAL.split(text):
        if not clean_text(part, limit=PRINTED_LIMIT):
            continue
        record = parse_phone(part, kind=kind, country=country)
        if not any(same_number(record, other) for other in found):
            found.append(record)
    return tuple(found)


def format_phone(record: PhoneRecord) -> str:
    """The number for people: "(412) 555-0100 ext. 12" for North America.

    Short codes, numbers of other countries and those printed with letters or words stay as
    printed; where letters are dialled, the digits follow: "800-662-HELP (800-662-4357)".
    """
    if not record.number.startswith("+"):
        return record.display
    printed, extension = _strip_extension(_keyed(record.display))
    if not _PLAIN_DISPLAY.fullmatch(printed):
        return _with_digits(record)
    if not _NANP_NUMBER.fullmatch(record.number):
        return _international_style(record)
    number = record.number
    national = f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    extension = record.extension or extension
    return f"{national} ext. {extension}" if extension else national


def tel_uri(record: PhoneRecord) -> str | None:
    """The link that dials: "tel:+14125550100;ext=12" (RFC 3966), "tel:988"; None for none."""
    if not record.number:
        return None
    extension = f";ext={record.extension}" if record.extension else ""
    return f"tel:{record.number}{extension}"


def sms_uri(record: PhoneRecord) -> str | None:
    """The link that writes a text message: "sms:741741" (RFC 5724); None for no number."""
    return f"sms:{record.number}" if record.number else None


def same_number(record: PhoneRecord, other: PhoneRecord) -> bool:
    """Whether both reach the same telephone: number and extension; else the printed text."""
    if record.number or other.number:
        return (record.number, record.extension) == (other.number, other.extension)
    return fold(record.display) == fold(other.display)


def short_code_meaning(number: str, *, country: str = "US") -> str | None:
    """What a short code reaches in that country, in a few words; None when not in our table."""
    return _short_codes(country).get(number)


def _keyed(printed: str) -> str:
    """The text as a telephone reads it: small letters, plain hyphens, digits of any script."""
    plain = unicodedata.normalize("NFKC", printed).translate(QUOTES).casefold()
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in plain
    ).strip()


def _strip_extension(text: str) -> tuple[str, str | None]:
    match = _EXTENSION.search(text)
    if match is None:
        return text, None
    return text[: match.start()].rstrip(" ,;"), match[1]


def _split_printed(printed: str) -> tuple[str, str | None]:
    """What is dialled and the extension; lead words, "press 1" and a gloss are neither."""
    text = _PRESS.sub("", _LEAD.sub("", _keyed(printed)))
    text = _GLOSS.sub("", text)
    return _strip_extension(text)


def _dialable(core: str, *, kind: PhoneKind, country: str, printed: str) -> str:
    if _SPREADSHEET.fullmatch(core):
        reason = "a spreadsheet has rounded this number: format the column as text"
        raise ParseError(reason, value=printed)
    bare = _SEPARATORS.sub("", core.removesuffix(".0"))
    if _is_short(bare, kind=kind, country=country):
        return bare
    if any(letter in _KEYS for letter in bare):
        bare = _from_letters(bare, country=country, printed=printed)
    if not _DIGITS.fullmatch(bare):
        reason = f"not a telephone number: {_EXAMPLE}"
        raise ParseError(reason, value=printed)
    digits = bare.lstrip("+")
    if len(digits) > MAX_DIGITS:
        reason = f"too many digits for a telephone number: {_EXAMPLE}"
        raise ParseError(reason, value=printed)
    if _is_placeholder(digits):
        raise ParseError(_PLACEHOLDER, value=printed)
    if country in NANP_COUNTRIES and (not bare.startswith("+") or digits.startswith("1")):
        return _north_american(digits, printed=printed)
    return _international(bare, country=country, printed=printed)


def _short_codes(country: str) -> dict[str, str]:
    return SHORT_CODES.get("US" if country in NANP_COUNTRIES - {"CA"} else country, {})


def _is_short(bare: str, *, kind: PhoneKind, country: str) -> bool:
    is_text_code = kind is PhoneKind.TEXT and _TEXT_CODE.fullmatch(bare) is not None
    return bare in _short_codes(country) or is_text_code


def _from_letters(bare: str, *, country: str, printed: str) -> str:
    """The digits that a number printed with letters dials.

    Three letters at least: fewer are a slip of the keyboard (O for 0), which would dial
    a stranger. North American exchanges drop what follows the tenth digit.
    """
    letters = sum(letter in _KEYS for letter in bare)
    dialled = "".join(_KEYS.get(character, character) for character in bare)
    if letters >= _MIN_LETTERS and country not in NANP_COUNTRIES and bare[0] in "+0123456789":
        return dialled
    if letters < _MIN_LETTERS or not _VANITY.fullmatch(bare):
        reason = f"not a telephone number: {_EXAMPLE}"
        raise ParseError(reason, value=printed)
    return dialled.removeprefix("+").removeprefix("1")[:NANP_DIGITS]


def _is_placeholder(digits: str) -> bool:
    national = digits[-NANP_DIGITS:]
    return len(digits) >= NANP_DIGITS and (
        len(set(national)) == 1 or national in {"1234567890", "0123456789"}
    )


def _north_american(digits: str, *, printed: str) -> str:
    """E.164 of a North American number; area code and exchange begin with 2 to 9."""
    if len(digits) == NANP_DIGITS + 1 and digits[0] == "1":
        digits = digits[1:]
    if len(digits) != NANP_DIGITS:
        reason = f"a number with its area code has 10 digits: {_EXAMPLE}"
        raise ParseError(reason, value=printed)
    if digits[0] in "01" or digits[3] in "01":
        reason = f"no North American number begins like this: {_EXAMPLE}"
        raise ParseError(reason, value=printed)
    return f"+1{digits}"


def _international(bare: str, *, country: str, printed: str) -> str:
    reason = f"not a telephone number of {country}: write it like +44 300 123 6600"
    try:
        parsed = phonenumbers.parse(bare, country)
    except phonenumbers.NumberParseException as error:
        raise ParseError(reason, value=printed) from error
    if not phonenumbers.is_possible_number(parsed):
        raise ParseError(reason, value=printed)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _international_style(record: PhoneRecord) -> str:
    """The number as its own country printed it; spaced when the printing is bare E.164."""
    if record.display != record.number:
        return record.display
    try:
        parsed = phonenumbers.parse(record.number)
    except phonenumbers.NumberParseException:
        return record.display
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _with_digits(record: PhoneRecord) -> str:
    """The printed text, with the digits after it where letters stand for some of them."""
    core, _extension = _split_printed(record.display)
    needs_digits = any(letter in _KEYS for letter in core) and "(" not in record.display
    if not (needs_digits and _NANP_NUMBER.fullmatch(record.number)):
        return record.display
    number = record.number
    return f"{record.display} ({number[2:5]}-{number[5:8]}-{number[8:]})"
