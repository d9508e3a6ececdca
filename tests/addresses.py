"""The address of every route for the public, with something in the place of each part."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

_PARTS = {
    "listing_id": "00000000-0000-4000-8000-000000000000",
    "slug": "withdrawal",
    "reference": "ABCD-EFGH",
}


def public_addresses(app: Flask) -> Iterator[str]:
    """Each address once for each rule; what is not there answers 404."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if not rule.rule.startswith("/admin") and set(rule.arguments) <= set(_PARTS):
                yield app.url_for(rule.endpoint, **{n: _PARTS[n] for n in rule.arguments})
