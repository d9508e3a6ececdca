"""Filter groups are filled in from kept pieces; they read as the template writes them."""

from __future__ import annotations

import pytest
from flask import Flask

from app.content.taxonomy import load_taxonomy
from app.domain.query import SearchResult
from app.web.public.search import filters
from app.web.public.search.asked import Asked
from app.web.public.search.filters import filter_groups

_GROUPS = load_taxonomy().groups
COMMON = [next(c.code for c in group.choices if c.is_common) for group in _GROUPS]
FOLDED = [c.code for group in _GROUPS for c in group.choices if not c.is_common][:3]


def _result() -> SearchResult:
    counts = {choice.code: place for group in _GROUPS for place, choice in enumerate(group.choices)}
    return SearchResult(
        hits=(), total=0, page=1, page_size=20, term_counts=counts, open_now_count=7
    )


@pytest.mark.parametrize(
    "codes",
    [(), (COMMON[0],), tuple(COMMON[:3]), (FOLDED[0],), (COMMON[0], *FOLDED)],
    ids=["nothing", "one", "three groups", "behind the fold", "on both sides"],
)
@pytest.mark.parametrize("has_counts", [True, False], ids=["counts", "no counts"])
def test_kept_groups_read_as_the_template_writes_them(
    app: Flask, monkeypatch: pytest.MonkeyPatch, codes: tuple[str, ...], *, has_counts: bool
) -> None:
    asked, result = Asked(near="43215", term_codes=codes), _result() if has_counts else None
    with app.test_request_context("/search"):
        kept = [group.html for group in filter_groups(asked, result)]
        monkeypatch.setattr(filters, "_patterns", lambda: None)
        written = [group.html for group in filter_groups(asked, result)]
    assert kept == written
    assert "".join(kept).count(" checked>") == len(codes)
