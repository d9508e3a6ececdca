"""No page can be added without being visited by the tests that judge every page."""

from __future__ import annotations

from flask import Flask

from tests.visits import NO_PAGES, NO_PAGES_BY_GET, VISITS, WORDLESS


def test_every_route_that_shows_a_page_is_visited(migrated_app: Flask) -> None:
    shown = {
        rule.endpoint
        for rule in migrated_app.url_map.iter_rules()
        if "GET" in (rule.methods or set())
    }
    missing = shown - {visit.endpoint for visit in VISITS}
    missing -= WORDLESS | set(NO_PAGES) | NO_PAGES_BY_GET
    assert not missing, f"not visited: {sorted(missing)}. Add a line to tests/visits.py"


def test_every_form_that_the_public_sends_is_visited_with_its_answer(migrated_app: Flask) -> None:
    sent = {
        rule.endpoint
        for rule in migrated_app.url_map.iter_rules()
        if "POST" in (rule.methods or set()) and not rule.rule.startswith("/admin/")
    }
    missing = sent - {visit.endpoint for visit in VISITS if visit.form}
    assert not missing, f"no answer visited: {sorted(missing)}. Add a line to tests/visits.py"


def test_visits_name_routes_that_are_there(migrated_app: Flask) -> None:
    there = {rule.endpoint for rule in migrated_app.url_map.iter_rules()}
    named = {visit.endpoint for visit in VISITS} | WORDLESS | set(NO_PAGES) | NO_PAGES_BY_GET
    assert named <= there
