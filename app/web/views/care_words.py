"""What a Listing offers, from its codes to plain words: one line, chips, limits."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.content.taxonomy import Choice, load_taxonomy
from app.domain.records import Delivery
from app.web.formatters import DEFAULT_LOCALE, join_words
from app.web.wording import gettext as _

MAX_CHIPS: Final = 4
_MAX_KINDS: Final = 3

# The choices that say best what a place is, the most telling first.
_KIND_CODES: Final = (
    "HR-OPC",
    "OTP",
    "SA",
    "RES",
    "HI",
    "DT",
    "OP",
    "HR-SOBERING",
    "HH",
    "HR-SYRINGE",
    "TELE",
    "SACA",
    "PEER",
    "HR-FAMILY",
    "MH",
    "HR-HIVHCV",
    "HR-DRUGCHECK",
    "HR-NALOXONE",
)
_OTHER_GROUPS: Final = ("kind", "setting", "withdrawal", "harm-reduction", "practical")
# Left out of the chips: they say again, or more closely, what another chip says.
_SUBSUMED: Final = frozenset({"BERI", "VTRL", "OTP", "MOA", "NOE"})
_NEGATIVES: Final = ("NOOP", "NMOA")
_OPIOID_MEDICINES: Final = ("BU", "MU", "NU")
_RESTRICTION_LEAD: Final = "Only for "


@dataclass(frozen=True, slots=True, kw_only=True)
class CareWords:
    """The words of a card. `more_chips` is "" and `restriction` None where there are none."""

    what: str
    chips: tuple[str, ...]
    more_chips: str
    restriction: str | None


# Most places of a region report one of a few hundred sets of codes.
@lru_cache(maxsize=4_096)
def care_words(
    term_codes: tuple[str, ...],
    *,
    delivery: Delivery = Delivery.SITE,
    locale: str = DEFAULT_LOCALE,  # noqa: ARG001 (what is kept is in one language)
) -> CareWords:
    """The words of a card for these codes; empty where nothing is reported."""
    codes = frozenset(term_codes)
    offers = [_plain(choice) for choice in chip_choices(codes)]
    return CareWords(
        what=_what(codes, delivery),
        chips=tuple(offers[:MAX_CHIPS]),
        more_chips=_more_words(len(offers) - MAX_CHIPS),
        restriction=restriction_words(codes),
    )


def met_choices(codes: Collection[str], group_id: str) -> tuple[Choice, ...]:
    """The choices of a filter group that these codes meet, most useful first."""
    group = next(group for group in load_taxonomy().groups if group.id == group_id)
    return tuple(choice for choice in group.choices if not choice.codes.isdisjoint(codes))


def chip_choices(codes: Collection[str]) -> tuple[Choice, ...]:
    """Medicines, payment and harm reduction, in the order that chips are chosen in.

    Medicine comes first, and where there is none harm reduction; a way to pay is always
    among the first four.
    """
    medicines = [choice for choice in met_choices(codes, "medicine") if _is_chip(choice)]
    payments = list(met_choices(codes, "payment"))
    safer = [choice for choice in met_choices(codes, "harm-reduction") if _is_chip(choice)]
    offers = [*medicines, *payments, *safer] if medicines else [*safer, *payments]
    if payments and payments[0] not in offers[:MAX_CHIPS]:
        offers.remove(payments[0])
        offers.insert(MAX_CHIPS - 1, payments[0])
    return tuple(offers)


def restriction_words(codes: Collection[str]) -> str | None:
    """Who only may come, and what is not treated here, as one line; None for neither."""
    taxonomy = load_taxonomy()
    terms = [term for term in map(taxonomy.term, sorted(codes)) if term]
    groups = [_after_lead(term.name) for term in terms if term.restricts]
    lines = [_RESTRICTION_LEAD + join_words(groups)] if groups else []
    lines += [term.name for term in terms if term.code in negative_codes(codes)]
    return ". ".join(lines) or None


def negative_codes(codes: Collection[str]) -> frozenset[str]:
    """The plain refusals about opioid care, unless another source reports the opposite."""
    offers_medicine = any(
        not load_taxonomy().choice_codes(code).isdisjoint(codes) for code in _OPIOID_MEDICINES
    )
    return frozenset() if offers_medicine else frozenset(_NEGATIVES) & frozenset(codes)


def _more_words(number: int) -> str:
    return _("and %(count)s more", count=number) if number > 0 else ""


def _what(codes: frozenset[str], delivery: Delivery) -> str:
    taxonomy = load_taxonomy()
    kinds = [taxonomy.choice(code) for code in _KIND_CODES]
    met = [_plain(choice) for choice in kinds if choice and not choice.codes.isdisjoint(codes)]
    parts = [*_delivery_words(delivery), *met] or _other_care(codes)
    words = _sentence(parts[:_MAX_KINDS])
    return words or _("What it offers is not known: call and ask")


def _other_care(codes: frozenset[str]) -> list[str]:
    """What is left to say of a place with none of the kinds above: its help by group."""
    return [_plain(choice) for group in _OTHER_GROUPS for choice in met_choices(codes, group)]


def _delivery_words(delivery: Delivery) -> Iterable[str]:
    if delivery is Delivery.MAIL:
        return (_("Sends supplies by mail"),)
    if delivery is Delivery.MOBILE:
        return (_("Comes to you (mobile)"),)
    if delivery is Delivery.VIRTUAL:
        return (_("By phone or video"),)
    return ()


def _sentence(parts: list[str]) -> str:
    """Parts as one line: the first as it stands, the others in small letters where they are words."""
    return ", ".join(part if not place else _small(part) for place, part in enumerate(parts))


def _small(text: str) -> str:
    is_word = text[1:2].islower() or text[1:2] == " "
    return text[0].lower() + text[1:] if is_word else text


def _plain(choice: Choice) -> str:
    """The name without what it has in brackets; "Any withdrawal care" is said of a filter."""
    name = choice.name.partition(" (")[0] if choice.name.endswith(")") else choice.name
    return _("Withdrawal care") if choice.code == "DT" else name


def _is_chip(choice: Choice) -> bool:
    return choice.code not in _SUBSUMED


def _after_lead(name: str) -> str:
    return name.removeprefix(_RESTRICTION_LEAD)
