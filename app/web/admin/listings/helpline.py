"""What only a helpline has, in a form, and back: countries, topics, chat, and who answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from app.content.taxonomy import load_taxonomy
from app.domain.address import website_or_none
from app.domain.errors import ParseError
from app.domain.records import HelplineRecord
from app.domain.text import clean_text
from app.web.wording import gettext as _

HELPLINE_FIELDS: Final = (
    "helpline_country",
    "helpline_states",
    "helpline_chat",
    "helpline_keyword",
    "helpline_confidential",
    "helpline_stale",
    "helpline_notes",
    "helpline_answered_by",
)
TOPIC_FIELD: Final = "topic"

_ANSWERS: Final[Mapping[str, bool | None]] = {"": None, "yes": True, "no": False}
_LETTERS: Final = {value: text for text, value in _ANSWERS.items()}
_LONGEST_CODE: Final = 6

Problems = tuple[tuple[str, str], ...]


def shown_helpline(helpline: HelplineRecord | None) -> Mapping[str, str]:
    """The fields of the form for a helpline; empty ones for any other Listing."""
    if helpline is None:
        return dict.fromkeys(HELPLINE_FIELDS, "")
    values = (
        helpline.country,
        ", ".join(helpline.states),
        helpline.chat_url or "",
        helpline.text_keyword or "",
        _LETTERS[helpline.is_confidential],
        _LETTERS[helpline.is_stale],
        helpline.notes or "",
        helpline.answered_by or "",
    )
    return dict(zip(HELPLINE_FIELDS, values, strict=True))


def read_helpline(
    fields: Mapping[str, str], topics: Sequence[str], *, base: HelplineRecord
) -> tuple[HelplineRecord, Problems]:
    """The helpline that the fields say, and the problems as (field id, message) pairs."""
    problems: list[tuple[str, str]] = []
    values: dict[str, Any] = {
        "topics": tuple(code for code in _topic_codes(base) if code in topics),
        "is_confidential": _ANSWERS.get(fields["helpline_confidential"]),
        "is_stale": _ANSWERS.get(fields["helpline_stale"]),
    }
    for field, name in (
        ("helpline_keyword", "text_keyword"),
        ("helpline_notes", "notes"),
        ("helpline_answered_by", "answered_by"),
    ):
        try:
            values[name] = clean_text(fields[field]) or None
        except ParseError as error:
            problems.append((field, f"{_('Helpline')}: {error.reason}"))
    try:
        values["chat_url"] = website_or_none(fields["helpline_chat"])
    except ParseError as error:
        problems.append(("helpline_chat", f"{_('Chat')}: {error.reason}"))
    country = clean_text(fields["helpline_country"][:80]).upper()
    if len(country) == len("US") and country.isascii() and country.isalpha():
        values["country"] = country
    else:
        problems.append(("helpline_country", _("Country: enter two letters, such as US.")))
    states = _codes(fields["helpline_states"])
    if all(_is_code(code) for code in states):
        values["states"] = states
    else:
        problems.append(("helpline_states", _("States: enter codes, such as OH, KY.")))
    return replace(base, **values) if not problems else base, tuple(problems)


def topic_choices() -> Sequence[tuple[str, str]]:
    """What a helpline can be for, as (code, words) pairs."""
    return tuple((choice.code, choice.name) for choice in load_taxonomy().topics.choices)


def _topic_codes(base: HelplineRecord) -> Sequence[str]:
    """The topics in the order that they had, then those of the taxonomy."""
    return tuple(dict.fromkeys([*base.topics, *(code for code, _name in topic_choices())]))


def _codes(text: str) -> tuple[str, ...]:
    words = text[:2_000].upper().replace(",", " ").split()
    return tuple(dict.fromkeys(words))


def _is_code(code: str) -> bool:
    return len(code) <= _LONGEST_CODE and code.isascii() and code.replace("-", "").isalnum()
