"""/check in the browser's eyes: one question a page, nothing kept, and always a way to help."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.content.check_questions import load_questions
from app.db import DatabaseUnavailableError
from app.domain.triage import Outcome, Question
from tests.browse import Browse, Page, text_of

QUESTIONS = load_questions()
ALL_NO = {question.id: "no" for question in QUESTIONS}


def hidden(page: Page) -> dict[str, str]:
    """What the form with the answers carries."""
    form = next(form for form in page.all("form") if form.get("id") == "answers")
    return {
        field.get("name", ""): field.get("value", "")
        for field in form.iter("input")
        if field.get("type") == "hidden"
    }


def buttons(page: Page, name: str) -> list[str]:
    return [b.get("value", "") for b in page.all("button") if b.get("name") == name]


def test_the_first_page_has_the_emergency_card_before_the_first_question(browse: Browse) -> None:
    page = browse.get("learn.check")
    assert page.h1 == QUESTIONS[0].heading
    assert page.html.index('class="care emergency"') < page.html.index("<h1>")
    assert "tel:911" in page.links()
    assert buttons(page, "overdose") == ["yes", "no", "not-sure"]
    assert hidden(page) == {"asked": "overdose"}


def test_what_stands_in_the_address_is_no_answer(browse: Browse) -> None:
    page = browse.open("/check?overdose=yes&body=yes")
    assert page.h1 == QUESTIONS[0].heading
    assert "overdose=yes" not in page.html


def test_a_walk_through_every_question_carries_the_answers_along(browse: Browse) -> None:
    page = browse.get("learn.check")
    asked = []
    answers: dict[str, str] = {}
    while page.all("form", id="answers"):
        carried = hidden(page)
        key = carried.pop("asked")
        asked.append(key)
        assert carried == answers
        answers[key] = "no"
        page = browse.post("/check", data={**carried, "asked": key, key: "no"})
    assert page.h1 == "Talk to somebody soon"
    assert asked == [question.id for question in QUESTIONS if question.asked_after is None]
    assert buttons(page, "change") == asked


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
@pytest.mark.parametrize("answer", ["yes", "not-sure"])
def test_each_danger_alone_gives_its_page_and_its_reason(
    browse: Browse, question: Question, answer: str
) -> None:
    # What would be asked next is answered with no, so that there is a verdict.
    page = browse.post("/check", data={**ALL_NO, question.id: answer})
    headings = {
        Outcome.TODAY: "Get medical care today",
        Outcome.EMERGENCY: "Emergency: call or text 988 now"
        if question.number
        else "Emergency: call 911 now",
    }
    assert page.h1 == headings[question.outcome]
    assert question.because in page.text
    for step in question.steps:
        assert step in page.text
    level = {Outcome.TODAY: "urgent", Outcome.EMERGENCY: "emergency"}[question.outcome]
    assert len(page.all("section", class_=level)) == 1


def test_an_emergency_card_holds_numbers_and_no_link_that_leads_away(browse: Browse) -> None:
    page = browse.post("/check", data={"overdose": "yes", "suicide": "yes"})
    (card,) = page.all("section", class_="emergency")
    links = [link.get("href", "") for link in card.iter("a")]
    assert links == ["tel:911", "tel:988", "sms:988"]


def test_thoughts_of_suicide_alone_give_988_first(browse: Browse) -> None:
    page = browse.post("/check", data={"suicide": "not-sure"})
    (card,) = page.all("section", class_="emergency")
    assert [link.get("href") for link in card.iter("a")] == ["tel:988", "sms:988", "tel:911"]


def test_no_result_says_that_somebody_is_fine(browse: Browse) -> None:
    for data in (ALL_NO, {**ALL_NO, "liver": "yes"}, {"body": "yes"}):
        text = browse.post("/check", data=data).text.lower()
        for word in (
            "you are fine",
            "you're fine",
            "you are safe",
            "no danger",
            "nothing to worry",
        ):
            assert word not in text


def test_every_answer_can_be_changed_by_a_button(browse: Browse) -> None:
    answers = {"overdose": "no", "body": "no", "suicide": "no"}
    page = browse.post("/check", data=answers)
    assert buttons(page, "change") == list(answers)
    changed = browse.post("/check", data={**answers, "change": "body"})
    assert changed.h1 == next(q.heading for q in QUESTIONS if q.id == "body")
    assert hidden(changed) == {"overdose": "no", "suicide": "no", "asked": "body"}


def test_changing_an_answer_of_a_result_goes_back_to_that_question(browse: Browse) -> None:
    page = browse.post("/check", data={"overdose": "no", "body": "yes", "change": "overdose"})
    assert page.h1 == QUESTIONS[0].heading


def test_a_page_sent_without_an_answer_is_asked_again_with_its_error(browse: Browse) -> None:
    page = browse.post("/check", data={"asked": "overdose"})
    assert page.title.startswith("Error:")
    assert "Choose Yes, No or Not sure" in page.text
    assert hidden(page) == {"asked": "overdose"}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"overdose": "maybe"},
        {"overdose": ["no", "x"]},
        {"change": "nothing"},
        {"change": "../../etc"},
        {"asked": "body", "unknown": "yes"},
        {"overdose": "no\x00", "near": "\x00"},
        {"overdose": "\udcff".encode("utf-8", "surrogatepass").decode("latin-1")},
        {"near": "43215"},
    ],
)
def test_what_cannot_be_read_is_asked_again(browse: Browse, data: dict[str, object]) -> None:
    assert browse.post("/check", data=data).h1 == QUESTIONS[0].heading


def test_a_forged_follow_up_can_only_raise_the_outcome(browse: Browse) -> None:
    page = browse.post("/check", data={**ALL_NO, "pregnant": "no", "baby": "yes"})
    assert page.h1 == "Emergency: call 911 now"


def test_another_site_cannot_send_answers(client: FlaskClient) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        answer = client.post("/check", data=ALL_NO, headers=headers)
        assert answer.status_code == 403


def test_the_result_names_numbers_that_answer_now(embedded: Flask) -> None:
    browse = Browse(embedded.test_client(), embedded)
    page = browse.post("/check", data={**ALL_NO, "liver": "yes"})
    (strip,) = page.all("section", id="talk")
    assert "Numbers that answer now" in text_of(strip)
    assert any(link.get("href", "").startswith("tel:") for link in strip.iter("a"))


def test_places_near_a_typed_place_are_shown_and_the_place_is_in_no_address(
    embedded: Flask,
) -> None:
    browse = Browse(embedded.test_client(), embedded)
    page = browse.post("/check", data={**ALL_NO, "near": "21201"})
    (section,) = page.all("section", id="places")
    assert list(section.iter("article"))
    assert not any("21201" in link for link in page.links())
    assert not any("21201" in form.get("action", "") for form in page.all("form"))


@pytest.mark.parametrize(
    ("near", "words"),
    [
        ("1521", "A ZIP code has 5 digits"),
        ("00000", "We do not know this ZIP code"),
        ("Colunbus, OH", "Columbus, OH"),
        ("Springfield", "Springfield, IL"),
        ("x" * 5_000, "The place is too long"),
    ],
)
def test_a_place_that_is_not_known_keeps_the_result(browse: Browse, near: str, words: str) -> None:
    page = browse.post("/check", data={**ALL_NO, "body": "yes", "near": near})
    assert page.h1 == "Emergency: call 911 now"
    assert words in page.text


def test_a_meant_place_goes_before_what_was_typed(embedded: Flask) -> None:
    browse = Browse(embedded.test_client(), embedded)
    data = {**ALL_NO, "near": "Springfield", "meant": "Springfield, IL"}
    assert "See all places near Springfield, IL" in browse.post("/check", data=data).text


def test_a_database_that_is_gone_hides_neither_what_to_do_nor_whom_to_call(
    embedded: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_arguments: object, **_words: object) -> None:
        statement = "the one that failed"
        raise DatabaseUnavailableError(statement, {}, Exception())

    for name in ("helplines_now.current_helplines", "learn.near_you.load_cards"):
        monkeypatch.setattr(f"app.web.{name}", gone)
    browse = Browse(embedded.test_client(), embedded)
    page = browse.post("/check", data={**ALL_NO, "liver": "yes", "near": "21201"})
    assert page.h1 == "Get medical care today"
    (strip,) = page.all("section", id="talk")
    assert any("1800662" in (link.get("href") or "") for link in strip.iter("a"))


def test_it_says_that_it_is_no_scale_of_clinicians(browse: Browse) -> None:
    text = browse.post("/check", data=ALL_NO).text
    assert "COWS" in text
    assert "SOWS" in text
