"""Whole addresses of our pages, for what is read away from the site."""

from __future__ import annotations

from flask import current_app, url_for


def full_address(endpoint: str, **values: str) -> str:
    """The address of a page with its host, which is the one of the request: a trusted one."""
    scheme = "https" if current_app.config["HELP_FIRST"].is_behind_https else "http"
    return url_for(endpoint, _external=True, _scheme=scheme, **values)
