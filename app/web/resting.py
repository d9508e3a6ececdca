"""The pages of a database that is gone and of a site that does not run, made from what comes along."""

from __future__ import annotations

from typing import Final, NamedTuple

from flask import Flask, current_app, render_template

from app.content.care_cards import load_care_sets
from app.content.helplines import load_keyed_helplines
from app.domain.helplines import main_number
from app.domain.records import PhoneRecord
from app.web.assets import inner_styles

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
    app.extensions[_KEPT] = _made(app, is_site_up=True)


def page_for_a_proxy(app: Flask) -> str:
    """The page without links into the site: a proxy shows it while nothing of ours runs."""
    return _made(app, is_site_up=False)


def resting_page() -> str:
    """The page, the same for everybody; it needs neither the database nor a template."""
    page: str = current_app.extensions[_KEPT]
    return page


def _made(app: Flask, *, is_site_up: bool) -> str:
    host = app.config["TRUSTED_HOSTS"][0].removeprefix(".")
    with app.test_request_context(base_url=f"http://{host}/"):
        return render_template(
            "errors/503.html" if is_site_up else "errors/site_down.html",
            emergency_helplines=first_aid_lines(),
            steps=load_care_sets()["overdose"][0].steps,
            styles="" if is_site_up else inner_styles("styles.css"),
        )


def first_aid_lines() -> tuple[FirstAidLine, ...]:
    """SafeSpot and Poison Help as the helplines' data has them, in this order."""
    records = {line.external_key: line.record for line in load_keyed_helplines()}
    lines = []
    for key in _KEYS:
        phone = main_number(records[key])
        if phone is not None:
            lines.append(FirstAidLine(records[key].name, records[key].description, phone))
    return tuple(lines)
