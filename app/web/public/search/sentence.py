"""What was searched, as the sentence above the results: who, where, and which filters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from flask_babel import lazy_gettext

from app.content.taxonomy import load_taxonomy
from app.domain.query import Place, PlaceKind, WordReading
from app.web.formatters import grouped, join_words
from app.web.public.search.asked import Asked
from app.web.public.search.filters import term_name
from app.web.wording import gettext as _
from app.web.wording import ngettext


class _Verb(NamedTuple):
    """What one place does, and what several do: "offers %(what)s", "offer %(what)s"."""

    one: Any
    many: Any


# What places do with the choices of a group: "offer methadone", "take Medicaid".
_VERBS: Final[Mapping[str | None, _Verb]] = {
    "payment": _Verb(lazy_gettext("takes %(what)s"), lazy_gettext("take %(what)s")),
    "people": _Verb(
        lazy_gettext("has a program for %(what)s"), lazy_gettext("have a program for %(what)s")
    ),
    "language": _Verb(
        lazy_gettext("gives care in %(what)s"), lazy_gettext("give care in %(what)s")
    ),
}
_OFFER: Final = _Verb(lazy_gettext("offers %(what)s"), lazy_gettext("offer %(what)s"))

# Choices whose name does not fit behind the verb of their group.
_OWN_WORDS: Final[Mapping[str, _Verb]] = {
    "NP": _Verb(lazy_gettext("is free"), lazy_gettext("are free")),
    "SS": _Verb(lazy_gettext("lets you pay by income"), lazy_gettext("let you pay by income")),
    "PA": _Verb(lazy_gettext("may help you pay"), lazy_gettext("may help you pay")),
    "HR-UNINSURED": _Verb(
        lazy_gettext("sees people without insurance"), lazy_gettext("see people without insurance")
    ),
    "SF": _Verb(lazy_gettext("lets you pay yourself"), lazy_gettext("let you pay yourself")),
    "CO": _Verb(
        lazy_gettext("has a program for mental health and drug use together"),
        lazy_gettext("have a program for mental health and drug use together"),
    ),
    "PW": _Verb(
        lazy_gettext("has a program for people who are pregnant or new parents"),
        lazy_gettext("have a program for people who are pregnant or new parents"),
    ),
    "COPSU": _Verb(
        lazy_gettext("has a program for pain and drug use together"),
        lazy_gettext("have a program for pain and drug use together"),
    ),
    "WN": _Verb(lazy_gettext("has a program for women"), lazy_gettext("have a program for women")),
    "MN": _Verb(lazy_gettext("has a program for men"), lazy_gettext("have a program for men")),
    "FEM": _Verb(lazy_gettext("accepts women"), lazy_gettext("accept women")),
    "MALE": _Verb(lazy_gettext("accepts men"), lazy_gettext("accept men")),
    "DU": _Verb(
        lazy_gettext("has a program after a DUI or DWI charge"),
        lazy_gettext("have a program after a DUI or DWI charge"),
    ),
    "PEFP": _Verb(
        lazy_gettext("has a program for a first episode of psychosis"),
        lazy_gettext("have a program for a first episode of psychosis"),
    ),
    "CHLD": _Verb(lazy_gettext("accepts people under 18"), lazy_gettext("accept people under 18")),
    "YAD": _Verb(
        lazy_gettext("accepts people from 18 to 25"), lazy_gettext("accept people from 18 to 25")
    ),
    "ADLT": _Verb(
        lazy_gettext("accepts people from 26 to 64"), lazy_gettext("accept people from 26 to 64")
    ),
    "SNR": _Verb(
        lazy_gettext("accepts people of 65 and over"), lazy_gettext("accept people of 65 and over")
    ),
    "AD": _Verb(lazy_gettext("has a program for teens"), lazy_gettext("have a program for teens")),
    "TAY": _Verb(
        lazy_gettext("has a program for young adults"),
        lazy_gettext("have a program for young adults"),
    ),
    "SE": _Verb(
        lazy_gettext("has a program for older adults"),
        lazy_gettext("have a program for older adults"),
    ),
    "TELE": _Verb(
        lazy_gettext("gives care by phone or video"), lazy_gettext("give care by phone or video")
    ),
    "HR-WALKIN": _Verb(
        lazy_gettext("takes people without an appointment"),
        lazy_gettext("take people without an appointment"),
    ),
    "HR-MOBILE": _Verb(lazy_gettext("comes to you"), lazy_gettext("come to you")),
    "MOA": _Verb(
        lazy_gettext("welcomes people on medicine from elsewhere"),
        lazy_gettext("welcome people on medicine from elsewhere"),
    ),
    "BC": _Verb(
        lazy_gettext("lets your children stay with you"),
        lazy_gettext("let your children stay with you"),
    ),
    "OTP": _Verb(
        lazy_gettext("is an opioid treatment program (methadone clinic)"),
        lazy_gettext("are opioid treatment programs (methadone clinics)"),
    ),
    "HR-OPC": _Verb(
        lazy_gettext("is an overdose prevention center"),
        lazy_gettext("are overdose prevention centers"),
    ),
    "HR-SOBERING": _Verb(
        lazy_gettext("is a sobering center"), lazy_gettext("are sobering centers")
    ),
    "HR-HIVHCV": _Verb(
        lazy_gettext("tests for HIV or hepatitis C"), lazy_gettext("test for HIV or hepatitis C")
    ),
    "HH": _Verb(
        lazy_gettext("offers recovery housing or a sober home"),
        lazy_gettext("offer recovery housing or a sober home"),
    ),
    "SUMH": _Verb(
        lazy_gettext("treats mental illness and drug use together"),
        lazy_gettext("treat mental illness and drug use together"),
    ),
    "OIT": _Verb(
        lazy_gettext("has an intensive outpatient program"),
        lazy_gettext("have an intensive outpatient program"),
    ),
    "RS": _Verb(
        lazy_gettext("offers stays of up to 30 days"), lazy_gettext("offer stays of up to 30 days")
    ),
    "RL": _Verb(
        lazy_gettext("offers stays of more than 30 days"),
        lazy_gettext("offer stays of more than 30 days"),
    ),
    "HI": _Verb(
        lazy_gettext("treats people who stay in a hospital"),
        lazy_gettext("treat people who stay in a hospital"),
    ),
    "ACC": _Verb(
        lazy_gettext("supports you after the program ends"),
        lazy_gettext("support you after the program ends"),
    ),
}

# Names of the taxonomy that keep their capital inside a sentence begin with these.
_NAMES: Final = (
    "Medicaid Medicare American Spanish Chinese Vietnamese Portuguese Creole French Russian "
    "Korean Arabic Tagalog Polish Hmong Hindi Farsi Japanese German Italian Greek Hebrew "
    "Navajo Ojibwa Lakota Hopi Yupik"
)
_PROPER: Final = frozenset(_NAMES.split())
_IN_BRACKETS: Final = re.compile(r" \([^()]*\)")


def results_sentence(asked: Asked, *, place: Place | None, total: int) -> str:
    """The sentence: "12 places within 25 miles of Boston, MA that offer methadone, and take Medicaid"."""
    found = ngettext("%(count)s place", "%(count)s places", total, count=grouped(total))
    if not total:
        found = _("No places")
    return f"{found} {where_words(asked, place)}{_conditions(asked, total)}"


def placeless_words(number: int) -> str | None:
    """How many of the results have no place of their own; None for none."""
    if not number:
        return None
    return str(
        ngettext(
            "%(num)s of them has no place of its own: it serves this area by mail, by phone or "
            "on wheels.",
            "%(num)s of them have no place of their own: they serve this area by mail, by phone "
            "or on wheels.",
            number,
        )
    )


def where_words(asked: Asked, place: Place | None) -> str:
    """The place: "within 25 miles of Boston, MA", "in Ohio", "in the whole country"."""
    if place is None:
        return str(_("in the whole country"))
    if place.kind in {PlaceKind.STATE, PlaceKind.COUNTY}:
        return str(_("in %(place)s", place=place.label))
    return str(
        _("within %(miles)s miles of %(place)s", miles=asked.radius_miles, place=place.label)
    )


def group_words(codes: Iterable[str], *, total: int = 0) -> str:
    """What places do that meet one group: "offer buprenorphine or methadone"; "offers" for one."""
    own: list[str] = []
    plain: list[str] = []
    verb = _OFFER
    for code in codes:
        if code in _OWN_WORDS:
            own.append(_inflected(_OWN_WORDS[code], total))
        else:
            group = load_taxonomy().group_of(code)
            verb = _VERBS.get(group.id if group else None, _OFFER)
            plain.append(_inside(term_name(code)))
    told = [_inflected(verb, total) % {"what": join_words(plain, _("or"))}] if plain else []
    return join_words([*told, *own], _("or"))


def readings_words(words: Sequence[WordReading]) -> tuple[str, ...]:
    """How words were understood, one sentence each, where that is not plain to see."""
    return tuple(told for told in map(_reading, words) if told)


def _inflected(verb: _Verb, total: int) -> str:
    return str(verb.one if total == 1 else verb.many)


def _conditions(asked: Asked, total: int) -> str:
    told: list[str] = []
    if asked.text:
        told.append(
            ngettext("matches “%(words)s”", "match “%(words)s”", total or 2, words=asked.text)
        )
    told += [group_words(codes, total=total) for codes in _by_group(asked.term_codes)]
    if asked.open_now:
        told.append(ngettext("is open now", "are open now", total or 2))
    if not told:
        return ""
    if len(told) == 1:
        return f" {_('that %(conditions)s', conditions=told[0])}"
    first = ", ".join(told[:-1])
    return f" {_('that %(first)s, and %(last)s', first=first, last=told[-1])}"


def _by_group(codes: Iterable[str]) -> Iterable[tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for code in codes:
        group = load_taxonomy().group_of(code)
        groups.setdefault(group.id if group else code, []).append(code)
    return map(tuple, groups.values())


def _reading(word: WordReading) -> str | None:
    if not word.read_as and not word.term_codes:
        return str(_("No place has the word “%(word)s”.", word=word.typed))
    names = _names(word.term_codes)
    meant = names if names and names.casefold() != word.typed.casefold() else word.read_as
    if meant.casefold() == word.typed.casefold():
        return None
    return str(_("“%(word)s” is read as %(meant)s.", word=word.typed, meant=meant))


def _names(codes: Iterable[str]) -> str:
    """The filters behind these codes, each once; those that lead a filter stand for the others."""
    taxonomy = load_taxonomy()
    leading = [code for code in codes if taxonomy.choice(code)] or list(codes)
    return join_words(list(dict.fromkeys(_inside(term_name(code)) for code in leading)), _("or"))


def _inside(name: str) -> str:
    """A name as it stands inside a sentence: without brackets, a plain word in small letters."""
    bare = _IN_BRACKETS.sub("", name)
    first, _space, others = bare.partition(" ")
    is_word = first[1:].islower() or len(first) == 1
    is_name = first in _PROPER or others[:1].isupper()
    return bare[:1].lower() + bare[1:] if is_word and not is_name else bare
