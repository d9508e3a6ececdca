"""Do I need medical help now: one question a page, and at the end what to do.

Nothing is kept: the answers travel in hidden fields of the form, by POST and never in an address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import render_template, request

from app.content.check_questions import load_questions
from app.content.helplines import emergency_numbers
from app.db import DatabaseUnavailableError
from app.domain.query import Place
from app.domain.records import PhoneKind, PhoneRecord
from app.domain.triage import (
    Answer,
    Outcome,
    Question,
    Verdict,
    next_step,
    read_answers,
    without,
)
from app.web import clock
from app.web.helplines_now import helplines_near
from app.web.learn import blueprint
from app.web.learn.near_you import TypedPlace, places_near, read_place
from app.web.origin import refuse_other_origins
from app.web.reading import read_once
from app.web.views.card_view import CardView
from app.web.views.helpline_view import HelplineView

CRISIS_NUMBER: Final = "988"
_LEVELS: Final = {Outcome.EMERGENCY: "emergency", Outcome.TODAY: "urgent", Outcome.SOON: "calm"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer that was given, as the list of answers shows it."""

    question: Question
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPage:
    """One question, the answers before it, and whether it was sent without an answer."""

    question: Question
    given: tuple[Given, ...]
    number: int
    is_unanswered: bool

    @property
    def is_first(self) -> bool:
        """Whether nothing has been answered yet."""
        return not self.given


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """What to do, why, whom to call, and what is near."""

    verdict: Verdict
    reasons: tuple[Given, ...]
    level: str
    given: tuple[Given, ...]
    numbers: tuple[PhoneRecord, ...]
    helplines: tuple[HelplineView, ...]
    near: TypedPlace
    places: tuple[CardView, ...]
    was_looked_up: bool

    @property
    def is_crisis_alone(self) -> bool:
        """Whether thoughts of suicide are the only emergency."""
        pressing = [r for r in self.verdict.reasons if r.outcome is Outcome.EMERGENCY]
        return bool(pressing) and all(reason.number == CRISIS_NUMBER for reason in pressing)


@blueprint.route("/check", methods=["GET", "POST"])
def check() -> str:
    """The first question by GET; by POST the next one, one to change, or what to do."""
    questions = load_questions()
    if request.method == "GET":
        return _question_page(questions[0], {})
    refuse_other_origins()
    answers = read_answers(questions, request.form.to_dict(flat=False))
    changed = _question(request.form.get("change"))
    if changed is not None:
        return _question_page(changed, without(questions, answers, changed=changed.id))
    step = next_step(questions, answers)
    if isinstance(step, Verdict):
        return _result_page(step, answers)
    return _question_page(step, answers, is_unanswered=request.form.get("asked") == step.id)


def _question(key: str | None) -> Question | None:
    return next((question for question in load_questions() if question.id == key), None)


def _question_page(
    question: Question, answers: Mapping[str, Answer], *, is_unanswered: bool = False
) -> str:
    given = _given(answers)
    page = QuestionPage(
        question=question, given=given, number=len(given) + 1, is_unanswered=is_unanswered
    )
    return render_template(
        "learn/check_question.html",
        page=page,
        most=len(load_questions()),
        answers=tuple(Answer),
        emergency=_emergency_number(),
    )


def _result_page(verdict: Verdict, answers: Mapping[str, Answer]) -> str:
    near = read_place(request.form.get("meant") or request.form.get("near"))
    page = ResultPage(
        verdict=verdict,
        reasons=tuple(
            Given(question=reason, answer=answers[reason.id]) for reason in verdict.reasons
        ),
        level=_LEVELS[verdict.outcome],
        given=_given(answers),
        numbers=_numbers(verdict),
        helplines=helplines_near(near.place, now=clock.now()),
        near=near,
        places=_places(near.place),
        was_looked_up=near.place is not None,
    )
    return render_template("learn/check_result.html", page=page)


def _places(place: Place | None) -> tuple[CardView, ...]:
    """The places near; a database that is gone must not hide what to do."""
    try:
        return () if place is None else read_once(lambda: places_near(place, now=clock.now()))
    except (DatabaseUnavailableError, OSError):
        return ()


def _given(answers: Mapping[str, Answer]) -> tuple[Given, ...]:
    return tuple(
        Given(question=question, answer=answers[question.id])
        for question in load_questions()
        if question.id in answers
    )


def _numbers(verdict: Verdict) -> tuple[PhoneRecord, ...]:
    """The numbers of an emergency, the one for the most pressing reason first."""
    if verdict.outcome is not Outcome.EMERGENCY:
        return ()
    pressing = [r.number for r in verdict.reasons if r.outcome is Outcome.EMERGENCY]
    crisis = (
        PhoneRecord(number=CRISIS_NUMBER, display=CRISIS_NUMBER),
        PhoneRecord(number=CRISIS_NUMBER, display=CRISIS_NUMBER, kind=PhoneKind.TEXT),
    )
    emergency = (_emergency_number(),)
    if CRISIS_NUMBER not in pressing:
        return emergency
    return emergency + crisis if None in pressing else crisis + emergency


def _emergency_number() -> PhoneRecord:
    return emergency_numbers("US")[0]
