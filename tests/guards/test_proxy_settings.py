"""The settings of the proxy say what the application says: headers, sizes, and that nothing is kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.web.admin.imports.start import UPLOAD_LIMIT_BYTES
from app.web.admin.listings.table_in import LARGEST_TABLE_BYTES
from app.web.headers import SECURITY_HEADERS, TRANSPORT_SECURITY

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
RULES = re.sub(r"(?m)^\s*#.*$", "", TEXT)
HEADERS = {**SECURITY_HEADERS, TRANSPORT_SECURITY[0]: TRANSPORT_SECURITY[1]}


@pytest.mark.parametrize("name", HEADERS)
def test_the_proxy_sends_each_header_of_the_application_where_it_is_missing(name: str) -> None:
    [variable] = re.findall(rf"add_header {name} (\$\w+) always;", RULES)
    upstream = "$upstream_http_" + name.lower().replace("-", "_")
    [value] = re.findall(rf'map {re.escape(upstream)} {re.escape(variable)} {{ "" (.+); }}', RULES)
    for own in re.findall(r"^\$\w+$", value):
        [cases] = re.findall(rf"map \$\w+ {re.escape(own)} {{([^}}]*)}}", RULES)
        [value] = re.findall(r"(?:default|on) (.+);", cases)
    assert value.strip('"') == HEADERS[name]


def test_no_block_takes_the_headers_away() -> None:
    """An add_header of a block replaces all those around it."""
    assert RULES.index("server {") > RULES.rindex("add_header")


def test_nothing_is_logged_of_a_request() -> None:
    assert re.findall(r"access_log (.+);", RULES) == ["off"]
    [of_nginx, of_requests] = re.findall(r"error_log .+ (\w+);", RULES)
    assert (of_nginx, of_requests) == ("crit", "emerg")
    assert RULES.index("access_log") > RULES.index("http {")


def test_nothing_is_cached() -> None:
    assert "proxy_cache" not in RULES
    assert "proxy_store" not in RULES


def test_only_the_routes_that_take_a_file_take_a_large_one() -> None:
    blocks = re.findall(r"location (?:= )?(\S+) {([^}]*)}", RULES)
    large = {path for path, block in blocks if "client_max_body_size 26m;" in block}
    assert large == {"/admin/imports/new", "/admin/listings/csv"}
    # The fields around the file take 64 KiB.
    assert max(UPLOAD_LIMIT_BYTES, LARGEST_TABLE_BYTES) + 64 * 1024 <= 26 * 1024**2
