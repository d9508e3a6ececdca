"""The cards of listings that were shown lately, kept until their listings change.

What is kept is of listings alone: nothing of a search, of a place or of a visitor.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from flask import current_app

from app.domain.report import Topic
from app.extensions import db
from app.store.cards import changed_card_ids, load_cards
from app.store.reports import open_topics
from app.store.versions import Versions
from app.web.views.written_card import KeptCard

CARD_SHELF: Final = "help_first_cards"
# About 3 KB each.
MOST_KEPT: Final = 4_096


class _Kept(NamedTuple):
    """Cards that are right in one version of the data."""

    version: int
    cards: dict[UUID, KeptCard]


class _Reported(NamedTuple):
    """What open reports are about in one version of the reports."""

    version: int
    topics: Mapping[UUID, tuple[Topic, ...]]


class CardShelf:
    """Keeps cards for all threads of a process, and what is reported of them."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept = _Kept(0, {})
        self._reported: _Reported | None = None

    def cards(self, ids: Sequence[UUID], *, versions: Versions) -> Mapping[UUID, KeptCard]:
        """The cards of these Listings by id; missing ones are left out.

        `versions` are those that this request has read. One statement at most while nothing
        changes, for the cards that are not here.
        """
        kept = self._kept_in(versions.data)
        found = {key: card for key in ids if (card := kept.get(key))}
        if len(found) < len(ids):
            missing = [key for key in ids if key not in found]
            loaded = {card.id: KeptCard(card) for card in load_cards(db.session, missing)}
            self._keep(loaded, kept)
            found.update(loaded)
        return found

    def reported(self, *, versions: Versions) -> Mapping[UUID, tuple[Topic, ...]]:
        """What open reports are about, by Listing."""
        reported = self._reported
        if reported is None or reported.version != versions.reports:
            reported = _Reported(versions.reports, open_topics(db.session))
            self._reported = reported
        return reported.topics

    def _kept_in(self, version: int) -> dict[UUID, KeptCard]:
        """The cards of a version: those of the one before but for the changed ones.

        A request that still adds to the cards of the version before adds to what nobody
        reads any more.
        """
        kept = self._kept
        if kept.version == version:
            return kept.cards
        with self._lock:
            kept = self._kept
            if kept.version != version:
                kept = self._kept = _Kept(version, self._unchanged(kept, version))
        return kept.cards

    def _unchanged(self, kept: _Kept, version: int) -> dict[UUID, KeptCard]:
        is_older = version < kept.version  # Another database, or one from a backup.
        if is_older or not kept.cards:
            return {}
        changed = changed_card_ids(db.session, after_version=kept.version, limit=self._most)
        if len(changed) == self._most:
            return {}
        return {key: card for key, card in kept.cards.items() if key not in changed}

    def _keep(self, loaded: Mapping[UUID, KeptCard], cards: dict[UUID, KeptCard]) -> None:
        with self._lock:
            cards.update(loaded)
            for key in list(cards)[: max(0, len(cards) - self._most)]:
                del cards[key]


def card_shelf() -> CardShelf:
    """The shelf of this process."""
    shelf: CardShelf = current_app.extensions.setdefault(CARD_SHELF, CardShelf())
    return shelf
