"""The feed of changes: which pages of the guide were checked or changed, the newest first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from flask import Response, render_template

from app.content.pages import Page, changed_on, load_guide
from app.domain.review import Review, ReviewState
from app.web import clock
from app.web.addresses import full_address
from app.web.content_now import current_reviews, page_standing
from app.web.formatters import day_words
from app.web.learn import blueprint
from app.web.wording import gettext as _

_MIMETYPE: Final = "application/atom+xml"


class Change(NamedTuple):
    """A page with the day of its last change and what is known of its reviews."""

    title: str
    address: str
    changed_on: date
    about: str


@blueprint.get("/learn/changes.atom")
def changes() -> Response:
    """The pages of the guide by their last change. Source: RFC 4287."""
    today = clock.now().date()
    pages = [page for group in load_guide(on=today).groups for page in group.pages]
    reviews = current_reviews()
    entries = sorted(
        (_change(page, on=today, reviews=reviews) for page in pages),
        key=lambda change: change.changed_on,
        reverse=True,
    )
    return Response(
        render_template(
            "learn/changes.xml",
            entries=entries,
            updated_on=entries[0].changed_on,
            index_address=full_address("learn.index"),
            feed_address=full_address("learn.changes"),
        ),
        mimetype=_MIMETYPE,
    )


def _change(page: Page, *, on: date, reviews: Mapping[str, Review]) -> Change:
    front, stands = page.front, page_standing(page, today=on, reviews=reviews)
    told = [page.summary, _("Facts checked on %(day)s.", day=day_words(front.facts_checked_on))]
    review = None if stands.state is ReviewState.CHANGED else stands.review
    if review:
        told.append(
            _(
                "Reviewed by %(name)s, %(role)s, on %(day)s.",
                name=review.name,
                role=review.role,
                day=day_words(review.reviewed_on),
            )
        )
    if front.kind == "clinical" and not stands.is_by_clinician:
        told.append(_("Not yet reviewed by a clinician."))
    return Change(
        title=page.title,
        address=full_address("learn.page", slug=page.slug),
        changed_on=max(changed_on(page, on=on), review.reviewed_on if review else date.min),
        about=" ".join(told),
    )
