"""Only plain addresses of the web become links."""

from __future__ import annotations

import pytest

from app.web.views.links import host_name, web_link


@pytest.mark.parametrize(
    "address", ["https://example.org", "http://example.org:8080/a?b=c", "HTTPS://EXAMPLE.ORG/a"]
)
def test_an_address_of_the_web_is_a_link(address: str) -> None:
    assert web_link(address) == address


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "example.org",
        "//example.org/a",
        "javascript:alert(1)",
        "JavaScript://example.org/%0aalert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://example.org",
        "blob:https://example.org/a",
        "https:alert(1)",
        "https://",
        "https://[::1",
    ],
)
def test_what_would_run_or_leads_nowhere_is_no_link(address: str | None) -> None:
    assert web_link(address) is None
    assert host_name(address) is None
