"""Each rule of the content check finds the fault that is planted for it, and nothing in a sound page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
import pytest

from app.content.check_rules import Surroundings, load_check_words
from app.content.facts import Register
from app.content.facts_check import PageToCheck, check_guide, check_page, surroundings
from app.content.pages import FrontMatter
from app.content.reading_grade import can_measure, reading_grade

TODAY = date(2026, 11, 24)

FRONT = FrontMatter(
    title="Sample page",
    summary="Care helps. {F3.1}",
    kind="clinical",
    care="short",
    facts_checked_on=TODAY,
    keywords=("sample",),
    terms=("BU",),
    services="places that help",
)
TEXT = """## What it is

Medicine lowers the risk of death. {F3.1}

These can help: {T3.2.7}

- Rest
- Water

## What next

- [Naloxone](naloxone)
"""

ENDLESS = "The " + "very " * 30 + "long line goes on. {F3.1}"
HARD = (
    "Pharmacotherapeutic interventions demonstrably ameliorate symptomatology. {F3.1} "
    "Multidisciplinary rehabilitation methodologies necessitate comprehensive evaluation. {F3.1}"
)

PLANTED: Mapping[str, tuple[str, str]] = {
    "a fact that is not in the register": ("citation", "It is so. {F9.99}"),
    "a brace that cites nothing": ("citation", "It is so. {F3.1} {see note}"),
    "a statement without a source": ("unsourced", "It cures all."),
    "a list without a source": ("unsourced", "Take:\n\n- tea\n- rest"),
    "a cell of a table without a source": (
        "unsourced",
        "## B\n\n| A | B |\n| --- | --- |\n| x | y |",
    ),
    "an uncertain fact told as known": ("uncertain", "It lasts two days. {T1.4.6}"),
    "a word stronger than its fact": ("certainty", "It is proven to work. {F1.1}"),
    "an amount": ("amount", "People take 5 grams. {F3.1}"),
    "an amount without a space": ("amount", "People take 20mg. {F3.1}"),
    "a dose": ("amount", "Take a dose of it. {F3.1}"),
    "capsules": ("amount", "Take 3 capsules. {F3.1}"),
    "a word that blames": ("blaming", "Addicts can get care. {F3.1}"),
    "a word that blames in another form": ("blaming", "They relapsed. {F3.1}"),
    "a word that promotes": ("promotional", "A natural way. {F3.1}"),
    "a word that belittles": ("belittling", "Just call. {F3.1}"),
    "an exclamation mark": ("belittling", "Call now! {F3.1}"),
    "a telephone number": ("number", "Call 800-555-0134 now. {F3.1}"),
    "a link to a seller": ("link", "See [this](https://example.com/shop). {F3.1}"),
    "a link that leads nowhere": ("link", "See [this](no-such-page)."),
    "an id that is there twice": ("heading", "## What it is\n\nIt is so. {F3.1}"),
    "an id that the template has": ("heading", "## Sources\n\nIt is so. {F3.1}"),
    "a very long sentence": ("long", ENDLESS),
}

PLANTED_FRONT: Mapping[str, tuple[str, dict[str, Any]]] = {
    "no summary": ("front", {"summary": " "}),
    "care cards that are not there": ("front", {"care": "nothing"}),
    "a term that is not there": ("terms", {"terms": ("NOT-A-TERM",)}),
    "a health page without services": ("terms", {"terms": ()}),
    "facts that were checked long ago": ("overdue", {"facts_checked_on": date(2025, 1, 1)}),
    "an amount in the summary": ("amount", {"summary": "Take 5 mg. {F3.1}"}),
    "a word that blames in the title": ("blaming", {"title": "For addicts"}),
}


@pytest.fixture(scope="module")
def around() -> Surroundings:
    return surroundings(on=TODAY)


def rules_of(page: PageToCheck, around: Surroundings) -> set[str]:
    return {finding.rule for finding in check_page(page, around)}


def test_a_sound_page_has_no_finding(around: Surroundings) -> None:
    assert check_page(PageToCheck(slug="sample", front=FRONT, text=TEXT), around) == ()


@pytest.mark.parametrize("fault", PLANTED)
def test_a_fault_in_the_text_is_found(fault: str, around: Surroundings) -> None:
    rule, text = PLANTED[fault]
    page = PageToCheck(slug="sample", front=FRONT, text=f"{TEXT}\n\n## More\n\n{text}\n")
    assert rule in rules_of(page, around)


@pytest.mark.parametrize("fault", PLANTED_FRONT)
def test_a_fault_in_the_front_matter_is_found(fault: str, around: Surroundings) -> None:
    rule, changes = PLANTED_FRONT[fault]
    front = msgspec.structs.replace(FRONT, **changes)
    assert rule in rules_of(PageToCheck(slug="sample", front=front, text=TEXT), around)


def test_text_that_is_hard_to_read_is_found(around: Surroundings) -> None:
    assert can_measure()
    assert "grade" in rules_of(PageToCheck(slug="sample", front=FRONT, text=HARD), around)


def test_an_emergency_page_must_be_plainer_than_others(around: Surroundings) -> None:
    text = (
        "## A\n\n"
        + "Several serious symptoms need immediate attention by medical people. {F3.1} " * 9
    )
    plain = PageToCheck(slug="sample", front=FRONT, text=text)
    urgent = replace(plain, front=msgspec.structs.replace(FRONT, is_emergency=True))
    grade = reading_grade([text], names=())
    assert grade > 8
    assert "grade" in rules_of(urgent, around)


def test_names_of_medicines_do_not_count_in_the_grade() -> None:
    line = "Take buprenorphine, methadone and naltrexone."
    names = load_check_words().names
    assert reading_grade([line], names=names) < reading_grade([line], names=("nothing",)) - 2


def test_an_exception_holds_for_its_page_only(around: Surroundings) -> None:
    text = "The first spray holds 4 mg. {F3.16}"
    page = PageToCheck(slug="naloxone", front=FRONT, text=text)
    assert "amount" not in rules_of(page, around)
    assert "amount" in rules_of(replace(page, slug="kratom"), around)


def test_an_uncertain_fact_may_be_told_as_not_known(around: Surroundings) -> None:
    text = "How long it lasts is not known. {T1.4.6}"
    assert "uncertain" not in rules_of(PageToCheck(slug="sample", front=FRONT, text=text), around)


def test_a_page_without_sources_is_found(around: Surroundings) -> None:
    front = msgspec.structs.replace(FRONT, summary="Care helps.")
    bare = replace(around, register=Register(facts={}, sources={}))
    page = PageToCheck(slug="sample", front=front, text="## A {practical}\n\nCall.")
    assert "sources" in rules_of(page, bare)


def test_the_guide_has_no_error() -> None:
    errors = [finding for finding in check_guide(on=TODAY) if finding.is_error]
    assert errors == []


def test_a_rule_that_has_ended_is_told_to_staff() -> None:
    ended = [finding for finding in check_guide(on=date(2027, 1, 1)) if finding.rule == "ended"]
    assert [finding.message for finding in ended] == ["F3.13 held until 2026-12-31"]
    assert not ended[0].is_error
