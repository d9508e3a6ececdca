"""The scorer of the Observatory's table takes points away where the table does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

import pytest

from app.web.headers import SECURITY_HEADERS, TRANSPORT_SECURITY
from scripts.observatory import Answer, directives, main, most, score, table, total
from tests.local_server import served_by

PAGE = '<!doctype html><script src="/static/exit.js" integrity="sha384-YQ=="></script>'
HEADERS = {
    **SECURITY_HEADERS,
    TRANSPORT_SECURITY[0]: TRANSPORT_SECURITY[1],
    "Content-Type": "text/html; charset=utf-8",
}


def answer(body: str = PAGE, *, redirected: str | None = None, **changes: str | None) -> Answer:
    """An answer with all our headers, but for these; None takes one out."""
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    headers = {name.lower(): value for name, value in HEADERS.items()} | named
    return Answer(
        headers=tuple((name, value) for name, value in headers.items() if value is not None),
        body=body,
        host="help.example",
        redirected=redirected,
    )


def points(test: str, given: Answer) -> int:
    return next(each.points for each in score(given) if each.test == test)


def test_all_our_headers_have_the_full_points() -> None:
    scores = score(answer(redirected="https://help.example/"))
    assert [(each.test, each.points) for each in scores if each.points != each.most] == []
    assert total(scores) == most(scores) == 135


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (None, -25),
        ("", -25),
        ("default-src 'none'; form-action 'self'", 10),
        ("default-src 'none'", 5),
        ("default-src 'self'", 5),
        ("script-src 'self'", -20),
        ("default-src 'self'; script-src 'self' 'unsafe-inline'", -20),
        ("default-src 'self'; script-src https:", -20),
        ("default-src 'self'; script-src 'self' data:", -20),
        ("default-src 'self'; object-src *", -20),
        ("default-src 'self'; connect-src http://other.example", -20),
        ("default-src 'self'; script-src 'self' 'unsafe-eval'", -10),
        ("default-src 'self'; img-src http://other.example", -10),
        ("default-src 'self'; style-src 'self' 'unsafe-inline'", 0),
    ],
)
def test_a_policy_is_worth_what_its_worst_part_is(policy: str | None, expected: int) -> None:
    given = answer(content_security_policy=policy)
    assert points("content-security-policy", given) == expected


@pytest.mark.parametrize(
    ("in_header", "in_page", "expected"),
    [
        ("frame-ancestors 'none'", "default-src 'none'; form-action 'none'", 10),
        ("default-src 'none'; form-action 'none'", "default-src *", 10),
        ("default-src *", "default-src 'none'; form-action 'none'", -20),
        (None, "default-src 'none'; form-action 'none'", 10),
        (None, "frame-ancestors 'none'", -25),
    ],
)
def test_a_policy_in_the_page_counts_where_the_header_says_nothing(
    in_header: str | None, in_page: str, expected: int
) -> None:
    body = f'<meta http-equiv="content-security-policy" content="{in_page}">'
    given = answer(body, content_security_policy=in_header)
    assert points("content-security-policy", given) == expected


@pytest.mark.parametrize(
    ("cookie", "expected"),
    [
        ("__Host-session=a; Secure; HttpOnly; SameSite=Strict", 5),
        ("theme=a; Secure; SameSite=Lax", 5),
        ("theme=a; Secure", 0),
        ("theme=a", -5),
        ("session=a; HttpOnly", -10),
        ("session=a; Secure; SameSite=Strict", -30),
        ("theme=a; Secure; SameSite=None", -20),
        ("csrf_token=a; Secure", -20),
    ],
)
def test_a_cookie_is_worth_what_it_is_kept_by(cookie: str, expected: int) -> None:
    assert points("cookies", answer(set_cookie=cookie)) == expected


def test_a_cookie_that_no_transport_security_keeps_costs_more() -> None:
    open_to_all = answer(set_cookie="session=a", strict_transport_security=None)
    assert points("cookies", open_to_all) == -40


@pytest.mark.parametrize(
    ("test", "value", "expected"),
    [
        ("referrer-policy", None, 0),
        ("referrer-policy", "unsafe-url", -5),
        ("referrer-policy", "unsafe-url, no-referrer", 5),
        ("strict-transport-security", None, -20),
        ("strict-transport-security", "max-age=300", -10),
        ("strict-transport-security", "preload", -20),
        ("x-content-type-options", None, -5),
        ("x-content-type-options", "sniff", -5),
        ("cross-origin-resource-policy", None, 0),
        ("cross-origin-resource-policy", "cross-origin", 0),
        ("cross-origin-resource-policy", "same-origin; host", -5),
        ("cross-origin-opener-policy", None, -1),
        ("cross-origin-embedder-policy", "same-origin", -1),
        ("cross-origin-embedder-policy", "require-corp host", -1),
    ],
)
def test_a_header_that_is_missing_or_wrong_loses_its_points(
    test: str, value: str | None, expected: int
) -> None:
    assert points(test, answer(**{test.replace("-", "_"): value})) == expected


@pytest.mark.parametrize(
    ("frames", "ancestors", "expected"),
    [
        ("DENY", "'none'", 5),
        (None, "'none'", 5),
        ("DENY", None, 0),
        (None, "*", -20),
        ("ALLOWALL", None, -20),
    ],
)
def test_frames_are_best_kept_out_by_the_policy(
    frames: str | None, ancestors: str | None, expected: int
) -> None:
    policy = "default-src 'none'" + (f"; frame-ancestors {ancestors}" if ancestors else "")
    given = answer(x_frame_options=frames, content_security_policy=policy)
    assert points("x-frame-options", given) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>No script</p>", 0),
        (PAGE, 5),
        (PAGE + '<script src="/static/leave.js"></script>', 0),
        ("<script>inline()</script>", 0),
        ('<script src="https://other.example/a.js" integrity="sha384-YQ=="></script>', 5),
        ('<script src="https://other.example/a.js"></script>', -5),
        ('<script src="//other.example/a.js" integrity="sha384-YQ=="></script>', -20),
        ('<script src="http://other.example/a.js"></script>', -50),
    ],
)
def test_scripts_are_worth_what_their_least_kept_one_is(body: str, expected: int) -> None:
    assert points("subresource-integrity", answer(body)) == expected


def test_what_is_no_page_needs_no_integrity() -> None:
    assert points("subresource-integrity", answer(content_type="text/css")) == 0


def test_others_that_may_read_with_credentials_cost_most() -> None:
    given = answer(
        access_control_allow_origin="https://other.example",
        access_control_allow_credentials="true",
    )
    assert points("cross-origin-resource-sharing", given) == -50


@pytest.mark.parametrize(
    ("led", "expected"),
    [("https://help.example/", 0), ("https://www.help.example/", -5), ("", -20), (None, 0)],
)
def test_http_has_to_lead_to_https_of_the_same_host(led: str | None, expected: int) -> None:
    assert points("redirection", answer(redirected=led)) == expected


def test_what_was_not_asked_over_https_is_said_to_need_it() -> None:
    text = table(score(answer()))
    lines = [line for line in text.splitlines() if "needs real HTTPS" in line]
    assert [line.split()[0] for line in lines] == ["redirection", "strict-transport-security"]


def test_bonuses_count_only_for_who_lost_little() -> None:
    scores = score(answer(content_security_policy=None))
    assert total(scores) == 100 - 25


def test_of_a_directive_that_stands_twice_the_first_counts() -> None:
    assert directives("img-src 'self'; IMG-SRC *")["img-src"] == {"'self'"}


@contextmanager
def site(headers: dict[str, str]) -> Iterator[str]:
    """The address of a server that answers every page with PAGE and these headers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(PAGE.encode())

    with served_by(Handler) as address:
        yield address


def test_a_site_that_runs_is_asked_and_its_table_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with site(HEADERS) as address:
        assert main([address]) == 0
    assert "135   135" in capsys.readouterr().out
    with site({**HEADERS, "Referrer-Policy": "unsafe-url"}) as address:
        assert main([address]) == 1
    assert "125   135" in capsys.readouterr().out


def test_a_site_that_does_not_answer_is_said_not_to(capsys: pytest.CaptureFixture[str]) -> None:
    with site(HEADERS) as address:
        pass
    assert main([address]) == 2
    assert "Could not ask" in capsys.readouterr().out
    assert main(["ftp://help.example/"]) == 2
