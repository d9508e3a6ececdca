"""The law on kratom in words and as a map of tiles, from the entries to what the page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.content.kratom_law import (
    CountryLaw,
    KratomLaw,
    LawSource,
    LawStatus,
    StateLaw,
)
from app.domain.review import ReviewState, Standing
from app.web.formatters import DEFAULT_LOCALE, partial_date
from app.web.views.law_words import (
    confidence_words,
    seven_oh_words,
    speaker_words,
    status_words,
)
from app.web.views.links import web_link
from app.web.wording import gettext as _

TILE: Final = 28

# Where each state stands: (column, row), as it lies to its neighbours; territories in the last row.
_GRID: Final = (
    "AK .. .. .. .. .. .. .. .. .. ME",
    ".. .. .. .. .. .. .. .. .. VT NH",
    "WA ID MT ND MN IL WI MI NY RI MA",
    "OR NV WY SD IA IN OH PA NJ CT ..",
    "CA UT CO NE MO KY WV VA MD DE ..",
    ".. AZ NM KS AR TN NC SC DC .. ..",
    ".. .. .. OK LA MS AL GA .. .. ..",
    "HI .. .. TX .. .. .. .. FL .. ..",
    "AS GU MP .. .. .. .. .. .. PR VI",
)
# How a status is drawn, the gravest first. Two kinds of age limit look the same.
_KINDS: Final[Mapping[LawStatus, str]] = {
    LawStatus.BANNED: "banned",
    LawStatus.SALE_TREATED_AS_UNLAWFUL: "unlawful",
    LawStatus.UNCLEAR: "unclear",
    LawStatus.REGULATED: "regulated",
    LawStatus.AGE_LIMIT_AND_LABEL: "limited",
    LawStatus.AGE_LIMIT_ONLY: "limited",
    LawStatus.LEGAL_UNREGULATED: "no-rule",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedSource:
    """A source with its number on the page and who speaks in it."""

    number: int
    source: LawSource
    speaker: str
    link: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateView:
    """One state in words.

    `answer` is one sentence, `details` are the law, local rules and what else is known. `is_old`: its evidence is older than 30 days or has no date.
    """

    code: str
    name: str
    status: str
    kind: str
    answer: str
    age: str
    seven_oh: str
    details: str
    as_of: str | None
    confidence: str
    is_old: bool
    is_uncertain: bool
    reviewed: str | None
    notes: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One state on the map, in units of the drawing."""

    code: str
    kind: str
    is_uncertain: bool
    x: int
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MapKey:
    """One shape of the map: what it means and how many states have it."""

    kind: str
    words: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryView:
    """A country that was checked, in words."""

    name: str
    status: str
    law: str | None
    note: str | None
    year: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LawView:
    """All that the page shows of the law; `unchecked` are names of countries."""

    states: tuple[StateView, ...]
    tiles: tuple[Tile, ...]
    keys: tuple[MapKey, ...]
    width: int
    height: int
    countries: tuple[CountryView, ...]
    country_notes: tuple[int, ...]
    unchecked: tuple[str, ...]
    sources: tuple[NumberedSource, ...]
    federal_notes: tuple[int, ...]
    seven_oh_notes: tuple[int, ...]
    health_notes: tuple[int, ...]
    is_old: bool

    def state(self, code: str) -> StateView | None:
        """The state of a USPS code, None where there is no entry."""
        return next((state for state in self.states if state.code == code), None)


def law_view(
    law: KratomLaw,
    *,
    today: date,
    standings: Mapping[str, Standing] | None = None,
    locale: str = DEFAULT_LOCALE,
) -> LawView:
    """The law as the page shows it on a day; `standings` are of the reviews of its entries, by code."""
    numbers = _numbers(law)
    states = tuple(
        state_view(
            entry,
            today=today,
            numbers=numbers,
            standing=(standings or {}).get(entry.code),
            locale=locale,
        )
        for entry in law.states
    )
    return LawView(
        states=states,
        tiles=tiles(states),
        keys=_keys(states),
        width=TILE * len(_GRID[0].split()),
        height=TILE * len(_GRID),
        countries=tuple(_country(entry) for entry in law.countries if entry.status),
        country_notes=tuple(numbers[key] for key in law.country_sources),
        unchecked=tuple(entry.name for entry in law.countries if not entry.status),
        sources=tuple(
            NumberedSource(
                number=number,
                source=law.sources[key],
                speaker=speaker_words(law.sources[key].kind),
                link=web_link(law.sources[key].url),
            )
            for key, number in numbers.items()
        ),
        federal_notes=tuple(numbers[key] for key in law.federal.sources),
        seven_oh_notes=tuple(numbers[key] for key in law.federal.seven_oh.sources),
        health_notes=tuple(numbers[key] for key in law.health_sources),
        is_old=any(entry.is_old(today) for entry in law.states),
    )


def state_view(
    entry: StateLaw,
    *,
    today: date,
    numbers: Mapping[str, int],
    standing: Standing | None = None,
    locale: str = DEFAULT_LOCALE,
) -> StateView:
    """One state in words. An unclear one shows no age: an age would read as "legal from 21"."""
    is_unclear = entry.status is LawStatus.UNCLEAR
    return StateView(
        code=entry.code,
        name=entry.name,
        status=status_words(entry.status),
        kind=_KINDS[entry.status],
        answer=_answer(entry),
        age=_age_words(entry),
        seven_oh=seven_oh_words(entry.seven_oh),
        details=_details(entry),
        as_of=partial_date(entry.as_of, locale=locale) if entry.as_of else None,
        confidence=confidence_words(entry.confidence),
        is_old=entry.is_old(today),
        # What may be banned is never sure, whatever its entry says.
        is_uncertain=entry.is_uncertain or is_unclear,
        reviewed=_reviewed(standing, locale=locale),
        notes=tuple(numbers[key] for key in entry.sources if key in numbers),
    )


def _reviewed(standing: Standing | None, *, locale: str) -> str | None:
    """Who read the entry as it stands; None where nobody did."""
    review = standing.review if standing else None
    if standing is None or review is None or standing.state is ReviewState.CHANGED:
        return None
    return _(
        "Reviewed by %(name)s, %(role)s, on %(day)s.",
        name=review.name,
        role=review.role,
        day=partial_date(review.reviewed_on.isoformat(), locale=locale),
    )


def tiles(states: tuple[StateView, ...]) -> tuple[Tile, ...]:
    """The map: one tile for each state, from the upper left on."""
    by_code = {state.code: state for state in states}
    return tuple(
        Tile(
            code=code,
            kind=by_code[code].kind,
            is_uncertain=by_code[code].is_uncertain,
            x=column * TILE,
            y=row * TILE,
        )
        for row, line in enumerate(_GRID)
        for column, code in enumerate(line.split())
        if code in by_code
    )


def _answer(entry: StateLaw) -> str:
    """One sentence for somebody who asks about the state."""
    name = entry.name
    return {
        LawStatus.BANNED: _("Kratom is banned in %(name)s.", name=name),
        LawStatus.SALE_TREATED_AS_UNLAWFUL: _(
            "%(name)s treats the sale of kratom as unlawful.", name=name
        ),
        LawStatus.UNCLEAR: _(
            "Kratom may now be illegal in %(name)s. We could not confirm it. Ask the state before "
            "you buy it, hold it or travel with it.",
            name=name,
        ),
        LawStatus.REGULATED: _("%(name)s has rules on how kratom is sold.", name=name),
        LawStatus.AGE_LIMIT_AND_LABEL: _(
            "%(name)s has an age limit for kratom and a warning label.", name=name
        ),
        LawStatus.AGE_LIMIT_ONLY: _("%(name)s has an age limit for kratom.", name=name),
        LawStatus.LEGAL_UNREGULATED: _(
            "We found no state rule on kratom in %(name)s. We did not read every law, and a city or "
            "county may ban it.",
            name=name,
        ),
    }[entry.status]


def _details(entry: StateLaw) -> str:
    parts = (
        entry.law and f"{entry.law}.",
        entry.local_rules and _("Local rules: %(rules)s.", rules=entry.local_rules),
        entry.note,
    )
    told = " ".join(part for part in parts if part)
    return told or _("We found no law and no local rule. We did not read every law.")


def _age_words(entry: StateLaw) -> str:
    if entry.status is LawStatus.BANNED:
        return _("Banned at every age")
    if entry.status is LawStatus.UNCLEAR:
        return _("Not known")
    if entry.min_age is not None:
        return _("%(age)s and over", age=entry.min_age)
    is_without_rule = entry.status is LawStatus.LEGAL_UNREGULATED
    return _("No state rule found") if is_without_rule else _("Not known")


def _country(entry: CountryLaw) -> CountryView:
    words = {
        "regulated": _("Regulated"),
        "banned": _("Banned"),
        "banned_without_licence": _("Banned without a license"),
        "supply_banned": _("Supply is banned"),
    }
    return CountryView(
        name=entry.name,
        status=words[entry.status or ""],
        law=entry.law,
        note=entry.note,
        year=entry.year,
    )


def _keys(states: tuple[StateView, ...]) -> tuple[MapKey, ...]:
    words = {
        "banned": _("Banned"),
        "unlawful": _("State treats sale as unlawful"),
        "unclear": _("Unclear: may be banned"),
        "regulated": _("Regulated"),
        "limited": _("Age limit, or age limit and label"),
        "no-rule": _("No state rule found"),
    }
    return tuple(
        MapKey(kind=kind, words=told, count=sum(state.kind == kind for state in states))
        for kind, told in words.items()
    )


def _numbers(law: KratomLaw) -> dict[str, int]:
    """The sources by their numbers: health and federal ones, then as the table goes."""
    used = (
        *law.health_sources,
        *law.federal.sources,
        *law.federal.seven_oh.sources,
        *(key for entry in law.states for key in entry.sources),
        *law.country_sources,
    )
    known = dict.fromkeys(key for key in used if key in law.sources)
    return {key: number for number, key in enumerate(known, start=1)}
