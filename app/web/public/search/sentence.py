"""What was searched, as the sentence above the results: who, where, and which filters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from app.content.taxonomy import load_taxonomy
from app.domain.query import Place, PlaceKind, WordReading
from app.web.formatters import grouped, join_words
from app.web.public.search.asked import Asked
from app.web.public.search.filters import term_name

# What places do with the choices of a group: "offer methadone", "take Medicaid".
_VERBS: Final[Mapping[str | None, Any]] = {
    "payment": lazy_gettext("take %(what)s"),
    "people": lazy_gettext("have a program for %(what)s"),
    "language": lazy_gettext("give care in %(what)s"),
}
_OFFER: Final = lazy_gettext("offer %(what)s")

# Choices whose name does not fit behind the verb of their group.
_OWN_WORDS: Final[Mapping[str, Any]] = {
    "NP": lazy_gettext("are free"),
    "SS": lazy_gettext("let you pay by income"),
    "PA": lazy_gettext("may help you pay"),
    "HR-UNINSURED": lazy_gettext("see people without insurance"),
    "SF": lazy_gettext("let you pay yourself"),
    "CO": lazy_gettext("have a program for mental health and drug use together"),
    "PW": lazy_gettext("have a program for people who are pregnant or new parents"),
    "COPSU": lazy_gettext("have a program for pain and drug use together"),
    "WN": lazy_gettext("have a program for women"),
    "MN": lazy_gettext("have a program for men"),
    "FEM": lazy_gettext("accept women"),
    "MALE": lazy_gettext("accept men"),
    "DU": lazy_gettext("have a program after a DUI or DWI charge"),
    "PEFP": lazy_gettext("have a program for a first episode of psychosis"),
    "CHLD": lazy_gettext("accept people under 18"),
    "YAD": lazy_gettext("accept people from 18 to 25"),
    "ADLT": lazy_gettext("accept people from 26 to 64"),
    "SNR": lazy_gettext("accept people of 65 and over"),
    "AD": lazy_gettext("have a program for teens"),
    "TAY": lazy_gettext("have a program for young adults"),
    "SE": lazy_gettext("have a program for older adults"),
    "TELE": lazy_gettext("give care by phone or video"),
    "HR-WALKIN": lazy_gettext("take people without an appointment"),
    "HR-MOBILE": lazy_gettext("come to you"),
    "MOA": lazy_gettext("welcome people on medicine from elsewhere"),
    "BC": lazy_gettext("let your children stay with you"),
    "ACC": lazy_gettext("support you after the program ends"),
    "SUMH": lazy_gettext("treat mental illness and drug use together"),
}

# Names of the taxonomy that keep their capital inside a sentence begin with these.
_NAMES: Final = (
    "Medicaid Medicare American Spanish Chinese Vietnamese Portuguese Creole French Russian "
    "Korean Arabic Tagalog Polish Hmong Hindi Farsi Japanese German Italian Greek Hebrew "
    "Navajo Ojibwa Lakota Hopi Yupik"
)
_PROPER: Final = frozenset(_NAMES.split())


def results_sentence(asked: Asked, *, place: Place | None, total: int) -> str:
    """The sentence: "12 places within 25 miles of Boston, MA that offer methadone, and take Medicaid"."""
    found = ngettext("%(count)s place", "%(count)s places", total, count=grouped(total))
    if not total:
        found = _("No place")
    return f"{found} {where_words(asked, place)}{_conditions(asked)}"


def where_words(asked: Asked, place: Place | None) -> str:
    """The place: "within 25 miles of Boston, MA", "in Ohio", "in the whole country"."""
    if place is None:
        return str(_("in the whole country"))
    if place.kind in {PlaceKind.STATE, PlaceKind.COUNTY}:
        return str(_("in %(place)s", place=place.label))
    return str(
        _("within %(miles)s miles of %(place)s", miles=asked.radius_miles, place=place.label)
    )


def group_words(codes: Iterable[str]) -> str:
    """What places do that meet one group: "offer buprenorphine or methadone"."""
    own: list[str] = []
    plain: list[str] = []
    verb: Any = _OFFER
    for code in codes:
        if code in _OWN_WORDS:
            own.append(str(_OWN_WORDS[code]))
        else:
            group = load_taxonomy().group_of(code)
            verb = _VERBS.get(group.id if group else None, _OFFER)
            plain.append(_inside(term_name(code)))
    told = [str(verb) % {"what": join_words(plain, _("or"))}] if plain else []
    return join_words([*told, *own], _("or"))


def readings_words(words: Sequence[WordReading]) -> tuple[str, ...]:
    """How words were understood, one sentence each, where that is not plain to see."""
    return tuple(told for told in map(_reading, words) if told)


def _conditions(asked: Asked) -> str:
    told = [_("match “%(words)s”", words=asked.text)] if asked.text else []
    told += [group_words(codes) for codes in _by_group(asked.term_codes)]
    if asked.open_now:
        told.append(_("are open now"))
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
    bare = name.partition(" (")[0]
    first, _space, others = bare.partition(" ")
    is_word = first[1:].islower() or len(first) == 1
    is_name = first in _PROPER or others[:1].isupper()
    return bare[:1].lower() + bare[1:] if is_word and not is_name else bare
