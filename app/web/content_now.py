"""The law and the reviews of the guide as the staff keep them, laid over what comes along."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from flask import current_app

from app.content.kratom_law import KratomLaw, load_kratom_law
from app.content.pages import Page
from app.content.reviewable import Reviewable, reviewable_law, reviewable_page
from app.db import DatabaseUnavailableError
from app.domain.review import Review, Standing, standing
from app.extensions import db
from app.store.law_corrections import Correction, list_corrections
from app.store.reviews import list_reviews
from app.web.reading import read_once

_SHELF: Final = "help_first_law_corrections"
_STAFF_SOURCE: Final = "STAFF-"


def current_law() -> KratomLaw:
    """The entries with the corrections of the staff.

    Where the database cannot be asked, those of the last time; where there was none, every
    state is told to be checked first: an entry could stand there that was found to be wrong.
    """
    try:
        corrections = read_once(lambda: list_corrections(db.session))
    except DatabaseUnavailableError:
        kept: tuple[Correction, ...] | None = current_app.extensions.get(_SHELF)
        return load_kratom_law().in_doubt() if kept is None else law_with(kept)
    current_app.extensions[_SHELF] = corrections
    return law_with(corrections)


def law_with(corrections: tuple[Correction, ...]) -> KratomLaw:
    """The entries that come along with these corrections, their sources under keys of their own."""
    if not corrections:
        return load_kratom_law()
    return load_kratom_law().corrected(
        [item.entry for item in corrections],
        sources={source_key(item.entry.code): item.source for item in corrections},
    )


def source_key(code: str) -> str:
    """The key of the source that a correction of this state rests on."""
    return f"{_STAFF_SOURCE}{code}"


def current_reviews() -> Mapping[str, Review]:
    """The newest review of each text by its subject; none where the database cannot be asked."""
    try:
        return read_once(lambda: list_reviews(db.session))
    except DatabaseUnavailableError:
        return {}


def page_standing(
    page: Page, *, today: date, reviews: Mapping[str, Review] | None = None
) -> Standing:
    """How the review of a page stands; `reviews` where they were read already."""
    known = current_reviews() if reviews is None else reviews
    return standing_of(reviewable_page(page, law=load_kratom_law()), known, today=today)


def law_standings(
    law: KratomLaw, *, today: date, reviews: Mapping[str, Review]
) -> Mapping[str, Standing]:
    """How the reviews of the law entries stand, by code."""
    return {
        entry.code: standing_of(reviewable_law(entry, law=law), reviews, today=today)
        for entry in law.states
    }


def standing_of(text: Reviewable, reviews: Mapping[str, Review], *, today: date) -> Standing:
    """How one text stands with the newest review of it."""
    return standing(
        reviews.get(text.subject),
        fingerprint=text.fingerprint,
        written_on=text.written_on,
        holds=text.holds,
        today=today,
    )
