"""Behind the proxy: staff sign in over HTTPS, and who tries too often is told by where they are."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.request
from collections.abc import Mapping
from urllib.parse import urlencode

import pytest
from flask import Flask

from app.extensions import db
from app.web.admin.sign_in import BY_NETWORK
from app.web.qr import qr_view
from tests.factories import make_record, save_records
from tests.real_proxy import HOST, Proxy, Told, needs_nginx
from tests.staff import PASSWORD, code_of, make_user, token_in

pytestmark = needs_nginx

COOKIE = "__Host-session"


class Browser:
    """Opens pages over HTTPS, follows redirects and keeps cookies, as a browser does."""

    def __init__(self, proxy: Proxy) -> None:
        self.root = f"https://{HOST}:{proxy.port}"
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=proxy.context),
            urllib.request.HTTPCookieProcessor(self.cookies),
            urllib.request.ProxyHandler({}),
        )
        self._opener.addheaders = [("Sec-Fetch-Site", "same-origin")]
        self.address = ""

    def open(self, path: str, fields: Mapping[str, str] | None = None) -> str:
        data = urlencode(fields).encode() if fields is not None else None
        with self._opener.open(self.root + path, data, timeout=60) as answer:
            self.address = answer.url
            return str(answer.read().decode())


def test_staff_sign_in_over_https_and_out_again(app: Flask, proxy: Proxy) -> None:
    person = make_user(app)
    browser = Browser(proxy)
    page = browser.open("/admin/sign-in")
    fields = {"email": person.email, "password": PASSWORD, "csrf_token": token_in(page)}
    page = browser.open("/admin/sign-in", fields)
    code = {"code": code_of(app, person.email), "csrf_token": token_in(page)}
    page = browser.open("/admin/second-step", code)
    assert browser.address == f"{browser.root}/admin/"
    [cookie] = browser.cookies
    assert cookie.name == COOKIE
    assert cookie.secure
    assert (cookie.path, cookie.domain_specified) == ("/", False)
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "Strict"
    assert person.name in page
    browser.open("/admin/sign-out", {"csrf_token": token_in(page)})
    assert browser.open("/admin/").count("Sign in")
    assert browser.address.startswith(f"{browser.root}/admin/sign-in")


def test_the_code_on_a_printed_page_leads_to_https(app: Flask, proxy: Proxy) -> None:
    with app.app_context():
        [listing_id] = save_records(db.session, make_record())
        db.session.close()
    told = proxy.ask(f"/call-sheet?id={listing_id}")
    assert told.status == 200
    # A port is no part of the host that the proxy passes on: the site's own is the usual one.
    assert qr_view(f"https://{HOST}/listings/{listing_id}").path in told.body


def try_password(proxy: Proxy, email: str, *, source: str, forged: str = "") -> Told:
    """One try with a wrong password, from an address of this machine, by a client without a past."""
    page = proxy.ask("/admin/sign-in", source=source)
    [cookie] = page.all("Set-Cookie")
    fields = {"email": email, "password": "wrong", "csrf_token": token_in(page.body)}
    headers = {"Cookie": cookie.partition(";")[0]}
    if forged:
        headers |= {"X-Forwarded-For": forged, "X-Real-IP": forged, "Forwarded": f"for={forged}"}
    return proxy.ask(
        "/admin/sign-in", method="POST", body=urlencode(fields), headers=headers, source=source
    )


def test_tries_are_counted_by_the_address_of_the_visitor_whatever_it_says(
    app: Flask, proxy: Proxy
) -> None:
    del app
    for number in range(BY_NETWORK.count):
        told = try_password(
            proxy,
            f"sample{number}@example.org",
            source=f"127.0.1.{number + 1}",
            forged=f"203.0.{number}.9, 198.51.{number}.7",
        )
        assert told.status == 200, "each claims to come from elsewhere"
    refused = try_password(
        proxy, "sample.last@example.org", source="127.0.1.99", forged="203.0.113.9"
    )
    assert refused.status == 429
    assert re.fullmatch(r"\d+", refused.all("Retry-After")[0])
    elsewhere = try_password(
        proxy, "sample.last@example.org", source="127.0.2.1", forged="127.0.1.1"
    )
    assert elsewhere.status == 200, "another network, whatever it says"


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/search", 70_000, 413),
        ("/admin/sign-in", 70_000, 413),
        ("/admin/listings", 3_000_000, 413),
        ("/admin/imports/new", 27 * 1024**2, 413),
        ("/admin/listings/csv", 27 * 1024**2, 413),
    ],
)
def test_only_where_a_file_is_sent_may_it_be_large(
    proxy: Proxy, path: str, size: int, status: int
) -> None:
    assert proxy.ask(path, method="POST", body="a" * size).status == status


def test_who_sends_a_large_file_signed_out_is_led_to_the_door_each_time(proxy: Proxy) -> None:
    """The proxy is still sending when the site knows its answer, which must not be missed."""
    for size in (3_000_000, 24 * 1024**2) * 6:
        told = proxy.ask("/admin/imports/new", method="POST", body="a" * size)
        assert told.status == 302
        assert "/admin/sign-in" in told.all("Location")[0]
