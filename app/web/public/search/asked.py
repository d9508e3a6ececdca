"""What a search asks, as it stands in an address or in the hidden fields of a form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from app.domain.query import DEFAULT_RADIUS_MILES

Pairs = tuple[tuple[str, str], ...]

TERM_MARK: Final = "term:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One search without its page: the texts are cleaned, the codes are known ones."""

    near: str = ""
    radius_miles: int = DEFAULT_RADIUS_MILES
    text: str = ""
    term_codes: tuple[str, ...] = ()
    open_now: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked, so that there is nothing to look for."""
        return not (self.near or self.text or self.term_codes or self.open_now)

    def pairs(self, *, page: int = 1) -> Pairs:
        """Names and values of the fields; those that say what holds anyway are left out."""
        told = [("near", self.near)] if self.near else []
        if self.radius_miles != DEFAULT_RADIUS_MILES:
            told.append(("radius", str(self.radius_miles)))
        if self.text:
            told.append(("q", self.text))
        told += [("term", code) for code in self.term_codes]
        if self.open_now:
            told.append(("open_now", "1"))
        if page > 1:
            told.append(("page", str(page)))
        return tuple(told)

    def moved(self, near: str) -> Asked:
        """The same search near another place."""
        return replace(self, near=near)

    def without(self, mark: str) -> Asked:
        """The search without one filter, by its mark: "q", "open_now" or "term:CODE"."""
        if mark == "q":
            return replace(self, text="")
        if mark == "open_now":
            return replace(self, open_now=False)
        if mark.startswith(TERM_MARK):
            gone = mark.removeprefix(TERM_MARK)
            return replace(self, term_codes=tuple(c for c in self.term_codes if c != gone))
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way to another search: a link to `url`, or where that is None a button with `fields`."""

    label: str
    url: str | None
    fields: Pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Makes the ways of one page: links, or buttons where the search came by POST.

    A search that came by POST stays out of the browser's history only if all that leads on
    from it is sent by POST too.
    """

    address: str
    is_private: bool

    def to(self, asked: Asked, *, label: str, page: int = 1) -> Way:
        """The way to a search."""
        pairs = asked.pairs(page=page)
        return Way(label=label, url=self.url(asked, page=page), fields=pairs)

    def url(self, asked: Asked, *, page: int = 1) -> str | None:
        """The address of a search, None where it must not stand in one."""
        if self.is_private:
            return None
        told = urlencode(asked.pairs(page=page))
        return f"{self.address}?{told}" if told else self.address
