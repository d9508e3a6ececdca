"""A new member of the staff, with nothing but a keyboard and a narrow screen, without script."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from app.domain.roles import Role
from app.extensions import db
from tests.browser.conftest import refuse_other_hosts
from tests.browser.walking import Walker
from tests.browser.whole import Whole, whole_site
from tests.factories import make_phone, make_record, save_records
from tests.importing import place as place_row
from tests.importing import wide_csv
from tests.shared_data import shared_path
from tests.staff import PASSWORD, code_of, make_user

REVIEWER: Final = "sample.reviewer@example.org"
WRONG_PHONE: Final = "(614) 555-0170"
RIGHT_PHONE: Final = "(614) 555-0189"
PLACE: Final = "Sample Bridge House"
# As those of the federal directory are: without a space at which a line can end.
LONG_NAME: Final = "sample_findtreatment_wide_2025_half.csv"
MASSACHUSETTS: Final = ("data", "findtreatment", "findtreatment_wide_MA_2025_half.csv")
# A large file is read and written in a process of its own.
LONGEST_IMPORT_MS: Final = 90_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The whole site, and the address of the place whose phone is wrong."""

    whole: Whole
    place: str
    worker: ThreadPoolExecutor

    def code(self) -> str:
        """The code that the reviewer's app shows now."""
        return self.worker.submit(code_of, self.whole.app, REVIEWER).result()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with whole_site(tmp_path) as whole, ThreadPoolExecutor(1) as worker:
        # Playwright runs an event loop in this thread, which an application context cannot leave.
        listing_id = worker.submit(_add_people_and_places, whole).result()
        yield Site(whole=whole, place=f"/listings/{listing_id}", worker=worker)


def _add_people_and_places(whole: Whole) -> str:
    make_user(whole.app, role=Role.REVIEWER, email=REVIEWER)
    with whole.app.app_context():
        place = make_record(name=PLACE, phones=(make_phone(70),), website="https://example.org")
        twin = replace(place, name=f"The {PLACE}", cost="Free")
        wrong, _twin = save_records(db.session, place, twin)
    return str(wrong)


def _walker(browser: Browser, site: Site) -> Walker:
    context = site.whole.context(
        browser, java_script_enabled=False, viewport={"width": 320, "height": 640}
    )
    refuse_other_hosts(context, site.whole.url)
    return Walker(context.new_page())


@pytest.fixture
def visitor(browser: Browser, site: Site) -> Iterator[Walker]:
    walker = _walker(browser, site)
    yield walker
    walker.page.context.close()


@pytest.fixture
def reviewer(browser: Browser, site: Site) -> Iterator[Walker]:
    walker = _walker(browser, site)
    yield walker
    walker.page.context.close()


def test_a_report_leads_to_a_mended_listing_an_import_and_a_merge(
    site: Site, visitor: Walker, reviewer: Walker
) -> None:
    # Given a visitor who says that the phone of a place is wrong
    _reports_wrong_phone(visitor, site)
    # When somebody of the staff signs in, they see that a report waits
    _signs_in(reviewer, site)
    _finds_the_report(reviewer)
    _mends_and_verifies(reviewer)
    # Then visitors see it
    visitor.opens(site.place)
    visitor.sees(RIGHT_PHONE)
    expect(visitor.page.get_by_text(WRONG_PHONE)).to_have_count(0)
    _sees_who_and_undoes(reviewer)
    visitor.opens(site.place)
    visitor.sees(WRONG_PHONE)
    content = wide_csv([place_row(1), place_row(2), place_row(3)])
    _imports(reviewer, FilePayload(name=LONG_NAME, mimeType="text/csv", buffer=content))
    _merges(reviewer)
    _signs_out(reviewer)


@pytest.mark.slow
def test_the_real_file_of_massachusetts_is_imported_by_keyboard(
    site: Site, reviewer: Walker
) -> None:
    file = shared_path(*MASSACHUSETTS)
    _signs_in(reviewer, site)
    payload = FilePayload(name=file.name, mimeType="text/csv", buffer=file.read_bytes())
    _imports(reviewer, payload)
    _signs_out(reviewer)


def _reports_wrong_phone(visitor: Walker, site: Site) -> None:
    visitor.opens(site.place)
    visitor.sees_heading(PLACE)
    visitor.follows("Wrong number? Tell us", tag="a")
    visitor.follows("Send this report", tag="button")


def _signs_in(reviewer: Walker, site: Site) -> None:
    reviewer.opens("/admin/")
    reviewer.tabs_to("E-mail address")
    reviewer.types(REVIEWER)
    reviewer.tabs_to("Password")
    reviewer.types(PASSWORD)
    reviewer.goes_on()
    # The field has the focus already.
    reviewer.types(site.code())
    reviewer.goes_on()
    reviewer.sees_heading("Overview")


def _finds_the_report(reviewer: Walker) -> None:
    reviewer.follows("Reports", tag="a")
    reviewer.follows(PLACE, tag="a")
    reviewer.sees_heading(f"The phone number is wrong: {PLACE}")
    reviewer.follows("I am checking it", tag="button")


def _mends_and_verifies(reviewer: Walker) -> None:
    reviewer.follows("Its details", tag="a")
    reviewer.follows("Change it", tag="a")
    reviewer.replaces("Number", RIGHT_PHONE)
    reviewer.goes_on()
    reviewer.sees("Saved. It is live.")
    reviewer.ticks("Phone")
    reviewer.follows("Mark as checked", tag="button")
    reviewer.sees("Marked as checked.")
    reviewer.follows("The phone number is wrong", tag="a")
    reviewer.tabs_to("What you found out", tag="input")
    reviewer.types("The front desk told me.")
    reviewer.follows("Close this report", tag="button")
    reviewer.sees("Saved.")


def _sees_who_and_undoes(reviewer: Walker) -> None:
    reviewer.follows("Listings", tag="a")
    reviewer.tabs_to("Name or words", tag="input")
    reviewer.types(PLACE)
    reviewer.goes_on()
    reviewer.follows(PLACE, tag="a")
    reviewer.follows("See it as visitors do", tag="a")
    reviewer.sees(RIGHT_PHONE)
    reviewer.goes_back()
    reviewer.follows("History", tag="a")
    reviewer.sees("Sample reviewer")
    reviewer.follows("Put back Phone", tag="button")
    reviewer.sees("Put back. It is live.")


def _imports(reviewer: Walker, file: FilePayload) -> None:
    reviewer.follows("Imports", tag="a")
    reviewer.follows("Start an import", tag="a")
    reviewer.chooses_file("File", file)
    reviewer.follows("Send and preview", tag="button")
    _waits_for(reviewer, "Waits for you")
    reviewer.follows("New listings", tag="a")
    reviewer.sees_heading("New listings")
    reviewer.goes_back()
    reviewer.follows("Apply what is chosen", tag="button")
    _waits_for(reviewer, "Done")


def _waits_for(reviewer: Walker, state: str) -> None:
    """Wait on the page of a run, which looks again by itself."""
    found = reviewer.page.locator("dl.facts dd").get_by_text(state, exact=True)
    expect(found).to_be_visible(timeout=LONGEST_IMPORT_MS)


def _merges(reviewer: Walker) -> None:
    reviewer.follows("Duplicates", tag="a")
    reviewer.follows(PLACE, tag="a")
    reviewer.sees_heading("One place or two?")
    reviewer.follows("Merge them", tag="button")
    reviewer.sees("Merged")


def _signs_out(reviewer: Walker) -> None:
    reviewer.follows("Sign out", tag="button")
    reviewer.sees_heading("Sign in")
    reviewer.goes_back()
    reviewer.sees_heading("Sign in")
