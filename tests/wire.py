"""What a page weighs on the wire."""

from __future__ import annotations

import brotli
from flask.testing import FlaskClient

from tests.browse import Page


def wire_bytes(client: FlaskClient, address: str) -> int:
    """The bytes of a page and of all that it needs, as a browser that reads brotli gets them."""
    packed = client.get(address, headers={"Accept-Encoding": "br"})
    assert packed.headers["Content-Encoding"] == "br"
    page = Page(client.get(address))
    needed = [element.get("src", "") for element in page.tree.iter("script")]
    needed += [element.get("href", "") for element in page.tree.iter("link")]
    assert len(needed) >= 3, "script, stylesheet and icon"
    # WhiteNoise serves files that were packed beforehand, with the best that brotli can do.
    return len(packed.data) + sum(len(brotli.compress(_file(client, name))) for name in needed)


def _file(client: FlaskClient, address: str) -> bytes:
    with client.get(address) as response:
        assert response.status_code == 200
        return response.data
