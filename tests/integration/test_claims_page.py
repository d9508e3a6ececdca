"""The page of claims: each beside its evidence, filtered by plain links."""

from __future__ import annotations

import re

import pytest

from app.content.claims import Grade, load_claims
from tests.browse import Browse, Page, text_of

CLAIMS = load_claims()
WORDS = {
    Grade.STRONG: "Strong",
    Grade.MODERATE: "Moderate",
    Grade.WEAK: "Weak",
    Grade.NONE: "None",
    Grade.CONTRADICTED: "Contradicted",
}


def shown(page: Page) -> list[str]:
    return [article.get("id", "").upper() for article in page.all("article", class_="claim")]


def test_all_claims_are_shown_with_grade_reason_answer_and_sources(browse: Browse) -> None:
    page = browse.get("learn.claims")
    assert shown(page) == [claim.id for claim in CLAIMS.claims]
    for claim, article in zip(CLAIMS.claims, page.all("article", class_="claim"), strict=True):
        text = text_of(article)
        assert f"The claim: “{claim.claim}”" in text
        for entry in claim.grades:
            assert WORDS[entry.grade] in text
            assert entry.reason in text
        assert " ".join(claim.instead.split()) in text
        notes = [a.get("href", "") for a in article.iter("a") if a.get("aria-label")]
        assert notes, f"{claim.id} has no source"


def test_medical_help_and_what_works_come_before_the_first_claim(browse: Browse) -> None:
    html = browse.get("learn.claims").html
    assert html.index("care emergency") < html.index('class="lead"') < html.index("card claim")
    assert html.index("Methadone and buprenorphine are shown to work") < html.index("card claim")


def test_the_page_says_that_claims_are_not_advice(browse: Browse) -> None:
    assert "They are not our advice." in browse.get("learn.claims").text


def test_the_grade_is_a_word_beside_a_bar_that_is_hidden_from_screen_readers(
    browse: Browse,
) -> None:
    page = browse.get("learn.claims")
    bars = page.all("span", class_="bar")
    assert len(bars) == sum(len(claim.grades) for claim in CLAIMS.claims)
    assert all(bar.get("aria-hidden") == "true" and len(list(bar)) == 4 for bar in bars)


@pytest.mark.parametrize("topic", [None, *(topic.id for topic in CLAIMS.topics)])
@pytest.mark.parametrize("grade", [None, *Grade])
def test_links_filter_by_topic_and_grade_together(
    browse: Browse, topic: str | None, grade: Grade | None
) -> None:
    page = browse.get("learn.claims", topic=topic, grade=grade)
    chosen = [claim.id for claim in CLAIMS.chosen(topic=topic, grade=grade)]
    assert shown(page) == chosen
    assert f"{len(chosen)} of 22 claims" in page.text
    current = [text_of(link) for link in page.all("a", aria_current="true")]
    assert len(current) == 2
    assert all(text.endswith(f"({len(chosen)})") for text in current)
    if not chosen:
        assert "No claim has this topic and this grade" in page.text


def test_the_count_of_a_link_is_what_it_leads_to(browse: Browse) -> None:
    page = browse.get("learn.claims", topic="relief")
    for nav in page.all("nav", class_="choices"):
        for link in nav.iter("a"):
            count = re.findall(r"\((\d+)\)", text_of(link))[0]
            led_to = browse.open(link.get("href", ""))
            assert f"{count} of 22 claims" in led_to.text


@pytest.mark.parametrize("query", ["topic=zzz", "grade=STRONG", "grade=%00", "topic=%ff&grade=x"])
def test_a_filter_that_we_do_not_know_is_said_and_left_out(browse: Browse, query: str) -> None:
    page = browse.open(f"/learn/kratom-claims?{query}")
    assert "We do not know that topic or grade" in page.text
    assert len(shown(page)) == 22


def test_every_source_of_a_filtered_page_is_used_there(browse: Browse) -> None:
    page = browse.get("learn.claims", topic="relief", grade=Grade.NONE)
    listed = {f"#{item.get('id')}" for item in page.all("li") if "source-" in item.get("id", "")}
    used = {link for link in page.links() if link.startswith("#source-")}
    assert listed == used
