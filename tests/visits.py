"""Every page of the site in the states that people meet: one list, from which pages are judged.

A guard (tests/guards/test_visits.py) fails when a route of the application is not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Final, Literal
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select

from app.content.pages import load_guide
from app.db import transaction
from app.domain.records import AddressRecord, ListingStatus
from app.domain.report import NewReport, Suggestion, Topic
from app.domain.roles import Role
from app.extensions import db
from app.models import Passkey, Report
from app.store import merges, reports, users
from app.store.table_updates import keep_table
from tests.factories import NOW, make_phone, make_record, save_records
from tests.importing import place as place_row
from tests.importing import preview, wide_csv
from tests.listing_forms import edit_by_somebody_else
from tests.proposing import add_proposal, make_member
from tests.staff import make_user

Visitor = Literal["public", "arriving", "choosing", "member", "admin"]

REFERENCE: Final = "7Q2K-9FHD-0T4M-XW8C"
OTHER_REFERENCE: Final = "8Q2K-9FHD-0T4M-XW8C"
ADMIN: Final = "sample.admin@example.org"
# Of the organization whose place has the long name.
MEMBER: Final = "sample.member@example.org"
# On their way in: past the password, with one second step, or with two to choose from.
ARRIVES: Final = "sample.arriving@example.org"
CHOOSES: Final = "sample.choosing@example.org"

# Routes that are no pages for people: nothing is read there, so nothing is left in a hurry.
NO_PAGES: Final = {
    "learn.changes": "a feed for programs that read feeds",
    "finding.sitemap": "a list for search engines",
    "finding.robots": "rules for search engines",
    "admin.export_listings": "a table for a spreadsheet program",
    "admin.import_download": "a file for spreadsheets and programs",
    "asset": "a static file for a page that another release sent",
    "health.healthz": "a word for the machine that watches the server",
}
# Passed through on the way out: it shows nothing and is judged by the tests of the quick exit.
WORDLESS: Final = {"public.leave"}
# GET answers there with a redirect or an error page, whoever asks.
NO_PAGES_BY_GET: Final = {"security.two_factor_rescue", "security.wan_delete"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Visit:
    """One state of one page; the path and the form are filled from `Sample`."""

    endpoint: str
    path: str
    form: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    visitor: Visitor = "public"

    def __str__(self) -> str:
        method = "POST " if self.form else ""
        return f"{method}{self.path} {'' if self.status == 200 else self.status}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What stands in the places that a path leaves open."""

    listing: UUID
    other: UUID
    closed: UUID
    report: UUID
    suggestion: UUID
    proposal: UUID
    table: UUID
    link: str
    run: UUID
    merge: UUID
    reference: str = REFERENCE

    def fill(self, path: str) -> str:
        """The path with the ids of these rows in it."""
        for each in fields(self):
            path = path.replace(f"{{{each.name}}}", str(getattr(self, each.name)))
        return path


def _page(endpoint: str, path: str, *, status: int = 200, **form: str) -> Visit:
    return Visit(endpoint=endpoint, path=path, status=status, form=form)


def _member(endpoint: str, path: str, *, status: int = 200, **form: str) -> Visit:
    return Visit(endpoint=endpoint, path=path, status=status, form=form, visitor="member")


def _staff(endpoint: str, path: str, *, status: int = 200, **form: str) -> Visit:
    return Visit(endpoint=endpoint, path=path, status=status, form=form, visitor="admin")


_NEVER: Final = "00000000-0000-4000-8000-000000000000"

PUBLIC: Final = (
    _page("public.home", "/"),
    _page("public.search", "/search"),
    _page("public.search", "/search?near=43215"),
    _page("public.search", "/search?near=43215&term=MU&q=methadone&page=2"),
    _page("public.search", "/search?near=43215&term=HR-OPC&term=MD"),
    _page("public.search", "/search?near=43215&q=i+want+to+die"),
    _page("public.search", "/search?near=Springfield"),
    _page("public.search", "/search?near=Baltimore,+MD"),
    _page("public.search", "/search?near=1521"),
    _page("public.search", "/search", near="43215", q="methadone"),
    _page("public.listing", "/listings/{listing}"),
    _page("public.listing", "/listings/{closed}", status=410),
    _page("public.listing", f"/listings/{_NEVER}", status=404),
    _page("public.report", "/listings/{listing}/report"),
    _page("public.report", "/listings/{listing}/report", status=422, topic=""),
    _page("public.suggest", "/suggest"),
    _page("public.suggest", "/suggest", status=422, name="", town=""),
    _page("public.report_state", "/reports/{reference}"),
    _page("public.report_state", "/reports/nothing", status=404),
    _page("public.helplines", "/helplines"),
    _page("public.compare", "/compare?id={listing}&id={other}"),
    _page("public.compare", "/compare"),
    _page("public.call_sheet", "/call-sheet?id={listing}&id={other}"),
    _page("take_along.page", "/take-along"),
    _page("take_along.page", "/take-along", near="43215"),
    # Where one place is meant the answer is a file and no page: tests/browser/test_take_along.py.
    _page("take_along.file", "/take-along/file?near=Springfield"),
    _page("take_along.file", "/take-along/file", near="Nowhereville"),
    _page("learn.index", "/learn/"),
    *(
        _page("learn.page", f"/learn/{slug}")
        for slug, page in sorted(load_guide(on=NOW.date()).pages.items())
        if page.sections
    ),
    _page("learn.page", "/learn/nothing", status=404),
    _page("learn.page", "/learn/treatment", near="43215"),
    _page("learn.claims", "/learn/kratom-claims"),
    _page("learn.law", "/learn/kratom-law?near=43215"),
    _page("learn.law", "/learn/kratom-law", near="43215"),
    _page("learn.check", "/check"),
    _page("learn.check", "/check", overdose="no", asked="overdose"),
    _page("learn.check", "/check", asked="overdose"),
    _page("learn.check", "/check", overdose="yes", asked="overdose"),
)

ARRIVING: Final = (
    _page("security.login", "/admin/sign-in"),
    _page("security.login", "/admin/sign-in", email="sample.nobody@example.org", password="wrong"),  # noqa: S106 (of nobody)
    _page("security.wan_signin", "/admin/passkey"),
    _page("admin.set_password", "/admin/welcome/{link}"),
    _page("admin.set_password", "/admin/welcome/ended", status=410),
    Visit(
        endpoint="security.two_factor_token_validation",
        path="/admin/second-step",
        visitor="arriving",
    ),
    Visit(endpoint="security.mf_recovery", path="/admin/recovery", visitor="arriving"),
    Visit(endpoint="security.tf_select", path="/admin/second-step/choose", visitor="choosing"),
)

STAFF: Final = (
    _staff("admin.home", "/admin/"),
    _staff("admin.account", "/admin/account"),
    _staff("admin.users", "/admin/people"),
    _staff("admin.checks", "/admin/checks/"),
    _staff("admin.check", "/admin/checks/{listing}"),
    _staff("admin.reports", "/admin/reports/"),
    _staff("admin.report", "/admin/reports/{report}"),
    _staff("admin.report", "/admin/reports/{suggestion}"),
    _staff("admin.listings", "/admin/listings/?q=sample"),
    _staff("admin.listings", "/admin/listings/?q=nothing"),
    _staff("admin.listing", "/admin/listings/{listing}"),
    _staff("admin.edit_listing", "/admin/listings/{listing}/edit"),
    _staff("admin.add_listing", "/admin/listings/new"),
    _staff("admin.listing_history", "/admin/listings/{listing}/history"),
    _staff("admin.compare_listing", "/admin/listings/{listing}/compare"),
    _staff("admin.listing", f"/admin/listings/{_NEVER}", status=404),
    _staff("admin.add_listing", "/admin/listings/new?report={suggestion}"),
    _staff("admin.upload_listing_table", "/admin/listings/csv"),
    _staff("admin.upload_listing_table", "/admin/listings/csv", status=422, file=""),
    _staff("admin.listing_table", "/admin/listings/csv/{table}"),
    _staff("admin.proposals", "/admin/proposals/"),
    _staff("admin.proposals", "/admin/proposals/?state=refused"),
    _staff("admin.proposal", "/admin/proposals/{proposal}"),
    _staff("admin.proposal", "/admin/proposals/{proposal}", status=422, action="refuse"),
    _staff("admin.edit_proposal", "/admin/proposals/{proposal}/edit"),
    _member("admin.home", "/admin/"),
    _member("admin.own_listings", "/admin/ours/"),
    _member("admin.own_listings", "/admin/ours/?q=nothing"),
    _member("admin.propose_changes", "/admin/ours/{listing}"),
    _member("admin.propose_changes", "/admin/ours/{other}", status=404),
    _member("admin.own_proposals", "/admin/ours/proposals/"),
    _member("admin.own_proposals", "/admin/ours/proposals/?state=refused"),
    _member("admin.own_proposal", "/admin/ours/proposals/{proposal}"),
    _member("admin.listings", "/admin/listings/", status=403),
    _staff("admin.reviews", "/admin/reviews/"),
    _staff("admin.review", "/admin/reviews/page:naloxone"),
    _staff("admin.law_entry", "/admin/reviews/law/OH"),
    _staff("admin.numbers", "/admin/numbers/"),
    _staff("admin.imports", "/admin/imports/"),
    _staff("admin.new_import", "/admin/imports/new"),
    _staff("admin.import_run", "/admin/imports/{run}"),
    _staff("admin.import_part", "/admin/imports/{run}/created"),
    _staff("admin.import_part", "/admin/imports/{run}/problems"),
    _staff("admin.undo_import", "/admin/imports/{run}/undo"),
    _staff("admin.duplicates", "/admin/duplicates/"),
    _staff("admin.duplicate", "/admin/duplicates/{listing}/{other}"),
    _staff("admin.settled_duplicates", "/admin/duplicates/settled"),
    _staff("admin.merged_listing", "/admin/duplicates/merged/{merge}"),
    _staff("security.change_password", "/admin/password"),
    _staff("security.mf_recovery_codes", "/admin/recovery-codes"),
    _staff("security.two_factor_setup", "/admin/second-step/set-up"),
    _staff("security.wan_register", "/admin/passkeys"),
    _staff("security.verify", "/admin/confirm"),
    _staff("security.wan_verify", "/admin/confirm/passkey"),
)

VISITS: Final = (*PUBLIC, *ARRIVING, *STAFF)


def make_sample(app: Flask) -> Sample:
    """Rows that the visits show: a place with a long name and a history, reports, a person."""
    make_user(app, role=Role.ADMIN, email=ADMIN)
    make_user(app, email=ARRIVES)
    make_user(app, email=CHOOSES)
    newcomer = make_user(app, email="sample.new@example.org", password=None, has_app=False)
    with app.app_context():
        listing, other, closed, twin = save_records(
            db.session,
            make_record(
                name="Sample Center for Opioid Treatment and Recovery of Central Ohio",
                organization_name="Sample Organization of Franklin County",
                # Its own, so that no number of a record that another test made stands on the page.
                address=AddressRecord(
                    address_1="1 Sample Street",
                    city="Columbus",
                    state_province="OH",
                    postal_code="43215",
                ),
                phones=(make_phone(34), make_phone(35, description="Intake")),
                term_codes=("MU", "BU", "SA", "OP", "MD"),
                cost="Free",
            ),
            make_record(
                name="Sample House",
                organization_name="Sample House",
                phones=(make_phone(36),),
            ),
            make_record(
                name="Sample Closed", phones=(make_phone(37),), status=ListingStatus.DEFUNCT
            ),
            make_record(name="Sample House Too", phones=(make_phone(36),)),
        )
    make_member(app, listing, email=MEMBER)
    proposal = add_proposal(app, listing, cost="Free for all", note="We have a grant.")
    edit_by_somebody_else(app, listing, cost="Sliding scale")
    with app.app_context(), transaction(db.session):
        report = _report(NewReport(topic=Topic.PHONE, listing_id=listing, details="They moved."))
        place = Suggestion(name="Sample Cove", town="Columbus", phone="614-555-0177")
        suggestion = _report(NewReport(topic=Topic.NEW_PLACE, suggestion=place), of=OTHER_REFERENCE)
        person = users.find_user(db.session, newcomer.email)
        assert person
        link = users.issue_link(db.session, person, now=NOW, by="test")
        table = _table(listing, other)
        _give_second_steps()
        merge = _merge(twin, other)
    return Sample(
        listing=listing,
        other=other,
        closed=closed,
        report=report,
        suggestion=suggestion,
        proposal=proposal,
        table=table,
        link=link,
        run=preview(app, wide_csv([place_row(1), place_row(2)]) + b"Sample Broken,1\r\n"),
        merge=merge,
    )


def _table(current: UUID, broken: UUID) -> UUID:
    """A table that changes one place and has a problem in the row of another."""
    rows = f"{current},2,Free,614-555-0135\n{broken},1,Free,4.12555E9\n"
    content = f"service_at_location_id,version,fees_description,phone_1_number\n{rows}"
    return keep_table(
        db.session, content.encode(), file_name="sample.csv", by="Sample admin", now=NOW
    )


def _merge(gone: UUID, kept: UUID) -> UUID:
    merged = merges.merge_listings(
        db.session,
        kept,
        gone,
        kept_version=1,
        gone_version=1,
        taken={},
        by="Sample Person",
        reason=None,
        now=NOW,
    )
    return merged.merge_id


def _give_second_steps() -> None:
    """Recovery codes for one who arrives, a passkey beside the app for one who chooses."""
    arriving, person = (users.find_user(db.session, email) for email in (ARRIVES, CHOOSES))
    assert arriving
    assert person
    arriving.mf_recovery_codes = ["no code has this hash"]
    key = Passkey(
        id=uuid4(),
        user_id=person.id,
        name="Sample key",
        usage="secondary",
        credential_id=b"sample",
        public_key=b"sample",
        sign_count=0,
        transports=[],
        backup_state=False,
        device_type="single_device",
        extensions=None,
        lastuse_datetime=NOW,
    )
    db.session.add(key)


def _report(report: NewReport, *, of: str = REFERENCE) -> UUID:
    reports.add_report(db.session, report, reference=of, on=NOW.date())
    (found,) = db.session.scalars(select(Report.id).where(Report.topic == report.topic.value))
    return found
