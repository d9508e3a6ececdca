"""What `flask content check` finds in the guide: unsourced, unfit and outdated words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from app.content.care_cards import CareCard, load_care_sets
from app.content.check_rules import (
    CheckWords,
    Finding,
    Surroundings,
    load_check_words,
    overstated,
    unfit_words,
)
from app.content.data_check import check_data
from app.content.entries import CONTENT_FOLDER
from app.content.facts import CITATION, cited_ids, load_register
from app.content.markdown import heading_id
from app.content.page_text import (
    Block,
    blocks_of,
    headings_of,
    links_of,
    plain_text,
    sentences_of,
    spans_of,
)
from app.content.pages import REVIEW_DAYS, FrontMatter, read_guide_file, read_pages
from app.content.reading_grade import can_measure, reading_grade
from app.content.taxonomy import load_taxonomy

MAX_GRADE: Final = 8.0
MAX_EMERGENCY_GRADE: Final = 6.0
LONGEST_SENTENCE: Final = 25

# Pages of the site beside the guide, as a page of the guide reaches them.
OTHER_PAGES: Final = frozenset({"../check", "../helplines", "../search", "../"})

_TELEPHONE: Final = re.compile(r"\b\d{3}[ .-]\d{3}[ .-]\d{4}\b|\b1[ -]8\d\d\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageToCheck:
    """A page as its file has it."""

    slug: str
    front: FrontMatter
    text: str

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The paragraphs, items and cells."""
        return blocks_of(self.text)

    @property
    def whole(self) -> str:
        """Everything that a reader sees of it, as it is written."""
        return f"{self.front.title}\n\n{self.front.summary}\n\n{self.text}"


def check_guide(*, on: date, folder: Path = CONTENT_FOLDER) -> tuple[Finding, ...]:
    """All findings in the guide on a day, by page, then in the order of the rules."""
    around = surroundings(on=on, folder=folder)
    pages = [
        PageToCheck(slug=slug, front=front, text=text)
        for slug, (front, text) in read_pages(folder).items()
    ]
    findings = [finding for page in pages for finding in check_page(page, around)]
    contents = _check_contents(pages, around, folder=folder)
    return (*findings, *contents, *check_data(around), *_check_rules(around))


def surroundings(*, on: date, folder: Path = CONTENT_FOLDER) -> Surroundings:
    """What the pages of a content folder are checked against."""
    told = read_guide_file(folder)
    return Surroundings(
        register=load_register(folder),
        words=load_check_words(folder),
        slugs=frozenset((*read_pages(folder), *told.shown_elsewhere)),
        on=on,
    )


def check_page(page: PageToCheck, around: Surroundings) -> tuple[Finding, ...]:
    """The findings of one page."""
    rules = (
        _check_front,
        _check_review,
        _check_citations,
        _check_certainty,
        _check_uncited,
        _check_words,
        _check_links,
        _check_headings,
        _check_sentences,
        _check_grade,
    )
    return tuple(finding for rule in rules for finding in rule(page, around))


def page_grade(page: PageToCheck, words: CheckWords) -> float:
    """The reading grade of a page: its summary, its cards and its body, each item a sentence."""
    cards = [line for card in load_care_sets()[page.front.care] for line in _card_lines(card)]
    told = [block.plain for block in page.blocks if block.kind != "column"]
    lines = [plain_text(page.front.summary), *cards, *told]
    return reading_grade(lines, names=words.names)


def _check_front(page: PageToCheck, around: Surroundings) -> Iterator[Finding]:
    front = page.front
    if not front.title.strip() or not front.summary.strip():
        yield _found(page, "front", "needs a title and a summary")
    if front.care not in load_care_sets():
        yield _found(page, "front", f"no care cards are called {front.care}")
    for code in (*front.terms, *front.explains):
        if load_taxonomy().term(code) is None:
            yield _found(page, "terms", f"{code} is no term")
    if front.kind == "clinical" and not (front.terms and front.services):
        yield _found(page, "terms", "a health page names the services that help")
    if not around.register.sources_of(cited_ids(page.whole)) and front.kind != "site":
        yield _found(page, "sources", "has no source")


def _check_review(page: PageToCheck, around: Surroundings) -> Iterator[Finding]:
    holds = timedelta(days=REVIEW_DAYS[page.front.kind])
    if page.front.facts_checked_on + holds < around.on:
        yield _found(page, "overdue", "its facts are due to be checked again", is_error=False)


def _check_citations(page: PageToCheck, around: Surroundings) -> Iterator[Finding]:
    register = around.register
    for cited in cited_ids(page.whole):
        if not register.knows(cited):
            yield _found(page, "citation", f"{cited} is not in the register")
    left = CITATION.sub("", page.whole).replace("{practical}", "")
    if "{" in left or "}" in left:
        yield _found(page, "citation", "a brace that cites nothing")


def _check_certainty(page: PageToCheck, around: Surroundings) -> Iterator[Finding]:
    for text in (page.front.summary, *(block.text for block in page.blocks)):
        for span, cited in spans_of(text):
            yield from overstated(span, cited, page=page.slug, around=around)


def _check_words(page: PageToCheck, around: Surroundings) -> Iterator[Finding]:
    yield from unfit_words(plain_text(page.whole), page=page.slug, words=around.words)
    for match in _TELEPHONE.finditer(page.whole):
        yield _found(page, "number", f"{match[0]}: numbers come from the helplines")


def _check_uncited(page: PageToCheck, _around: Surroundings) -> Iterator[Finding]:
    if page.front.kind == "site":
        return
    for block in page.blocks:
        needs = not (block.is_practical or block.is_pointer or block.kind == "column")
        # A table rests on what its section cites; a list on its own items or its lead.
        leads = [other.text for other in page.blocks if other.section == block.section]
        rests_on = (block.text, block.lead, *(leads if block.kind == "cell" else ()))
        if needs and not any(cited_ids(text) for text in rests_on) and _is_statement(block, page):
            yield _found(page, "unsourced", f"{block.section}: {block.plain[:80]}")


def _is_statement(block: Block, page: PageToCheck) -> bool:
    """A line that opens a list whose items cite for themselves says nothing of its own."""
    items = [other for other in page.blocks if other.lead == block.text]
    return not (items and all(cited_ids(other.text) or other.is_pointer for other in items))


def _check_links(page: PageToCheck, around: Surroundings) -> Iterator[Finding]:
    addresses = {source.url for source in around.register.sources.values()}
    for target in links_of(page.whole):
        if ":" in target or target.startswith("//"):
            if target not in addresses:
                yield _found(page, "link", f"{target} is no source")
        elif target.partition("#")[0] not in around.slugs | OTHER_PAGES:
            yield _found(page, "link", f"{target} leads nowhere")


def _check_headings(page: PageToCheck, _around: Surroundings) -> Iterator[Finding]:
    ids = Counter(heading_id(heading) for heading in headings_of(page.text))
    for name, count in ids.items():
        if count > 1 or name in {"sources", "near-you", "main", "near"}:
            yield _found(page, "heading", f"the id {name} is taken")
    for place in page.front.figures:
        if place.after not in ids:
            yield _found(
                page, "heading", f"a figure stands after {place.after}, which is not there"
            )


def _check_sentences(page: PageToCheck, _around: Surroundings) -> Iterator[Finding]:
    for block in page.blocks:
        for sentence in sentences_of(block.plain):
            if len(sentence.split()) > LONGEST_SENTENCE:
                yield _found(page, "long", sentence[:80], is_error=False)


def _check_grade(page: PageToCheck, around: Surroundings) -> Iterator[Finding]:
    if not can_measure() or page.front.care not in load_care_sets():
        return
    most = MAX_EMERGENCY_GRADE if page.front.is_emergency else MAX_GRADE
    grade = page_grade(page, around.words)
    if grade > most:
        yield _found(page, "grade", f"{grade:.1f}, at most {most:.0f}")


def _check_contents(
    pages: Sequence[PageToCheck], around: Surroundings, *, folder: Path
) -> Iterator[Finding]:
    listed = Counter(slug for group in read_guide_file(folder).groups for slug in group.pages)
    for slug in sorted(around.slugs):
        if listed[slug] != 1:
            yield Finding(
                page=slug, rule="contents", message=f"is {listed[slug]} times in guide.yaml"
            )
    explained: Mapping[str, int] = Counter(code for page in pages for code in page.front.explains)
    for code, count in explained.items():
        if count > 1:
            yield Finding(page="guide", rule="contents", message=f"{count} pages explain {code}")


def _check_rules(around: Surroundings) -> Iterator[Finding]:
    """Rules whose last day is over: the pages say so, and somebody has to look."""
    for key in sorted(around.register.expired(on=around.on)):
        ended = around.register.facts[key].valid_until
        yield Finding(
            page="facts", rule="ended", message=f"{key} held until {ended}", is_error=False
        )
    for key, fact in around.register.facts.items():
        for source in fact.sources:
            if source not in around.register.sources:
                yield Finding(page="facts", rule="sources", message=f"{key}: no source {source}")


def _card_lines(card: CareCard) -> tuple[str, ...]:
    return (card.heading, *card.steps, *card.items, *((card.after,) if card.after else ()))


def _found(page: PageToCheck, rule: str, message: str, *, is_error: bool = True) -> Finding:
    return Finding(page=page.slug, rule=rule, message=message, is_error=is_error)
