"""When a text is due for a review, and what makes a review count no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import msgspec
import pytest

from app.content.kratom_law import LawSource, SourceKind, load_kratom_law
from app.content.pages import load_guide
from app.content.reviewable import reviewable_law, reviewable_page, reviewables
from app.domain.review import Capacity, Review, ReviewState, standing

DAY = date(2026, 11, 24)
LAW = load_kratom_law()
REVIEW = Review(
    subject="page:sample",
    fingerprint="a",
    reviewed_on=DAY,
    name="Sam Sample",
    role="addiction physician",
    capacity=Capacity.CLINICIAN,
)


@pytest.mark.parametrize(
    ("fingerprint", "days", "state", "is_by_clinician"),
    [
        ("a", 0, ReviewState.CURRENT, True),
        ("a", 364, ReviewState.CURRENT, True),
        ("a", 365, ReviewState.DUE, True),
        ("b", 0, ReviewState.CHANGED, False),
    ],
)
def test_a_review_holds_for_its_version_and_its_time(
    fingerprint: str, days: int, state: ReviewState, *, is_by_clinician: bool
) -> None:
    found = standing(
        REVIEW,
        fingerprint=fingerprint,
        written_on=DAY,
        holds=timedelta(days=365),
        today=DAY + timedelta(days=days),
    )
    assert (found.state, found.is_by_clinician) == (state, is_by_clinician)
    assert found.is_due is (state is not ReviewState.CURRENT)


def test_a_text_that_nobody_reviewed_is_due_since_it_was_written() -> None:
    found = standing(None, fingerprint="a", written_on=DAY, holds=timedelta(30), today=DAY)
    assert (found.state, found.due_on, found.is_due) == (ReviewState.NEVER, DAY, True)


def test_a_review_by_somebody_else_is_no_review_by_a_clinician() -> None:
    other = replace(REVIEW, capacity=Capacity.OTHER)
    found = standing(other, fingerprint="a", written_on=DAY, holds=timedelta(30), today=DAY)
    assert not found.is_by_clinician


def test_pages_hold_a_year_and_law_entries_thirty_days() -> None:
    texts = reviewables(load_guide(on=DAY), law=LAW)
    days = {text.subject: text.holds.days for text in texts}
    assert len(days) == len(texts)
    assert days["page:naloxone"] == 365
    assert days["law:OH"] == days["page:kratom-law"] == 30


def test_a_changed_sentence_or_source_gives_another_fingerprint() -> None:
    page = load_guide(on=DAY).pages["naloxone"]
    first = page.sections[0]
    changed = replace(
        page, sections=(replace(first, html=first.html + "One more."), *page.sections[1:])
    )
    shorter = replace(page, sources=page.sources[:-1])
    fingerprints = {reviewable_page(each, law=LAW).fingerprint for each in (page, changed, shorter)}
    assert len(fingerprints) == 3


def test_a_changed_law_entry_or_source_gives_another_fingerprint() -> None:
    ohio = LAW.state("OH")
    assert ohio is not None
    noted = msgspec.structs.replace(ohio, note="Another note")
    source = LawSource(title="Sample statute", kind=SourceKind.OFFICIAL)
    told_anew = LAW.corrected([], sources={ohio.sources[0]: source})
    found = {
        reviewable_law(ohio, law=LAW).fingerprint,
        reviewable_law(noted, law=LAW).fingerprint,
        reviewable_law(ohio, law=told_anew).fingerprint,
    }
    assert len(found) == 3
