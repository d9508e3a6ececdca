"""Finds the real federal and state files beside the project; tests without them say so and skip."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared"


def shared_path(*parts: str) -> Path:
    """The path of a file among the real files, or the test skips with its reason."""
    folder = Path(os.environ.get("HELP_FIRST_SHARED") or _BESIDE)
    path = folder.joinpath(*parts)
    if not path.exists():
        pytest.skip("needs the real files in ../shared (or HELP_FIRST_SHARED)")
    return path
