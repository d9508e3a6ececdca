"""The headers that every answer carries, errors and static files included."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response

# One list for pages and static files; our own scorer of the Observatory's table reads it too.
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "geolocation=(), camera=(), microphone=(), payment=(), usb=(), browsing-topics=()"
    ),
    "X-DNS-Prefetch-Control": "off",
}
# Sent over HTTPS only; `preload` is for the operator to choose, since it is hard to take back.
TRANSPORT_SECURITY: Final = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")


def security_headers(*, is_behind_https: bool) -> dict[str, str]:
    """The headers of every answer, by name."""
    headers = dict(SECURITY_HEADERS)
    if is_behind_https:
        name, value = TRANSPORT_SECURITY
        headers[name] = value
    return headers


def register_headers(app: Flask, *, is_behind_https: bool) -> None:
    """Give every answer of Flask these headers; pages are never kept by a cache."""
    headers = security_headers(is_behind_https=is_behind_https)

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
