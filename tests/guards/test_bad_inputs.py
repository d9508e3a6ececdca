"""Every kind of bad input has a test that is there, or a reason why it has none yet."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from tests.bad_inputs import LEFT_TO_THE_PROXY, NOT_YET, TESTS

ROOT = Path(__file__).resolve().parents[2]
ROWS = range(1, 125)


@cache
def functions_of(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.exists():
        return frozenset()
    nodes = ast.walk(ast.parse(file.read_text("utf-8")))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef))


def test_every_row_has_a_test_or_a_reason() -> None:
    assert sorted({*TESTS, *NOT_YET}) == list(ROWS)
    assert not set(TESTS) & set(NOT_YET)
    assert all(TESTS.values())
    assert all(NOT_YET.values())
    assert set(LEFT_TO_THE_PROXY) <= set(TESTS)


def test_every_test_that_is_named_is_there() -> None:
    named = {each for tests in TESTS.values() for each in tests}
    missing = [
        each
        for each in named
        if each.partition("::")[2] not in functions_of(each.partition("::")[0])
    ]
    assert not missing


def test_the_tests_are_among_those_that_run_on_both_engines() -> None:
    places = {each.split("/")[1] for tests in TESTS.values() for each in tests}
    assert places <= {"integration", "unit"}
