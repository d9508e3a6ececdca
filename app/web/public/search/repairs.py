"""A search that found nothing, in words: what emptied it, and what would find more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from app.domain.query import SearchQuery
from app.search.repair import FilterKind, Removal, Repair, explain_empty
from app.search.searcher import Searcher
from app.store.versions import Versions
from app.web.formatters import grouped, join_words
from app.web.public.search.asked import Asked, Way, Ways
from app.web.public.search.filters import term_name
from app.web.public.search.results import load_listed, written_cards
from app.web.views.written_card import WrittenCard
from app.web.wording import gettext as _
from app.web.wording import ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """Another search with what it would find: "12 places", or "no place" and no way there."""

    way: Way
    found: str
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairView:
    """What an empty page says. `blame` names the filter that emptied the search, if one did."""

    blame: str | None
    removals: tuple[WayOut, ...]
    wider: tuple[WayOut, ...]
    nearest: tuple[WrittenCard, ...]


def repair_view(
    searcher: Searcher, query: SearchQuery, *, versions: Versions, asked: Asked, ways: Ways
) -> RepairView:
    """The ways out of a search that found nothing."""
    repair = explain_empty(searcher, query)
    return RepairView(
        blame=_blame(repair),
        removals=tuple(_removals(repair.removals, asked=asked, ways=ways)),
        wider=tuple(
            _way_out(
                ways.to(
                    replace(asked, radius_miles=circle.radius_miles),
                    label=_("Look within %(miles)s miles", miles=circle.radius_miles),
                ),
                circle.total,
            )
            for circle in repair.wider
        ),
        nearest=written_cards(load_listed(repair.nearest, versions=versions), now=query.now),
    )


def _removals(removals: Iterable[Removal], *, asked: Asked, ways: Ways) -> Iterator[WayOut]:
    for removal in removals:
        without = replace(
            asked,
            text=removal.query.text,
            open_now=removal.query.open_now,
            term_codes=removal.query.term_codes,
        )
        label = _("Search without %(filter)s", filter=_filter_words(removal))
        yield _way_out(ways.to(without, label=label), removal.total)


def _way_out(way: Way, total: int) -> WayOut:
    found = ngettext("%(count)s place", "%(count)s places", total, count=grouped(total))
    return WayOut(way=way, found=found if total else _("no place"), total=total)


def _blame(repair: Repair) -> str | None:
    """Which filter emptied the search, where one alone did."""
    if repair.emptied_by is None:
        return None
    if repair.emptied_by.kind is FilterKind.TEXT:
        return str(_("It is the words you typed that leave nothing here."))
    told = _filter_words(repair.emptied_by)
    return str(_("It is the filter %(filter)s that leaves nothing here.", filter=told))


def _filter_words(removal: Removal) -> str:
    if removal.kind is FilterKind.TEXT:
        return str(_("the words you typed"))
    names = [term_name(code) for code in removal.term_codes] or [str(_("Open now"))]
    return join_words([f"“{name}”" for name in names], _("or"))
