"""The filters beside the results: the choices with their counts, and what is chosen of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, NamedTuple

from flask import current_app
from markupsafe import Markup

from app.content.taxonomy import Choice, Group, load_taxonomy
from app.domain.query import SearchResult
from app.web.public.search.asked import TERM_MARK, Asked, Ways
from app.web.wording import catalogue
from app.web.wording import gettext as _
from app.web.written import Pattern, mark

WRITTEN_GROUPS: Final = "help_first_written_groups"
# The field of "Open now", a name that no group of the taxonomy has.
_OPEN_NOW: Final = "open_now"
_GROUP_TEMPLATE: Final = "components/filter_group.html"
_COUNT: Final = "count"
_TICK: Final = "tick"
# What a chosen box says in its tag; see `choice_rows`.
_TICKED: Final = " checked"


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


@dataclass(frozen=True, slots=True)
class WrittenGroup:
    """One group as HTML. Those of which nothing is chosen differ only in their counts."""

    html: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenView:
    """One chosen filter and the way to remove it: a link, or the value of a button."""

    label: str
    url: str | None
    remove: str


class _OrderedGroup(NamedTuple):
    """A group, its codes in the order of the page (common ones first), and those behind the fold."""

    group: Group
    codes: tuple[str, ...]
    folded: frozenset[str]


class _GroupPatterns(NamedTuple):
    """A group of which nothing is chosen, open where its counts stand; and with open ticks too."""

    untouched: Pattern
    ticked: Pattern


def filter_groups(asked: Asked, result: SearchResult | None) -> tuple[WrittenGroup, ...]:
    """All groups, "Open now" first; without a result the choices have no counts."""
    chosen = frozenset(asked.term_codes)
    counts = result.term_counts if result else None
    patterns = _patterns()
    return (
        _open_now(asked, result, patterns),
        *[_group(group, chosen, counts=counts, patterns=patterns) for group in _groups()],
    )


def chosen_filters(asked: Asked, ways: Ways) -> tuple[ChosenView, ...]:
    """What is chosen, in the order of the groups: words, open now, then terms."""
    marks = [
        *_text_marks(asked),
        *((TERM_MARK + code, term_name(code)) for code in asked.term_codes),
    ]
    return tuple(
        ChosenView(label=label, url=ways.url(asked.without(told)), remove=told)
        for told, label in marks
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


def _open_now(
    asked: Asked, result: SearchResult | None, patterns: Mapping[str, _GroupPatterns] | None
) -> WrittenGroup:
    count = result.open_now_count if result else ""
    if patterns is None or asked.open_now:
        return _written_anew(_open_now_group(count, is_checked=asked.open_now))
    return WrittenGroup(patterns[_OPEN_NOW].untouched.in_order([str(count)]))


def _open_now_group(count: int | str, *, is_checked: bool) -> FilterGroupView:
    choice = ChoiceView(
        value="1",
        label=_("Open now"),
        gloss=_("Places with unknown hours are left out."),
        count=count,
        is_checked=is_checked,
    )
    return FilterGroupView(
        name=_OPEN_NOW, legend=_("Opening hours"), common=(choice,), rest=(), total=1
    )


def _group(
    group: _OrderedGroup,
    chosen: frozenset[str],
    *,
    counts: Mapping[str, int] | None,
    patterns: Mapping[str, _GroupPatterns] | None,
) -> WrittenGroup:
    is_chosen = not chosen.isdisjoint(group.codes)
    # A choice from behind the fold stands among the others once it is chosen.
    if patterns is None or (is_chosen and not chosen.isdisjoint(group.folded)):
        return _written_anew(_group_view(group.group, chosen=chosen, counts=counts))
    told = [""] * len(group.codes)
    if counts is not None:
        told = [str(counts.get(code, 0)) for code in group.codes]
    if not is_chosen:
        return WrittenGroup(patterns[group.group.id].untouched.in_order(told))
    ticks = [_TICKED if code in chosen else "" for code in group.codes]
    ticked = [value for pair in zip(ticks, told, strict=True) for value in pair]
    return WrittenGroup(patterns[group.group.id].ticked.in_order(ticked))


def _group_view(
    group: Group, *, chosen: frozenset[str], counts: Mapping[str, int | str] | None
) -> FilterGroupView:
    common: list[ChoiceView] = []
    rest: list[ChoiceView] = []
    for choice in group.choices:
        is_chosen = choice.code in chosen
        count = "" if counts is None else counts.get(choice.code, 0)
        view = _choice_view(choice, count, is_checked=is_chosen)
        (common if choice.is_common or is_chosen else rest).append(view)
    return FilterGroupView(
        name="term",
        legend=group.name,
        common=tuple(common),
        rest=tuple(rest),
        total=len(group.choices),
    )


def _choice_view(choice: Choice, count: int | str, *, is_checked: bool) -> ChoiceView:
    return ChoiceView(choice.code, choice.name, choice.gloss, count, is_checked)


def _written_anew(view: FilterGroupView) -> WrittenGroup:
    return WrittenGroup(_macro()(view))


@cache
def _groups() -> tuple[_OrderedGroup, ...]:
    return tuple(
        _OrderedGroup(
            group,
            tuple(c.code for c in sorted(group.choices, key=lambda each: not each.is_common)),
            frozenset(choice.code for choice in group.choices if not choice.is_common),
        )
        for group in load_taxonomy().groups
    )


def _patterns() -> Mapping[str, _GroupPatterns] | None:
    """The HTML of each group without its counts; None where it depends on the language.

    A page has 250 choices. Looping over them in a template costs more than the search.
    """
    if catalogue() is not None:
        return None
    kept: dict[str, _GroupPatterns] | None = current_app.extensions.get(WRITTEN_GROUPS)
    if kept is None:
        kept = {
            each.group.id: _group_patterns(
                _group_view(each.group, chosen=frozenset(), counts=_marked(each.codes))
            )
            for each in _groups()
        }
        kept[_OPEN_NOW] = _group_patterns(_open_now_group(mark(_COUNT), is_checked=False))
        current_app.extensions[WRITTEN_GROUPS] = kept
    return kept


def _group_patterns(view: FilterGroupView) -> _GroupPatterns:
    ticked = replace(view, common=_all_ticked(view.common), rest=_all_ticked(view.rest))
    # No text can hold the start of a row: quotes and tags in texts are escaped.
    open_ticks = str(_macro()(ticked)).replace(f'"{_TICKED}><span>', f'"{mark(_TICK)}><span>')
    return _GroupPatterns(Pattern(_macro()(view), (_COUNT,)), Pattern(open_ticks, (_TICK, _COUNT)))


def _all_ticked(choices: Iterable[ChoiceView]) -> tuple[ChoiceView, ...]:
    return tuple(replace(choice, is_checked=True) for choice in choices)


def _macro() -> Callable[[FilterGroupView], Markup]:
    template = current_app.jinja_env.get_template(_GROUP_TEMPLATE)
    macro: Callable[[FilterGroupView], Markup] = template.module.filter_group  # type: ignore[attr-defined]
    return macro


def _marked(codes: tuple[str, ...]) -> Mapping[str, str]:
    return dict.fromkeys(codes, mark(_COUNT))


@cache
def _group_names() -> Mapping[str, str]:
    return {group.id: group.name for group in load_taxonomy().groups}
