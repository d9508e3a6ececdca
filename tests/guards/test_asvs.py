"""The table of ASVS requirements is whole, and what it points to is there."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.named_tests import missing_tests

ROOT = Path(__file__).resolve().parents[2]
# The core of OWASP ASVS 5.0.0 (https://owasp.org/www-project-application-security-verification-standard/).
CORE = [
    "1.2.1",
    "1.2.2",
    "1.2.4",
    "1.2.10",
    "1.3.6",
    "1.5.1",
    "2.2.1",
    "2.3.3",
    "2.4.1",
    "3.3.1",
    "3.3.2",
    "3.3.4",
    "3.4.1",
    "3.4.3",
    "3.4.5",
    "3.4.6",
    "3.5.1",
    "3.5.3",
    "3.7.2",
    "5.1.1",
    "5.2.1",
    "5.2.2",
    "5.2.3",
    "5.3.2",
    "6.3.1",
    "6.3.3",
    "7.2.4",
    "7.3.1",
    "7.4.1",
    "7.4.2",
    "8.2.1",
    "8.2.2",
    "11.4.2",
    "14.2.1",
    "14.2.3",
    "14.3.2",
    "15.3.3",
    "16.2.5",
    "16.4.2",
    "16.5.1",
]
# What a requirement that is not wholly kept has to say of itself.
REASONS = ("not yet: ", "a person: ", "by choice")


def table() -> list[dict[str, str]]:
    with (ROOT / "docs" / "asvs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_every_requirement_of_the_core_stands_there_once_in_order() -> None:
    assert len(CORE) == 40
    assert [row["id"] for row in table()] == CORE


@pytest.mark.parametrize("row", table(), ids=lambda row: row["id"])
def test_every_requirement_has_a_test_that_is_there(row: dict[str, str]) -> None:
    named = row["tests"].split()
    assert named or row["remark"].startswith(REASONS)
    assert not missing_tests(named)


@pytest.mark.parametrize("row", table(), ids=lambda row: row["id"])
def test_every_requirement_names_files_that_are_there(row: dict[str, str]) -> None:
    missing = [place for place in row["where"].split() if not (ROOT / place).exists()]
    assert row["where"]
    assert not missing


@pytest.mark.parametrize("row", table(), ids=lambda row: row["id"])
def test_what_is_not_wholly_kept_says_why(row: dict[str, str]) -> None:
    assert row["state"] in {"tested", "partly", "not yet"}
    assert row["state"] == "tested" or row["remark"].startswith(REASONS)
    assert row["what it asks, in our words"]
    assert row["how it is kept"]
