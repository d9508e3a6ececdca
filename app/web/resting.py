"""The pages of a database that is gone and of a proxy before the site, made from what comes along."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
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
# What a proxy shows by itself: the name of the file, and the template that it is made of.
_FOR_A_PROXY: Final = {
    "down.html": "errors/site_down.html",
    "not-read.html": "errors/not_read.html",
}


class FirstAidLine(NamedTuple):
    """A helpline for an emergency; `about` says what it is for."""

    name: str
    about: str | None
    phone: PhoneRecord


def keep_resting_page(app: Flask) -> None:
    """Make the page once all routes are there; no database is asked."""
    app.extensions[_KEPT] = _made(app, "errors/503.html")


def pages_for_a_proxy(app: Flask) -> dict[str, str]:
    """The pages that a proxy shows by itself, by the name of their file.

    Each is complete in itself: its styles are inside, and its policy names them by their hash.
    """
    styles = inner_styles("styles.css")
    digest = b64encode(sha256(styles.encode()).digest()).decode("ascii")
    return {
        name: _made(app, template, styles=styles, style_hash=f"sha256-{digest}")
        for name, template in _FOR_A_PROXY.items()
    }


def resting_page() -> str:
    """The page, the same for everybody; it needs neither the database nor a template."""
    page: str = current_app.extensions[_KEPT]
    return page


def _made(app: Flask, template: str, **context: str) -> str:
    host = app.config["TRUSTED_HOSTS"][0].removeprefix(".")
    with app.test_request_context(base_url=f"http://{host}/"):
        return render_template(
            template,
            emergency_helplines=first_aid_lines(),
            steps=load_care_sets()["overdose"][0].steps,
            **context,
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
