"""The list of planted faults is true: what each takes out is there, and so is its test."""

from __future__ import annotations

import shlex
from collections import Counter
from pathlib import Path

import pytest

from scripts import planted_faults
from scripts.planted_faults import Change, Fault
from tests.named_tests import missing_tests

ROOT = Path(__file__).resolve().parents[2]
FAULTS = planted_faults.load_faults()
PROMISES = {f"P{number}" for number in range(1, 20)}
REFRESH = "plant it: python scripts/planted_faults.py --write --only "


def test_every_fault_has_a_name_of_its_own() -> None:
    assert [name for name, count in Counter(each.id for each in FAULTS).items() if count > 1] == []


def test_every_promise_has_a_fault_and_a_quick_one() -> None:
    assert {fault.about for fault in FAULTS} >= PROMISES
    assert {fault.about for fault in FAULTS if fault.quick} >= PROMISES


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_what_a_fault_takes_out_stands_once_in_its_file(fault: Fault) -> None:
    assert fault.changes
    for change in fault.changes:
        text = (ROOT / change.file).read_text("utf-8")
        assert planted_faults.changed(text, change) != text


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_the_test_of_a_fault_is_there(fault: Fault) -> None:
    named = [each.partition("[")[0] for each in shlex.split(fault.test)]
    assert named
    assert missing_tests(each for each in named if "::" in each) == []
    assert all((ROOT / each).is_file() for each in named if "::" not in each)


def test_every_fault_was_found_once() -> None:
    """The page is written by planting them; a new or a renamed fault was not seen yet."""
    seen = planted_faults.written()
    not_found = [each.id for each in FAULTS if not seen.get(each.id, "").startswith("found")]
    assert not not_found, REFRESH + " ".join(not_found)
    assert planted_faults.PAGE.read_text("utf-8") == planted_faults.page(FAULTS, seen)


def test_a_text_that_stands_twice_is_refused() -> None:
    change = Change(file="a.py", out="b", into="c")
    assert planted_faults.changed("abc", change) == "acc"
    for text in ("abcb", "ac"):
        with pytest.raises(ValueError, match=r"a\.py"):
            planted_faults.changed(text, change)


@pytest.mark.parametrize(
    ("status", "last_line", "verdict"),
    [
        (0, "3 passed, 1 skipped in 2.0s", "passed"),
        (0, "3 skipped in 2.0s", "neither"),
        (1, "1 failed, 2 passed in 2.0s", "failed"),
        (1, "1 error in 2.0s", "neither"),
        (2, "1 error in 2.0s", "neither"),
        (4, "no tests ran in 0.1s", "neither"),
        (-9, "", "neither"),
    ],
)
def test_only_a_test_that_ran_and_failed_has_found_a_fault(
    status: int, last_line: str, verdict: str
) -> None:
    assert planted_faults.verdict(status, last_line) == verdict
