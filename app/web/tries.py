"""Who tries how often: the one table of counts of an application, and where a request is from."""

from __future__ import annotations

import ipaddress
from typing import Final

from flask import Request, current_app, request
from werkzeug.exceptions import TooManyRequests

from app.web.limits import Limit, Limiter

LIMITER: Final = "limiter"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# This machine, and networks that the internet does not reach: what comes from there is a tool of
# whoever runs the site, or a proxy that was not named in TRUSTED_PROXIES, behind which all stand.
_OWN_NETWORKS: Final = tuple(
    ipaddress.ip_network(text)
    for text in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::/64",
        "fc00::/7",
    )
)


def seconds_to_wait(limit: Limit, subject: str) -> int:
    """Count a try: 0 if it may go on, else the seconds to wait."""
    limiter: Limiter = current_app.extensions[LIMITER]
    return limiter.take(limit, subject)


def limit_tries(limit: Limit, subject: str) -> None:
    """Count a try; answers 429 with the seconds to wait when it is one too many."""
    wait_s = seconds_to_wait(limit, subject)
    if wait_s:
        raise TooManyRequests(retry_after=wait_s)


def seconds_to_wait_as_network(limit: Limit) -> int:
    """Count what the network of this request asks: 0 if it may go on, else the seconds to wait.

    For pages that anybody may ask for: nothing is counted where the network cannot be told, since
    all visitors would be refused together.
    """
    address = _address_of(request)
    if address is None or any(address in own for own in _OWN_NETWORKS):
        return 0
    return seconds_to_wait(limit, _network_words(address))


def network_of(asked: Request) -> str:
    """Where a request comes from, to the /24 or /64; the last address that a known proxy names.

    What a client writes into X-Forwarded-For itself counts for nothing.
    """
    address = _address_of(asked)
    return "unknown" if address is None else _network_words(address)


def _address_of(asked: Request) -> Address | None:
    proxies = current_app.config["HELP_FIRST"].trusted_proxies
    address = asked.remote_addr or ""
    passed_on = [part.strip() for part in asked.headers.get("X-Forwarded-For", "").split(",")]
    while address in proxies and passed_on and passed_on[-1]:
        address = passed_on.pop()
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return None
    # How a socket for both kinds of addresses writes one of IPv4.
    return getattr(number, "ipv4_mapped", None) or number


def _network_words(address: Address) -> str:
    length = 24 if address.version == 4 else 64  # noqa: PLR2004 (the versions of IP)
    return str(ipaddress.ip_network((address, length), strict=False))
