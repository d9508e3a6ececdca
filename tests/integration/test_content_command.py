"""`flask content check` as a person or the build runs it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask

from app.content.check_rules import Finding
from app.content.pages import load_guide


def test_sound_guide_passes_and_its_grades_are_printed(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["content", "check", "--on", "2026-11-24"])
    assert result.exit_code == 0, result.output
    assert "0 errors, 0 warnings on November 24, 2026" in result.output
    assert "Reading grades" in result.output
    grades = re.findall(r"^ +\d+\.\d  (\S+)$", result.output, re.MULTILINE)
    shown = load_guide(on=date(2026, 11, 24)).pages
    assert set(grades) >= set(shown) | {"check", "timelines", "care-cards"}


def test_rules_that_ended_are_warnings(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["content", "check", "--on", "2027-01-01"])
    assert result.exit_code == 0
    assert "warning: facts: ended: F3.13 held until 2026-12-31" in result.output


def test_an_error_fails_the_command(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Finding(page="sample", rule="amount", message="“5 grams”")
    monkeypatch.setattr("app.cli.content.check_guide", lambda *, on: (fault,) if on else ())
    result = app.test_cli_runner().invoke(args=["content", "check"])
    assert result.exit_code == 1
    assert "error: sample: amount: “5 grams”" in result.output
