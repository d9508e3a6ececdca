"""Names of places as keys: from what people type or sources print to what is compared."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Short forms that mean one word wherever they stand in a name.
_WORDS: Final = {
    "st": "saint",
    "ste": "sainte",
    "ft": "fort",
    "mt": "mount",
    "mtn": "mountain",
    "spgs": "springs",
    "hts": "heights",
    "twp": "township",
}
# Compass letters are spelt out only at the front ("N Charleston"), where nothing else is meant.
_COMPASS: Final = {"n": "north", "s": "south", "e": "east", "w": "west"}

# Apostrophes and the several characters that stand for the Hawaiian and Samoan glottal stop.
_APOSTROPHES: Final = re.compile("['`\u2018\u2019\u02bb\u02bc\u00b4.]")
_NOT_A_WORD: Final = re.compile(r"[\W_]+")


def clean_text(text: str) -> str:
    """The text with plain digits, plain spaces and no characters that cannot be seen.

    Applies NFKC (full-width forms), turns every decimal digit into 0-9 (Arabic-Indic too),
    control characters into spaces, and drops format characters (zero width, bidirectional).
    """
    kept: list[str] = []
    for character in unicodedata.normalize("NFKC", text):
        category = unicodedata.category(character)
        if category == "Nd":
            kept.append(str(unicodedata.decimal(character)))
        elif category in {"Cc", "Zl", "Zp", "Zs"}:
            kept.append(" ")
        elif category not in {"Cf", "Cs", "Co", "Cn"}:
            kept.append(character)
    return " ".join("".join(kept).split())


def name_words(text: str) -> tuple[str, ...]:
    """The words of a name: lower case, no accents, short forms spelt out, no leading "the"."""
    decomposed = unicodedata.normalize("NFKD", text.replace("&", " and "))
    bare = "".join(each for each in decomposed if not unicodedata.combining(each))
    spaced = _NOT_A_WORD.sub(" ", _APOSTROPHES.sub("", bare).casefold())
    words = [_WORDS.get(word, word) for word in spaced.split()]
    if len(words) > 1:
        words[0] = _COMPASS.get(words[0], words[0])
        if words[0] == "the":
            del words[0]
    return tuple(words)


def name_key(text: str) -> str:
    """What two spellings of one name share: its words run together.

    "St. Louis" and "Saint Louis", "La Grange" and "LaGrange" have the same key.
    """
    return "".join(name_words(text))
