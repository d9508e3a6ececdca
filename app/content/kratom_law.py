"""What is known of kratom and the law, from content/en/kratom_law.yaml to values."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import msgspec
import yaml

from app.content.entries import CONTENT_FOLDER
from app.domain.dates import parse_partial_date

# Rules on kratom move so fast that an older entry says how old it is.
FRESH_FOR: Final = timedelta(days=30)

_FILE: Final = CONTENT_FOLDER / "kratom_law.yaml"


class LawStatus(StrEnum):
    """What a state does about kratom. UNCLEAR means that it may be banned."""

    BANNED = "banned"
    SALE_TREATED_AS_UNLAWFUL = "sale_treated_as_unlawful"
    UNCLEAR = "unclear"
    REGULATED = "regulated"
    AGE_LIMIT_AND_LABEL = "age_limit_and_label"
    AGE_LIMIT_ONLY = "age_limit_only"
    LEGAL_UNREGULATED = "legal_unregulated"


class SevenOhStatus(StrEnum):
    """What a state does about concentrated 7-OH; a federal order would go before all of these."""

    BANNED = "banned"
    BANNED_EXCEPT_LEAF_TRACE = "banned_except_leaf_trace"
    CAPPED = "capped"
    CAPPED_2PCT = "capped_2pct"
    CAPPED_1PCT = "capped_1pct_and_0.5mg_per_container"
    CAPPED_2PCT_SYNTHETIC_BANNED = "capped_2pct_synthetic_banned"
    CAPPED_SYNTHETIC_BANNED = "capped_synthetic_banned"
    SYNTHETIC_BANNED = "synthetic_banned"
    SALE_TREATED_AS_UNLAWFUL = "sale_treated_as_unlawful"
    NO_STATE_RULE = "no_state_rule"
    UNCLEAR = "unclear"


class Confidence(StrEnum):
    """How good the sources of an entry are."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class StateLaw(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The law of one state, district or territory by its USPS `code`.

    `as_of` (YYYY[-MM[-DD]]) is when the newest evidence is from. None is "not known".
    """

    code: str
    name: str
    status: LawStatus
    seven_oh: SevenOhStatus
    confidence: Confidence
    is_uncertain: bool
    min_age: int | None = None
    year: int | None = None
    law: str | None = None
    local_rules: str | None = None
    note: str | None = None
    as_of: str | None = None
    sources: tuple[str, ...] = ()

    def is_old(self, today: date) -> bool:
        """Whether the evidence is older than FRESH_FOR, or without a date."""
        if self.as_of is None:
            return True
        return parse_partial_date(self.as_of).earliest + FRESH_FOR < today


class CountryLaw(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The law of another country by its ISO code; `status` None says that it was not checked."""

    code: str
    name: str
    status: str | None = None
    year: int | None = None
    law: str | None = None
    note: str | None = None


class SourceKind(StrEnum):
    """Who speaks in a source; those with an interest sell kratom or work for or against it."""

    OFFICIAL = "official"
    STUDY = "study"
    NEWS = "news"
    SEVERAL = "several"
    INTEREST = "interest"
    WEAK = "weak"


class LawSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where an entry was read; `url` is None where a seller made the page."""

    title: str
    kind: SourceKind
    url: str | None = None


class SevenOhNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The federal notice on concentrated 7-OH, and whether an order followed it."""

    status: str
    noticed_on: date
    order_issued: str
    threshold: str
    also: tuple[str, ...]
    sources: tuple[str, ...]
    fact_ids: tuple[str, ...]


class FederalLaw(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What holds in every state."""

    sources: tuple[str, ...]
    leaf: str
    fda: str
    seven_oh: SevenOhNotice


class KratomLaw(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All entries: states by the alphabet, then DC and the territories; then countries.

    `health_sources` are for whether kratom works.
    """

    checked_on: date
    federal: FederalLaw
    states: tuple[StateLaw, ...]
    countries: tuple[CountryLaw, ...]
    country_sources: tuple[str, ...]
    health_sources: tuple[str, ...]
    sources: dict[str, LawSource]

    def state(self, code: str) -> StateLaw | None:
        """The entry of a USPS code, None where there is none."""
        return next((entry for entry in self.states if entry.code == code), None)

    def corrected(
        self, corrections: Iterable[StateLaw], *, sources: Mapping[str, LawSource] | None = None
    ) -> KratomLaw:
        """The same with these entries in place of those with their codes; the order stays.

        `sources` are what the corrections rest on beside the sources that are known.
        """
        by_code = {entry.code: entry for entry in corrections}
        states = tuple(by_code.get(entry.code, entry) for entry in self.states)
        known = {**self.sources, **(sources or {})}
        return msgspec.structs.replace(self, states=states, sources=known)

    def in_doubt(self) -> KratomLaw:
        """The same with each state to be checked first: corrections of it could not be read."""
        states = tuple(msgspec.structs.replace(entry, is_uncertain=True) for entry in self.states)
        return msgspec.structs.replace(self, states=states)


@functools.cache
def load_kratom_law() -> KratomLaw:
    """The entries that come with the application; corrections by staff are laid over them.

    Raises msgspec.ValidationError when the file breaks its schema.
    """
    raw = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return msgspec.convert(raw, type=KratomLaw)
