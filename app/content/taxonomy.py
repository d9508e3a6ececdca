"""The taxonomy: every term that a Listing can carry, from the YAML files to values and look-ups."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import yaml

from app.domain.text import fold, words

SCHEME_SAMHSA: Final = "samhsa"
SCHEME_OURS: Final = "help-first"
OUR_CATEGORIES: Final = frozenset({"HR", "HL"})

_FOLDER: Final = Path(__file__).parent / "en" / "taxonomy"
_NOT_TERM_FILES: Final = frozenset({"groups.yaml", "categories.yaml"})
_MARKS: Final = str.maketrans({"®": "", "™": "", "\u2120": ""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One thing that can be true of a Listing.

    `number` is its bit in the search index and is never given to another term. `name` and
    `gloss` are ours and plain; `official_names` are the labels that federal files print.
    `group` is the id of a filter group, otherwise `section` is a heading of the listing page.
    `restricts`: others than these people are turned away. `negative`: something is not done.
    `language` is an ISO 639 code.
    """

    code: str
    number: int
    scheme: str
    category: str
    category_name: str
    name: str
    gloss: str
    official_names: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    former_codes: tuple[str, ...] = ()
    group: str | None = None
    section: str | None = None
    restricts: bool = False
    negative: bool = False
    language: str | None = None

    @property
    def official_name(self) -> str:
        """The federal label, "" for a term of ours."""
        return self.official_names[0] if self.official_names else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One checkbox of a filter: its leading `code`, and the codes that count as the same.

    `name` and `gloss` are those of the leading term, or wider ones where it includes others.
    """

    code: str
    name: str
    gloss: str
    includes: tuple[str, ...] = ()
    is_common: bool = False

    @property
    def codes(self) -> frozenset[str]:
        """The leading code and those it includes."""
        return frozenset((self.code, *self.includes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A filter whose choices are joined by OR, most useful first."""

    id: str
    name: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading of the listing page and the codes below it, in order of their numbers."""

    id: str
    name: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category of the federal code sheets, with the codes and labels of other years.

    `sheet` is "substance-use" or "mental-health" where only one of the two sheets has it.
    """

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    sheet: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    """All terms by number, the public filter groups, and every way to look a term up.

    `topics` is the group of the helplines page and is not among `groups`. `synonym_index`
    maps a phrase, as the words of `app.domain.text.words` joined by single spaces, to the
    codes whose name, official name or synonym it is.
    """

    terms: tuple[Term, ...]
    groups: tuple[Group, ...]
    topics: Group
    sections: tuple[Section, ...]
    categories: tuple[Category, ...]
    synonym_index: Mapping[str, tuple[str, ...]]
    _by_code: Mapping[str, Term]
    _by_column: Mapping[str, str]
    _by_language: Mapping[str, str]
    _by_label: Mapping[str, tuple[str, ...]]
    _category_codes: Mapping[str, str]
    _category_ranks: Mapping[str, int]
    _category_sheets: Mapping[str, str | None]
    _groups_by_id: Mapping[str, Group]
    _choices: Mapping[str, Choice]

    def term(self, code: str) -> Term | None:
        """The term of a code as the sheets write it, or of a code that it had in other years."""
        return self._by_code.get(code)

    def group_of(self, code: str) -> Group | None:
        """The filter group that a code belongs to, as a choice or as a part of one."""
        term = self._by_code.get(code)
        return self._groups_by_id.get(term.group) if term and term.group else None

    def choice(self, code: str) -> Choice | None:
        """The filter choice that a code leads, if it leads one."""
        return self._choices.get(code)

    def choice_codes(self, code: str) -> frozenset[str]:
        """The codes that satisfy a filter on `code`: itself and what its choice includes."""
        choice = self._choices.get(code)
        return choice.codes if choice else frozenset((code,))

    def expand(self, codes: Iterable[str]) -> frozenset[str]:
        """The codes that satisfy a filter on any of `codes`."""
        return frozenset(found for code in codes for found in self.choice_codes(code))

    def codes_for_label(self, label: str, *, category: str | None = None) -> tuple[str, ...]:
        """The codes that a federal label may mean, in the order of the sheets; () for none.

        Case, white space and trade marks do not count. `category` is a category's code or
        its label; one that we do not know, or that lacks the label, narrows nothing.
        """
        candidates = self._by_label.get(_fold_label(label), ())
        wanted = self._category_codes.get(_fold_label(category or ""))
        return tuple(c for c in candidates if self._by_code[c].category == wanted) or candidates

    def code_for_label(self, label: str, *, category: str | None = None) -> str | None:
        """The one code that a federal label means; None when there is none or several."""
        candidates = self.codes_for_label(label, category=category)
        return candidates[0] if len(candidates) == 1 else None

    def codes_in_order(self, labels: Sequence[str]) -> tuple[str | None, ...]:
        """The codes of one record's labels where the categories were dropped but not the order.

        Flattened files keep the order of the code sheets, so a label that two categories
        share means the one that lies between its neighbours. None as in `code_for_label`.
        """
        options = self._of_one_sheet([self.codes_for_label(label) for label in labels])
        ceilings = list(self._ceilings(options))
        found: list[str | None] = []
        floor = 0
        for codes, ceiling in zip(options, ceilings, strict=True):
            fitting = [code for code in codes if floor <= self._rank(code) <= ceiling]
            kept = codes if len(codes) == 1 else fitting
            chosen = kept[0] if len(kept) == 1 else None
            found.append(chosen)
            if chosen is not None:
                floor = self._rank(chosen)
        return tuple(found)

    def code_for_column(self, name: str) -> str | None:
        """The code that a column of the wide federal table stands for, None for any other."""
        return self._by_column.get(name.strip().casefold())

    def code_for_language(self, language: str) -> str | None:
        """The code for an ISO 639 language, None for English and for those without a term."""
        return self._by_language.get(language)

    def _of_one_sheet(self, options: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """The options without codes of the sheet that nothing else in the record is from."""
        sheets = {self._sheet(codes[0]) for codes in options if len(codes) == 1} | {None}
        if len(sheets) == 1:
            return list(options)
        return [tuple(c for c in codes if self._sheet(c) in sheets) for codes in options]

    def _sheet(self, code: str) -> str | None:
        return self._category_sheets[self._by_code[code].category]

    def _rank(self, code: str) -> int:
        return self._category_ranks[self._by_code[code].category]

    def _ceilings(self, options: Sequence[tuple[str, ...]]) -> Iterator[int]:
        """For each place, the rank of the next label that means one thing only."""
        ceiling = len(self.categories)
        ceilings: list[int] = []
        for codes in reversed(options):
            if len(codes) == 1:
                ceiling = self._rank(codes[0])
            ceilings.append(ceiling)
        return reversed(ceilings)


@functools.cache
def load_taxonomy() -> Taxonomy:
    """The taxonomy of `app/content/en/taxonomy`, read once per process."""
    categories = tuple(
        Category(
            code=row["code"],
            name=row["name"],
            aliases=tuple(row.get("aliases", ())),
            sheet=row.get("sheet"),
        )
        for row in _read("categories.yaml")
    )
    shapes = _read("groups.yaml")
    placed = {
        code: group["id"]
        for group in (*shapes["groups"], shapes["topics"])
        for row in group["choices"]
        for code in (row["code"], *row.get("includes", ()))
    }
    unplaced = _read_terms({category.code: category.name for category in categories})
    terms = tuple(replace(term, group=placed.get(term.code)) for term in unplaced)
    by_code = {code: term for term in terms for code in (term.code, *term.former_codes)}
    groups = tuple(_group(row, by_code=by_code) for row in shapes["groups"])
    topics = _group(shapes["topics"], by_code=by_code)
    return Taxonomy(
        terms=terms,
        groups=groups,
        topics=topics,
        sections=tuple(_section(row, terms=terms) for row in shapes["sections"]),
        categories=categories,
        synonym_index=_index_synonyms(terms),
        _by_code=by_code,
        _by_column={
            code.casefold(): term.code
            for code, term in by_code.items()
            if term.scheme == SCHEME_SAMHSA
        },
        _by_language={term.language: term.code for term in terms if term.language},
        _by_label=_index_labels(terms, categories=categories),
        _category_codes={
            _fold_label(name): category.code
            for category in categories
            for name in (category.code, category.name, *category.aliases)
        },
        _category_ranks={category.code: rank for rank, category in enumerate(categories)},
        _category_sheets={category.code: category.sheet for category in categories},
        _groups_by_id={group.id: group for group in (*groups, topics)},
        _choices={choice.code: choice for group in (*groups, topics) for choice in group.choices},
    )


def _read(name: str) -> Any:  # noqa: ANN401  YAML has no type of its own; our tests check its shape
    with (_FOLDER / name).open(encoding="utf-8") as file:
        return yaml.load(file, Loader=yaml.CSafeLoader)


def _read_terms(category_names: Mapping[str, str]) -> tuple[Term, ...]:
    """All terms by number."""
    files = sorted(path.name for path in _FOLDER.glob("*.yaml"))
    terms = [
        _term(row, category=block["category"], category_name=category_names[block["category"]])
        for name in files
        if name not in _NOT_TERM_FILES
        for block in _read(name)
        for row in block["terms"]
    ]
    return tuple(sorted(terms, key=lambda term: term.number))


def _term(row: Mapping[str, Any], *, category: str, category_name: str) -> Term:
    return Term(
        code=row["code"],
        number=row["number"],
        scheme=SCHEME_OURS if category in OUR_CATEGORIES else SCHEME_SAMHSA,
        category=category,
        category_name=category_name,
        name=row["name"],
        gloss=row["gloss"],
        official_names=tuple(row.get("official", ())),
        synonyms=tuple(row.get("synonyms", ())),
        former_codes=tuple(row.get("former_codes", ())),
        section=row.get("section"),
        restricts=row.get("restricts", False),
        negative=row.get("negative", False),
        language=row.get("language"),
    )


def _group(row: Mapping[str, Any], *, by_code: Mapping[str, Term]) -> Group:
    choices = tuple(
        Choice(
            code=choice["code"],
            name=choice.get("name", by_code[choice["code"]].name),
            gloss=choice.get("gloss", by_code[choice["code"]].gloss),
            includes=tuple(choice.get("includes", ())),
            is_common=choice.get("common", False),
        )
        for choice in row["choices"]
    )
    return Group(id=row["id"], name=row["name"], choices=choices)


def _section(row: Mapping[str, str], *, terms: Iterable[Term]) -> Section:
    codes = tuple(term.code for term in terms if term.section == row["id"])
    return Section(id=row["id"], name=row["name"], codes=codes)


def _index_labels(
    terms: Iterable[Term], *, categories: Sequence[Category]
) -> dict[str, tuple[str, ...]]:
    """Folded official label to codes, in the order of the categories."""
    ranks = {category.code: rank for rank, category in enumerate(categories)}
    index: defaultdict[str, list[str]] = defaultdict(list)
    for term in sorted(terms, key=lambda term: ranks[term.category]):
        for label in dict.fromkeys(map(_fold_label, term.official_names)):
            index[label].append(term.code)
    return {label: tuple(codes) for label, codes in index.items()}


def _index_synonyms(terms: Iterable[Term]) -> dict[str, tuple[str, ...]]:
    """Phrase of folded words to codes; a name also counts without what it has in brackets."""
    index: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for term in terms:
        names = (term.name, term.name.partition(" (")[0])
        for phrase in (*names, *term.official_names, *term.synonyms):
            index[" ".join(words(phrase))][term.code] = None
    return {phrase: tuple(codes) for phrase, codes in index.items()}


def _fold_label(label: str) -> str:
    return fold(label.translate(_MARKS)).strip()
