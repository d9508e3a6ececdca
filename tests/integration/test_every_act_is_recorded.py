"""Whatever the staff do through a form leaves a record in the history: route by route."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import Metadata
from app.store.history import verify_history
from app.web.session import is_staff_path
from tests.listing_forms import fields_in, new_place
from tests.staff import PASSWORD, StaffBrowser, token_in
from tests.visiting import sign_everybody_in
from tests.visits import Sample, make_sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A form on a page, found by its address and a button of it, and what is typed into it.

    `leaves` are the records that it leaves: of what, which act, and which field if it is one.
    """

    endpoint: str
    page: str
    leaves: tuple[str, ...]
    to: str = ""
    button: str = ""
    typed: Mapping[str, Any] = field(default_factory=dict)
    visitor: str = "admin"


# What the history calls them.
NAMES: Final = {"admin": "Sample admin", "member": "Sample organization_member"}
_LISTING: Final = "/admin/listings/{listing}"
FIRST: Final = (
    Act(
        endpoint="admin.apply_listing_table",
        page="/admin/listings/csv/{table}",
        leaves=("service_at_location edit phones", "service_at_location edit cost"),
        typed={"leave_out": "1"},
    ),
    Act(
        endpoint="admin.add_user",
        page="/admin/people",
        leaves=("user_account create", "user_account update link"),
        to="/people",
        typed={"email": "sample.more@example.org", "role": "editor"},
    ),
    Act(
        endpoint="admin.change_user",
        page="/admin/people",
        leaves=("user_account update link",),
        button="link",
    ),
    Act(
        endpoint="admin.change_check",
        page="/admin/checks/{listing}",
        leaves=("check_due take",),
        button="take",
    ),
    Act(
        endpoint="admin.change_report",
        page="/admin/reports/{report}",
        leaves=("report take state",),
        button="take",
    ),
    Act(
        endpoint="admin.verify_listing",
        page=_LISTING,
        leaves=("service_at_location verify phones",),
        to="verify",
        typed={"field": "phones", "how": "call"},
    ),
    Act(
        endpoint="admin.copy_listing",
        page=_LISTING,
        leaves=("service_at_location create",),
        to="copy",
        typed={"name": "Sample Copy"},
    ),
    Act(
        endpoint="admin.edit_listing",
        page=f"{_LISTING}/edit",
        leaves=("service_at_location edit cost",),
        typed={"cost": "Nothing"},
    ),
    Act(
        endpoint="admin.restore_listing",
        page=f"{_LISTING}/history",
        leaves=("service_at_location restore cost",),
        to="restore",
    ),
    Act(
        endpoint="admin.add_listing",
        page="/admin/listings/new",
        leaves=("service_at_location create",),
        typed=new_place(),
    ),
    Act(
        endpoint="admin.decide_proposal",
        page="/admin/proposals/{proposal}",
        leaves=("proposal refused",),
        button="refuse",
        typed={"reason": "Nobody knows of it."},
    ),
    Act(
        endpoint="admin.add_review",
        page="/admin/reviews/page:naloxone",
        leaves=("content_review review",),
        typed={"has_read": "1", "capacity": "other", "role": "Editor"},
    ),
    Act(
        endpoint="admin.change_law",
        page="/admin/reviews/law/OH",
        leaves=("kratom_law edit note", "kratom_law edit source"),
        to="/law/OH",
        typed={"note": "Sample note"},
    ),
    Act(
        endpoint="admin.part_duplicate",
        page="/admin/duplicates/{listing}/{other}",
        leaves=("listing_pair set apart",),
        to="apart",
    ),
    Act(
        endpoint="admin.undo_merge",
        page="/admin/duplicates/merged/{merge}",
        leaves=(
            "service_at_location unmerge merged_from",
            "service_at_location unmerge merged_into",
        ),
        to="undo",
    ),
    Act(
        endpoint="admin.merge_duplicate",
        page="/admin/duplicates/{listing}/{other}",
        leaves=("service_at_location merge merged_from", "service_at_location merge merged_into"),
        to="merge",
    ),
    Act(
        endpoint="admin.retire_listing",
        page=_LISTING,
        leaves=("service_at_location retire status",),
        to="retire",
        typed={"status": "defunct", "reason": "It closed."},
    ),
    Act(
        endpoint="security.mf_recovery_codes",
        page="/admin/recovery-codes",
        leaves=("user_account update recovery_codes",),
    ),
    Act(
        endpoint="security.change_password",
        page="/admin/password",
        leaves=("user_account update password",),
        typed={
            "password": PASSWORD,
            "new_password": "eight grey badgers sew",
            "new_password_confirm": "eight grey badgers sew",
        },
    ),
)
MEMBERS: Final = (
    Act(
        endpoint="admin.propose_changes",
        page="/admin/ours/{listing}",
        leaves=("proposal propose",),
        typed={"cost": "Nothing at all"},
        visitor="member",
    ),
    Act(
        endpoint="admin.withdraw_proposal",
        page="/admin/ours/proposals/{proposal}",
        leaves=("proposal withdrawn",),
        to="withdraw",
        visitor="member",
    ),
)
APPROVAL: Final = (
    Act(
        endpoint="admin.edit_proposal",
        page="/admin/proposals/{proposal}/edit",
        leaves=("service_at_location edit cost", "proposal in_part"),
        typed={"cost": "Free on Mondays"},
    ),
)

# Forms that need a file, a device or another form before them: the test that counts their record.
ELSEWHERE: Final = {
    "admin.change_import": "test_admin_imports.py",
    "admin.merge_listing": "test_admin_listings.py",
    "admin.offer_duplicate": "test_admin_duplicates.py",
    "admin.set_password": "test_admin_sessions.py",
    "security.login": "test_admin_second_step.py",
    "security.mf_recovery": "test_admin_second_step.py",
    "security.two_factor_setup_validate": "test_admin_second_step.py",
    "security.two_factor_token_validation": "test_admin_second_step.py",
    "security.wan_delete": "test_staff_pages.py",
    "security.wan_register_response": "test_staff_pages.py",
    "security.wan_signin_response": "test_staff_pages.py",
}
# What is sent changes nothing that lasts beyond the session, and why.
CHANGES_NOTHING: Final = {
    "admin.start_import": "the run is kept with who began it; what it changes waits for a person",
    "admin.upload_listing_table": "kept for a day, by whom; nothing is changed until it is applied",
    "security.logout": "ends the session",
    "security.tf_select": "a choice of this session",
    "security.two_factor_rescue": "there is no rescue by mail",
    "security.two_factor_setup": "shows a key; it counts once a code of it was given",
    "security.verify": "the password once more",
    "security.wan_register": "asks the device",
    "security.wan_signin": "asks the device",
    "security.wan_verify": "asks the device",
    "security.wan_verify_response": "the device once more",
}


@pytest.mark.parametrize("acts", [FIRST, MEMBERS, APPROVAL], ids=["staff", "members", "approval"])
def test_every_form_that_is_sent_leaves_a_record(app: Flask, acts: tuple[Act, ...]) -> None:
    sample = make_sample(app)
    browsers = sign_everybody_in(app)
    for act in acts:
        before = _length(app)
        status = _send(browsers[act.visitor], act, sample)
        assert status in {200, 302, 303}, act.endpoint
        records = _records(app, since=before)
        assert {*act.leaves} <= {told for told, _by in records}, (act.endpoint, records)
        assert {by for _told, by in records} == {NAMES[act.visitor]}, act.endpoint
    with app.app_context():
        assert verify_history(db.session)[1] is None


def test_every_unsafe_route_of_the_staff_is_one_of_these(app: Flask) -> None:
    known = {act.endpoint for act in (*FIRST, *MEMBERS, *APPROVAL)}
    assert not known & (ELSEWHERE.keys() | CHANGES_NOTHING.keys())
    unsafe = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if is_staff_path(rule.rule) and (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
    }
    assert unsafe == known | ELSEWHERE.keys() | CHANGES_NOTHING.keys()


def _send(browser: StaffBrowser, act: Act, sample: Sample) -> int:
    page = browser.get(sample.fill(act.page))
    (form, *_others) = [each for each in page.all("form", method="post") if _is_meant(each, act)]
    data = {**fields_in(form), **act.typed, "csrf_token": token_in(page.html)}
    if act.button:
        data["action"] = act.button
    elif button := next((each for each in form.iter("button") if each.get("name")), None):
        data[button.get("name", "")] = button.get("value", "")
    address = form.get("action", "")
    answer = browser.client.post(address, data=data, headers={"Sec-Fetch-Site": "same-origin"})
    return answer.status_code


def _is_meant(form: Element, act: Act) -> bool:
    path = urlsplit(form.get("action", "")).path
    if path == "/admin/sign-out":
        return False
    buttons = {each.get("value") for each in form.iter("button")}
    return path.endswith(act.to) and (not act.button or act.button in buttons)


def _length(app: Flask) -> int:
    with app.app_context():
        return int(db.session.execute(select(func.count()).select_from(Metadata)).scalar_one())


def _records(app: Flask, *, since: int) -> list[tuple[str, str]]:
    """What each record after the first so many is of, and who is named in it."""
    with app.app_context():
        rows = db.session.execute(
            select(Metadata).where(Metadata.seq > since).order_by(Metadata.seq)
        ).scalars()
        return [
            (
                f"{row.resource_type} {row.last_action_type} {row.field_name}".rstrip(),
                row.updated_by,
            )
            for row in rows
        ]
