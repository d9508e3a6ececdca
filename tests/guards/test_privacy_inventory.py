"""Nothing is kept that the published inventory does not name, with its level."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import privacy_inventory as inventory


@pytest.fixture(scope="module")
def written() -> str:
    return inventory.INVENTORY.read_text("utf-8")


def test_the_inventory_is_as_the_code_is_now(written: str) -> None:
    now = inventory.inventory(inventory.known_levels(written))
    assert written == now, "run python scripts/privacy_inventory.py and give what is new a level"


def test_every_column_and_every_line_of_the_log_has_a_level(written: str) -> None:
    levels = inventory.known_levels(written)
    everything = [*inventory.columns(), *inventory.log_lines()]
    assert len(everything) > 300
    without = [key for key in everything if levels.get(key) not in inventory.LEVELS]
    assert not without, f"no level (S1 to S4; S0 is never kept): {without}"


def test_a_new_column_would_be_without_a_level(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = ("report", "sender_address")
    columns = [*inventory.columns(), new]
    monkeypatch.setattr(inventory, "columns", lambda: columns)
    levels = inventory.known_levels(written)
    assert new not in levels
    assert inventory.inventory(levels) != written


def test_no_column_is_named_as_what_is_never_kept() -> None:
    never = {"ip", "ip_address", "user_agent", "referer", "referrer", "query", "search", "cookie"}
    assert not [key for key in inventory.columns() if key[1] in never]


def test_a_line_of_the_log_is_seen_wherever_it_is_written(tmp_path: Path) -> None:
    path = inventory.ROOT / "app" / "web" / "errors.py"
    assert tmp_path
    assert ("app/web/errors.py", "%s at %s") in inventory._lines_of(path)
