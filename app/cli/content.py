"""The commands for the guide: what is wrong in its pages, and how hard they are to read."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime

import click

from app.content.check_rules import Finding, load_check_words
from app.content.data_check import data_grades
from app.content.entries import CONTENT_FOLDER
from app.content.facts_check import (
    MAX_EMERGENCY_GRADE,
    MAX_GRADE,
    PageToCheck,
    check_guide,
    page_grade,
)
from app.content.pages import read_pages
from app.content.reading_grade import can_measure


@click.group("content")
def content_group() -> None:
    """The pages of the guide."""


@content_group.command("check")
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="As if it were this day.")
def check_command(on: datetime | None) -> None:
    """Find unsourced, unfit and outdated words; the exit code is 1 when something is wrong."""
    day = (on or datetime.now(UTC)).date()
    findings = check_guide(on=day)
    for finding in findings:
        click.echo(_line(finding))
    _print_grades()
    errors = sum(finding.is_error for finding in findings)
    click.echo(f"{errors} errors, {len(findings) - errors} warnings on {_day(day)}")
    if errors:
        sys.exit(1)


def _line(finding: Finding) -> str:
    kind = "error" if finding.is_error else "warning"
    return f"{kind}: {finding.page}: {finding.rule}: {finding.message}"


def _print_grades() -> None:
    if not can_measure():
        click.echo("Reading grades: not measured, textstat is not installed")
        return
    words = load_check_words()
    click.echo(f"Reading grades (at most {MAX_GRADE:.0f}, emergencies {MAX_EMERGENCY_GRADE:.0f}):")
    pages = {
        slug: page_grade(PageToCheck(slug=slug, front=front, text=text), words)
        for slug, (front, text) in read_pages(CONTENT_FOLDER).items()
    }
    for name, grade in (pages | dict(data_grades(words))).items():
        click.echo(f"  {grade:4.1f}  {name}")


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
