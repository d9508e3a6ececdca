"""The check of the guide's data finds the fault that is planted for it, and nothing in sound data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
import pytest

from app.content.care_cards import load_care_sets
from app.content.check_questions import load_questions
from app.content.check_rules import Finding, Surroundings, load_check_words
from app.content.claims import Claims, load_claims
from app.content.data_check import (
    MAX_GRADES,
    all_told,
    card_told,
    check_data,
    check_law_sources,
    check_told,
    claim_told,
    data_grades,
    law_told,
    question_told,
    timeline_told,
)
from app.content.facts_check import surroundings
from app.content.kratom_law import LawStatus, load_kratom_law
from app.content.timelines import load_figures

LAW = load_kratom_law()
HARD = (
    "Pharmacotherapeutic interventions demonstrably ameliorate multidisciplinary symptomatology. "
)

CLAIM_FAULTS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "an amount in the answer": ("amount", {"evidence": "People took 5 grams."}),
    "an amount in the claim": ("amount", {"claim": "Take 3 capsules."}),
    "a word that blames": ("blaming", {"evidence": "Addicts tell of it."}),
    "a word that blames in the claim": ("blaming", {"claim": "It helps addicts."}),
    "a word that promotes": ("promotional", {"instead": "Try a soothing tea."}),
    "a word that belittles": ("belittling", {"instead": "Just call."}),
    "a fact that is not there": ("citation", {"fact_ids": ("F9.99",)}),
    "no facts": ("unsourced", {"fact_ids": ()}),
    "an uncertain fact told as known": (
        "uncertain",
        {"evidence": "It lasts two days.", "fact_ids": ("T1.4.6",)},
    ),
    "a word stronger than its fact": (
        "certainty",
        {"evidence": "It is proven.", "fact_ids": ("F1.1",)},
    ),
    "hard words": ("grade", {"evidence": HARD * 200}),
}
QUESTION_FAULTS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "an amount": ("amount", {"steps": ("Take 20 mg.",)}),
    "a word that blames": ("blaming", {"heading": "Did the user fall asleep?"}),
    "a fact that is not there": ("citation", {"fact_ids": ("F9.99",)}),
    "no facts": ("unsourced", {"fact_ids": ()}),
    "hard words": ("grade", {"hint": HARD * 50}),
}
TIMELINE_FAULTS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "an amount": ("amount", {"note": "After a dose of it."}),
    "a word that blames": ("blaming", {"note": "In people who relapsed."}),
    "no facts": ("unsourced", {"fact_ids": ()}),
    "a fact that is not there": ("citation", {"fact_ids": ("F9.99",)}),
    "hard words": ("grade", {"note": HARD * 50}),
}
CARD_FAULTS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "an amount": ("amount", {"steps": ("Give 2 tablets.",)}),
    "no facts": ("unsourced", {"facts": ()}),
    "a word that blames": ("blaming", {"heading": "Call 911 for an addict"}),
}
STATE_FAULTS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "a source that is not there": ("citation", {"sources": ("S9999",)}),
    "a status without a source": ("unsourced", {"sources": ()}),
    "a status without a date": ("unsourced", {"as_of": None}),
    "an amount": ("amount", {"note": "The law caps 7-OH at 2 mg."}),
    "a word that blames": ("blaming", {"local_rules": "One city bars users."}),
    "hard words": ("grade", {"note": HARD * 200}),
}


@pytest.fixture(scope="module")
def around() -> Surroundings:
    return surroundings(on=date(2026, 11, 24))


def rules(findings: Any) -> set[str]:
    return {finding.rule for finding in findings}


def law_findings(around: Surroundings, **changes: Any) -> list[Finding]:
    first = next(state for state in LAW.states if state.status is LawStatus.BANNED)
    law = LAW.corrected([msgspec.structs.replace(first, **changes)])
    told = check_told("kratom-law", tuple(law_told(law)), around)
    return [*told, *check_law_sources(law)]


def test_the_data_that_comes_along_has_no_finding(around: Surroundings) -> None:
    assert check_data(around) == ()


@pytest.mark.parametrize("fault", CLAIM_FAULTS)
def test_a_fault_in_a_claim_is_found(fault: str, around: Surroundings) -> None:
    rule, changes = CLAIM_FAULTS[fault]
    sound = load_claims()
    faulty = msgspec.structs.replace(sound.claims[0], **changes)
    told = tuple(claim_told(Claims(topics=sound.topics, claims=(faulty, *sound.claims[1:]))))
    assert rule in rules(check_told("kratom-claims", told, around))


def test_a_claim_may_promote_where_it_is_quoted_only(around: Surroundings) -> None:
    sound = load_claims()
    quoted = msgspec.structs.replace(sound.claims[0], claim="It is a miracle remedy.")
    told = tuple(claim_told(Claims(topics=sound.topics, claims=(quoted,))))
    assert rules(check_told("kratom-claims", told, around)) == set()


@pytest.mark.parametrize("fault", QUESTION_FAULTS)
def test_a_fault_in_a_question_is_found(fault: str, around: Surroundings) -> None:
    rule, changes = QUESTION_FAULTS[fault]
    first, *others = load_questions()
    told = tuple(question_told([replace(first, **changes), *others]))
    assert rule in rules(check_told("check", told, around))


@pytest.mark.parametrize("fault", TIMELINE_FAULTS)
def test_a_fault_in_a_timeline_is_found(fault: str, around: Surroundings) -> None:
    rule, changes = TIMELINE_FAULTS[fault]
    figure, *others = load_figures()
    faulty = replace(figure.timelines[0], **changes)
    told = tuple(timeline_told([replace(figure, timelines=(faulty,)), *others]))
    assert rule in rules(check_told("timelines", told, around))


def test_a_timeline_of_which_little_is_known_must_say_so(around: Surroundings) -> None:
    figure, *_others = load_figures()
    faulty = replace(figure.timelines[0], fact_ids=("T1.4.6",), certainty_words="Sure", note=None)
    told = tuple(timeline_told([replace(figure, timelines=(faulty,))]))
    assert "uncertain" in rules(check_told("timelines", told, around))


@pytest.mark.parametrize("fault", CARD_FAULTS)
def test_a_fault_in_a_care_card_is_found(fault: str, around: Surroundings) -> None:
    rule, changes = CARD_FAULTS[fault]
    card = msgspec.structs.replace(load_care_sets()["short"][0], **changes)
    told = tuple(card_told({"short": (card,)}))
    assert rule in rules(check_told("care-cards", told, around))


@pytest.mark.parametrize("fault", STATE_FAULTS)
def test_a_fault_in_the_law_is_found(fault: str, around: Surroundings) -> None:
    rule, changes = STATE_FAULTS[fault]
    assert rule in rules(law_findings(around, **changes))


def test_the_threshold_of_the_federal_notice_is_the_only_amount_that_is_let_stand() -> None:
    excepted = {e.text for e in load_check_words().exceptions if e.page == "kratom-law"}
    assert excepted == {"1.00 mg"}


def test_every_file_has_a_grade_and_a_limit() -> None:
    grades = data_grades(load_check_words())
    assert set(grades) == set(MAX_GRADES) == set(all_told())
    assert all(grade <= MAX_GRADES[page] for page, grade in grades.items())
