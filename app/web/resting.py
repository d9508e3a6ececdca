"""The page of a database that is gone: made at start from what comes along, and kept as text."""

from __future__ import annotations

from typing import Final, NamedTuple

from flask import Flask, current_app, render_template

from app.content.care_cards import load_care_sets
from app.content.helplines import load_keyed_helplines
from app.domain.helplines import main_number
from app.domain.records import PhoneRecord

# Beside 911 and 988, which stand on every page: help while using alone, and after a poison.
_KEYS: Final = ("us-safespot", "us-poison-help")
_KEPT: Final = "help_first_resting_page"


class FirstAidLine(NamedTuple):
    """A helpline for an emergency; `about` says what it is for."""

    name: str
    about: str | None
    phone: PhoneRecord


def keep_resting_page(app: Flask) -> None:
    """Make the page once all routes are there; no database is asked."""
    host = app.config["TRUSTED_HOSTS"][0].removeprefix(".")
    with app.test_request_context(base_url=f"http://{host}/"):
        app.extensions[_KEPT] = render_template(
            "errors/503.html",
            emergency_helplines=first_aid_lines(),
            steps=load_care_sets()["overdose"][0].steps,
        )


def resting_page() -> str:
    """The page, the same for everybody; it needs neither the database nor a template."""
    page: str = current_app.extensions[_KEPT]
    return page


def first_aid_lines() -> tuple[FirstAidLine, ...]:
    """SafeSpot and Poison Help as the helplines' data has them, in this order."""
    records = {line.external_key: line.record for line in load_keyed_helplines()}
    lines = []
    for key in _KEYS:
        phone = main_number(records[key])
        if phone is not None:
            lines.append(FirstAidLine(records[key].name, records[key].description, phone))
    return tuple(lines)
