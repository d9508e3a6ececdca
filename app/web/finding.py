"""What machines that find pages read: the sitemap and robots.txt."""

from __future__ import annotations

from typing import Final, NamedTuple

from flask import Blueprint, Response, render_template

from app.content.pages import changed_on, load_guide
from app.web import clock
from app.web.addresses import full_address

blueprint = Blueprint("finding", __name__)

# The pages of the site beside the guide. Listings stay out: their addresses are found by search,
# and one that asks not to be found must not be spread by a list of ours.
_PAGES: Final = (
    "public.home",
    "public.helplines",
    "take_along.page",
    "learn.index",
    "learn.check",
)

# Every page here says "noindex" too. A crawler that tried all filters would never come to an end.
CLOSED_TO_ROBOTS: Final = (
    "/search",
    "/compare",
    "/call-sheet",
    "/take-along/file",
    "/x$",
    "/admin",
    "/healthz",
)


class SitemapEntry(NamedTuple):
    """A page with the day of its last change, "" where that is not known."""

    address: str
    changed: str


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The pages that stay. Source: sitemaps.org, protocol 0.9."""
    today = clock.now().date()
    entries = [SitemapEntry(full_address(endpoint), "") for endpoint in _PAGES]
    entries += [
        SitemapEntry(
            full_address("learn.page", slug=page.slug), changed_on(page, on=today).isoformat()
        )
        for group in load_guide(on=today).groups
        for page in group.pages
    ]
    return Response(render_template("sitemap.xml", entries=entries), mimetype="application/xml")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Where crawlers need not go, and where the sitemap is. Source: RFC 9309."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED_TO_ROBOTS)]
    lines += ["", f"Sitemap: {full_address('finding.sitemap')}", ""]
    return Response("\n".join(lines), mimetype="text/plain")
