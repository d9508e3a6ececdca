"""One page of results in words: the sentence, the cards, the way on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import request
from markupsafe import escape

from app.domain.query import Hit, SearchQuery, SearchResult
from app.domain.report import Topic
from app.store.versions import Versions
from app.web.card_shelf import card_shelf
from app.web.public.search.asked import Asked, Way, Ways
from app.web.public.search.sentence import placeless_words, readings_words, results_sentence
from app.web.views.card_view import distance_words
from app.web.views.report_words import report_note
from app.web.views.written_card import KeptCard, WrittenCard


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsView:
    """What stands above, in and under the list.

    `first_number` is the number of the first card. `last` leads back from a page past the end.
    """

    sentence: str
    readings: tuple[str, ...]
    placeless: str | None
    total: int
    cards: tuple[WrittenCard, ...]
    page: int
    last_page: int
    previous_url: str | None
    next_url: str | None
    last: Way | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Hits with their cards, in the order of the list, and what is reported of any listing.

    `distances` are in words, None where a place has no point.
    """

    hits: tuple[Hit, ...]
    cards: tuple[KeptCard, ...]
    distances: tuple[str | None, ...]
    reported: Mapping[UUID, tuple[Topic, ...]]


def load_listed(hits: Sequence[Hit], *, versions: Versions) -> Listed:
    """The cards of these hits as the data is now; a listing that is gone meanwhile is left out."""
    shelf = card_shelf()
    cards = shelf.cards([hit.listing_id for hit in hits], versions=versions)
    found = [(hit, card) for hit in hits if (card := cards.get(hit.listing_id))]
    return Listed(
        hits=tuple(hit for hit, _card in found),
        cards=tuple(card for _hit, card in found),
        distances=tuple([distance_words(card.record, hit.distance_m) for hit, card in found]),
        reported=shelf.reported(versions=versions),
    )


def written_cards(
    listed: Listed, *, now: datetime, first_number: int | None = None
) -> tuple[WrittenCard, ...]:
    """The cards in words, numbered from `first_number` on as they are on the map."""
    base, reported = escape(f"{request.script_root}/listings/"), listed.reported
    return tuple(
        [
            card.written(
                now=now,
                base=base,
                number=None if first_number is None else first_number + place,
                distance=distance,
                report_note=report_note(reported.get(card.record.id, ())) if reported else None,
            )
            for place, (card, distance) in enumerate(
                zip(listed.cards, listed.distances, strict=True)
            )
        ]
    )


def results_view(
    result: SearchResult, listed: Listed, *, asked: Asked, query: SearchQuery, ways: Ways
) -> ResultsView:
    """The page of results for a search."""
    last_page = max(1, math.ceil(result.total / result.page_size))
    page, is_past_end = result.page, result.page > last_page
    return ResultsView(
        sentence=results_sentence(asked, place=query.place, total=result.total),
        readings=readings_words(result.words),
        placeless=placeless_words(result.placeless_total),
        total=result.total,
        cards=written_cards(listed, now=query.now, first_number=first_number(result)),
        page=page,
        last_page=last_page,
        previous_url=ways.url(asked, page=page - 1) if page > 1 else None,
        next_url=ways.url(asked, page=page + 1) if page < last_page else None,
        last=ways.to(asked, label=str(last_page), page=last_page) if is_past_end else None,
    )


def first_number(result: SearchResult) -> int:
    """The number of the first card of a page, counted over all pages."""
    return (result.page - 1) * result.page_size + 1
