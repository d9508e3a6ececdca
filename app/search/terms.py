"""What the index knows of the taxonomy: bits of terms, choices of the public filters, phrases."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import groupby
from typing import NamedTuple

from app.content.taxonomy import Taxonomy, load_taxonomy


class Choice(NamedTuple):
    """One choice of a public filter: its leading code, its group, the bits that meet it."""

    code: str
    group: str
    numbers: tuple[int, ...]


class TermFilter(NamedTuple):
    """One group of a query's filters: a Listing with any of `numbers` meets it.

    `columns` are the choices of the same group, whose counts leave this filter out; an
    empty range for codes that stand outside the public filters.
    """

    group: str
    codes: tuple[str, ...]
    numbers: tuple[int, ...]
    columns: range


@dataclass(frozen=True, kw_only=True)
class SearchTerms:
    """The taxonomy as the index needs it.

    `numbers` leads from a code to its bit; `choices` are ordered so that each group stands
    together; `groups` leads from each code of a public filter to its group; `phrases` leads
    from folded words, joined by single spaces, to codes.
    """

    numbers: Mapping[str, int]
    choices: tuple[Choice, ...]
    groups: Mapping[str, str]
    phrases: Mapping[str, tuple[str, ...]]

    @cached_property
    def size(self) -> int:
        """How many bits a Listing needs."""
        return max(self.numbers.values(), default=-1) + 1

    @cached_property
    def longest_phrase(self) -> int:
        """The most words that a phrase has."""
        return max((phrase.count(" ") + 1 for phrase in self.phrases), default=1)

    @cached_property
    def single_words(self) -> tuple[str, ...]:
        """The phrases of one word, sorted: what a misspelt word may have meant."""
        return tuple(sorted(phrase for phrase in self.phrases if " " not in phrase))

    @cached_property
    def choice_codes(self) -> tuple[str, ...]:
        """The leading codes in the order of the counts."""
        return tuple(choice.code for choice in self.choices)

    @cached_property
    def group_columns(self) -> Mapping[str, range]:
        """Where the counts of each group stand."""
        columns: dict[str, range] = {}
        start = 0
        for group, members in groupby(self.choices, key=lambda choice: choice.group):
            end = start + len(tuple(members))
            columns[group] = range(start, end)
            start = end
        return columns

    @cached_property
    def fingerprint(self) -> str:
        """Eight letters that change when an index built with other terms would be wrong."""
        content = repr((sorted(self.numbers.items()), self.choices))
        return hashlib.sha256(content.encode()).hexdigest()[:8]

    def filters(self, codes: Iterable[str]) -> tuple[TermFilter, ...]:
        """The filters that these codes ask for: OR inside each, AND between them.

        A code outside the public groups is a group of its own. A code that the taxonomy does
        not hold is a filter that nothing meets, never one that is left out.
        """
        chosen: dict[str, list[str]] = {}
        for code in dict.fromkeys(codes):
            chosen.setdefault(self.groups.get(code, f"code {code}"), []).append(code)
        return tuple(self._filter(group, tuple(members)) for group, members in chosen.items())

    @cached_property
    def _choices_by_code(self) -> Mapping[str, Choice]:
        return {choice.code: choice for choice in self.choices}

    def _filter(self, group: str, codes: tuple[str, ...]) -> TermFilter:
        numbers: dict[int, None] = {}
        for code in codes:
            choice = self._choices_by_code.get(code)
            if choice:
                numbers.update(dict.fromkeys(choice.numbers))
            elif code in self.numbers:
                numbers[self.numbers[code]] = None
        return TermFilter(group, codes, tuple(numbers), self.group_columns.get(group, range(0)))


@cache
def load_terms() -> SearchTerms:
    """The project's own taxonomy, read once per process."""
    return terms_of(load_taxonomy())


def terms_of(taxonomy: Taxonomy) -> SearchTerms:
    """A taxonomy as the index needs it; codes of other years lead to the same bit."""
    numbers = {term.code: term.number for term in taxonomy.terms}
    former = {code: term.number for term in taxonomy.terms for code in term.former_codes}
    choices = tuple(
        Choice(choice.code, group.id, tuple(sorted(numbers[code] for code in choice.codes)))
        for group in taxonomy.groups
        for choice in group.choices
    )
    return SearchTerms(
        numbers={**former, **numbers},
        choices=choices,
        groups={
            code: group.id
            for group in taxonomy.groups
            for choice in group.choices
            for code in choice.codes
        },
        phrases=taxonomy.synonym_index,
    )
