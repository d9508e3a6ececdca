"""The school grade that a text needs, by Flesch and Kincaid; only where textstat is installed."""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Iterable, Sequence
from typing import Final

# What stands in for a name that is left out, so that a sentence keeps its length.
_STAND_IN: Final = "it"
_ENDS: Final = (".", "?", "!")


def can_measure() -> bool:
    """Whether textstat is here: it comes with the tools for development."""
    return importlib.util.find_spec("textstat") is not None


def reading_grade(lines: Iterable[str], *, names: Sequence[str]) -> float:
    """The grade of a text, each line at least one sentence, the names of things left out.

    Source: Kincaid and others 1975, as textstat 0.7.8 counts syllables.
    """
    textstat = importlib.import_module("textstat")
    pattern = _names_pattern(names)
    told = [pattern.sub(_STAND_IN, line.strip()) for line in lines if line.strip()]
    text = " ".join(line if line.endswith(_ENDS) else f"{line.rstrip(':,;')}." for line in told)
    return float(textstat.flesch_kincaid_grade(text))


def _names_pattern(names: Sequence[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(
        rf"\b(?:{'|'.join(re.escape(name) for name in longest_first)})\b", re.IGNORECASE
    )
