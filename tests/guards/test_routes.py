"""Addresses that are printed on leaflets and call sheets must keep answering."""

from __future__ import annotations

from flask import Flask

# The public addresses. One may be taken out only when a redirect stands in its place.
PRINTED = {
    "public.home": "/",
    "public.search": "/search",
    "public.listing": "/listings/<uuid:listing_id>",
    "public.helplines": "/helplines",
    "public.report": "/listings/<uuid:listing_id>/report",
    "public.suggest": "/suggest",
    "public.report_state": "/reports/<reference>",
    "public.compare": "/compare",
    "public.call_sheet": "/call-sheet",
    "take_along.page": "/take-along",
    "take_along.file": "/take-along/file",
    "public.leave": "/x",
    "learn.index": "/learn/",
    "learn.page": "/learn/<slug>",
    "learn.claims": "/learn/kratom-claims",
    "learn.law": "/learn/kratom-law",
    "learn.check": "/check",
    "learn.changes": "/learn/changes.atom",
    "finding.sitemap": "/sitemap.xml",
    "finding.robots": "/robots.txt",
    "health.healthz": "/healthz",
}


def test_every_printed_address_still_has_its_page(migrated_app: Flask) -> None:
    rules = {rule.endpoint: rule.rule for rule in migrated_app.url_map.iter_rules()}
    assert PRINTED.items() <= rules.items()


def test_public_pages_answer_get_and_head_and_refuse_what_they_do_not_take(
    migrated_app: Flask,
) -> None:
    client = migrated_app.test_client()
    for address in ("/", "/helplines", "/compare", "/call-sheet"):
        assert client.delete(address).status_code == 405
        assert client.put(address).status_code == 405
