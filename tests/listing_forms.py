"""Forms of the staff's listings as a browser would send them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import Element

from flask import Flask

from app.db import transaction
from app.domain.listing import Listing
from app.extensions import db
from app.store import edits
from app.store.listings import get_listing
from tests.browse import Page
from tests.factories import NOW, make_record, save_records
from tests.staff import SAME_SITE, StaffBrowser, make_user, token_in


class EditorBrowser(StaffBrowser):
    """A browser whose forms may have a field called status."""

    def send(self, address: str, *, answer: int = 302, **data: Any) -> Page:
        """Send a form with the token of the page before it."""
        assert self.page
        if "csrf_token" not in data:
            data["csrf_token"] = token_in(self.page.html)
        headers = dict(SAME_SITE)
        return self._open(address, status=answer, method="POST", data=data, headers=headers)


def sign_in_editor(app: Flask) -> EditorBrowser:
    browser = EditorBrowser(app)
    browser.sign_in(make_user(app).email)
    return browser


def add(app: Flask, **values: Any) -> UUID:
    with app.app_context():
        return save_records(db.session, make_record(**values))[0]


def read(app: Flask, listing_id: UUID) -> Listing:
    with app.app_context():
        return get_listing(db.session, listing_id)


def fields_of(page: Page) -> dict[str, Any]:
    """What a browser would send of the form of a listing, if nothing was touched."""
    return fields_in(next(f for f in page.all("form") if "listing-form" in f.get("class", "")))


def fields_in(form: Element) -> dict[str, Any]:
    """What a browser would send of a form, but for its button, if nothing was touched."""
    found: dict[str, Any] = {}
    for element in form.iter():
        name, kind = element.get("name"), element.get("type", "")
        if not name or name in {"action", "csrf_token"}:
            continue
        if element.tag == "select":
            chosen = [o for o in element.iter("option") if o.get("selected") is not None]
            value = (chosen or list(element.iter("option")))[0].get("value", "")
        elif element.tag == "textarea":
            value = (element.text or "").removeprefix("\n").replace("\n", "\r\n")
        elif kind in {"checkbox", "radio"} and element.get("checked") is None:
            continue
        else:
            value = element.get("value", "")
        found.setdefault(name, []).append(value)
    return found


def edit_by_somebody_else(app: Flask, listing_id: UUID, **changes: Any) -> None:
    with app.app_context(), transaction(db.session):
        edits.edit_listing(
            db.session,
            listing_id,
            form_version=get_listing(db.session, listing_id).version,
            changes=changes,
            by="Sample Other",
            reason="they told me",
            now=NOW,
        )


def hidden(page: Page) -> dict[str, Any]:
    """The hidden fields and the chosen buttons of the page of two edits."""
    form = next(f for f in page.all("form") if f.get("action", "").endswith("/merge"))
    found: dict[str, Any] = {}
    for element in form.iter("input"):
        name, kind = element.get("name"), element.get("type")
        is_sent = kind == "hidden" or (kind == "radio" and element.get("checked") is not None)
        if name and name != "csrf_token" and is_sent:
            found.setdefault(name, []).append(element.get("value", ""))
    return found


def check(**values: Any) -> dict[str, Any]:
    return {"field": ["phones"], "how": "call", "on": date.today().isoformat(), **values}  # noqa: DTZ011 (the day of the clock)


def new_place(**values: Any) -> dict[str, Any]:
    return {
        "name": "Sample Cove",
        "organization_name": "Sample Organization",
        "city": "Columbus",
        "state": "OH",
        "postal_code": "43215",
        "address_1": "9 Sample Street",
        "phone_number": ["614-555-0155", ""],
        "phone_extension": ["", ""],
        "phone_kind": ["intake", "voice"],
        "phone_description": ["", ""],
        **values,
    }
