"""Every way through "Do I need medical help now?", and what it leads to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content.check_questions import load_questions
from app.content.facts import load_register
from app.domain.triage import (
    Answer,
    Outcome,
    Question,
    Verdict,
    next_step,
    read_answers,
    without,
)

QUESTIONS = load_questions()
IDS = tuple(question.id for question in QUESTIONS)
DANGERS = {
    "overdose": Outcome.EMERGENCY,
    "body": Outcome.EMERGENCY,
    "suicide": Outcome.EMERGENCY,
    "fluids": Outcome.EMERGENCY,
    "infection": Outcome.EMERGENCY,
    "pregnant": Outcome.TODAY,
    "baby": Outcome.EMERGENCY,
    "sedatives": Outcome.TODAY,
    "sedatives-signs": Outcome.EMERGENCY,
    "liver": Outcome.TODAY,
    "tolerance": Outcome.TODAY,
}


@cache
def every_full_answer() -> Mapping[tuple[Answer, ...], Outcome]:
    """The outcome of each of the 3 ** 11 ways to answer all questions."""
    return {
        answers: verdict_of(dict(zip(IDS, answers, strict=True))).outcome
        for answers in product(Answer, repeat=len(IDS))
    }


def verdict_of(answers: Mapping[str, Answer]) -> Verdict:
    step = next_step(QUESTIONS, answers)
    assert isinstance(step, Verdict)
    return step


def every_walk(answers: dict[str, Answer]) -> Iterator[tuple[dict[str, Answer], Verdict]]:
    """Each way to answer question after question until there is a verdict."""
    step = next_step(QUESTIONS, answers)
    if isinstance(step, Verdict):
        yield answers, step
        return
    assert step.id not in answers, "asked twice"
    for answer in Answer:
        yield from every_walk({**answers, step.id: answer})


def test_each_danger_alone_leads_to_its_outcome() -> None:
    assert {question.id: question.outcome for question in QUESTIONS} == DANGERS


def test_every_walk_ends_in_the_highest_outcome_of_its_dangers() -> None:
    walks = 0
    for answers, verdict in every_walk({}):
        walks += 1
        expected = max(
            (DANGERS[key] for key, answer in answers.items() if answer is not Answer.NO),
            key=lambda outcome: outcome.rank,
            default=Outcome.SOON,
        )
        assert verdict.outcome is expected, answers
        said = {key for key, answer in answers.items() if answer is not Answer.NO}
        assert {reason.id for reason in verdict.reasons} == said
    assert walks > 100


def test_a_walk_with_only_no_ends_in_talking_to_somebody_soon() -> None:
    answers: dict[str, Answer] = {}
    while isinstance(step := next_step(QUESTIONS, answers), Question):
        answers[step.id] = Answer.NO
    assert step == Verdict(outcome=Outcome.SOON, reasons=())
    assert "baby" not in answers
    assert "sedatives-signs" not in answers


def test_more_danger_never_lowers_the_outcome() -> None:
    outcomes = every_full_answer()
    for answers, outcome in outcomes.items():
        for place, answer in enumerate(answers):
            if answer is Answer.NO:
                for danger in (Answer.YES, Answer.NOT_SURE):
                    raised = (*answers[:place], danger, *answers[place + 1 :])
                    assert outcomes[raised].rank >= outcome.rank, (answers, IDS[place])


def test_not_sure_counts_as_yes_in_every_full_answer() -> None:
    outcomes = every_full_answer()
    for answers, outcome in outcomes.items():
        surely = tuple(Answer.NO if a is Answer.NO else Answer.YES for a in answers)
        assert outcomes[surely] is outcome


def test_an_emergency_is_told_at_once_whatever_is_missing() -> None:
    for question in QUESTIONS:
        if question.outcome is Outcome.EMERGENCY:
            assert verdict_of({question.id: Answer.NOT_SURE}).outcome is Outcome.EMERGENCY


def test_an_answer_to_a_question_that_was_not_asked_still_counts() -> None:
    answers = {"pregnant": Answer.NO, "baby": Answer.YES}
    assert verdict_of(answers).outcome is Outcome.EMERGENCY


def test_a_missing_answer_is_asked_for_before_any_lesser_outcome() -> None:
    full = dict.fromkeys(IDS, Answer.NO)
    for question in QUESTIONS:
        if question.asked_after is None:
            left = {key: answer for key, answer in full.items() if key != question.id}
            assert next_step(QUESTIONS, left) == question


def test_the_most_pressing_reason_comes_first() -> None:
    verdict = verdict_of(
        {"pregnant": Answer.YES, "baby": Answer.YES, "suicide": Answer.NOT_SURE, "liver": Answer.NO}
    )
    assert [reason.id for reason in verdict.reasons] == ["suicide", "baby", "pregnant"]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (["yes"], Answer.YES),
        (["no"], Answer.NO),
        (["not-sure"], Answer.NOT_SURE),
        (["no", "yes"], Answer.YES),
        (["no", "not-sure"], Answer.NOT_SURE),
        (["perhaps", "yes"], Answer.YES),
        (["no", "perhaps"], None),
        (["perhaps"], None),
        (["NO"], None),
        (["no "], None),
        ([""], None),
        ([], None),
    ],
)
def test_answers_are_read_to_the_safer_side(sent: list[str], expected: Answer | None) -> None:
    assert read_answers(QUESTIONS, {"body": sent}).get("body") is expected


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        st.one_of(st.sampled_from(IDS), st.text(max_size=9)),
        st.lists(st.one_of(st.sampled_from([*Answer]), st.text(max_size=9)), max_size=3),
        max_size=14,
    )
)
def test_nothing_that_is_sent_breaks_it_or_hides_a_danger(sent: dict[str, list[str]]) -> None:
    step = next_step(QUESTIONS, read_answers(QUESTIONS, sent))
    has_emergency = any(
        DANGERS.get(key) is Outcome.EMERGENCY and {"yes", "not-sure"} & set(values)
        for key, values in sent.items()
    )
    if has_emergency:
        assert isinstance(step, Verdict)
        assert step.outcome is Outcome.EMERGENCY


def test_changing_an_answer_takes_what_followed_from_it_along() -> None:
    answers = {"pregnant": Answer.YES, "baby": Answer.NO, "liver": Answer.NO}
    assert without(QUESTIONS, answers, changed="pregnant") == {"liver": Answer.NO}
    assert without(QUESTIONS, answers, changed="liver") == {
        "pregnant": Answer.YES,
        "baby": Answer.NO,
    }


def test_each_danger_sign_that_we_know_of_is_asked_about() -> None:
    """The emergency signs of fact F1.20, by a telling word of each."""
    asked = " ".join(
        " ".join((question.heading, *question.items)) for question in QUESTIONS
    ).lower()
    signs = [
        "wake",
        "shallow",
        "gurgling",
        "lips",
        "pupils",
        "seizure",
        "confus",
        "hearing",
        "chest",
        "fainting",
        "heartbeat",
        "headache",
        "suicide",
        "self-harm",
        "blood",
        "fluids",
        "urine",
        "dizzy",
        "bleeding",
        "contractions",
        "baby",
        "alcohol",
        "benzodiazepines",
        "shaking",
        "sweats",
        "fever",
        "stiff",
        "wound",
        "yellow",
        "dark",
        "itching",
        "belly",
    ]
    assert [sign for sign in signs if sign not in asked] == []


def test_every_question_rests_on_facts_of_the_register() -> None:
    register = load_register()
    for question in QUESTIONS:
        assert question.fact_ids, question.id
        assert [key for key in question.fact_ids if not register.knows(key)] == []


def test_no_outcome_says_that_all_is_well() -> None:
    assert [outcome.value for outcome in Outcome] == ["soon", "today", "emergency"]
