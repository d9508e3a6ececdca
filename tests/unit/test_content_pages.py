"""The pages of the guide as values: notes, tables, rules that end, and finding a page."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from app.content.facts import Fact, Register, Source, cited_ids, load_register, without_citations
from app.content.markdown import Notes, heading_id, render_sections
from app.content.pages import find_pages, load_guide, page_for_term, parse_page
from app.content.taxonomy import load_taxonomy

TODAY = date(2026, 11, 24)
RULE_ENDED = date(2027, 1, 1)

REGISTER = Register(
    facts={
        "F1.1": Fact(mark="V", sources=("S1", "S2")),
        "F2.1": Fact(
            mark="V",
            sources=("S2",),
            valid_until=date(2026, 12, 31),
            while_valid="It ends soon.",
            afterwards="It may have ended.",
        ),
    },
    sources={
        key: Source(organization="Sample Press", title=key, year=2020, url=None, checked="page")
        for key in ("S1", "S2")
    },
)
NOTES = Notes(register=REGISTER, numbers={"S1": 1, "S2": 2})


def html_of(text: str, notes: Notes = NOTES) -> str:
    return "".join(section.html for section in render_sections(text, notes))


def test_citation_becomes_links_to_the_numbered_sources() -> None:
    html = html_of("It hurts. {F1.1}")
    assert html == (
        '<p>It hurts.<sup><a href="#source-1" aria-label="Source 1">1</a>'
        ' <a href="#source-2" aria-label="Source 2">2</a></sup></p>\n'
    )


def test_text_without_its_citations_is_what_people_read() -> None:
    text = "It hurts. {F1.1 T1.4.2} It ends. {S13}"
    assert without_citations(text) == "It hurts. It ends."
    assert cited_ids(text) == ("F1.1", "T1.4.2", "S13")


def test_raw_html_and_scripts_are_shown_as_text_and_never_run() -> None:
    html = html_of("<script>alert(1)</script> and [a](javascript:alert(1))")
    assert "<script" not in html
    assert "href" not in html


def test_headings_carry_ids_and_hide_their_marks() -> None:
    (section,) = render_sections("## What to say {practical}\n\nHello.", NOTES)
    assert (section.id, section.heading) == ("what-to-say", "What to say")
    assert "{practical}" not in section.html
    assert heading_id("Alcohol, too?") == "alcohol-too"


def test_cells_of_a_table_carry_the_heading_of_their_column() -> None:
    html = html_of("| Medicine | What it is |\n| --- | --- |\n| Sample | a pill |")
    assert '<th scope="row" role="rowheader">Sample</th>' in html
    assert 'data-label="What it is"' in html
    assert 'class="stack"' in html


def test_rule_with_an_end_says_when_it_ends_and_afterwards_that_it_may_have() -> None:
    text = "- You may call. {F2.1}\n- You may walk. {F1.1}"
    before = html_of(text)
    assert "You may call." in before
    assert "It ends soon." in before
    after = html_of(
        text, Notes(register=REGISTER, numbers=NOTES.numbers, expired=frozenset({"F2.1"}))
    )
    assert "You may call." not in after
    assert "It may have ended." in after
    assert "You may walk." in after


def test_telehealth_rule_withdraws_itself_on_the_day_after_its_last() -> None:
    def told(on: date) -> str:
        return "".join(section.html for section in load_guide(on=on).pages["treatment"].sections)

    last_day = load_register().facts["F3.13"].valid_until
    assert last_day == date(2026, 12, 31)
    assert "prescribe with no visit first" in told(last_day)
    assert "prescribe with no visit first" not in told(RULE_ENDED)
    assert "was set to end on December 31, 2026" in told(RULE_ENDED)


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("withdrawal", "withdrawal"),
        ("my friend won't wake up", "overdose"),
        ("how long will this last", "withdrawal-timeline"),
        ("is kratom legal here and does it work", "kratom"),
        ("Suboxone", "treatment"),
        ("pregnant", "pregnancy"),
        ("narcan", "naloxone"),
        ("benzos", "alcohol-benzodiazepines"),
        ("what does it cost", "how-treatment-works"),
        ("7 OH withdrawal", "kratom-withdrawal"),
    ],
)
def test_a_question_finds_its_page_first(typed: str, slug: str) -> None:
    assert find_pages(typed, on=TODAY)[0].slug == slug


@pytest.mark.parametrize("typed", ["", "43215", "the and of", "Sunrise Meadow", "Columbus, OH"])
def test_a_place_or_a_name_finds_no_page(typed: str) -> None:
    assert find_pages(typed, on=TODAY) == ()


def test_every_explained_term_leads_to_the_page_that_explains_it() -> None:
    guide = load_guide(on=TODAY)
    for page in guide.pages.values():
        for code in page.front.explains:
            assert load_taxonomy().term(code) is not None, code
            assert page_for_term(code) == page.slug
    assert page_for_term("no such code") is None


def test_previous_and_next_walk_through_all_pages() -> None:
    guide = load_guide(on=TODAY)
    slug, seen = guide.groups[0].pages[0].slug, []
    while True:
        seen.append(slug)
        following = guide.neighbors(slug)[1]
        if following is None:
            break
        slug = following.slug
    assert sorted(seen) == sorted(guide.pages)


def test_front_matter_with_an_unknown_key_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        parse_page("---\ntitle: Sample\nreviewed_by_nobody: true\n---\nText.")
