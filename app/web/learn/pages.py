"""The contents of the guide, and each of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import current_app, render_template, request, url_for
from flask_babel import get_locale
from markupsafe import Markup

from app.content.pages import Page, load_guide
from app.content.timelines import load_figures
from app.domain.errors import NotFoundError
from app.domain.review import Standing
from app.web import clock
from app.web.content_now import page_standing
from app.web.learn import blueprint
from app.web.learn.care import CareView, care_views
from app.web.learn.near_you import TypedPlace, read_place
from app.web.learn.nearby import NearbyView, nearby_view
from app.web.learn.timeline import TimelineView, timeline_view
from app.web.origin import refuse_other_origins

_KEPT: Final = "help_first_guide_text"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """A page with what depends on the reader and the day; see templates/learn/page.html.

    `text` is what the page tells, with its drawings; `notes` its sources and dates. Both are the
    same for every reader and kept per process.
    """

    page: Page
    care: tuple[CareView, ...]
    text: Markup
    notes: Markup
    asked: TypedPlace
    nearby: NearbyView | None
    is_private: bool
    previous: Page | None
    following: Page | None


@blueprint.get("/learn/")
def index() -> str:
    """The contents of the guide, by need."""
    now = clock.now()
    guide = load_guide(on=now.date())
    return render_template("learn/index.html", guide=guide, care=care_views("short", now=now))


@blueprint.route("/learn/<slug>", methods=["GET", "POST"])
def page(slug: str) -> str:
    """A page of the guide; with `near`, also the services near that place.

    POST is the same page for somebody who keeps the place out of the browser's history.
    """
    if request.method == "POST":
        refuse_other_origins()
    now = clock.now()
    guide = load_guide(on=now.date())
    found = guide.pages.get(slug)
    if found is None or not found.sections:
        raise NotFoundError(kind="page", identifier=slug)
    before, after = guide.neighbors(slug)
    given = request.form if request.method == "POST" else request.args
    asked = read_place(given.get("near"))
    return render_template(
        "learn/page.html",
        view=PageView(
            page=found,
            care=care_views(found.front.care, now=now, place=asked.place),
            text=_kept(found, "text"),
            notes=_kept(found, "notes", stands=page_standing(found, today=now.date())),
            asked=asked,
            nearby=_nearby(found, asked, now=now),
            is_private=request.method == "POST",
            previous=before,
            following=after,
        ),
    )


def _nearby(found: Page, asked: TypedPlace, *, now: datetime) -> NearbyView | None:
    if not found.front.terms or found.front.services is None:
        return None
    return nearby_view(asked, terms=found.front.terms, services=found.front.services, now=now)


def _kept(found: Page, part: str, *, stands: Standing | None = None) -> Markup:
    """A part of a page that does not depend on the reader, made once per process and language."""
    kept: dict[object, tuple[Page, Markup]] = current_app.extensions.setdefault(_KEPT, {})
    key = (id(found), part, stands, str(get_locale()))
    if key not in kept:
        # The page is kept beside its text, so that its id stays its own.
        kept[key] = (found, _render(found, part, stands))
    return kept[key][1]


def _render(found: Page, part: str, stands: Standing | None) -> Markup:
    template = current_app.jinja_env.get_template("learn/page_text.html")
    words = {
        "page": found,
        "figures": _figures(found),
        "standing": stands,
        "url_for": url_for,
    }
    macro = getattr(template.make_module(words), part)
    return Markup(macro())  # noqa: S704 - a macro of a template that escapes what it is given


def _figures(found: Page) -> dict[str, TimelineView]:
    drawings = {figure.setting: figure for figure in load_figures()}
    return {place.after: timeline_view(drawings[place.setting]) for place in found.front.figures}
