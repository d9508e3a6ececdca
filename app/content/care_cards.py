"""The care cards of the guide: what to do, how fast, and which helplines answer for it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from app.content.entries import CONTENT_FOLDER


class CareCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One card. `topics` are the helpline topics whose numbers stand on it, one number for each.

    `steps` are done in order, `items` are signs. `is_brief`: the card is its
    number with the heading behind it, in one line.
    `facts` are what its words rest on.
    """

    level: Literal["emergency", "urgent", "calm"]
    heading: str
    facts: tuple[str, ...]
    topics: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    items_heading: str | None = None
    items: tuple[str, ...] = ()
    after: str | None = None
    is_brief: bool = False


@cache
def load_care_sets(folder: Path = CONTENT_FOLDER) -> Mapping[str, tuple[CareCard, ...]]:
    """The cards of each name that a page can choose, in the order in which they are shown."""
    raw = yaml.safe_load((folder / "care_cards.yaml").read_text(encoding="utf-8"))
    return msgspec.convert(raw, type=dict[str, tuple[CareCard, ...]])
