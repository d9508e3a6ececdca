"""The documents name what the application has."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.importers.files import FILE_LIMIT_BYTES, ROW_LIMIT
from app.importers.tabular import COLUMN_LIMIT
from app.importers.workbook import ENTRY_LIMIT, RATIO_LIMIT, UNPACKED_LIMIT_BYTES
from app.web.admin.imports.start import UPLOAD_LIMIT_BYTES
from config import SETTINGS_HELP

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", sorted(SETTINGS_HELP))
def test_every_setting_is_explained_to_operators(name: str) -> None:
    assert f"`{name}`" in (ROOT / "docs" / "operations.md").read_text("utf-8")


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=lambda p: p.name)
def test_every_decision_has_its_number_and_what_was_given_up(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith(f"# {int(path.name[:4])}. ")
    assert "**What we gave up.**" in text


def test_limits_of_files_are_told_to_operators() -> None:
    operations = (ROOT / "docs" / "operations.md").read_text("utf-8")
    sources = " ".join((ROOT / "docs" / "data-sources.md").read_text("utf-8").split())
    assert f"with a file ({UPLOAD_LIMIT_BYTES // 1024**2} MiB" in operations
    assert FILE_LIMIT_BYTES == UNPACKED_LIMIT_BYTES
    for told in (
        f"{FILE_LIMIT_BYTES // 1024**2} MB for a file and for what a workbook unpacks to",
        f"more than {RATIO_LIMIT} to 1 is refused",
        f"{ENTRY_LIMIT:,} entries of a workbook",
        f"{ROW_LIMIT:,} rows",
        f"{COLUMN_LIMIT} columns",
    ):
        assert told in sources, told


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "adr").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_readme_names_the_commands() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for command in ("make run", "make test", "make listings"):
        assert command in text
