"""The proof runs all its parts whatever fails, says how each ended, and is green only when all passed."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from scripts import prove
from scripts.prove import FAILED, NOT_SHOWN, PASSED, Part


def ending(name: str, status: int) -> Part:
    return Part(name, (sys.executable, "-c", f"raise SystemExit({status})"))


def test_a_part_that_fails_stops_no_other_and_the_end_names_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    chosen = [
        ending("Sample one", 5),
        Part("Sample two", ("./not-there",)),
        ending("Sample three", NOT_SHOWN),
        ending("Sample four", PASSED),
    ]
    assert prove.run(chosen, times=tmp_path / "made" / "times.txt") == FAILED
    told = capfd.readouterr().out
    assert "./not-there: No such file" in told
    _before, _empty, table = told.rpartition("\n\n")
    assert re.findall(r"^ +\d+ s  (.+?) +(Sample .*)$", table, re.MULTILINE) == [
        ("FAILED (5)", "Sample one"),
        ("FAILED (1)", "Sample two"),
        ("NOT SHOWN", "Sample three"),
        ("passed", "Sample four"),
    ]


def test_a_part_has_its_settings(tmp_path: Path) -> None:
    command = (sys.executable, "-c", "import os; raise SystemExit(int(os.environ['SAMPLE']))")
    for status in (PASSED, FAILED):
        part = Part("Sample", command, {"SAMPLE": str(status)})
        assert prove.run([part], times=tmp_path / "times.txt") == status


def test_a_run_that_is_broken_off_tells_what_was_done(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    endings = iter([PASSED])

    def stopped(_part: Part) -> int:
        for each in endings:
            return each
        raise KeyboardInterrupt

    monkeypatch.setattr(prove, "_status_of", stopped)
    with pytest.raises(KeyboardInterrupt):
        prove.run([ending("Sample one", 0), ending("Sample two", 0)], times=tmp_path / "times")
    assert re.search(r"passed +Sample one\n$", capfd.readouterr().out)


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([], NOT_SHOWN),
        ([0, 0], PASSED),
        ([0, 2, 0], NOT_SHOWN),
        ([2, 1, 0], FAILED),
        ([0, -9], FAILED),
        ([5, 0], FAILED),
    ],
)
def test_it_is_green_only_when_all_were_shown(statuses: list[int], expected: int) -> None:
    assert prove.outcome(statuses) == expected


def test_the_full_proof_has_all_of_the_sample_and_more() -> None:
    sample, full = ([each.name for each in prove.parts(is_full=is_full)] for is_full in (0, 1))
    assert [name for name in full if name in sample] == sample
    assert len(full) > len(sample)
    assert len(set(full)) == len(full)


@pytest.mark.parametrize("is_full", [False, True])
def test_what_is_named_is_there(*, is_full: bool) -> None:
    words = [word for part in prove.parts(is_full=is_full) for word in part.command]
    paths = [word for word in words if word.startswith(("tests/", "scripts/"))]
    assert paths
    assert [path for path in paths if not (prove.ROOT / path).exists()] == []


def test_every_figure_is_one_that_a_test_reads() -> None:
    tests = "".join(path.read_text("utf-8") for path in (prove.ROOT / "tests").rglob("*.py"))
    figures = {*prove.FULL_FIGURES, *prove.SAMPLE_FIGURES}
    assert [name for name in sorted(figures) if f'environ.get("{name}"' not in tests] == []
