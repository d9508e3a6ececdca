"""Links of the web, which come from files and are shown only when they are plain, and of messages."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlsplit


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


def message_to_self(name: str, *, numbers: Iterable[str], address: str | None = None) -> str:
    """An sms: link whose message holds these and no word of ours; the reader chooses to whom.

    The device writes and sends it. "?&body=" is read by both Android and iOS (RFC 5724 has
    "?body=", which older iOS leaves out).
    """
    lines = [name, *numbers, *([address] if address else [])]
    return f"sms:?&body={quote(chr(10).join(lines), safe='')}"
