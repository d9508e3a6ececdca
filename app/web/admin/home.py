"""The first page after signing in: what there is to do for this person's role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import render_template
from flask_babel import lazy_gettext as _

from app.web.admin import blueprint
from app.web.admin.access import may_open
from app.web.admin.door import signed_in_user
from app.web.admin.waiting import waiting_words
from app.web.words import has_endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A link to a page, with what it is for."""

    endpoint: str
    label: Any
    help: Any


# In the order of the day. A task is shown where its page is there and open to the role.
TASKS: Final = (
    Task(
        endpoint="admin.checks",
        label=_("Checks due"),
        help=_("Call the places whose details are oldest or in doubt."),
    ),
    Task(
        endpoint="admin.reports",
        label=_("Reports"),
        help=_("What visitors say is wrong."),
    ),
    Task(
        endpoint="admin.listings",
        label=_("Listings"),
        help=_("Find, add, change, retire and restore."),
    ),
    Task(
        endpoint="admin.proposals",
        label=_("Proposals"),
        help=_("Changes that organizations ask for."),
    ),
    Task(
        endpoint="admin.own_listings",
        label=_("Your listings"),
        help=_("Look at what visitors see, and propose changes."),
    ),
    Task(
        endpoint="admin.own_proposals",
        label=_("Your proposals"),
        help=_("What you asked for, and the answers."),
    ),
    Task(
        endpoint="admin.imports",
        label=_("Imports"),
        help=_("Load a file or the federal directory, with a preview."),
    ),
    Task(
        endpoint="admin.duplicates",
        label=_("Duplicates"),
        help=_("Places that may be listed twice."),
    ),
    Task(
        endpoint="admin.reviews",
        label=_("Law and content"),
        help=_("Pages and law entries whose review is due."),
    ),
    Task(
        endpoint="admin.numbers",
        label=_("Numbers"),
        help=_("How fresh the directory is."),
    ),
    Task(
        endpoint="admin.users",
        label=_("People"),
        help=_("Accounts, roles and links to set a password."),
    ),
    Task(
        endpoint="admin.account",
        label=_("Your account"),
        help=_("Password, second step and recovery codes."),
    ),
)


@blueprint.get("/")
def home() -> str:
    """The tasks that are open to the person who is signed in."""
    person = signed_in_user()
    role = person.role
    tasks = [
        task for task in TASKS if has_endpoint(task.endpoint) and may_open(task.endpoint, role)
    ]
    return render_template(
        "admin/home.html",
        tasks=tasks,
        waiting=waiting_words(
            (task.endpoint for task in tasks), organization_id=person.organization_id
        ),
    )
