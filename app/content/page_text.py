"""The words of a page apart from its form: what is said where, and what each part rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from markdown_it.token import Token

from app.content.facts import CITATION, cited_ids, without_citations
from app.content.markdown import PRACTICAL, parser

_LINK: Final = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")
# A sentence that only leads on: "See [naloxone](naloxone)." or "[Answer a few questions](../check)."
_POINTER: Final = re.compile(
    r"^(?:(?:See|Read)\b[^.?!]*\]\([^)]*\)[^.?!]*|\[[^\]]*\]\([^)]*\)\.?)[.?!]?$"
)
_SENTENCE_END: Final = re.compile(r"(?<=[.?!:])[\"”]?\s+")
_MARKS: Final = re.compile(r"[*`]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, a list item or a cell of a table, as it is written.

    `is_practical`: its section tells nothing medical. `lead` is the paragraph that a list or a
    table hangs on, "" for a paragraph.
    """

    kind: str
    text: str
    section: str
    is_practical: bool
    lead: str = ""

    @property
    def plain(self) -> str:
        """The text as it is read."""
        return plain_text(self.text)

    @property
    def is_pointer(self) -> bool:
        """Whether every sentence of it only leads to another page."""
        parts = _SENTENCE_END.split(without_citations(self.text).strip())
        return all(_POINTER.match(part) for part in parts if part)


def blocks_of(text: str) -> tuple[Block, ...]:
    """All blocks of a page's Markdown in order, headings left out."""
    return tuple(_blocks(parser().parse(text)))


def headings_of(text: str) -> tuple[str, ...]:
    """The headings of a page's Markdown in order."""
    tokens = parser().parse(text)
    return tuple(
        inner.content
        for opening, inner in zip(tokens, tokens[1:], strict=False)  # noqa: RUF007
        if opening.type == "heading_open"
    )


def links_of(text: str) -> tuple[str, ...]:
    """Where the links of a text lead."""
    return tuple(match[2] for match in _LINK.finditer(text))


def plain_text(text: str) -> str:
    """Markdown without its marks, citations and addresses."""
    return _MARKS.sub("", _LINK.sub(r"\1", without_citations(text))).strip()


def sentences_of(text: str) -> tuple[str, ...]:
    """The sentences of a plain text."""
    return tuple(part.strip() for part in _SENTENCE_END.split(text) if part.strip())


def spans_of(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The pieces of a text with the ids that stand behind each; the last may have none."""
    spans: list[tuple[str, tuple[str, ...]]] = []
    start = 0
    for match in CITATION.finditer(text):
        spans.append((plain_text(text[start : match.start()]), cited_ids(match[0])))
        start = match.end()
    rest = plain_text(text[start:])
    return (*spans, (rest, ())) if rest else tuple(spans)


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    section, is_practical, lead, kind = "", False, "", "paragraph"
    depth = 0
    for place, token in enumerate(tokens):
        if token.type in {"bullet_list_open", "ordered_list_open", "table_open"}:
            depth += 1
        elif token.type in {"bullet_list_close", "ordered_list_close", "table_close"}:
            depth -= 1
        elif token.type == "inline":
            kind = _kind(tokens[place - 1], depth=depth)
            if kind == "heading":
                section, is_practical, lead = token.content, PRACTICAL in token.content, ""
                continue
            yield Block(
                kind=kind,
                text=token.content,
                section=section,
                is_practical=is_practical,
                lead=lead if depth else "",
            )
            if not depth:
                lead = token.content


def _kind(opening: Token, *, depth: int) -> str:
    if opening.type == "heading_open":
        return "heading"
    if opening.type == "th_open":
        return "column"
    if opening.type == "td_open":
        return "cell"
    return "item" if depth else "paragraph"
