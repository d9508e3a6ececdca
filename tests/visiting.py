"""Opens every page of the list of visits without a browser, each as the visitor that it is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import Flask

from tests.browse import Page
from tests.staff import SAME_SITE, StaffBrowser, to_second_step, token_in
from tests.visits import ADMIN, ARRIVES, CHOOSES, MEMBER, VISITS, Sample, Visit, make_sample


def open_all(app: Flask) -> dict[Visit, Page]:
    """Every visit and the page that it gets."""
    sample = make_sample(app)
    return open_pages(sign_everybody_in(app), VISITS, sample)


def open_pages(
    browsers: Mapping[str, StaffBrowser], visits: Iterable[Visit], sample: Sample
) -> dict[Visit, Page]:
    """These visits and the page that each gets."""
    return {visit: _open(browsers[visit.visitor], visit, sample) for visit in visits}


def sign_everybody_in(app: Flask) -> dict[str, StaffBrowser]:
    """A browser for each visitor of the sample, each as far in as its visits begin."""
    browsers = {
        name: StaffBrowser(app) for name in ("public", "arriving", "choosing", "member", "admin")
    }
    for name, email in (("arriving", ARRIVES), ("choosing", CHOOSES)):
        to_second_step(browsers[name], email)
    browsers["admin"].sign_in(ADMIN)
    browsers["member"].sign_in(MEMBER)
    return browsers


def _open(browser: StaffBrowser, visit: Visit, sample: Sample) -> Page:
    path = sample.fill(visit.path)
    if not visit.form:
        return Page(browser.client.get(path))
    data = dict(visit.form)
    if path.startswith("/admin/"):
        data["csrf_token"] = token_in(browser.get(path).html)
    return Page(browser.client.post(path, data=data, headers=SAME_SITE))
