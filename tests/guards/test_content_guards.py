"""What the guide must keep whoever writes it: known facts, honest marks, all topics, help first."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from app.content.care_cards import load_care_sets
from app.content.facts import cited_ids, load_register
from app.content.pages import load_guide, read_pages
from tests.shared_data import shared_path

CONTENT = Path(__file__).resolve().parents[2] / "app" / "content" / "en"
TODAY = date(2026, 11, 24)
TOPICS = (
    *("overdose", "naloxone", "withdrawal", "withdrawal-timeline", "withdrawal-danger"),
    *("withdrawal-worse", "treatment", "detox-alone", "getting-through", "pregnancy"),
    *("alcohol-benzodiazepines", "xylazine-medetomidine", "prescribed-opioids-cut", "kratom"),
    *("kratom-claims", "kratom-risks", "kratom-withdrawal", "kratom-using-now", "kratom-law"),
    *("how-treatment-works", "family", "words", "safety", "about", "scales"),
)
PAGES = read_pages(CONTENT)
MARK = re.compile(r"\*\*((?:[VvWU]/?)+)\*\*")
# The names of these are lines of text in the fact sheet, not rows or numbers.
SHEET_LINES = {"T5.1": "Harm-reduction lines for a reader who already uses kratom"}


@cache
def sheet() -> str:
    return shared_path("facts", "clinical-facts.md").read_text(encoding="utf-8")


def fact_in_sheet(key: str) -> str | None:
    """The line or row of the fact sheet that a fact's number stands for, None for none."""
    if key in SHEET_LINES:
        return next((line for line in sheet().splitlines() if SHEET_LINES[key] in line), None)
    if key.startswith("T"):
        return _row(key)
    if key.startswith("C"):
        return next((line for line in sheet().splitlines() if line.startswith(f"| {key} |")), None)
    found = re.search(
        rf"(?ms)^(?:- |\| )?\**{re.escape(key)}\b.*?(?=^(?:- |\| )?\**F\d|^#)", sheet()
    )
    return found[0] if found else None


def _row(key: str) -> str | None:
    section, _dot, number = key[1:].rpartition(".")
    if key.count(".") == 1:
        section, number = key[1:], ""
    part = re.search(rf"(?ms)^### {re.escape(section)} .*?(?=^##|\Z)", sheet())
    if part is None:
        return None
    rows = [line for line in part[0].splitlines() if line.startswith("| ")]
    if not number:
        return part[0]
    # The first two lines of a table are its columns and a rule.
    return rows[int(number) + 1] if len(rows) > int(number) + 1 else None


@pytest.mark.parametrize("key", sorted(load_register().facts))
def test_every_fact_of_the_register_is_in_the_fact_sheet(key: str) -> None:
    told = fact_in_sheet(key)
    assert told, f"{key} is not in the fact sheet"


@pytest.mark.parametrize("key", sorted(k for k in load_register().facts if k.startswith("F")))
def test_no_fact_is_marked_surer_than_in_the_fact_sheet(key: str) -> None:
    told = fact_in_sheet(key) or ""
    marks = {mark for found in MARK.finditer(told) for mark in found[1].split("/")}
    mine = load_register().facts[key]
    if not marks:
        return
    assert mine.mark in marks, f"{key}: {mine.mark}, the sheet has {sorted(marks)}"
    if "U" in marks and mine.mark != "U":
        assert mine.unknown, f"{key} has a part that is not certain: say which"


def test_every_source_with_a_number_has_the_address_of_the_fact_sheet() -> None:
    for key, source in load_register().sources.items():
        if key.startswith("S"):
            row = next(line for line in sheet().splitlines() if line.startswith(f"| {key} |"))
            assert source.url is None or source.url in row, key


def test_no_source_is_in_the_register_for_nothing() -> None:
    register = load_register()
    texts = [path.read_text(encoding="utf-8") for path in CONTENT.glob("*.yaml")]
    elsewhere = {key for text in texts for key in re.findall(r"\b[FTCSD]\d[\d.]*\b", text)}
    cited = {key for front, text in PAGES.values() for key in cited_ids(front.summary + text)}
    cited |= {key for front, _text in PAGES.values() for key in front.sources}
    used = register.sources_of(sorted(cited | elsewhere))
    assert sorted(set(register.sources) - set(used)) == []


def test_every_topic_has_its_page_in_the_contents() -> None:
    listed = [page.slug for group in load_guide(on=TODAY).groups for page in group.pages]
    assert sorted(listed) == sorted(TOPICS)


@pytest.mark.parametrize("slug", sorted(PAGES))
def test_every_page_states_when_its_facts_were_checked(slug: str) -> None:
    front, _text = PAGES[slug]
    assert front.facts_checked_on >= TODAY


@pytest.mark.parametrize("slug", sorted(load_guide(on=TODAY).pages))
def test_every_page_begins_with_an_emergency_card(slug: str) -> None:
    front = load_guide(on=TODAY).pages[slug].front
    first = load_care_sets()[front.care][0]
    assert first.level == "emergency"
    assert first.is_brief or "911" in first.heading
    assert "HL-OVERDOSE-EMERGENCY" in first.topics


def test_care_cards_rest_on_facts_of_the_register() -> None:
    for cards in load_care_sets().values():
        for card in cards:
            assert card.facts
            assert all(load_register().knows(fact) for fact in card.facts)


@pytest.mark.parametrize("slug", ["overdose", "naloxone", "withdrawal-danger"])
def test_emergency_pages_have_the_whole_card(slug: str) -> None:
    front, _text = PAGES[slug]
    assert front.is_emergency
    assert not load_care_sets()[front.care][0].is_brief


def test_every_uncertain_fact_of_the_register_is_marked() -> None:
    uncertain = {key for key, fact in load_register().facts.items() if fact.mark == "U"}
    assert {"T1.4.6", "F4.11", "F2.12"} <= uncertain
