"""The table of WCAG criteria is whole, and what it points to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.named_tests import missing_tests

ROOT = Path(__file__).resolve().parents[2]
# WCAG 2.2 (https://www.w3.org/TR/WCAG22/), levels A and AA; 4.1.1 is obsolete.
LEVEL_A = [
    "1.1.1",
    "1.2.1",
    "1.2.2",
    "1.2.3",
    "1.3.1",
    "1.3.2",
    "1.3.3",
    "1.4.1",
    "1.4.2",
    "2.1.1",
    "2.1.2",
    "2.1.4",
    "2.2.1",
    "2.2.2",
    "2.3.1",
    "2.4.1",
    "2.4.2",
    "2.4.3",
    "2.4.4",
    "2.5.1",
    "2.5.2",
    "2.5.3",
    "2.5.4",
    "3.1.1",
    "3.2.1",
    "3.2.2",
    "3.2.6",
    "3.3.1",
    "3.3.2",
    "3.3.7",
    "4.1.2",
]
LEVEL_AA = [
    "1.2.4",
    "1.2.5",
    "1.3.4",
    "1.3.5",
    "1.4.3",
    "1.4.4",
    "1.4.5",
    "1.4.10",
    "1.4.11",
    "1.4.12",
    "1.4.13",
    "2.4.5",
    "2.4.6",
    "2.4.7",
    "2.4.11",
    "2.5.7",
    "2.5.8",
    "3.1.2",
    "3.2.3",
    "3.2.4",
    "3.3.3",
    "3.3.4",
    "3.3.8",
    "4.1.3",
]
BY_A_PERSON = "**a person:**"
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")

_TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
_SCRIPTS = sorted((ROOT / "app" / "static").glob("*.js"))
_STYLES = sorted((ROOT / "app" / "static").glob("*.css"))
_NEVER_IN_PAGES = re.compile(
    r"<(?:audio|video|iframe|object|embed|marquee|canvas|img|track)\b|\bdraggable\b|\bautoplay\b"
)
_NEVER_IN_SCRIPTS = re.compile(
    r"setInterval|requestAnimationFrame|devicemotion|deviceorientation|touch(?:start|move)|"
    r"pointer(?:down|move)|mouse(?:down|over|enter|move)|dragstart|onpaste|\"(?:paste|focus|blur|change|input)\""
)
_NEVER_IN_STYLES = re.compile(
    r"@keyframes|\banimation:(?! none)|orientation:|:hover\s[^{,]*\{[^}]*(?:display|visibility|opacity)"
)
_FIELD = re.compile(
    r"<input[^>]*type=\"(?:email|password|tel)\"[^>]*>|\bfield\([^\n]*kind='(?:email|password|tel)'[^\n]*"
)


def table() -> list[list[str]]:
    text = (ROOT / "docs" / "accessibility.md").read_text("utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines()]
    return [row for row in rows if len(row) == 4 and row[0][:1].isdigit()]


def test_every_criterion_stands_in_the_table_once_with_its_level() -> None:
    told = [(row[0].split()[0], row[1]) for row in table()]
    assert sorted(told) == sorted(
        [(name, "A") for name in LEVEL_A] + [(name, "AA") for name in LEVEL_AA]
    )
    assert len(told) == 55


def test_every_criterion_has_a_test_or_a_person() -> None:
    bare = [row[0] for row in table() if not _TEST.search(row[3]) and BY_A_PERSON not in row[3]]
    assert not bare


def test_every_test_of_the_table_is_there() -> None:
    named = {found for row in table() for found in _TEST.findall(row[3])}
    assert not missing_tests(f"{path}::{name}" for path, name in named)


@pytest.mark.parametrize(
    ("paths", "pattern"),
    [
        pytest.param(_TEMPLATES, _NEVER_IN_PAGES, id="templates"),
        pytest.param(_SCRIPTS, _NEVER_IN_SCRIPTS, id="scripts"),
        pytest.param(_STYLES, _NEVER_IN_STYLES, id="styles"),
    ],
)
def test_nothing_plays_moves_or_needs_a_gesture(
    paths: list[Path], pattern: re.Pattern[str]
) -> None:
    """No media, no motion, no dragging, no shortcut of a letter, nothing that acts on focus."""
    assert paths
    found = {
        path.name: hits for path in paths if (hits := pattern.findall(path.read_text("utf-8")))
    }
    assert not found


def test_fields_about_the_person_name_their_purpose() -> None:
    """An address, a number or a password that belongs to who types it can be filled in for them."""
    bare = {
        path.name: field
        for path in [*(ROOT / "templates" / "security").glob("*.html"), *_TEMPLATES]
        if path.parent.name == "security" or path.name == "set_password.html"
        for field in _FIELD.findall(path.read_text("utf-8"))
        if "autocomplete=" not in field
    }
    assert not bare
