"""Tests that a table names, as `tests/…/test_x.py::test_name`: are they there?"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def missing_tests(named: Iterable[str]) -> list[str]:
    """Those of them whose file or function is not there."""
    return [each for each in named if not _is_there(*each.partition("::")[::2])]


def _is_there(path: str, name: str) -> bool:
    return name.startswith("test_") and name in _functions_of(path)


@cache
def _functions_of(path: str) -> frozenset[str]:
    file = ROOT / path
    if not path.startswith("tests/") or not file.exists():
        return frozenset()
    nodes = ast.walk(ast.parse(file.read_text("utf-8")))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef))
