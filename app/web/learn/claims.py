"""Claims about kratom beside their evidence: the page and its filters, as plain links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from flask import render_template, request, url_for

from app.content.claims import Claim, Claims, Grade, GradeEntry, load_claims
from app.content.facts import Register, load_register
from app.content.pages import NumberedSource, load_guide
from app.web import clock
from app.web.content_now import page_standing
from app.web.learn import blueprint
from app.web.learn.care import care_views
from app.web.learn.kept import kept_part
from app.web.wording import gettext as _
from app.web.words import has_endpoint

SLUG: Final = "kratom-claims"

# What the first lines of the page rest on: no trial of kratom, and what treatment does.
LEAD_FACTS: Final = ("F4.12", "F3.1")

# How many of four segments the bar fills. The word says it too: an empty bar has two words.
SEGMENTS: Final[Mapping[Grade, int]] = {
    Grade.STRONG: 4,
    Grade.MODERATE: 3,
    Grade.WEAK: 1,
    Grade.NONE: 0,
    Grade.CONTRADICTED: 0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeView:
    """A grade in words, with the segments of its bar and its reason in one line."""

    segments: int
    word: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A way to another page."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """One claim as the page shows it; `notes` are numbers of sources."""

    id: str
    claim: str
    topics: str
    grades: tuple[GradeView, ...]
    evidence: str
    instead: str
    notes: tuple[int, ...]
    read: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterView:
    """One choice of a filter: its link, how many claims it leaves, and whether it is chosen."""

    label: str
    url: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsView:
    """The page: what is chosen, the ways to choose, and the claims that are left."""

    claims: tuple[ClaimView, ...]
    total: int
    topics: tuple[FilterView, ...]
    grades: tuple[FilterView, ...]
    has_unknown_filter: bool
    lead_notes: tuple[int, ...]
    sources: tuple[NumberedSource, ...]


@blueprint.get("/learn/kratom-claims")
def claims() -> str:
    """The claims, by topic and grade."""
    all_claims = load_claims()
    topic, grade = request.args.get("topic") or None, request.args.get("grade") or None
    known_topic = topic if topic in {known.id for known in all_claims.topics} else None
    known_grade = Grade(grade) if grade in set(Grade) else None
    has_unknown_filter = (topic, grade) != (known_topic, known_grade)
    now = clock.now()
    guide = load_guide(on=now.date())
    previous, following = guide.neighbors(SLUG)
    stands = page_standing(guide.pages[SLUG], today=now.date())

    def body() -> str:
        view = claims_view(
            all_claims,
            topic=known_topic,
            grade=known_grade,
            has_unknown_filter=has_unknown_filter,
            register=load_register(),
            titles={slug: page.title for slug, page in guide.pages.items()},
        )
        return render_template(
            "learn/claims_body.html", view=view, page=guide.pages[SLUG], standing=stands
        )

    return render_template(
        "learn/claims.html",
        body=kept_part((SLUG, known_topic, known_grade, has_unknown_filter, stands), body),
        care=care_views("short", now=now),
        previous=previous,
        following=following,
    )


def claims_view(
    all_claims: Claims,
    *,
    topic: str | None,
    grade: Grade | None,
    has_unknown_filter: bool,
    register: Register,
    titles: Mapping[str, str],
) -> ClaimsView:
    """The claims of a topic and a grade, with the sources behind these only."""
    chosen = all_claims.chosen(topic=topic, grade=grade)
    numbers = _numbers(chosen, register)
    return ClaimsView(
        claims=tuple(
            _claim_view(claim, all_claims, register=register, numbers=numbers, titles=titles)
            for claim in chosen
        ),
        total=len(all_claims.claims),
        topics=_topic_filters(all_claims, topic=topic, grade=grade),
        grades=_grade_filters(all_claims, topic=topic, grade=grade),
        has_unknown_filter=has_unknown_filter,
        lead_notes=tuple(numbers[key] for key in register.sources_of(LEAD_FACTS)),
        sources=tuple(
            NumberedSource(number=number, id=key, source=register.sources[key])
            for key, number in numbers.items()
        ),
    )


def grade_word(grade: Grade) -> str:
    """The grade as people read it."""
    return {
        Grade.STRONG: _("Strong"),
        Grade.MODERATE: _("Moderate"),
        Grade.WEAK: _("Weak"),
        Grade.NONE: _("None"),
        Grade.CONTRADICTED: _("Contradicted"),
    }[grade]


def _claim_view(
    claim: Claim,
    all_claims: Claims,
    *,
    register: Register,
    numbers: Mapping[str, int],
    titles: Mapping[str, str],
) -> ClaimView:
    names = {topic.id: topic.name for topic in all_claims.topics}
    return ClaimView(
        id=claim.id,
        claim=claim.claim,
        topics=", ".join(names[topic] for topic in claim.topics),
        grades=tuple(_grade_view(entry) for entry in claim.grades),
        evidence=claim.evidence,
        instead=claim.instead,
        notes=tuple(sorted(numbers[key] for key in register.sources_of(claim.fact_ids))),
        read=tuple(
            Link(label=titles[slug], url=_page_url(slug)) for slug in claim.read if slug in titles
        ),
    )


def _grade_view(entry: GradeEntry) -> GradeView:
    word = grade_word(entry.grade)
    if entry.of:
        word = _("%(grade)s for %(part)s", grade=word, part=entry.of)
    return GradeView(segments=SEGMENTS[entry.grade], word=word, reason=entry.reason)


def _page_url(slug: str) -> str:
    if slug == "kratom-law" and has_endpoint("learn.law"):
        return url_for("learn.law")
    return url_for("learn.page", slug=slug)


def _topic_filters(
    all_claims: Claims, *, topic: str | None, grade: Grade | None
) -> tuple[FilterView, ...]:
    choices = [(None, _("All topics")), *((known.id, known.name) for known in all_claims.topics)]
    return tuple(
        _filter_view(label, all_claims, topic=key, grade=grade, is_chosen=key == topic)
        for key, label in choices
    )


def _grade_filters(
    all_claims: Claims, *, topic: str | None, grade: Grade | None
) -> tuple[FilterView, ...]:
    choices = [(None, _("All grades")), *((known, grade_word(known)) for known in Grade)]
    return tuple(
        _filter_view(label, all_claims, topic=topic, grade=key, is_chosen=key == grade)
        for key, label in choices
    )


def _filter_view(
    label: str, all_claims: Claims, *, topic: str | None, grade: Grade | None, is_chosen: bool
) -> FilterView:
    return FilterView(
        label=label,
        url=url_for("learn.claims", topic=topic, grade=grade),
        count=len(all_claims.chosen(topic=topic, grade=grade)),
        is_chosen=is_chosen,
    )


def _numbers(chosen: Iterable[Claim], register: Register) -> dict[str, int]:
    """The sources of the first lines and of these claims by their numbers, in order of use."""
    cited = (LEAD_FACTS, *(claim.fact_ids for claim in chosen))
    used = (key for ids in cited for key in register.sources_of(ids))
    return {key: number for number, key in enumerate(dict.fromkeys(used), start=1)}
