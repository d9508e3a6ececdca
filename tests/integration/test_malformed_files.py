"""Broken files through `flask import`: each gets a clear answer, and none a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from tests.malformed import Malformed, corpus

SAMPLE_EACH = 5
MOST_SECONDS = 10
MOST_MIB = 300


@pytest.fixture(scope="module")
def broken() -> list[Malformed]:
    return corpus()


def fault_of(app: Flask, folder: Path, file: Malformed) -> str:
    """What is wrong with the answer that a file gets; empty where nothing is."""
    path = folder / file.name
    path.write_bytes(file.make())
    result = app.test_cli_runner().invoke(args=["import", *file.command, str(path)])
    path.unlink()
    told = result.output
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        return f"{type(result.exception).__name__}: {result.exception}"
    if "Traceback" in told:
        return "a traceback"
    if file.words not in told:
        return f"says not {file.words!r} but {told[-300:]!r}"
    if file.row is None and (result.exit_code != 1 or file.name not in told):
        return f"ends with {result.exit_code}, or does not name the file: {told[-300:]!r}"
    return ""


def test_the_corpus_is_as_large_as_was_promised(broken: list[Malformed]) -> None:
    assert len(broken) >= 200
    assert len({file.name for file in broken}) == len(broken)


def test_a_sample_of_broken_files_gets_clear_answers(
    app: Flask, tmp_path: Path, broken: list[Malformed]
) -> None:
    sample = [file for file in broken[::SAMPLE_EACH] if file.name != "bomb.xlsx"]
    found = {file.name: fault for file in sample if (fault := fault_of(app, tmp_path, file))}
    assert found == {}


@pytest.mark.prove
def test_every_broken_file_gets_a_clear_answer(
    app: Flask, tmp_path: Path, broken: list[Malformed]
) -> None:
    found = {file.name: fault for file in broken if (fault := fault_of(app, tmp_path, file))}
    assert found == {}


@pytest.mark.prove
def test_every_broken_file_is_read_within_its_limits(
    tmp_path: Path,
    broken: list[Malformed],
    project_root: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each in a process of its own, which is measured from outside."""
    asked = []
    for file in broken:
        path = tmp_path / file.name
        path.write_bytes(file.make())
        asked.append(json.dumps({"path": str(path), "command": file.command[0]}))
    answer = subprocess.run(
        [sys.executable, "-m", "tests.broken_reader"],
        input="\n".join(asked),
        capture_output=True,
        text=True,
        check=True,
        cwd=project_root,
    )
    told = [json.loads(line) for line in answer.stdout.splitlines()]
    assert len(told) == len(broken)
    slowest = max(told, key=lambda each: each["seconds"])
    largest = max(told, key=lambda each: each["peak_mib"])
    with capsys.disabled():
        print(  # noqa: T201
            f"\n  {len(told)} broken files: at most {slowest['seconds']:.1f} s ({slowest['name']}) "
            f"and {largest['peak_mib']:.0f} MiB ({largest['name']})"
        )
    assert [each for each in told if each["status"]] == [], answer.stderr
    assert slowest["seconds"] <= MOST_SECONDS
    assert largest["peak_mib"] <= MOST_MIB
