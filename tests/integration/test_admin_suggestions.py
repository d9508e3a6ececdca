"""A listing is made of what a visitor suggests."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask import Flask

from app.db import transaction
from app.domain.report import NewReport, Suggestion, Topic
from app.extensions import db
from app.store.reports import add_report
from tests.browse import Page
from tests.factories import NOW
from tests.listing_forms import (
    add,
    fields_of,
    sign_in_editor,
)


@pytest.fixture
def listing_id(app: Flask) -> UUID:
    return add(app, name="Sample Harbor", cost="Sliding fee", eligibility="Adults")


def test_a_listing_is_made_of_a_visitors_suggestion(app: Flask) -> None:
    told = Suggestion(name="Sample Cove", town="Columbus, OH", phone="614-555-0155", website="")
    report = NewReport(topic=Topic.NEW_PLACE, details="They are kind", suggestion=told)
    with app.app_context(), transaction(db.session):
        add_report(db.session, report, reference="sample", on=NOW.date())
    editor = sign_in_editor(app)
    page = editor.get("/admin/reports/")
    where = _first_report(page)
    page = editor.get(where)
    (form_address,) = [link for link in page.links() if "/listings/new" in link]
    page = editor.get(form_address)
    assert "They are kind" in page.text
    form = fields_of(page)
    assert (form["name"], form["city"], form["state"]) == (["Sample Cove"], ["Columbus"], ["OH"])
    assert form["phone_number"][0] == "614-555-0155"
    form |= {"postal_code": "43215", "address_1": "9 Sample Street"}
    answer = editor.send("/admin/listings/new", **form)
    assert answer.response.headers["Location"] == where
    assert "Close the visitor" in editor.follow().text
    assert "1 listing" in editor.get("/admin/listings/?q=cove").text


def test_a_report_of_a_listed_place_begins_no_form(app: Flask, listing_id: UUID) -> None:
    with app.app_context(), transaction(db.session):
        add_report(
            db.session,
            NewReport(topic=Topic.PHONE, listing_id=listing_id),
            reference="sample",
            on=NOW.date(),
        )
    editor = sign_in_editor(app)
    page = editor.get("/admin/reports/")
    where = _first_report(page)
    editor.get(f"/admin/listings/new?report={where.rpartition('/')[2]}", status=404)
    editor.get("/admin/listings/new?report=x", status=404)


def _first_report(page: Page) -> str:
    return next(
        link for link in page.links() if re.fullmatch(r"/admin/reports/[0-9a-f-]{36}", link)
    )
