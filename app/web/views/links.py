"""Addresses of other sites, which come from files: shown only when they are plain web links."""

from __future__ import annotations

from urllib.parse import urlsplit


def web_link(address: str | None) -> str | None:
    """The address when it is http or https with a host, else None: no script, no file."""
    if not address:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in {"http", "https"} and parts.hostname else None


def host_name(address: str | None) -> str | None:
    """The host of a web link for people, "findtreatment.gov"; None for anything else."""
    link = web_link(address)
    return (urlsplit(link).hostname or "").removeprefix("www.") if link else None
