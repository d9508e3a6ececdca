"""What `flask content check` finds in the data of the guide: claims, questions, timelines, the law."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.content.care_cards import CareCard, load_care_sets
from app.content.check_questions import load_questions
from app.content.check_rules import CheckWords, Finding, Surroundings, overstated, unfit_words
from app.content.claims import Claims, load_claims
from app.content.kratom_law import KratomLaw, LawStatus, load_kratom_law
from app.content.reading_grade import can_measure, reading_grade
from app.content.timelines import load_figures
from app.domain.triage import Question
from app.domain.withdrawal import Figure

# By the names that findings carry: the most that each may ask of a reader.
MAX_GRADES: Final[Mapping[str, float]] = {
    "care-cards": 6.0,
    "check": 6.0,
    "kratom-claims": 8.0,
    "kratom-law": 8.0,
    "timelines": 8.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One text with the facts that it rests on; `where` finds it in its file.

    `is_quoted`: a claim in the words of those who make it. `is_name`: not running text.
    """

    where: str
    lines: tuple[str, ...]
    facts: tuple[str, ...] = ()
    needs_facts: bool = True
    is_quoted: bool = False
    is_name: bool = False

    @property
    def text(self) -> str:
        """All its lines."""
        return " ".join(self.lines)


def check_data(around: Surroundings) -> tuple[Finding, ...]:
    """All findings in the data that comes along."""
    law = load_kratom_law()
    found = [
        finding for page, told in all_told().items() for finding in check_told(page, told, around)
    ]
    return (*found, *check_law_sources(law))


def all_told() -> Mapping[str, tuple[Told, ...]]:
    """The texts of each file, by the name that its findings carry."""
    return {
        "care-cards": tuple(card_told(load_care_sets())),
        "check": tuple(question_told(load_questions())),
        "kratom-claims": tuple(claim_told(load_claims())),
        "kratom-law": tuple(law_told(load_kratom_law())),
        "timelines": tuple(timeline_told(load_figures())),
    }


def data_grades(words: CheckWords) -> Mapping[str, float]:
    """The reading grade of each file: its running text, without quoted claims and names of laws."""
    return {page: told_grade(told, words) for page, told in all_told().items()}


def told_grade(told: Iterable[Told], words: CheckWords) -> float:
    """The reading grade of these texts, each line at least one sentence."""
    lines = [line for each in told if not (each.is_name or each.is_quoted) for line in each.lines]
    return reading_grade(lines, names=words.names)


def check_told(page: str, told: Sequence[Told], around: Surroundings) -> Iterator[Finding]:
    """The findings in the texts of one file."""
    for each in told:
        for finding in _check_one(page, each, around):
            yield Finding(page=page, rule=finding.rule, message=f"{each.where}: {finding.message}")
    if can_measure():
        grade, most = told_grade(told, around.words), MAX_GRADES[page]
        if grade > most:
            yield Finding(page=page, rule="grade", message=f"{grade:.1f}, at most {most:.0f}")


def _check_one(page: str, told: Told, around: Surroundings) -> Iterator[Finding]:
    for key in told.facts:
        if not around.register.knows(key):
            yield Finding(page=page, rule="citation", message=f"{key} is not in the register")
    if told.needs_facts and not around.register.sources_of(told.facts):
        yield Finding(page=page, rule="unsourced", message=told.text[:80])
    yield from unfit_words(told.text, page=page, words=around.words, is_quoted=told.is_quoted)
    if not told.is_quoted:
        yield from overstated(told.text, told.facts, page=page, around=around)


def claim_told(claims: Claims) -> Iterator[Told]:
    """The claims as they are made, and what we answer."""
    for claim in claims.claims:
        yield Told(where=claim.id, lines=(claim.claim,), facts=claim.fact_ids, is_quoted=True)
        reasons = tuple(entry.reason for entry in claim.grades)
        lines = (claim.evidence, claim.instead, *reasons)
        yield Told(where=claim.id, lines=lines, facts=claim.fact_ids)


def question_told(questions: Sequence[Question]) -> Iterator[Told]:
    """The questions with what they lead to."""
    for question in questions:
        hint = (question.hint,) if question.hint else ()
        lines = (question.heading, *hint, *question.items, question.because, *question.steps)
        yield Told(where=question.id, lines=lines, facts=question.fact_ids)


def timeline_told(figures: Sequence[Figure]) -> Iterator[Told]:
    """The drawings and their rows."""
    for figure in figures:
        words = (figure.title, figure.summary, figure.axis_name)
        yield Told(where=figure.setting, lines=words, needs_facts=False)
        for row in figure.timelines:
            note = (row.note,) if row.note else ()
            phases = (row.onset.words, row.worst.words, row.end.words)
            lines = (row.name, row.examples, *phases, row.certainty_words, *note)
            yield Told(where=row.id, lines=lines, facts=row.fact_ids)


def card_told(sets: Mapping[str, tuple[CareCard, ...]]) -> Iterator[Told]:
    """The care cards."""
    for name, cards in sets.items():
        for card in cards:
            after = (card.after,) if card.after else ()
            lines = (card.heading, *card.steps, *card.items, *after)
            yield Told(where=name, lines=lines, facts=card.facts)


def law_told(law: KratomLaw) -> Iterator[Told]:
    """What we say of the law; its sources have a list of their own."""
    notice = law.federal.seven_oh
    yield Told(where="federal", lines=(notice.threshold,), facts=notice.fact_ids, is_name=True)
    for state in law.states:
        yield from _entry_told(state.code, state.law, state.note, state.local_rules)
    for country in law.countries:
        yield from _entry_told(country.code, country.law, country.note)


def _entry_told(code: str, law: str | None, *notes: str | None) -> Iterator[Told]:
    if law:
        yield Told(where=code, lines=(law,), needs_facts=False, is_name=True)
    lines = tuple(note for note in notes if note)
    if lines:
        yield Told(where=code, lines=lines, needs_facts=False)


def check_law_sources(law: KratomLaw) -> Iterator[Finding]:
    """Entries that say something without a source, and sources that are not there."""
    federal = law.federal
    used = {
        "federal": (*federal.sources, *federal.seven_oh.sources),
        "health": law.health_sources,
        "countries": law.country_sources,
        **{state.code: state.sources for state in law.states},
    }
    for where, sources in used.items():
        for key in sources:
            if key not in law.sources:
                yield _law_finding("citation", f"{where}: {key} is not in its sources")
    for state in law.states:
        if state.status is not LawStatus.UNCLEAR and not state.sources:
            yield _law_finding("unsourced", f"{state.code}: {state.status} without a source")
        if state.status is not LawStatus.UNCLEAR and state.as_of is None:
            yield _law_finding("unsourced", f"{state.code}: {state.status} without a date")


def _law_finding(rule: str, message: str) -> Finding:
    return Finding(page="kratom-law", rule=rule, message=message)
