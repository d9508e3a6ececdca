"""The texts that people review, each with a fingerprint of what it says today."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import msgspec

from app.content.claims import load_claims
from app.content.kratom_law import FRESH_FOR, KratomLaw, LawSource, StateLaw
from app.content.pages import Guide, Page
from app.domain.dates import parse_partial_date

PAGE: Final = "page"
LAW: Final = "law"
_CLAIMS_SLUG: Final = "kratom-claims"
_LAW_SLUG: Final = "kratom-law"
_FINGERPRINTS: Final[dict[int, tuple[Page, str]]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewable:
    """A page of the guide or the law entry of a state. `subject` is "page:naloxone" or "law:OH".

    `holds` is how long a review of it holds, `written_on` since when it says what it says.
    """

    subject: str
    title: str
    fingerprint: str
    holds: timedelta
    written_on: date


def reviewable_page(page: Page, *, law: KratomLaw) -> Reviewable:
    """A page of the guide. The law page is what it says beside the states' own entries."""
    kept = _FINGERPRINTS.get(id(page))
    if kept is None or kept[0] is not page:
        # The page is kept beside its fingerprint, so that its id stays its own.
        kept = _FINGERPRINTS[id(page)] = (page, _page_fingerprint(page, law=law))
    return Reviewable(
        subject=f"{PAGE}:{page.slug}",
        title=page.title,
        fingerprint=kept[1],
        holds=timedelta(days=page.review_due_days),
        written_on=page.front.facts_checked_on,
    )


def _page_fingerprint(page: Page, *, law: KratomLaw) -> str:
    told: list[object] = [page.title, str(page.lead), page.front.kind]
    told += [[section.id, section.heading, str(section.html)] for section in page.sections]
    told += [[item.id, msgspec.to_builtins(item.source)] for item in page.sources]
    if page.slug == _CLAIMS_SLUG:
        told.append(msgspec.to_builtins(load_claims()))
    if page.slug == _LAW_SLUG:
        told.append(msgspec.to_builtins([law.federal, law.countries]))
    return _fingerprint(told)


def reviewable_law(entry: StateLaw, *, law: KratomLaw) -> Reviewable:
    """The law entry of a state with the sources that it names."""
    sources = tuple((key, law.sources[key]) for key in entry.sources if key in law.sources)
    return Reviewable(
        subject=f"{LAW}:{entry.code}",
        title=entry.name,
        fingerprint=_law_fingerprint(entry, sources),
        holds=FRESH_FOR,
        written_on=parse_partial_date(entry.as_of).earliest if entry.as_of else date.min,
    )


def reviewables(guide: Guide, *, law: KratomLaw) -> tuple[Reviewable, ...]:
    """All of them: the pages in the order of the guide, then the states as the law lists them."""
    pages = [page for group in guide.groups for page in group.pages]
    return (
        *(reviewable_page(page, law=law) for page in pages),
        *(reviewable_law(entry, law=law) for entry in law.states),
    )


@lru_cache(maxsize=512)
def _law_fingerprint(entry: StateLaw, sources: tuple[tuple[str, LawSource], ...]) -> str:
    return _fingerprint(msgspec.to_builtins([entry, sources]))


def _fingerprint(told: object) -> str:
    return hashlib.sha256(msgspec.json.encode(told, order="deterministic")).hexdigest()
