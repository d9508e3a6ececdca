"""Which POST requests a page for the public answers: those that one of our own pages sent."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from flask import Request, abort, request

# "none" is a person's own doing: an address typed, a page loaded again.
_OUR_SITES: Final = frozenset({"same-origin", "none"})


def refuse_other_origins() -> None:
    """Answer 403 unless the request comes from this site.

    The public has no cookie, so there is no token to check. Browsers say where a request was
    made in Sec-Fetch-Site; only where that is absent does Origin decide.
    """
    if not is_from_here(request):
        abort(HTTPStatus.FORBIDDEN)


def is_from_here(asked: Request) -> bool:
    """Whether the browser says that a page of this host, or the person, made the request."""
    site = asked.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in _OUR_SITES
    try:
        origin = urlsplit(asked.headers.get("Origin", ""))
    except ValueError:
        return False
    return origin.scheme in {"http", "https"} and origin.netloc == asked.host
