"""Whether somebody needs medical help now: from answers to the next question or to what to do.

It errs to the safer side: "not sure" counts as yes, an answer that cannot be read is asked
again, and no answer ever lowers what another one has led to. Nothing it says is "you are fine".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Answer(StrEnum):
    """What a person can answer."""

    YES = "yes"
    NO = "no"
    NOT_SURE = "not-sure"

    @property
    def is_danger(self) -> bool:
        """Whether it counts as the danger that was asked about."""
        return self is not Answer.NO


class Outcome(StrEnum):
    """What to do; there is none below SOON."""

    SOON = "soon"
    TODAY = "today"
    EMERGENCY = "emergency"

    @property
    def rank(self) -> int:
        """How pressing it is: 0 is the least."""
        return _RANKS.index(self)


_RANKS: Final = (Outcome.SOON, Outcome.TODAY, Outcome.EMERGENCY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One danger that is asked about, with its words and what it leads to.

    `because` follows "You answered yes:". `steps` are what to do about it. `asked_after` is the
    question whose danger leads to this one. `number` is the one to call, 911 if None.
    """

    id: str
    heading: str
    outcome: Outcome
    because: str
    hint: str | None = None
    items: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    asked_after: str | None = None
    number: str | None = None
    fact_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What to do, and the questions whose dangers led to it, the most pressing first."""

    outcome: Outcome
    reasons: tuple[Question, ...]


Answers = Mapping[str, Answer]


def next_step(questions: Sequence[Question], answers: Answers) -> Question | Verdict:
    """The next question to ask, or the verdict: as soon as one danger is an emergency.

    An answer to a question that was not asked counts as well, and can only raise the outcome.
    """
    dangers = [question for question in questions if _is_danger(answers, question.id)]
    if not any(question.outcome is Outcome.EMERGENCY for question in dangers):
        for question in questions:
            if question.id not in answers and _is_asked(question, answers):
                return question
    dangers.sort(key=lambda question: -question.outcome.rank)
    return Verdict(
        outcome=dangers[0].outcome if dangers else Outcome.SOON,
        reasons=tuple(dangers),
    )


def read_answers(
    questions: Iterable[Question], sent: Mapping[str, Sequence[str]]
) -> dict[str, Answer]:
    """The answers among what was sent, by question, in the order of the questions.

    Of several answers to one question the more dangerous counts. A question with an answer
    that cannot be read, and without a dangerous one, is left out, so that it is asked again.
    """
    found: dict[str, Answer] = {}
    for question in questions:
        answer = _read(sent.get(question.id, ()))
        if answer is not None:
            found[question.id] = answer
    return found


def without(questions: Iterable[Question], answers: Answers, *, changed: str) -> dict[str, Answer]:
    """The answers but for one that a person wants to change, and for what was asked after it."""
    gone = {changed} | {question.id for question in questions if question.asked_after == changed}
    return {key: answer for key, answer in answers.items() if key not in gone}


def _read(texts: Sequence[str]) -> Answer | None:
    read = [_answer(text) for text in texts]
    dangers = [answer for answer in read if answer is not None and answer.is_danger]
    if dangers:
        return Answer.YES if Answer.YES in dangers else Answer.NOT_SURE
    return None if not read or None in read else Answer.NO


def _answer(text: str) -> Answer | None:
    try:
        return Answer(text)
    except ValueError:
        return None


def _is_danger(answers: Answers, key: str) -> bool:
    answer = answers.get(key)
    return answer is not None and answer.is_danger


def _is_asked(question: Question, answers: Answers) -> bool:
    return question.asked_after is None or _is_danger(answers, question.asked_after)
