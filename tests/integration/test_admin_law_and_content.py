"""Law entries that staff correct, and reviews of pages and entries by people with a name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from app.content.kratom_law import load_kratom_law
from app.content.pages import load_guide
from app.db import DatabaseUnavailableError, transaction
from app.domain.roles import Role
from app.extensions import db
from app.models import ContentReview
from app.store import law_corrections, reviews
from app.store.history import list_history, verify_history
from app.web.clock import CLOCK_SETTING
from tests.browse import Browse, Page, text_of
from tests.factories import NOW
from tests.listing_forms import EditorBrowser
from tests.staff import StaffBrowser, make_user

UNCLEAR = {
    "status": "unclear",
    "seven_oh": "unclear",
    "confidence": "low",
    "is_uncertain": "no",
    "min_age": "21",
    "law": "",
    "local_rules": "",
    "note": "A sample bill was sent to the governor.",
    "as_of": "2026-11",
    "source_title": "Sample Register",
    "source_url": "https://law.example.org/sample",
    "source_kind": "official",
    "reason": "Somebody wrote to us",
}
ALASKA = "/admin/reviews/law/AK"


@pytest.fixture(autouse=True)
def clock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    def stand(days: int) -> None:
        monkeypatch.setitem(app.config, CLOCK_SETTING, lambda: NOW + timedelta(days=days))

    stand(0)
    return stand


@pytest.fixture
def reviewer(app: Flask) -> EditorBrowser:
    browser = EditorBrowser(app)
    browser.sign_in(make_user(app, role=Role.REVIEWER).email)
    return browser


def version_in(page: Page) -> str:
    return next(each.get("value", "") for each in page.all("input", name="version"))


def correct(reviewer: EditorBrowser, *, answer: int = 302, **values: str) -> Page:
    page = reviewer.get(ALASKA)
    return reviewer.send(
        ALASKA, answer=answer, **{**UNCLEAR, "version": version_in(page), **values}
    )


def alaska(browse: Browse, *, code: str = "ak") -> str:
    (row,) = browse.get("learn.law").all("tr", id=f"state-{code}")
    return text_of(row)


def mark(reviewer: EditorBrowser, subject: str, *, answer: int = 302, **values: str) -> Page:
    page = reviewer.page
    assert page is not None
    fingerprint = page.all("input", name="fingerprint")[0].get("value", "")
    data = {
        "fingerprint": fingerprint,
        "has_read": "1",
        "capacity": "clinician",
        "role": "addiction physician",
        **values,
    }
    return reviewer.send(f"/admin/reviews/{subject}", answer=answer, **data)


def test_a_correction_is_live_at_once_with_its_source_and_date(
    reviewer: EditorBrowser, browse: Browse
) -> None:
    before = alaska(browse)
    correct(reviewer)
    page = browse.get("learn.law")
    assert "Sample Register" in page.text
    assert "https://law.example.org/sample" in page.links()
    assert "A sample bill was sent to the governor." in alaska(browse)
    assert "As of Nov 2026." in alaska(browse)
    assert alaska(browse) != before


def test_unclear_is_never_shown_as_legal_whatever_the_form_says(
    reviewer: EditorBrowser, browse: Browse
) -> None:
    correct(reviewer)
    told = alaska(browse)
    assert "Unclear: may be banned" in told
    assert "Check before you rely on this." in told
    assert "21" not in told.replace("2026", "")
    found = browse.open("/learn/kratom-law?near=Anchorage,+AK").text
    assert "Kratom may now be illegal in Alaska." in found


def test_each_field_of_a_correction_is_in_the_history(app: Flask, reviewer: EditorBrowser) -> None:
    correct(reviewer)
    correct(reviewer, note="Signed.", status="banned")
    page = reviewer.get(ALASKA).text
    assert "Somebody wrote to us" in page
    assert "Unclear: may be banned → Banned" in page
    with app.app_context():
        records = list_history(db.session, law_corrections.law_entry_id("AK"))
        assert {each.field for each in records} >= {"status", "note", "as_of", "source"}
        assert {each.version for each in records} == {1, 2}
        assert verify_history(db.session)[1] is None


def test_a_correction_taken_back_shows_the_entry_as_it_came(
    reviewer: EditorBrowser, browse: Browse
) -> None:
    before = alaska(browse)
    correct(reviewer)
    page = reviewer.get(ALASKA)
    reviewer.send(ALASKA, action="take_back", version=version_in(page))
    assert alaska(browse) == before
    correct(reviewer, note="Again.")
    assert "Again." in alaska(browse)


def test_a_stale_correction_is_refused_with_what_was_typed(
    reviewer: EditorBrowser, browse: Browse
) -> None:
    reviewer.get(ALASKA)
    correct(reviewer, note="First.")
    page = reviewer.send(ALASKA, answer=409, **{**UNCLEAR, "version": "0", "note": "Second."})
    assert "Somebody changed this entry meanwhile." in page.text
    assert "Second." in page.html
    assert "First." in alaska(browse)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"status": "legal"}, "Choose one of the list."),
        ({"as_of": ""}, "Enter when the evidence is from"),
        ({"as_of": "2099-01-01"}, "not in the future"),
        ({"source_title": " "}, "Enter where you read it."),
        ({"source_url": "javascript:alert(1)"}, "Address of the source"),
        ({"min_age": "old"}, "Enter an age in years"),
        ({"note": "x" * 1_001}, "1000 characters at most"),
    ],
)
def test_an_entry_that_says_too_little_or_nonsense_is_refused(
    reviewer: EditorBrowser, browse: Browse, values: dict[str, str], message: str
) -> None:
    before = alaska(browse)
    page = correct(reviewer, answer=422, **values)
    assert message in page.text
    assert alaska(browse) == before


def test_the_source_of_a_seller_gets_no_link(reviewer: EditorBrowser, browse: Browse) -> None:
    correct(reviewer, source_kind="interest")
    page = browse.get("learn.law")
    assert "Sample Register" in page.text
    assert "https://law.example.org/sample" not in page.links()


def test_without_a_database_every_state_is_to_be_checked_first(
    app: Flask, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(statement: object) -> None:
        raise DatabaseUnavailableError(str(statement), None, OSError())

    monkeypatch.setattr("app.web.content_now.list_corrections", gone)
    app.extensions.pop("help_first_law_corrections", None)
    assert "Check before you rely on this." in alaska(browse, code="al")


def test_a_page_says_who_reviewed_it_and_until_when(
    reviewer: EditorBrowser, browse: Browse, clock: Any
) -> None:
    public = browse.get("learn.page", slug="naloxone")
    assert "Not yet reviewed by a clinician." in public.text
    reviewer.get("/admin/reviews/page:naloxone")
    mark(reviewer, "page:naloxone")
    public = browse.get("learn.page", slug="naloxone")
    assert "Last reviewed by Sample reviewer, addiction physician: Nov 24, 2026." in public.text
    assert "Next review due: Nov 24, 2027." in public.text
    assert "clinician." not in public.text
    assert public.all("time", itemprop="lastReviewed")
    clock(400)
    assert "That day is over." in browse.get("learn.page", slug="naloxone").text


def test_a_page_that_changed_since_its_review_says_so_and_is_due(
    app: Flask, reviewer: EditorBrowser, browse: Browse
) -> None:
    reviewer.get("/admin/reviews/page:naloxone")
    mark(reviewer, "page:naloxone")
    with app.app_context(), transaction(db.session):
        db.session.execute(update(ContentReview).values(fingerprint="an earlier text"))
    public = browse.get("learn.page", slug="naloxone").text
    assert "reviewed an earlier version on Nov 24, 2026. The text has changed since." in public
    assert "Not reviewed by a clinician as it stands." in public
    assert "Changed since Sample reviewer reviewed it" in reviewer.get("/admin/reviews/").text


def test_a_review_by_another_than_a_clinician_is_told_as_what_it_is(
    reviewer: EditorBrowser, browse: Browse
) -> None:
    reviewer.get("/admin/reviews/page:kratom-claims")
    mark(reviewer, "page:kratom-claims", capacity="other", role="peer specialist")
    public = browse.get("learn.claims").text
    assert "Last reviewed by Sample reviewer, peer specialist" in public
    assert "Not yet reviewed by a clinician." in public


def test_a_law_entry_is_reviewed_for_thirty_days_and_until_it_is_corrected(
    reviewer: EditorBrowser, browse: Browse, clock: Any
) -> None:
    reviewer.get(ALASKA)
    mark(reviewer, "law:AK", capacity="lawyer", role="attorney")
    assert "Reviewed by Sample reviewer, attorney, on Nov 24, 2026." in alaska(browse)
    assert "Dec 24, 2026" in reviewer.get(ALASKA).text
    clock(0)
    correct(reviewer)
    assert "Reviewed by Sample reviewer" not in alaska(browse)
    assert "Changed since Sample reviewer reviewed it" in reviewer.get(ALASKA).text


@pytest.mark.parametrize(
    "values",
    [
        {"has_read": ""},
        {"capacity": ""},
        {"capacity": "doctor"},
        {"role": " "},
        {"fingerprint": "an earlier text"},
    ],
)
def test_a_review_that_is_none_is_refused(
    app: Flask, reviewer: EditorBrowser, values: dict[str, str]
) -> None:
    for address, subject in ((ALASKA, "law:AK"), ("/admin/reviews/page:naloxone", "page:naloxone")):
        reviewer.get(address)
        mark(reviewer, subject, answer=422, **values)
    with app.app_context():
        assert reviews.list_reviews(db.session) == {}


def test_the_queue_has_every_text_once_and_what_waits_longest_first(
    reviewer: EditorBrowser,
) -> None:
    page = reviewer.get("/admin/reviews/")
    rows = page.all("tbody")[0].findall("tr")
    guide = load_guide(on=NOW.date())
    pages = sum(len(group.pages) for group in guide.groups)
    assert len(rows) == pages + len(load_kratom_law().states)
    undated = [text_of(row) for row in rows][:1]
    assert "Now: it has no date" in undated[0]
    assert f"{len(rows)} are due" in page.text


def test_editors_may_neither_correct_the_law_nor_review(app: Flask) -> None:
    browser = StaffBrowser(app)
    browser.sign_in(make_user(app).email)
    for address in ("/admin/reviews/", ALASKA, "/admin/reviews/page:naloxone"):
        browser.get(address, status=403)


def test_reviews_and_corrections_of_what_there_is_not_are_404(reviewer: EditorBrowser) -> None:
    for address in ("law/XX", "law:AK", "page:sample"):
        reviewer.get(f"/admin/reviews/{address}", status=404)


def test_the_feed_tells_of_a_review(reviewer: EditorBrowser, app: Flask) -> None:
    reviewer.get("/admin/reviews/page:naloxone")
    mark(reviewer, "page:naloxone")
    feed = app.test_client().get("/learn/changes.atom").get_data(as_text=True)
    assert feed.count("Reviewed by Sample reviewer, addiction physician, on Nov 24, 2026.") == 1
