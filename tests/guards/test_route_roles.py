"""Every staff page has its roles in one table, and every role is answered as the table says."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.domain.roles import EDITORS, REVIEWERS, Role
from app.web.admin.access import ACCESS, OPEN, may_open
from app.web.session import is_staff_path

# Flask-Security has these; nobody may open them, because nothing is sent by e-mail.
CLOSED = {"security.two_factor_rescue"}


def staff_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if is_staff_path(rule.rule)]


def test_every_staff_route_is_in_the_table(migrated_app: Flask) -> None:
    endpoints = {rule.endpoint for rule in staff_rules(migrated_app)}
    missing = endpoints - set(ACCESS) - OPEN - CLOSED
    assert not missing, f"no roles for {sorted(missing)}: add them to app/web/admin/access.py"


def test_every_route_of_the_staff_blueprints_lies_under_admin(migrated_app: Flask) -> None:
    for rule in migrated_app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in {"admin", "security"}:
            assert is_staff_path(rule.rule), rule.rule


def test_the_table_names_no_page_twice_and_none_that_is_not_there(migrated_app: Flask) -> None:
    endpoints = {rule.endpoint for rule in staff_rules(migrated_app)}
    assert not OPEN & set(ACCESS)
    assert set(ACCESS) <= endpoints
    assert endpoints >= OPEN


def test_every_line_of_the_table_opens_to_somebody() -> None:
    assert all(ACCESS.values())


def test_what_an_editor_may_a_reviewer_may_and_an_admin_too() -> None:
    for endpoint, roles in ACCESS.items():
        if Role.EDITOR in roles:
            assert roles >= EDITORS, endpoint
        if Role.REVIEWER in roles:
            assert roles >= REVIEWERS, endpoint


@pytest.mark.parametrize("role", list(Role))
def test_a_page_that_is_not_in_the_table_is_closed_to(role: Role) -> None:
    assert not may_open("admin.page_without_an_entry", role)


def test_only_the_door_asks_whether_a_role_may_open_a_page(project_root: Path) -> None:
    """Roles are checked in one place; a page that asks for them itself would be a second table."""
    asking = {
        path.name
        for path in (project_root / "app" / "web").rglob("*.py")
        if "may_open(" in path.read_text("utf-8")
    }
    assert asking <= {"access.py", "door.py", "home.py"}
