"""The filters beside the results: the choices with their counts, and what is chosen of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from app.content.taxonomy import Group, load_taxonomy
from app.domain.query import SearchResult
from app.web.public.search.asked import TERM_MARK, Asked, Ways
from app.web.wording import gettext as _

_VIEWS_KEPT: Final = 16_384


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One check box; see templates/components/filter_group.html."""

    value: str
    label: str
    gloss: str
    count: int | str
    is_checked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterGroupView:
    """One group: its most used and all chosen choices, and the others behind a fold."""

    name: str
    legend: str
    common: tuple[ChoiceView, ...]
    rest: tuple[ChoiceView, ...]
    total: int
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenView:
    """One chosen filter and the way to remove it: a link, or the value of a button."""

    label: str
    url: str | None
    remove: str


def filter_groups(asked: Asked, result: SearchResult | None) -> tuple[FilterGroupView, ...]:
    """All groups, "Open now" first; without a result the choices have no counts."""
    chosen = frozenset(asked.term_codes)
    counts = result.term_counts if result else None
    groups = load_taxonomy().groups
    return (
        _open_now_group(asked, result),
        *(_group_view(group, chosen=chosen, counts=counts) for group in groups),
    )


def chosen_filters(asked: Asked, ways: Ways) -> tuple[ChosenView, ...]:
    """What is chosen, in the order of the groups: words, open now, then terms."""
    marks = [
        *_text_marks(asked),
        *((TERM_MARK + code, term_name(code)) for code in asked.term_codes),
    ]
    return tuple(
        ChosenView(label=label, url=ways.url(asked.without(mark)), remove=mark)
        for mark, label in marks
    )


def other_codes(asked: Asked) -> tuple[str, ...]:
    """Chosen codes that have no check box of their own; the form carries them hidden."""
    taxonomy = load_taxonomy()
    return tuple(code for code in asked.term_codes if taxonomy.choice(code) is None)


def term_name(code: str) -> str:
    """The name of a filter for people; the code itself for one that nothing is known of."""
    taxonomy = load_taxonomy()
    choice, term = taxonomy.choice(code), taxonomy.term(code)
    return choice.name if choice else term.name if term else code


def group_name(group_id: str) -> str | None:
    """The name of a filter group, None for one that is not among them."""
    return _group_names().get(group_id)


def _text_marks(asked: Asked) -> Iterator[tuple[str, str]]:
    if asked.text:
        yield "q", f"“{asked.text}”"
    if asked.open_now:
        yield "open_now", _("Open now")


def _open_now_group(asked: Asked, result: SearchResult | None) -> FilterGroupView:
    choice = ChoiceView(
        value="1",
        label=_("Open now"),
        gloss=_("Places with unknown hours are left out."),
        count=result.open_now_count if result else "",
        is_checked=asked.open_now,
    )
    return FilterGroupView(
        name="open_now", legend=_("Opening hours"), common=(choice,), rest=(), total=1
    )


def _group_view(
    group: Group, *, chosen: frozenset[str], counts: Mapping[str, int] | None
) -> FilterGroupView:
    common: list[ChoiceView] = []
    rest: list[ChoiceView] = []
    for choice in group.choices:
        is_chosen = choice.code in chosen
        count = "" if counts is None else counts.get(choice.code, 0)
        view = _choice_view(choice.code, count, is_chosen)
        (common if choice.is_common or is_chosen else rest).append(view)
    return FilterGroupView(
        name="term",
        legend=group.name,
        common=tuple(common),
        rest=tuple(rest),
        total=len(group.choices),
    )


# Most counts of a page are small and come again: making the views anew costs as much as the search.
@lru_cache(maxsize=_VIEWS_KEPT)
def _choice_view(code: str, count: int | str, is_checked: bool) -> ChoiceView:  # noqa: FBT001 (a key)
    choice = load_taxonomy().choice(code)
    name, gloss = (choice.name, choice.gloss) if choice else (code, "")
    return ChoiceView(code, name, gloss, count, is_checked)


@cache
def _group_names() -> Mapping[str, str]:
    return {group.id: group.name for group in load_taxonomy().groups}
