"""One page of results in words: the sentence, the cards, the way on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import request

from app.domain.card import CardRecord
from app.domain.query import Hit, SearchQuery, SearchResult
from app.extensions import db
from app.store.cards import load_cards
from app.store.reports import open_topics
from app.web.public.search.asked import Asked, Way, Ways
from app.web.public.search.sentence import placeless_words, readings_words, results_sentence
from app.web.views.card_view import CardView, card_view
from app.web.views.report_words import report_note


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsView:
    """What stands above, in and under the list.

    `first_number` is the number of the first card. `last` leads back from a page past the end.
    """

    sentence: str
    readings: tuple[str, ...]
    placeless: str | None
    total: int
    cards: tuple[CardView, ...]
    page: int
    last_page: int
    previous_url: str | None
    next_url: str | None
    last: Way | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Hits with their cards, in the order of the list."""

    hits: tuple[Hit, ...]
    cards: tuple[CardRecord, ...]


def load_listed(hits: Sequence[Hit]) -> Listed:
    """The cards of these hits, in one statement; a listing that is gone meanwhile is left out."""
    cards = {card.id: card for card in load_cards(db.session, [hit.listing_id for hit in hits])}
    kept = tuple(hit for hit in hits if hit.listing_id in cards)
    return Listed(hits=kept, cards=tuple(cards[hit.listing_id] for hit in kept))


def card_views(
    listed: Listed, *, now: datetime, first_number: int | None = None
) -> tuple[CardView, ...]:
    """The cards in words, numbered from `first_number` on as they are on the map."""
    # One address is the same as the next but for the id: twenty look-ups would cost a search.
    base = f"{request.script_root}/listings/"
    reported = open_topics(db.session, [card.id for card in listed.cards])
    return tuple(
        card_view(
            card,
            now=now,
            url=f"{base}{card.id}",
            number=None if first_number is None else first_number + place,
            distance_m=hit.distance_m,
            report_note=report_note(reported[card.id]) if card.id in reported else None,
        )
        for place, (hit, card) in enumerate(zip(listed.hits, listed.cards, strict=True))
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
        cards=card_views(listed, now=query.now, first_number=first_number(result)),
        page=page,
        last_page=last_page,
        previous_url=ways.url(asked, page=page - 1),
        next_url=ways.url(asked, page=page + 1),
        last=ways.to(asked, label=str(last_page), page=last_page) if is_past_end else None,
    )


def first_number(result: SearchResult) -> int:
    """The number of the first card of a page, counted over all pages."""
    return (result.page - 1) * result.page_size + 1
