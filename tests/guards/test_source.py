"""What the source keeps: files of a readable length, rooms with names, no machine's own paths."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sorted(
    path
    for folder in ("app", "tests", "bench", "scripts")
    for path in (ROOT / folder).rglob("*.py")
)
MOST_LINES = 400
VAGUE = {"utils", "util", "helpers", "misc", "common", "base"}
# What reads a listing with an address that can be confidential.
WHOLE_LISTINGS = re.compile(r"\b(?:get_listing|load_listings)\b")
ELSEWHERE = re.compile(r"(?<![\w.-])/(?:root|home|tmp)/\w")


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_is_short_and_named_for_what_it_holds(path: Path) -> None:
    lines = path.read_text("utf-8").count("\n")
    assert lines <= MOST_LINES, f"{lines} lines: split it by noun"
    assert path.stem not in VAGUE


@pytest.mark.parametrize("room", ["public", "learn", "views"])
def test_public_pages_read_listings_only_as_the_public_may_see_them(room: str) -> None:
    for path in sorted((ROOT / "app" / "web" / room).rglob("*.py")):
        found = WHOLE_LISTINGS.findall(path.read_text("utf-8"))
        assert not found, f"{path.relative_to(ROOT)}: read it from app.store.public_listings"


def test_no_tracked_file_names_a_place_on_one_machine() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    for name in listed.split("\0"):
        path = ROOT / name
        if not name or not path.is_file() or path.suffix in {".gz", ".png"}:
            continue
        found = ELSEWHERE.search(path.read_text("utf-8", errors="replace"))
        assert not found, f"{name}: {found.group() if found else ''}"
