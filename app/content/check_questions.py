"""The questions of "Do I need medical help now?", from content/en/check.yaml to values."""

from __future__ import annotations

import functools
from typing import Final

import msgspec
import yaml

from app.content.entries import CONTENT_FOLDER
from app.domain.triage import Question

_FILE: Final = CONTENT_FOLDER / "check.yaml"


@functools.cache
def load_questions() -> tuple[Question, ...]:
    """The questions in the order in which they are asked.

    Raises msgspec.ValidationError when the file breaks its schema.
    """
    raw = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return msgspec.convert(raw, type=tuple[Question, ...])
