"""The pages of the guide, from Markdown with front matter to frozen values that a process keeps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final, Literal

import frontmatter
import msgspec
import yaml
from markupsafe import Markup

from app.content.care_cards import load_care_sets
from app.content.entries import CONTENT_FOLDER
from app.content.facts import Register, Source, cited_ids, load_register
from app.content.markdown import Notes, Section, render_line, render_sections
from app.content.page_text import plain_text
from app.content.timelines import load_timelines
from app.domain.text import words
from app.domain.withdrawal import Setting

PageKind = Literal["clinical", "law", "site"]

# How often a page is reviewed again, in days. A clinical page: 12 months; law moves faster.
REVIEW_DAYS: Final[Mapping[PageKind, int]] = {"clinical": 365, "law": 30, "site": 365}

# Words that say nothing about what a person looks for.
_SMALL_WORDS: Final = frozenset(
    words(
        "a an and are at can do does for get help here how i if in is it me my near need of on or"
        " the this to up what when where will with you"
    )
)


_SHORT: Final = 2
# Written in many ways, and the state of Ohio in each of them.
_SEVEN_OH: Final = re.compile(r"\b7[\s-]?oh\b", re.IGNORECASE)


class FigurePlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A drawing of the timelines: which `setting`, and the id of the section that it follows."""

    setting: Setting
    after: str


class FrontMatter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What stands above the text of a page.

    `summary` answers first. `care` names the care cards. `terms` are the taxonomy codes of the
    services that `services` puts into words; `explains` the codes that this page explains.
    Who reviewed a page is not here: the staff keep it. `sources` are cited by no sentence in particular.
    """

    title: str
    summary: str
    kind: PageKind
    care: str
    facts_checked_on: date
    keywords: tuple[str, ...]
    terms: tuple[str, ...] = ()
    services: str | None = None
    explains: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    figures: tuple[FigurePlace, ...] = ()
    is_emergency: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedSource:
    """A source with its number on a page."""

    number: int
    id: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the guide, rendered. `summary` is plain text, `lead` the same with its notes.

    `facts` are the ids that it cites, `sources` what they rest on. `sections` are in order; the
    first may have no heading. A page that other code shows has no sections.
    """

    slug: str
    title: str
    summary: str
    lead: Markup
    sections: tuple[Section, ...]
    front: FrontMatter
    facts: tuple[str, ...]
    sources: tuple[NumberedSource, ...]
    search_words: frozenset[str]
    keyword_words: tuple[frozenset[str], ...]

    @property
    def headings(self) -> tuple[Section, ...]:
        """The sections that have a heading, for the contents of the page."""
        return tuple(section for section in self.sections if section.id)

    @property
    def review_due_days(self) -> int:
        """How many days a review holds."""
        return REVIEW_DAYS[self.front.kind]


class GroupEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One group of the contents: its name, a line about it, its pages in order."""

    id: str
    name: str
    about: str
    pages: tuple[str, ...]


class GuideFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """guide.yaml: the groups in order, and the pages of the guide that other code shows."""

    groups: tuple[GroupEntry, ...]
    shown_elsewhere: Mapping[str, FrontMatter]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageGroup:
    """A group of the contents with its pages."""

    id: str
    name: str
    about: str
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """All pages by slug, the groups, the pages in the order of the contents, and all their words."""

    pages: Mapping[str, Page]
    groups: tuple[PageGroup, ...]
    order: tuple[Page, ...]
    search_words: frozenset[str]

    def neighbors(self, slug: str) -> tuple[Page | None, Page | None]:
        """The pages before and after one in the order of the contents; None at the ends."""
        place = next(number for number, page in enumerate(self.order) if page.slug == slug)
        before = self.order[place - 1] if place else None
        return before, self.order[place + 1] if place + 1 < len(self.order) else None


def load_guide(*, on: date, folder: Path = CONTENT_FOLDER) -> Guide:
    """The guide as it reads on a day: a rule that has ended by then says so.

    Kept per process. Raises msgspec.ValidationError for front matter that breaks the schema and
    KeyError for a group that names a page which is not there.
    """
    return _guide(folder, load_register(folder).expired(on=on))


def find_pages(text: str, *, on: date) -> tuple[Page, ...]:
    """The pages that a typed text asks for, best first; () when none fits.

    A page fits when all those words are in its title or keywords that any page has there. With
    more unknown words than known ones the text asks for something else, such as a name.
    """
    asked = _search_words((text,)) - _SMALL_WORDS
    if not asked:
        return ()
    guide = load_guide(on=on)
    known = asked & guide.search_words
    if not known or 2 * len(known) < len(asked):
        return ()
    fitting = [page for page in guide.order if known <= page.search_words]
    return tuple(sorted(fitting, key=lambda page: _distance(page, known)))


def changed_on(page: Page, *, on: date, folder: Path = CONTENT_FOLDER) -> date:
    """The day up to `on` on which a page last changed: its facts, or a rule that ended."""
    facts = load_register(folder).facts
    ends = (facts[key].valid_until for key in page.facts if key in facts)
    ended = [end + timedelta(days=1) for end in ends if end is not None and end < on]
    return max([page.front.facts_checked_on, *ended])


def _distance(page: Page, known: frozenset[str]) -> tuple[bool, int]:
    """First pages whose title says it all, the shortest first; then by the order of keywords."""
    title = words(page.title)
    if known <= frozenset(title):
        return False, len(title)
    places = [
        next((place for place, found in enumerate(page.keyword_words) if word in found), 0)
        for word in known
    ]
    return True, sum(places)


def page_for_term(code: str) -> str | None:
    """The slug of the page that explains a taxonomy code, None where there is none."""
    return _pages_by_term().get(code)


@cache
def _pages_by_term() -> Mapping[str, str]:
    pages = read_pages(CONTENT_FOLDER)
    return {code: slug for slug, (front, _text) in pages.items() for code in front.explains}


@cache
def read_pages(folder: Path) -> Mapping[str, tuple[FrontMatter, str]]:
    """Front matter and Markdown of every page of a content folder, by slug."""
    found: dict[str, tuple[FrontMatter, str]] = {}
    for path in sorted((folder / "learn").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        found[path.stem] = parse_page(text)
    return found


def parse_page(text: str) -> tuple[FrontMatter, str]:
    """The front matter and the Markdown of one file; msgspec.ValidationError where it is wrong."""
    told, body = frontmatter.parse(text)
    return msgspec.convert(told, type=FrontMatter), body


@cache
def read_guide_file(folder: Path) -> GuideFile:
    """The order of the contents, from guide.yaml."""
    raw = yaml.safe_load((folder / "guide.yaml").read_text(encoding="utf-8"))
    return msgspec.convert(raw, type=GuideFile)


@cache
def _guide(folder: Path, expired: frozenset[str]) -> Guide:
    register = load_register(folder)
    told = read_guide_file(folder)
    pages = {
        slug: make_page(slug, front, text, register=register, expired=expired)
        for slug, (front, text) in read_pages(folder).items()
    }
    pages |= {
        slug: make_page(slug, front, "", register=register)
        for slug, front in told.shown_elsewhere.items()
    }
    groups = tuple(
        PageGroup(
            id=group.id,
            name=group.name,
            about=group.about,
            pages=tuple(pages[slug] for slug in group.pages),
        )
        for group in told.groups
    )
    order = tuple(page for group in groups for page in group.pages)
    known = frozenset(word for page in order for word in page.search_words)
    return Guide(pages=pages, groups=groups, order=order, search_words=known)


def make_page(
    slug: str,
    front: FrontMatter,
    text: str,
    *,
    register: Register,
    expired: frozenset[str] = frozenset(),
) -> Page:
    """One page, rendered with its numbered sources; `expired` are the facts that have ended."""
    facts = (*cited_ids(front.summary), *cited_ids(text), *_care_facts(front.care))
    facts = tuple(dict.fromkeys((*facts, *_figure_facts(front), *front.sources)))
    keys = register.sources_of(facts)
    notes = Notes(
        register=register,
        numbers={key: number for number, key in enumerate(keys, start=1)},
        expired=expired,
    )
    return Page(
        slug=slug,
        title=front.title,
        summary=plain_text(front.summary),
        lead=render_line(front.summary, notes),
        sections=render_sections(text, notes) if text.strip() else (),
        front=front,
        facts=facts,
        sources=tuple(
            NumberedSource(number=number, id=key, source=register.sources[key])
            for key, number in notes.numbers.items()
        ),
        search_words=_search_words((front.title, *front.keywords)),
        keyword_words=tuple(_search_words((keyword,)) for keyword in front.keywords),
    )


def _care_facts(care: str) -> tuple[str, ...]:
    return tuple(fact for card in load_care_sets().get(care, ()) for fact in card.facts)


def _figure_facts(front: FrontMatter) -> tuple[str, ...]:
    shown = {place.setting for place in front.figures}
    return tuple(
        fact
        for timeline in load_timelines()
        if timeline.setting in shown
        for fact in timeline.fact_ids
    )


def _search_words(texts: Iterable[str]) -> frozenset[str]:
    """The words that a search may meet; of two letters only OD, since the others name states."""
    found = (word for text in texts for word in words(_SEVEN_OH.sub("sevenoh", text)))
    return frozenset(word for word in found if len(word) > _SHORT or word == "od")
