"""The claims about kratom: all are there, graded as the facts grade them."""

from __future__ import annotations

import re

import pytest

from app.content.claims import Claim, Grade, load_claims
from app.content.facts import load_register
from app.content.pages import load_guide
from tests.factories import NOW
from tests.unit.clinical_facts import fact, numbers, table_after

CLAIMS = load_claims()
# Numbers to call, and the hundred of "5 in 100".
ALWAYS_SAID = {"911", "988", "100"}
AMOUNT = re.compile(r"\d\s*(?:mg|g|ml|milligrams?|grams?|capsules?|tablets?)\b", re.IGNORECASE)


def ids(claim: Claim) -> str:
    return claim.id


def words_of(claim: Claim) -> str:
    reasons = (entry.reason for entry in claim.grades)
    return " ".join((claim.claim, claim.evidence, claim.instead, *reasons))


def rows() -> dict[str, tuple[str, ...]]:
    return {row[0]: row for row in table_after("## 5. Claims table")}


def test_all_twenty_two_claims_are_there_in_order() -> None:
    assert [claim.id for claim in CLAIMS.claims] == [f"C{number}" for number in range(1, 23)]


@pytest.mark.parametrize("claim", CLAIMS.claims, ids=ids)
def test_the_grade_is_that_of_the_facts(claim: Claim) -> None:
    said = re.findall(r"strong|moderate|weak|none|contradicted", rows()[claim.id][3].casefold())
    assert [entry.grade.value for entry in claim.grades] == said


@pytest.mark.parametrize("claim", CLAIMS.claims, ids=ids)
def test_every_number_of_a_claim_is_in_its_facts(claim: Claim) -> None:
    told = " ".join((*rows()[claim.id], *(fact(k) for k in claim.fact_ids if k[0] == "F")))
    # "2017-18" is said as "2017 and 2018", "29.5 %" as "about 30 in 100".
    known = numbers(told) | {f"20{end}" for end in re.findall(r"20\d\d-(\d\d)\b", told)}
    known |= {str(round(float(number))) for number in known}
    known |= {str(int(float(number) + 0.5)) for number in known}
    assert numbers(words_of(claim)) <= known | ALWAYS_SAID


@pytest.mark.parametrize("claim", CLAIMS.claims, ids=ids)
def test_a_claim_has_a_reason_an_answer_and_facts(claim: Claim) -> None:
    register = load_register()
    assert claim.grades
    assert all(entry.reason and "\n" not in entry.reason for entry in claim.grades)
    assert claim.evidence
    assert claim.instead
    assert claim.fact_ids
    assert [key for key in claim.fact_ids if not register.knows(key)] == []
    assert [key for key in claim.fact_ids if register.facts[key].mark == "U"] == []


def test_every_topic_has_a_claim_and_every_claim_a_topic_that_exists() -> None:
    known = {topic.id for topic in CLAIMS.topics}
    assert {topic for claim in CLAIMS.claims for topic in claim.topics} == known
    assert all(claim.topics for claim in CLAIMS.claims)


def test_claims_lead_to_pages_that_exist() -> None:
    pages = load_guide(on=NOW.date()).pages
    assert [slug for claim in CLAIMS.claims for slug in claim.read if slug not in pages] == []


def test_no_claim_tells_an_amount_to_take() -> None:
    assert [claim.id for claim in CLAIMS.claims if AMOUNT.search(words_of(claim))] == []
    assert AMOUNT.search("take 5 g of it")


def test_words_that_blame_are_only_inside_a_claim() -> None:
    ours = " ".join(words_of(claim).replace(claim.claim, "") for claim in CLAIMS.claims)
    assert re.findall(r"\b(?:addicts?|users?|abuse\w*|relapse\w*|clean|junk\w*)\b", ours) == []


@pytest.mark.parametrize("grade", Grade)
def test_a_grade_chooses_claims_that_have_it_in_any_part(grade: Grade) -> None:
    chosen = CLAIMS.chosen(grade=grade)
    assert chosen
    assert all(grade in {entry.grade for entry in claim.grades} for claim in chosen)


def test_topic_and_grade_choose_together() -> None:
    chosen = CLAIMS.chosen(topic="relief", grade=Grade.NONE)
    assert [claim.id for claim in chosen] == ["C7", "C10"]
