"""Markdown of the guide to HTML: citations to numbered notes, tables to lists on phones."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from app.content.facts import CITATION, Register, cited_ids

# Behind a heading whose section tells nothing medical, so that it needs no source.
PRACTICAL: Final = "{practical}"

_ALLOWED_TAGS: Final = {
    *("h2", "h3", "p", "ul", "ol", "li", "strong", "em", "a", "sup", "br"),
    *("table", "thead", "tbody", "tr", "th", "td", "code"),
}
_ALLOWED_ATTRIBUTES: Final = {
    "*": {"class", "role"},
    "a": {"href", "aria-label"},
    "h2": {"id"},
    "h3": {"id"},
    "th": {"scope"},
    "td": {"data-label"},
}
_NOT_IN_ID: Final = re.compile(r"[^a-z0-9]+")
_TABLE_ROLES: Final = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One heading with what stands under it; `id` is "" for what comes before the first heading."""

    id: str
    heading: str
    html: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """The numbers of the sources of one page, and which facts have ended."""

    register: Register
    numbers: Mapping[str, int]
    expired: frozenset[str] = frozenset()


def parser() -> MarkdownIt:
    """The Markdown that pages are written in: CommonMark with tables, without raw HTML."""
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def render_sections(text: str, notes: Notes) -> tuple[Section, ...]:
    """The sections of a page, one for each second-level heading, as clean HTML."""
    markdown = parser()
    tokens = _with_tables(_with_ids(_with_rules(markdown.parse(text), notes)))
    return tuple(
        Section(
            id=str(part[0].attrGet("id") or "") if part[0].type == "heading_open" else "",
            heading=_heading_text(part),
            html=_to_html(markdown, part, notes),
        )
        for part in _parts(tokens)
        if part
    )


def render_line(text: str, notes: Notes) -> Markup:
    """One line, such as a summary, as clean HTML without a paragraph."""
    return _clean(_number_citations(parser().renderInline(text), notes))


def heading_id(text: str) -> str:
    """The id of a heading: its words in small letters with hyphens between."""
    return _NOT_IN_ID.sub("-", text.replace(PRACTICAL, "").lower()).strip("-")


def _to_html(markdown: MarkdownIt, tokens: list[Token], notes: Notes) -> Markup:
    html = markdown.renderer.render(tokens, markdown.options, {})
    return _clean(_number_citations(html, notes))


def _clean(html: str) -> Markup:
    # The text is ours; the cleaning is for the day on which somebody pastes something.
    cleaned = nh3.clean(
        html, tags=_ALLOWED_TAGS, attributes=_ALLOWED_ATTRIBUTES, link_rel=None, url_schemes={"tel"}
    )
    return Markup(cleaned)  # noqa: S704 - cleaned to the tags and attributes above


def _number_citations(html: str, notes: Notes) -> str:
    def numbers(match: re.Match[str]) -> str:
        keys = notes.register.sources_of(match[1].split())
        links = [_note_link(notes.numbers[key]) for key in keys if key in notes.numbers]
        return f"<sup>{' '.join(links)}</sup>" if links else ""

    return CITATION.sub(numbers, html)


def _note_link(number: int) -> str:
    return f'<a href="#source-{number}" aria-label="Source {number}">{number}</a>'


def _with_rules(tokens: list[Token], notes: Notes) -> list[Token]:
    """What cites a rule with an end says when it ends, and afterwards only that it has ended."""
    for token in tokens:
        for key in cited_ids(token.content) if token.type == "inline" else ():
            fact = notes.register.facts.get(key)
            if fact is None or fact.valid_until is None:
                continue
            if key in notes.expired:
                _set_text(token, f"{fact.afterwards} {{{key}}}")
                break
            _set_text(token, f"{token.content} {fact.while_valid}")
    return tokens


def _set_text(token: Token, text: str) -> None:
    token.content = text
    token.children = parser().parseInline(text)[0].children


def _with_ids(tokens: list[Token]) -> list[Token]:
    for opening, inline in itertools.pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", heading_id(inline.content))
            if PRACTICAL in inline.content:
                _set_text(inline, inline.content.replace(PRACTICAL, "").strip())
    return tokens


def _with_tables(tokens: list[Token]) -> list[Token]:
    """Tables as the stylesheet stacks them: each cell carries the heading of its column."""
    columns: list[str] = []
    place, is_head = 0, False
    for token, inner in zip(tokens, [*tokens[1:], None], strict=True):
        if token.tag in _TABLE_ROLES and token.nesting == 1:
            token.attrSet("role", _TABLE_ROLES[token.tag])
        if token.type == "table_open":
            token.attrSet("class", "stack")
            columns = []
        elif token.type in {"thead_open", "thead_close"}:
            is_head = token.nesting == 1
        elif token.type == "tr_open":
            place = 0
        elif token.type == "th_open" and inner is not None:
            columns.append(inner.content)
            token.attrs.update({"scope": "col", "role": "columnheader"})
        elif token.type == "td_open" and not is_head:
            _mark_cell(token, label=columns[place], is_first=place == 0)
            place += 1
        elif token.type == "td_close" and place == 1:
            token.tag = "th"
    return tokens


def _mark_cell(token: Token, *, label: str, is_first: bool) -> None:
    if is_first:
        token.tag = "th"
        token.attrs.update({"scope": "row", "role": "rowheader"})
    else:
        token.attrs.update({"data-label": label, "role": "cell"})


def _parts(tokens: Iterable[Token]) -> Iterator[list[Token]]:
    part: list[Token] = []
    for token in tokens:
        if token.type == "heading_open" and token.tag == "h2" and part:
            yield part
            part = []
        part.append(token)
    yield part


def _heading_text(part: list[Token]) -> str:
    return part[1].content if part[0].type == "heading_open" else ""
