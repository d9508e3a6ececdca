"""The search page as HTML: what stands around every search written once, the rest filled in.

The head, the links and the foot of the page are the same for all searches; they take longer to
write than the search itself takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from flask import current_app, render_template, request
from markupsafe import Markup, escape

from app.web.helplines_now import WrittenRow
from app.web.maps import MapView
from app.web.public.search.around import GuideLink
from app.web.public.search.asked import Asked, Way, Ways
from app.web.public.search.box import radius_choices
from app.web.public.search.filters import ChosenView, WrittenGroup
from app.web.public.search.form import SearchForm
from app.web.public.search.repairs import RepairView
from app.web.public.search.results import ResultsView
from app.web.public.search.unloaded import UnloadedView
from app.web.views.written_card import WrittenCard
from app.web.wording import page_language
from app.web.words import has_endpoint
from app.web.written import Pattern, mark, written

WRITTEN_FRAMES: Final = "help_first_written_frames"
_FRAME: Final = "public/search.html"
_PARTS: Final = "public/search_page.html"
_MAP: Final = "components/map.html"
_LEFT_OPEN: Final = (
    "title",
    "top",
    "mapped",
    "filters_label",
    "groups",
    "above_list",
    "cards",
    "nearest",
    "below_list",
    "map",
)
# The site lies below one root, in few languages; a request with another root makes no more.
_MOST_FRAMES: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """All that the page shows; which parts are there decides its state.

    `results` stand under their search `box`; without cards they are an empty page with its
    `repair`. Without `results` it is the first page of the search (`regions`), one with errors
    (`near_spellings`), or one whose search failed (`is_down`).
    """

    heading: str
    form: SearchForm
    asked: Asked
    ways: Ways
    crisis: frozenset[str]
    box: Markup | None = None
    groups: tuple[WrittenGroup, ...] = ()
    chosen: tuple[ChosenView, ...] = ()
    hidden_codes: tuple[str, ...] = ()
    helplines: tuple[WrittenRow, ...] = ()
    helplines_heading: str = ""
    guide: tuple[GuideLink, ...] = ()
    results: ResultsView | None = None
    map: MapView | None = None
    repair: RepairView | None = None
    unloaded: UnloadedView | None = None
    take_along: Way | None = None
    near_spellings: tuple[Way, ...] = ()
    regions: tuple[Way, ...] = ()
    is_down: bool = False

    @property
    def is_past_end(self) -> bool:
        """Whether the page that was asked for lies behind the last one."""
        return self.results is not None and self.results.last is not None

    @property
    def nearest(self) -> tuple[WrittenCard, ...]:
        """Places that lie further away, where those that were asked for are none or few."""
        found = self.repair or self.unloaded
        return found.nearest if found and not self.is_past_end else ()


class _FrameKey(NamedTuple):
    """What a frame depends on; nothing of what is searched."""

    has_filters: bool
    has_compare: bool
    root: str
    language: str


def written_page(page: SearchPage) -> bytes:
    """The whole page in UTF-8, in whatever state it is."""
    macros = _macros(_PARTS)
    values = {
        "mapped": " mapped" if page.map else "",
        "groups": written(page.groups),
        "filters_label": macros.filters_label(len(page.chosen)) if page.groups else "",
        "map": f"{_macros(_MAP).map_figure(page.map)}\n" if page.map else "",
    }
    cards = () if page.results is None or page.is_past_end else page.results.cards
    if page.results:
        values |= {
            "title": escape(page.heading),
            "top": macros.top(page),
            "above_list": f"{macros.above_list(page)}\n",
            "cards": _list(cards) if cards else "",
            "nearest": macros.nearest(page) if page.nearest else "",
            "below_list": macros.below_list(page),
        }
    else:
        values |= {
            "title": macros.title(page),
            "top": macros.without_results(page, radius_choices()),
            "above_list": macros.without_results_found(page),
            "cards": "",
            "nearest": "",
            "below_list": "",
        }
    has_compare = bool(cards or page.nearest) and has_endpoint("public.compare")
    return _frame(has_filters=bool(page.groups), has_compare=has_compare).octets(values)


def _list(cards: tuple[WrittenCard, ...]) -> str:
    items = written(cards, between="</li>\n<li>")
    return f'<ol class="listings">\n<li>{items}</li>\n</ol>\n'


def _frame(*, has_filters: bool, has_compare: bool) -> Pattern:
    kept: dict[_FrameKey, Pattern] = current_app.extensions.setdefault(WRITTEN_FRAMES, {})
    key = _FrameKey(has_filters, has_compare, request.script_root, page_language())
    frame = kept.get(key)
    if frame is None:
        marks = {name: mark(name) for name in _LEFT_OPEN}
        html = render_template(_FRAME, has_filters=has_filters, has_compare=has_compare, **marks)
        frame = Pattern(html, _LEFT_OPEN)
        if len(kept) < _MOST_FRAMES:
            kept[key] = frame
    return frame


def _macros(template: str) -> Any:  # noqa: ANN401 (the macros of a template have no type)
    return current_app.jinja_env.get_template(template).module
