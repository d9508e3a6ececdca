"""The facts and sources that the guide cites, from their YAML files to values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, Literal

import msgspec
import yaml

from app.content.entries import CONTENT_FOLDER

# {F1.1}, {F1.1 F3.2}, {S13}: what a sentence rests on, behind it.
CITATION: Final = re.compile(r"\s*\{((?:[FTCSD]\d[\d.]*\s*)+)\}")

Mark = Literal["V", "v", "W", "U"]
HowChecked = Literal["page", "abstract", "quoted", "named"]


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A document of the register; `year` and `url` are None where they are not known or not given.

    `checked`: page (read), abstract (read), quoted (by other pages only), named (not read again).
    """

    organization: str
    title: str
    year: int | None
    url: str | None
    checked: HowChecked


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How sure a fact is and where it comes from.

    `mark`: V primary source, v secondary, W well established, U not certain. `unknown` is the part
    that is not known. A rule holds through `valid_until`; until then `while_valid` stands behind
    what cites it, and `afterwards` in its place.
    """

    mark: Mark
    sources: tuple[str, ...]
    unknown: str | None = None
    valid_until: date | None = None
    while_valid: str | None = None
    afterwards: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """All facts and sources by id."""

    facts: Mapping[str, Fact]
    sources: Mapping[str, Source]

    def sources_of(self, ids: Iterable[str]) -> tuple[str, ...]:
        """The ids of the sources behind facts or sources, each once, in the order of first use.

        An id that is in neither list gives nothing: the content check names it.
        """
        found: dict[str, None] = {}
        for cited in ids:
            fact = self.facts.get(cited)
            named = fact.sources if fact else (cited,)
            found.update(dict.fromkeys(key for key in named if key in self.sources))
        return tuple(found)

    def knows(self, cited: str) -> bool:
        """Whether an id is that of a fact or of a source."""
        return cited in self.facts or cited in self.sources

    def expired(self, *, on: date) -> frozenset[str]:
        """The facts whose last day is before `on`."""
        return frozenset(
            key
            for key, fact in self.facts.items()
            if fact.valid_until is not None and fact.valid_until < on
        )


@cache
def load_register(folder: Path = CONTENT_FOLDER) -> Register:
    """The register of a content folder, read once; msgspec.ValidationError where it is broken."""
    return Register(
        facts=msgspec.convert(_read(folder / "facts.yaml"), type=dict[str, Fact]),
        sources=msgspec.convert(_read(folder / "sources.yaml"), type=dict[str, Source]),
    )


def cited_ids(text: str) -> tuple[str, ...]:
    """The ids that a text cites, each once, in order."""
    found = (key for match in CITATION.finditer(text) for key in match[1].split())
    return tuple(dict.fromkeys(found))


def without_citations(text: str) -> str:
    """The text as it is read, without what it cites."""
    return CITATION.sub("", text)


def _read(path: Path) -> object:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
