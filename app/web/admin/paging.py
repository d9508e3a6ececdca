"""Where a list of the staff is: which page of how many, and the ways to the ones beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from flask import request, url_for

from app.domain.text import clean_int

_MOST_PAGES: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """A page of a list: `total` counts all rows, `offset` those before this page."""

    total: int
    page: int
    last_page: int
    offset: int
    previous_url: str
    next_url: str


def paging_of(endpoint: str, *, total: int, size: int, **values: Any) -> Paging:  # noqa: ANN401 (as of url_for)
    """The page that the address asks for, the nearest that there is; `values` stay in the links."""
    last_page = max(1, math.ceil(total / size))
    high = min(last_page, _MOST_PAGES)
    page = clean_int(request.args.get("page"), default=1, low=1, high=high)
    return Paging(
        total=total,
        page=page,
        last_page=last_page,
        offset=(page - 1) * size,
        previous_url=url_for(endpoint, page=page - 1, **values),
        next_url=url_for(endpoint, page=page + 1, **values),
    )
