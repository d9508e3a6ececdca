"""The search that a process holds: from a query to the page of hits, the total and all counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from app.domain.geo import EARTH_RADIUS_M
from app.domain.query import MAX_PAGE, Hit, SearchQuery, SearchResult, WordReading
from app.search.build import Progress
from app.search.folder import BuiltIndex
from app.search.query import Match, Plan, merge_found, named_counts, plan_place
from app.search.snapshot import SessionFactory, Snapshot, SnapshotKeeper
from app.search.terms import SearchTerms, load_terms
from app.search.words import Lexicon, read_words

# An overlay of so many changed listings is put together in a few hundredths of a second.
OVERLAY_LIMIT: Final = 500
MAX_PAGE_SIZE: Final = 100
_HALF_ROUND_M: Final = math.pi * EARTH_RADIUS_M


class Searcher:
    """Searches for every thread of a process. A saved change is found by the next search.

    `session_factory` makes a session of its own for each use. The indexes lie in
    `instance_path`, where all processes share them; one that is missing is built.
    """

    def __init__(
        self,
        instance_path: Path,
        *,
        session_factory: SessionFactory,
        terms: SearchTerms | None = None,
        overlay_limit: int = OVERLAY_LIMIT,
    ) -> None:
        self.terms = terms or load_terms()
        self._keeper = SnapshotKeeper(
            instance_path,
            session_factory=session_factory,
            terms=self.terms,
            overlay_limit=overlay_limit,
        )

    def search(
        self, query: SearchQuery, *, session: Session | None = None, version: int | None = None
    ) -> SearchResult:
        """The page of hits, the total and all counts, as the data is now.

        `session` spares a connection where the caller has one, and `version` a statement
        where the caller has just read the version of the data. A page past the last one has
        no hits and the same total. Pages, radius and text out of bounds are cut to them;
        raises ValueError for a `now` without a zone.
        """
        snapshot = self._keeper.current(session, version=version)
        return run_query(query, snapshot=snapshot, terms=self.terms)

    def prepare(self, *, progress: Progress | None = None) -> BuiltIndex:
        """Build the index of the data as it is now, unless it is there already.

        `progress` gets how many listings were read since it was last called.
        """
        return self._keeper.prepare(progress=progress)

    def wait(self) -> None:
        """Wait for an index that is being folded in the background, if there is one."""
        self._keeper.wait()


def run_query(query: SearchQuery, *, snapshot: Snapshot, terms: SearchTerms) -> SearchResult:
    """What one snapshot of the data answers to a query."""
    query = _bounded(query)
    plan, words = _plan(query, snapshot=snapshot, terms=terms)
    matches = [Match(part.index, plan, hidden=part.hidden) for part in snapshot.parts]
    counts = matches[0].term_counts()
    for match in matches[1:]:
        counts += match.term_counts()
    return SearchResult(
        hits=_page(matches, query),
        total=sum(match.total for match in matches),
        placeless_total=sum(match.count_placeless() for match in matches),
        page=query.page,
        page_size=query.page_size,
        term_counts=named_counts(counts, terms),
        open_now_count=sum(match.open_now_count for match in matches),
        words=words,
    )


def _plan(
    query: SearchQuery, *, snapshot: Snapshot, terms: SearchTerms
) -> tuple[Plan, tuple[WordReading, ...]]:
    lexicon = Lexicon(holds=snapshot.holds, near=snapshot.near)
    readings, words = read_words(query.text, terms=terms, lexicon=lexicon)
    circle, regions = plan_place(query.place, query.radius_m)
    plan = Plan(
        query=query,
        circle=circle,
        regions=regions,
        filters=terms.filters(query.term_codes),
        readings=readings,
        choices=len(terms.choices),
    )
    return plan, words


def _bounded(query: SearchQuery) -> SearchQuery:
    if query.now.tzinfo is None:
        message = "now must be aware"
        raise ValueError(message)
    page = max(1, min(query.page, MAX_PAGE))
    page_size = max(1, min(query.page_size, MAX_PAGE_SIZE))
    radius_m = _bounded_radius(query.radius_m)
    if (page, page_size, radius_m) == (query.page, query.page_size, query.radius_m):
        return query
    return replace(query, page=page, page_size=page_size, radius_m=radius_m)


def _bounded_radius(radius_m: float) -> float:
    return max(0.0, min(radius_m, _HALF_ROUND_M)) if not math.isnan(radius_m) else 0.0


def _page(matches: Sequence[Match], query: SearchQuery) -> tuple[Hit, ...]:
    """The hits of one page out of the built index and the overlay over it.

    Of the built index, all hits before the page but as many as the overlay has are certain
    to stay before it, so that they are never looked up.
    """
    skip = (query.page - 1) * query.page_size
    built, overlays = matches[0], matches[1:]
    certain = max(0, skip - sum(match.total for match in overlays))
    parts = [match.found(skip=0, limit=skip + query.page_size) for match in overlays]
    parts.append(built.found(skip=certain, limit=skip - certain + query.page_size))
    page = merge_found(parts, skip=skip - certain, limit=query.page_size)
    return tuple([_hit(each.listing_id, each.squared_chord) for each in page])


def _hit(listing_id: UUID, squared_chord: float | None) -> Hit:
    if squared_chord is None:
        return Hit(listing_id)
    half = min(1.0, math.sqrt(squared_chord) / 2)
    return Hit(listing_id, 2 * EARTH_RADIUS_M * math.asin(half))
