"""Kratom and the law: the page, and the state of a place that was typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import render_template, request

from app.content.kratom_law import KratomLaw, LawSource, load_kratom_law
from app.content.pages import load_guide
from app.gazetteer import states
from app.web import clock
from app.web.content_now import current_law, current_reviews, law_standings, page_standing
from app.web.learn import blueprint
from app.web.learn.care import care_views
from app.web.learn.kept import kept, kept_part
from app.web.learn.law_view import StateView, law_view
from app.web.learn.near_you import TypedPlace, read_place
from app.web.origin import refuse_other_origins

SLUG: Final = "kratom-law"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The state of a typed place; `choices` are names of states where it may be one of several."""

    near: TypedPlace
    state: StateView | None
    choices: tuple[str, ...]
    is_private: bool


@blueprint.route("/learn/kratom-law", methods=["GET", "POST"])
def law() -> str:
    """The law by state, with the state of the place in `near`.

    POST is the same page for somebody who keeps the place out of the browser's history.
    """
    is_private = request.method == "POST"
    if is_private:
        refuse_other_origins()
    now = clock.now()
    given = request.form if is_private else request.args
    near = read_place(given.get("meant") or given.get("near"))
    today = now.date()
    guide = load_guide(on=today)
    entries = current_law()
    reviews = current_reviews()
    stands = page_standing(guide.pages[SLUG], today=today, reviews=reviews)
    standings = law_standings(entries, today=today, reviews=reviews)
    # The entries, not their dates alone: a correction by staff is shown at once.
    key = (SLUG, today, entries.states, _corrected(entries), stands, tuple(standings.items()))
    view = kept(key, lambda: law_view(entries, today=today, standings=standings))
    codes = dict.fromkeys(place.state for place in near.places)
    found = Found(
        near=near,
        state=view.state(next(iter(codes))) if len(codes) == 1 else None,
        choices=_choices(near, list(codes)),
        is_private=is_private,
    )
    previous, following = guide.neighbors(SLUG)
    return render_template(
        "learn/law.html",
        found=found,
        health_notes=view.health_notes,
        body=kept_part(
            key,
            lambda: render_template(
                "learn/law_body.html",
                view=view,
                federal=entries.federal,
                page=guide.pages[SLUG],
                standing=stands,
            ),
        ),
        care=care_views("short", now=now, place=near.place),
        previous=previous,
        following=following,
    )


def _corrected(entries: KratomLaw) -> tuple[LawSource, ...]:
    """The sources that the staff added: they can change while the entries stay."""
    return tuple(
        source for key, source in entries.sources.items() if key not in load_kratom_law().sources
    )


def _choices(near: TypedPlace, codes: list[str]) -> tuple[str, ...]:
    if len(codes) > 1:
        return tuple(states()[code].label for code in codes)
    return near.suggestions
